// Where everything of a network's picture stands, in CSS pixels; nothing is painted here.

import { IMAGE_SIDE, mapGrids, NARROWEST, unitGrid } from "./inside_grids.js";

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

const UNITS_WIDTH = { roomy: 260, crowded: 132 };
const PIXELS_ZOOM = { roomy: 7, crowded: 5 };
const CROWDED_FROM = 6; // columns
const BETWEEN = 26; // columns, at least
const ANSWERS_DOWN = 13;
const TALLEST_ANSWER = 24;
const LETTER = 6.5; // of an answer's name
const MOST_LETTERS = 13;

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
