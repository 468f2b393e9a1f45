// The picture of a replay: the drawing in grey, the pen's way so far as a line with arrows, dashed
// where the pen was lifted, and the pen.

import { CANVAS_SIDE } from "../ink.js";
import { makePicture, pen as brushOf } from "./elements.js";

const NAME = "Your pen's way, drawn again";
const SIDE = 560; // pixels
const COLOURS = { paper: "#ffffff", ink: "#dcdfe8", way: "#1f2937", up: "#6b7280", pen: "#3f5bd9" };
const APART = 42; // units between two arrows
const ARROW = 7; // units
const DASH = [6, 6];
const PEN = 7; // units, the radius
const POINT = 3.2;
const FULL_TURN = 2 * Math.PI;

/** @typedef {import("../replay/way.js").Piece} Piece */
/** @typedef {import("../replay/way.js").Pen} Pen */

/** @param {Element} parent */
export function replayPicture(parent) {
  const canvas = makePicture("live-replay-canvas", parent, NAME);
  canvas.width = canvas.height = SIDE;
  const brush = brushOf(canvas);
  brush.lineCap = brush.lineJoin = "round";

  /** @param {ArrayLike<number>} points */
  function line(points) {
    brush.beginPath();
    brush.moveTo(points[0], points[1]);
    for (let at = 2; at < points.length; at += 2) brush.lineTo(points[at], points[at + 1]);
    if (points.length === 2) brush.lineTo(points[0], points[1]);
    brush.stroke();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   */
  function disc(x, y, radius) {
    brush.beginPath();
    brush.arc(x, y, radius, 0, FULL_TURN);
    brush.fill();
  }

  /** @param {Piece} piece */
  function way({ points, up }) {
    brush.strokeStyle = up ? COLOURS.up : COLOURS.way;
    brush.lineWidth = up ? 2 : 3;
    brush.setLineDash(up ? DASH : []);
    line(points);
    brush.setLineDash([]);
    brush.fillStyle = brush.strokeStyle;
    for (const arrow of arrows(points)) triangle(arrow);
  }

  /**
   * @param {Pick<Pen, "x" | "y" | "right" | "down">} arrow
   * @param {number} [along] its length ahead of the place
   */
  function triangle({ x, y, right, down }, along = ARROW) {
    const across = 0.62 * along;
    brush.beginPath();
    brush.moveTo(x + right * along, y + down * along);
    brush.lineTo(x - right * along * 0.5 - down * across, y - down * along * 0.5 + right * across);
    brush.lineTo(x - right * along * 0.5 + down * across, y - down * along * 0.5 - right * across);
    brush.fill();
  }

  /** @param {readonly Piece[]} pieces the beginnings of strokes get their numbers */
  function numbers(pieces) {
    const begun = pieces.filter(({ up }) => !up);
    if (begun.length < 2) return;
    brush.font = "600 13px system-ui, sans-serif";
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    begun.forEach(({ points }, at) => {
      brush.fillStyle = COLOURS.way;
      disc(points[0], points[1], 9);
      brush.fillStyle = COLOURS.paper;
      brush.fillText(String(at + 1), points[0], points[1] + 0.5);
    });
  }

  /** @param {Pen} at */
  function penDot({ x, y, up }) {
    brush.fillStyle = COLOURS.paper;
    disc(x, y, PEN + 2);
    brush.fillStyle = brush.strokeStyle = COLOURS.pen;
    disc(x, y, PEN);
    if (!up) return;
    brush.fillStyle = COLOURS.paper; // a ring: the pen does not touch the paper
    disc(x, y, PEN - 2.5);
  }

  /**
   * @param {object} shown
   * @param {readonly Piece[]} shown.all the pieces of the whole way
   * @param {readonly Piece[]} shown.made those made so far
   * @param {Pen | null} shown.pen
   * @param {readonly Pen[]} shown.points that the network gets, in the drawing's units; none if
   *   they are not shown
   */
  function update({ all, made, pen, points }) {
    brush.setTransform(1, 0, 0, 1, 0, 0);
    brush.fillStyle = COLOURS.paper;
    brush.fillRect(0, 0, SIDE, SIDE);
    brush.scale(SIDE / CANVAS_SIDE, SIDE / CANVAS_SIDE);
    brush.strokeStyle = COLOURS.ink;
    for (const piece of all) {
      if (piece.up) continue;
      brush.lineWidth = piece.width;
      line(piece.points);
    }
    if (points.length) return showPoints(points);
    made.forEach(way);
    numbers(made);
    if (pen) penDot(pen);
  }

  /** @param {readonly Pen[]} points each points in its direction; of a dot, they have none */
  function showPoints(points) {
    for (const point of points) {
      brush.fillStyle = point.up ? COLOURS.up : COLOURS.pen;
      if (point.right || point.down) triangle(point, POINT);
      else disc(point.x, point.y, POINT);
    }
  }

  return { canvas, update };
}

/**
 * Arrows along a line, evenly spaced; on a short one, in its middle.
 * @param {Float64Array} points
 */
function arrows(points) {
  const found = [];
  let next = APART / 2;
  let before = 0;
  for (let at = 2; at < points.length; at += 2) {
    const [x, y] = [points[at] - points[at - 2], points[at + 1] - points[at - 1]];
    const long = Math.hypot(x, y);
    while (long && next <= before + long) {
      const share = (next - before) / long;
      const place = { x: points[at - 2] + share * x, y: points[at - 1] + share * y };
      found.push({ ...place, right: x / long, down: y / long });
      next += APART;
    }
    before += long;
  }
  return found;
}
