// Where everything of a network's picture stands, in CSS pixels; nothing is painted here.

/** @typedef {import("./layers.js").Column} Column */

/**
 * Where a column stands. Its items (maps, nodes or answers) fill rows from the left; those of
 * answers, columns from the top.
 *
 * @typedef {object} Placed
 * @property {Column} column
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} side of an item's picture, across
 * @property {number} pitch from one item to the next
 * @property {number} across items in a row
 * @property {number} shown items that fit
 */

const IMAGE_SIDE = 28;
const GAP = 3; // between maps, about
const MAP_SIDES = [28, 42, 56, 70, 84]; // that a map may fill
const LARGEST_ZOOM = 4; // of a small map, while it is to fill no more than the image does
const NODE_SIDES = [20, 16, 14, 12, 10, 8, 7, 6, 5, 4];
const EVEN_FROM = 8; // larger nodes may become smaller, so that all rows are full
const UNITS_WIDTH = { roomy: 260, crowded: 132 };
const PIXELS_ZOOM = { roomy: 7, crowded: 5 };
const CROWDED_FROM = 6; // columns
const BETWEEN = 26; // columns, at least
const NARROWEST = 100; // a column, for its title
const ANSWERS_DOWN = 13;
const TALLEST_ANSWER = 24;
const LETTER = 6.5;
const MOST_LETTERS = 13;

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
function unitGrid(count, room, width) {
  for (const side of NODE_SIDES) {
    const pitch = side + (side > 8 ? 3 : side > 5 ? 2 : 1);
    const [least, most] = [Math.ceil(count / Math.floor(room / pitch)), Math.floor(width / pitch)];
    const across = even(count, least, most);
    const full = count % across === 0 || side <= EVEN_FROM;
    if (least <= most && full) return { side, pitch, across, shown: count };
  }
  const pitch = NODE_SIDES[NODE_SIDES.length - 1] + 1;
  const across = Math.floor(width / pitch);
  return { side: pitch - 1, pitch, across, shown: Math.min(count, across * Math.floor(room / pitch)) };
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
function mapGrids(columns, width, room) {
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

/**
 * @param {string[]} names
 * @param {number} room the height
 */
function answersGrid(names, room) {
  const across = Math.ceil(names.length / ANSWERS_DOWN);
  const pitch = Math.min(TALLEST_ANSWER, room / Math.ceil(names.length / across));
  return { side: Math.round(pitch - 5), pitch, across, shown: names.length };
}

/**
 * @param {Column} column
 * @param {string[]} names of the answers
 * @param {number} room the height
 * @param {"roomy" | "crowded"} how
 */
function otherGrid({ kind, count }, names, room, how) {
  if (kind === "outputs") return answersGrid(names, room);
  if (kind === "units") return unitGrid(count, room, UNITS_WIDTH[how]);
  const side = IMAGE_SIDE * Math.max(1, Math.min(PIXELS_ZOOM[how], Math.floor(room / IMAGE_SIDE)));
  return { side, pitch: side, across: 1, shown: 1 };
}

/**
 * The size of a column: the blank after its last item does not count.
 *
 * @param {Column} column
 * @param {{side: number, pitch: number, across: number, shown: number}} grid
 * @param {string[]} names of the answers
 */
function sizeOf({ kind }, { side, pitch, across, shown }, names) {
  const rows = Math.ceil(shown / across);
  if (kind !== "outputs")
    return { width: across * pitch - (pitch - side), height: rows * pitch - (pitch - side) };
  const letters = Math.min(MOST_LETTERS, Math.max(...names.map((name) => name.length)));
  return { width: Math.ceil(across * (side + 18 + LETTER * letters)), height: rows * pitch };
}

/**
 * @param {Column[]} columns
 * @param {string[]} names of the answers
 * @param {number} width what the page gives; the picture is wider where that is too narrow
 * @param {number} room the height
 * @returns {{width: number, placed: Placed[]}}
 */
export function layout(columns, names, width, room) {
  const how = columns.length < CROWDED_FROM ? "roomy" : "crowded";
  const maps = columns.filter(({ kind }) => kind === "maps");
  const others = new Map();
  let rest = width - BETWEEN * (columns.length - 1);
  for (const column of columns) {
    if (column.kind === "maps") continue;
    const grid = otherGrid(column, names, room, how);
    others.set(column, grid);
    rest -= Math.max(NARROWEST, sizeOf(column, grid, names).width);
  }
  const grids = mapGrids(maps, Math.max(rest, maps.length * NARROWEST), room);
  const sized = columns.map((column) => {
    const grid = others.get(column) || grids[maps.indexOf(column)];
    return { column, ...grid, ...sizeOf(column, grid, names) };
  });
  return spread(sized, width, room);
}

/**
 * Spread columns evenly over the width, each in the middle of the height and of its slot.
 *
 * @param {Omit<Placed, "left" | "top">[]} sized
 * @param {number} width
 * @param {number} room
 */
function spread(sized, width, room) {
  const slots = sized.map((each) => Math.max(NARROWEST, each.width));
  const taken = slots.reduce((sum, each) => sum + each, 0);
  const between = Math.max(BETWEEN, (width - taken) / Math.max(1, sized.length - 1));
  let slot = 0;
  const placed = sized.map((each, n) => {
    const left = Math.round(slot + (n === 0 ? 0 : (slots[n] - each.width) / 2));
    slot += slots[n] + between;
    return { ...each, left, top: Math.round(Math.max(0, (room - each.height) / 2)) };
  });
  return { width: Math.round(slot - between), placed };
}
