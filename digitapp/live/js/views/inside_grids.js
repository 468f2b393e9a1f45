// How the maps and the nodes of a network's picture are set in rows: as large as they fit, in CSS
// pixels.

/** @typedef {import("./layers.js").Column} Column */

export const IMAGE_SIDE = 28;
/** @typedef {{roomy: number, crowded: number, packed: number}} Density of columns */

/**
 * How large things are, in the small picture on a page of many and in the large one of its own page.
 * @typedef {object} Form
 * @property {number[]} nodeSides
 * @property {number} uneven larger nodes become smaller, so that all rows are full
 * @property {Density} nodesWidth the widest that a column of nodes gets
 * @property {Density} zoom of the pixels
 * @property {Density} between columns, at least
 * @property {Density} narrowest a column, for its title
 * @property {number[]} mapSides that a map may fill
 * @property {number} tallestAnswer
 * @property {boolean} fits whether columns become denser, and wide layers leave nodes out, so that
 *   the picture fits
 */

/** @type {Record<"small" | "large", Form>} */
export const FORMS = {
  small: {
    nodeSides: [20, 16, 14, 12, 10, 8, 7, 6, 5, 4],
    uneven: 8,
    nodesWidth: { roomy: 260, crowded: 132, packed: 132 },
    zoom: { roomy: 7, crowded: 5, packed: 5 },
    between: { roomy: 26, crowded: 26, packed: 26 },
    narrowest: { roomy: 100, crowded: 100, packed: 100 },
    mapSides: [28, 42, 56, 70, 84],
    tallestAnswer: 24,
    fits: false,
  },
  large: {
    nodeSides: [24, 20, 18, 16, 14, 12],
    uneven: 24,
    nodesWidth: { roomy: 380, crowded: 200, packed: 160 },
    zoom: { roomy: 8, crowded: 5, packed: 4 },
    between: { roomy: 56, crowded: 34, packed: 24 },
    narrowest: { roomy: 100, crowded: 76, packed: 66 },
    mapSides: [28, 42, 56, 70, 84, 112],
    tallestAnswer: 34,
    fits: true,
  },
};

const LEAST_ACROSS = 8; // nodes, of a layer that does not fit

const GAP = 3; // between maps, about
const LARGEST_ZOOM = 4; // of a small map, while it is to fill no more than the image does

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
 * @param {number} narrowest
 */
function mapGrid({ height, width, count }, side, room, narrowest) {
  const most = side > IMAGE_SIDE ? side : LARGEST_ZOOM;
  const zoom = Math.max(1, Math.min(most, Math.floor(side / Math.max(height, width))));
  const pitch = (width + gapOf(zoom)) * zoom;
  const down = Math.max(1, Math.floor((room + GAP) / ((height + gapOf(zoom)) * zoom)));
  const least = Math.ceil(count / down);
  const across = even(count, least, least + 3);
  return { side: width * zoom, pitch, down, across, width: Math.max(narrowest, across * pitch) };
}

/**
 * @param {number} count
 * @param {number} room the height
 * @param {number} width
 * @param {number[]} sides that nodes may have
 * @param {number} uneven
 */
function unitGrid(count, room, width, sides, uneven) {
  for (const side of sides) {
    const pitch = pitchOf(side);
    const [least, most] = [Math.ceil(count / Math.floor(room / pitch)), Math.floor(width / pitch)];
    const across = even(count, least, most);
    const full = count % across === 0 || side <= uneven;
    if (least <= most && full) return { side, pitch, across, shown: count };
  }
  const side = sides[sides.length - 1];
  const pitch = pitchOf(side);
  const across = Math.floor(width / pitch);
  const shown = Math.min(count, across * Math.floor(room / pitch));
  return { side, pitch, across, shown };
}

/**
 * The largest nodes with which all layers fit beside each other; if there are none, the smallest,
 * and the layers share what there is.
 *
 * @param {Column[]} columns of nodes
 * @param {number} width for all of them together
 * @param {number} room the height
 * @param {number} widest a column
 * @param {Form} form
 */
export function unitGrids(columns, width, room, widest, form) {
  const { nodeSides: sides, uneven, fits } = form;
  const grids = (/** @type {number} */ from) =>
    columns.map(({ count }) => unitGrid(count, room, widest, sides.slice(from), uneven));
  const taken = (/** @type {ReturnType<typeof grids>} */ each) =>
    each.reduce((sum, { across, pitch }) => sum + across * pitch, 0);
  for (let from = 0; from < sides.length; from += 1) {
    const found = grids(from);
    if (!fits || taken(found) <= width) return found;
  }
  const smallest = grids(sides.length - 1);
  const needed = smallest.map(({ across, pitch }) => across * pitch);
  const least = LEAST_ACROSS * pitchOf(sides[sides.length - 1]);
  const shares = fairShares(needed, Math.max(width, least * columns.length));
  return columns.map(({ count }, n) => unitGrid(count, room, shares[n], sides.slice(-1), uneven));
}

/** @param {number} side of a node */
function pitchOf(side) {
  return side + (side > 8 ? 3 : side > 5 ? 2 : 1);
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
 * @param {Form} form
 * @param {number} narrowest
 */
function grown(columns, width, room, { mapSides }, narrowest) {
  const grids = columns.map((each) => mapGrid(each, mapSides[0], room, narrowest));
  let taken = grids.reduce((sum, each) => sum + each.width, 0);
  for (const side of mapSides) {
    columns.forEach((column, n) => {
      const larger = mapGrid(column, side, room, narrowest);
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
 * @param {Form} form
 * @param {number} narrowest
 */
export function mapGrids(columns, width, room, form, narrowest) {
  const grids = grown(columns, width, room, form, narrowest);
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
