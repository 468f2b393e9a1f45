// Where everything of a network's picture stands, in CSS pixels; nothing is painted here.

import { FORMS, IMAGE_SIDE, mapGrids, unitGrids } from "./inside_grids.js";

/** @typedef {import("./inside_grids.js").Density} Density */
/** @typedef {import("./inside_grids.js").Form} Form */
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
 * @property {number} room the width that its title may have
 */

/** @typedef {{side: number, pitch: number, across: number, shown: number}} Grid */

const CROWDED_FROM = 6; // columns
/** @type {(keyof Density)[]} */
const DENSITIES = ["roomy", "crowded", "packed"];
const [ROOMY, CROWDED] = DENSITIES;
const APART = 6; // titles
const SHARE_OF_NODES = 0.4; // of the width, beside maps
const ANSWERS_DOWN = 13;
const LETTER = 6.5; // of an answer's name
const MOST_LETTERS = 13;

/**
 * @param {string[]} names
 * @param {number} room the height
 * @param {number} tallest
 */
function answersGrid(names, room, tallest) {
  const across = Math.ceil(names.length / ANSWERS_DOWN);
  const pitch = Math.min(tallest, room / Math.ceil(names.length / across));
  return { side: Math.round(pitch - 5), pitch, across, shown: names.length };
}

/**
 * @param {number} room the height
 * @param {number} zoom at most
 */
function pixelsGrid(room, zoom) {
  const side = IMAGE_SIDE * Math.max(1, Math.min(zoom, Math.floor(room / IMAGE_SIDE)));
  return { side, pitch: side, across: 1, shown: 1 };
}

/**
 * The size of a column: the blank after its last item does not count.
 *
 * @param {Column} column
 * @param {Grid} grid
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
 * @param {"small" | "large"} [size]
 * @returns {{width: number, placed: Placed[]}}
 */
export function layout(columns, names, width, room, size = "small") {
  const form = FORMS[size];
  const fixed = columns.length < CROWDED_FROM ? ROOMY : CROWDED;
  const found = (form.fits ? DENSITIES : [fixed]).map((how) =>
    arranged(columns, names, width, room, { form, how }),
  );
  return found.find((each) => fitsIn(each, width)) || found[found.length - 1];
}

/**
 * @param {{width: number, placed: Placed[]}} found
 * @param {number} width
 */
function fitsIn(found, width) {
  const all = found.placed.every(({ shown, column }) => shown === column.count);
  return found.width <= width && all;
}

/**
 * @param {Column[]} columns
 * @param {string[]} names
 * @param {number} width
 * @param {number} room
 * @param {{form: Form, how: keyof Density}} size
 */
function arranged(columns, names, width, room, { form, how }) {
  const [narrowest, between] = [form.narrowest[how], form.between[how]];
  const of = (/** @type {string} */ kind) => columns.filter((each) => each.kind === kind);
  const [maps, units] = [of("maps"), of("units")];
  /** @type {Map<Column, Grid>} */
  const grids = new Map();
  let rest = width - between * (columns.length - 1);
  /**
   * @param {Column[]} those
   * @param {Grid[]} found
   */
  function take(those, found) {
    those.forEach((column, n) => {
      grids.set(column, found[n]);
      rest -= Math.max(narrowest, sizeOf(column, found[n], names).width);
    });
  }
  take(of("pixels"), [pixelsGrid(room, form.zoom[how])]);
  take(of("outputs"), [answersGrid(names, room, form.tallestAnswer)]);
  const left = rest - maps.length * narrowest;
  const share = maps.length ? Math.min(left, rest * SHARE_OF_NODES) : left;
  take(units, unitGrids(units, share, room, form.nodesWidth[how], form));
  take(maps, mapGrids(maps, Math.max(rest, maps.length * narrowest), room, form, narrowest));
  const sized = columns.map((column) => {
    const grid = /** @type {Grid} */ (grids.get(column));
    return { column, ...grid, ...sizeOf(column, grid, names) };
  });
  return spread(sized, width, room, { narrowest, between });
}

/**
 * Spread columns evenly over the width, each in the middle of the height and of its slot.
 *
 * @param {Omit<Placed, "left" | "top" | "room">[]} sized
 * @param {number} width
 * @param {number} room
 * @param {{narrowest: number, between: number}} least
 */
function spread(sized, width, room, { narrowest, between: least }) {
  const slots = sized.map((each) => Math.max(narrowest, each.width));
  const taken = slots.reduce((sum, each) => sum + each, 0);
  const between = Math.max(least, (width - taken) / Math.max(1, sized.length - 1));
  let slot = 0;
  const placed = sized.map((each, n) => {
    const left = Math.round(slot + (n === 0 ? 0 : (slots[n] - each.width) / 2));
    slot += slots[n] + between;
    const top = Math.round(Math.max(0, (room - each.height) / 2));
    return { ...each, left, top, room: Math.round(slots[n] + between - APART) };
  });
  return { width: Math.round(slot - between), placed };
}
