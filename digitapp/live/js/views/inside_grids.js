// How the maps and the nodes of a network's picture are set in rows: as large as they fit, in CSS
// pixels.

/** @typedef {import("./layers.js").Column} Column */

export const IMAGE_SIDE = 28;
export const NARROWEST = 100; // a column, for its title
const GAP = 3; // between maps, about
const MAP_SIDES = [28, 42, 56, 70, 84]; // that a map may fill
const LARGEST_ZOOM = 4; // of a small map, while it is to fill no more than the image does
const NODE_SIDES = [20, 16, 14, 12, 10, 8, 7, 6, 5, 4];
const EVEN_FROM = 8; // larger nodes may become smaller, so that all rows are full

/**
 * @param {number} zoom CSS pixels of a value
 * @returns {number} values between two maps: they are painted as one picture
 */
export function gapOf(zoom) {
  return Math.max(1, Math.round(GAP / zoom));
}

/**
 * The number of items in a row, from `least` to `most`, that fills all rows; else `least`.
 *
 * @param {number} count
 * @param {number} least
 * @param {number} most
 */
function even(count, least, most) {
  for (let across = least; across <= most; across += 1) if (count % across === 0) return across;
  return least;
}

/**
 * @param {Column} column
 * @param {number} side what a map may fill
 * @param {number} room the height
 */
function mapGrid({ height, width, count }, side, room) {
  const most = side > IMAGE_SIDE ? side : LARGEST_ZOOM;
  const zoom = Math.max(1, Math.min(most, Math.floor(side / Math.max(height, width))));
  const pitch = (width + gapOf(zoom)) * zoom;
  const down = Math.max(1, Math.floor((room + GAP) / ((height + gapOf(zoom)) * zoom)));
  const least = Math.ceil(count / down);
  const across = even(count, least, least + 3);
  return { side: width * zoom, pitch, down, across, width: Math.max(NARROWEST, across * pitch) };
}

/**
 * @param {number} count
 * @param {number} room the height
 * @param {number} width
 */
export function unitGrid(count, room, width) {
  for (const side of NODE_SIDES) {
    const pitch = side + (side > 8 ? 3 : side > 5 ? 2 : 1);
    const [least, most] = [Math.ceil(count / Math.floor(room / pitch)), Math.floor(width / pitch)];
    const across = even(count, least, most);
    const full = count % across === 0 || side <= EVEN_FROM;
    if (least <= most && full) return { side, pitch, across, shown: count };
  }
  const pitch = NODE_SIDES[NODE_SIDES.length - 1] + 1;
  const across = Math.floor(width / pitch);
  const shown = Math.min(count, across * Math.floor(room / pitch));
  return { side: pitch - 1, pitch, across, shown };
}

/**
 * Share a width among columns: none gets more than it needs, and the rest share what is left.
 *
 * @param {number[]} needed
 * @param {number} width
 */
function fairShares(needed, width) {
  const shares = needed.map(() => 0);
  let open = needed.map((_, n) => n);
  while (open.length) {
    const each = width / open.length;
    const content = open.filter((n) => needed[n] <= each);
    for (const n of content.length ? content : open) {
      shares[n] = Math.min(needed[n], each);
      width -= shares[n];
    }
    open = content.length ? open.filter((n) => !content.includes(n)) : [];
  }
  return shares;
}

/**
 * Enlarge the maps as long as all of them fit, from the left: there they show most.
 *
 * @param {Column[]} columns of maps
 * @param {number} width for all of them together
 * @param {number} room the height
 */
function grown(columns, width, room) {
  const grids = columns.map((each) => mapGrid(each, MAP_SIDES[0], room));
  let taken = grids.reduce((sum, each) => sum + each.width, 0);
  for (const side of MAP_SIDES) {
    columns.forEach((column, n) => {
      const larger = mapGrid(column, side, room);
      const more = larger.width - grids[n].width;
      if (taken + more > width) return;
      grids[n] = larger;
      taken += more;
    });
  }
  return grids;
}

/**
 * @param {Column[]} columns of maps
 * @param {number} width for all of them together
 * @param {number} room the height
 */
export function mapGrids(columns, width, room) {
  const grids = grown(columns, width, room);
  const shares = fairShares(
    grids.map((each) => each.width),
    width,
  );
  return columns.map(({ count }, n) => {
    const { side, pitch, down, across: all } = grids[n];
    const across = Math.min(all, Math.max(1, Math.floor((shares[n] + pitch - side) / pitch)));
    return { side, pitch, across, shown: Math.min(count, across * down) };
  });
}
