// The replay: the pen's way once more, with what picture and movement say of it so far.

import { disagree } from "../parts_words.js";
import { percent } from "../reading.js";
import { wayInWords } from "../replay/way_words.js";
import { endOf, penAfter, strokesOf, upTo, wayOf } from "../replay/way.js";
import { whyInWords } from "../replay/why_words.js";
import { make, setData, setText } from "./elements.js";
import { replayControls } from "./replay_controls.js";
import { replayPicture } from "./replay_picture.js";

const LONG = 3000; // milliseconds that the whole way takes
const PAUSE = 250; // before it begins
const NEAR = 0.01; // units
const STILLS = 8; // with reduced motion, the way is shown in so many pictures
const NOTHING = "Draw a digit, and see here how your pen moved.";
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {import("../parts_words.js").Parts} Parts */
/** @typedef {import("../parts_words.js").Said} Said */
/** @typedef {import("../replay/way.js").Pen} Pen */
/** @typedef {import("../strokes.js").Stroke} Stroke */
/**
 * What was read of some strokes: `points` are those that the network for the movement gets.
 * @typedef {{ together: Said, parts: Parts | null, points: Pen[] }} Found
 */

/** @typedef {(strokes: readonly Stroke[], finished: number) => Found | null} Read */

/**
 * @param {Element} parent
 * @param {string} title
 */
function makeCell(parent, title) {
  const root = make("div", "live-replay-cell", parent);
  make("span", "live-replay-name", root, title);
  const line = make("span", "live-replay-said", root);
  const sign = make("b", "live-replay-sign", line);
  const share = make("span", "live-replay-share", line);

  /**
   * @param {Said | null} said
   * @param {boolean} odd whether the others say something else
   */
  function update(said, odd) {
    setText(sign, said ? said.sign : "–");
    setText(share, said ? percent(said.refused ? said.other : said.sure, 0) : "");
    setData(root, "digit", said ? said.sign : "");
    setData(root, "odd", odd);
  }
  return { update };
}

/**
 * @param {Element} parent
 * @param {() => void} onClose
 */
export function replayView(parent, onClose) {
  const root = make("section", "live-replay", parent);
  const head = make("header", "live-head", root);
  make("h2", "live-title", head, "How your pen moved");
  const buttons = make("span", "live-replay-buttons", head);
  const dots = make("button", "live-replay-dots", buttons, "64 points");
  dots.type = "button";
  dots.title = "Show the 64 points of the pen's way that the network gets, with their directions";
  const close = make("button", "live-replay-close", buttons, "×");
  close.type = "button";
  close.title = "Back to the picture";
  close.setAttribute("aria-label", close.title);
  const frame = make("div", "live-replay-frame", root);
  const picture = replayPicture(frame);
  const below = make("div", "live-replay-below", root);
  const controls = replayControls(below, { toggled, stepped, moved });
  const cells = make("div", "live-replay-cells", below);
  const [seen, felt, both] = ["Picture", "Movement", "Together"].map((each) => makeCell(cells, each));
  const why = make("p", "live-replay-why", below);

  /** @type {readonly Stroke[]} */
  let drawing = [];
  let way = wayOf([]);
  let share = 1; // of the way that is shown
  /** @type {Read} */
  let read = () => null;
  let began = 0; // when the replay began, or would have; 0 while it pauses
  let next = 0; // the animation frame that is asked for
  let pointed = false; // whether the 64 points are shown

  function toggled() {
    if (began) began = 0;
    else play(share < 1 ? share : 0);
    paint();
  }

  /** @param {number} from share of the way */
  function play(from) {
    share = from;
    began = performance.now() + (from ? 0 : PAUSE) - from * LONG;
    cancelAnimationFrame(next); // it may be playing already
    next = requestAnimationFrame(step);
  }

  /** @param {number} now */
  function step(now) {
    if (!began || !root.isConnected) return;
    const at = Math.min(Math.max((now - began) / LONG, 0), 1);
    share = calm.matches ? Math.floor(at * STILLS) / STILLS : at;
    if (at === 1) began = 0;
    else next = requestAnimationFrame(step);
    paint();
  }

  /** @param {-1 | 1} by */
  function stepped(by) {
    const ends = Array.from({ length: way.strokes + 1 }, (_, each) => endOf(way, each) / way.length);
    const near = 1e-6;
    const to = by > 0 ? ends.find((end) => end > share + near) : ends.reverse().find((end) => end < share - near);
    moved(to ?? (by > 0 ? 1 : 0));
  }

  /** @param {number} to share of the way */
  function moved(to) {
    began = 0;
    share = to;
    paint();
  }

  dots.addEventListener("click", () => {
    pointed = !pointed;
    paint();
  });
  close.addEventListener("click", onClose);
  root.addEventListener("keydown", ({ key }) => key === "Escape" && onClose());

  function paint() {
    const usable = way.length > 0;
    const place = share * way.length;
    const made = usable ? upTo(way, place) : [];
    const stroke = usable ? made[made.length - 1].stroke : 0;
    const finished = share === 1 ? way.strokes : place >= endOf(way, stroke) ? stroke : stroke - 1;
    const found = usable ? read(share === 1 ? drawing : strokesOf(made), finished) : null;
    const points = pointed && found ? found.points : [];
    picture.update({ all: way.pieces, made, pen: usable && share < 1 ? penAfter(made) : null, points });
    const said = usable ? `stroke ${stroke} of ${way.strokes}, ${Math.round(100 * share)} % of the way` : "";
    controls.update({ playing: began > 0, usable, share, said });
    dots.setAttribute("aria-pressed", String(pointed));
    say(found);
  }

  /** @param {Found | null} found */
  function say(found) {
    const parts = found && found.parts;
    const sign = found ? found.together.sign : "";
    seen.update(parts && parts.picture, !!parts && parts.picture.sign !== sign);
    felt.update(parts && parts.movement, !!parts && parts.movement.sign !== sign);
    both.update(found && found.together, false);
    setData(root, "disagree", !!parts && disagree(parts));
    if (!way.length) setText(why, NOTHING);
    else if (share === 1 && found && parts) setText(why, whyInWords(parts, found.together, told()));
    else if (share < 1) setText(why, "This is what each of them says so far.");
    else setText(why, "");
  }

  function told() {
    return wayInWords(strokesOf(way.pieces).map(({ points }) => points));
  }

  /**
   * @param {readonly Stroke[]} strokes
   * @param {Read} how
   */
  function update(strokes, how) {
    read = how;
    if (!sameStrokes(strokes, drawing)) {
      drawing = strokes;
      way = wayOf(strokes);
      [share, began] = [1, 0];
    }
    paint();
  }

  /** @param {number} stroke after which to stop; 0 to play all */
  function show(stroke) {
    controls.focus();
    root.scrollIntoView({ block: "nearest" }); // at once: frame.js would stop a smooth scroll
    if (stroke && way.length) moved(endOf(way, stroke) / way.length);
    else if (calm.matches) moved(1);
    else play(0);
  }

  function stop() {
    [share, began] = [1, 0];
  }

  paint();
  return { root, show, stop, update };
}

/**
 * Whether two drawings are the same, as the page and the server may have it.
 * @param {readonly Stroke[]} one
 * @param {readonly Stroke[]} other
 */
function sameStrokes(one, other) {
  return (
    one.length === other.length &&
    one.every(({ points }, each) => {
      const those = other[each].points;
      const near = (/** @type {number} */ at) => Math.abs(points[at] - those[at]) < NEAR;
      return points.length === those.length && near(0) && near(points.length - 1);
    })
  );
}
