// A figure like a run's, in which the accuracy is drawn before training: by mouse, finger or keys.

const [TOP, BIG_STEP, SMALL_STEP] = [1.04, 0.1, 0.01]; // shares; as the run's axis, and per key
const FINEST = 1000; // places across and up the figure
const MOST_KEY_STEPS = 50; // presses from the left to the right
const SNAP = 0.05; // a line that begins or ends so near to the edge goes on to it
const HOW = "Draw with the mouse or a finger. With the keyboard: arrows.";
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {[number, number]} Point x from 0 (before training) to 1 (the end), accuracy 0 to 1 */
/**
 * @typedef {object} Told
 * @property {Point[]} points
 * @property {number} revision
 * @property {string} words what is drawn
 * @property {number} epochs
 * @property {string} colour
 * @property {number[]} shares on the accuracy axis
 * @property {number[]} ticks on the epoch axis
 */
/** @typedef {StreamlitComponent<Told>} Component */

/**
 * Draw from one point to another: what was between them is replaced.
 * @param {Point[]} line
 * @param {Point} from
 * @param {Point} to
 * @returns {Point[]}
 */
export function drawn(line, from, to) {
  const [low, high] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
  const others = line.filter(([x]) => x < low || x > high);
  const both = from[0] === to[0] ? [to] : [from, to];
  return [...others, ...both].sort((a, b) => a[0] - b[0]);
}

/**
 * @param {Point[]} line
 * @param {number} x
 * @returns {number | undefined} the accuracy there, where something was drawn
 */
export function valueAt(line, x) {
  const right = line.findIndex((point) => point[0] >= x);
  if (line[right]?.[0] === x) return line[right][1];
  if (right < 1) return undefined;
  const [[x0, y0], [x1, y1]] = [line[right - 1], line[right]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/**
 * Set the accuracy at one place; the line to the places beside it becomes straight.
 * @param {Point[]} line
 * @param {Point} set
 * @param {number[]} beside
 */
export function lifted(line, set, beside) {
  let found = line;
  for (const x of beside) {
    const kept = valueAt(line, x);
    if (kept !== undefined) found = drawn(found, [x, kept], set);
  }
  return drawn(found, set, set);
}

/**
 * @param {Point[]} line
 * @returns {Point[]} the line, from edge to edge if it nearly was
 */
export function snapped(line) {
  if (line.length < 2) return line;
  const [first, last] = [line[0], line[line.length - 1]];
  /** @type {Point[]} */
  const before = first[0] > 0 && first[0] < SNAP ? [[0, first[1]]] : [];
  /** @type {Point[]} */
  const after = last[0] < 1 && last[0] > 1 - SNAP ? [[1, last[1]]] : [];
  return [...before, ...line, ...after];
}

/** @param {number} value */
const percent = (value) => `${Math.round(100 * value)} %`;
/** @param {number} value */
const rounded = (value) => Math.round(within(value) * FINEST) / FINEST;
/** @param {number} value @param {number} [high] */
const within = (value, high = 1) => Math.min(Math.max(value, 0), high);

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {HTMLElement} parent
 * @param {Name} name
 * @param {string} kind
 */
function made(parent, name, kind, text = "") {
  const element = document.createElement(name);
  element.className = kind;
  element.textContent = text;
  parent.append(element);
  return element;
}

/** @param {Element} picture @param {string} kind */
function path(picture, kind) {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("class", kind);
  picture.append(made);
  return made;
}

class Drawing {
  /** @type {Point[]} */ line = [];
  /** @type {Point | null} */ pen = null;
  revision = -1;
  words = "";
  epochs = 1;
  place = 0; // of the keys, in epochs
  keyed = false;

  /** @param {HTMLElement} parent @param {Component["setTriggerValue"]} tell */
  constructor(parent, tell) {
    this.tell = tell;
    const box = made(parent, "div", "digitapp-guess");
    this.plot = made(box, "div", "plot");
    Object.assign(this.plot, { tabIndex: 0, role: "slider", ariaLabel: `Your guess. ${HOW}` });
    Object.assign(this.plot, { ariaValueMin: "0", ariaValueMax: "100" });
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", `0 0 1 ${TOP}`);
    picture.setAttribute("preserveAspectRatio", "none");
    this.grid = path(picture, "grid");
    this.cursor = path(picture, "cursor");
    this.path = path(picture, "guess");
    this.plot.append(picture);
    this.ticks = made(this.plot, "div", "ticks");
    const below = made(box, "div", "below");
    this.said = made(below, "p", "said");
    this.clear = made(below, "button", "clear", "Clear");
    Object.assign(this.clear, { type: "button", onclick: () => this.finish([]) });
    this.plot.onpointerdown = (event) => this.down(event);
    this.plot.onpointermove = (event) => this.pen && this.to(this.under(event));
    this.plot.onpointerup = this.plot.onpointercancel = () => this.up();
    this.plot.onkeydown = (event) => this.key(event);
    this.plot.onblur = () => this.show();
  }

  /** @param {Told} data */
  told(data) {
    this.path.style.stroke = data.colour;
    [this.epochs, this.words] = [data.epochs, data.words];
    this.place = Math.min(this.place, this.epochs);
    if (data.revision > this.revision) [this.line, this.revision] = [data.points, data.revision];
    this.axes(data);
    this.show();
  }

  get step() {
    return Math.ceil(this.epochs / MOST_KEY_STEPS); // in epochs
  }

  get x() {
    return this.place / this.epochs;
  }

  /** @param {PointerEvent} event @returns {Point} */
  under(event) {
    const { left, top, width, height } = this.plot.getBoundingClientRect();
    const [across, up] = [(event.clientX - left) / width, 1 - (event.clientY - top) / height];
    return [rounded(across), rounded(up * TOP)];
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button) return;
    this.plot.setPointerCapture(event.pointerId);
    this.keyed = false;
    this.pen = this.under(event);
    this.to(this.pen);
  }

  /** @param {Point} point */
  to(point) {
    this.line = drawn(this.line, this.pen ?? point, point);
    this.pen = point;
    this.show();
  }

  up() {
    if (!this.pen) return;
    this.pen = null;
    this.finish(snapped(this.line));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { step, epochs } = this;
    const far = { Home: -epochs, End: epochs, ArrowLeft: -step, ArrowRight: step };
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const across = /** @type {Record<string, number>} */ (far)[event.key];
    if (!across && !up && event.key !== "Delete") return;
    event.preventDefault();
    this.keyed = true;
    this.place = within(this.place + (across ?? 0), this.epochs);
    if (up) this.lift(up * (event.shiftKey ? BIG_STEP : SMALL_STEP));
    else if (across) this.show();
    else this.finish([]);
  }

  /** @param {number} by */
  lift(by) {
    const before = valueAt(this.line, this.x) ?? this.line.at(this.x ? -1 : 0)?.[1] ?? 0.5;
    const value = rounded(before + by);
    const beside = [-1, 1].map((side) => (this.place + side * this.step) / this.epochs);
    this.finish(lifted(this.line, [this.x, value], beside));
  }

  /** @param {Point[]} line */
  finish(line) {
    [this.line, this.revision] = [line, this.revision + 1];
    this.show();
    this.tell("drawn", { points: line, revision: this.revision });
  }

  show() {
    const at = this.line.map(([x, y]) => `${x} ${TOP - y}`);
    const dot = at.length === 1 ? ` L${at[0]}` : "";
    this.path.setAttribute("d", at.length ? `M${at.join(" L")}${dot}` : "");
    const keys = this.keyed && document.activeElement === this.plot;
    this.cursor.setAttribute("d", keys ? `M${this.x} 0 V${TOP}` : "");
    const value = valueAt(this.line, this.x);
    const guessed = value === undefined ? "nothing yet" : percent(value);
    const here = `After epoch ${this.place}: ${guessed}`;
    this.plot.ariaValueNow = `${Math.round(100 * (value ?? 0))}`;
    this.plot.ariaValueText = here;
    this.said.textContent = keys ? here : this.line.length > 1 ? this.words : HOW;
    this.clear.disabled = !this.line.length;
  }

  /** @param {Told} data */
  axes({ shares, ticks }) {
    this.grid.setAttribute("d", shares.map((share) => `M0 ${TOP - share} H1`).join(" "));
    this.ticks.replaceChildren();
    for (const share of shares) {
      made(this.ticks, "span", "up", percent(share)).style.bottom = `${(100 * share) / TOP}%`;
    }
    for (const epoch of ticks) {
      made(this.ticks, "span", "across", `${epoch}`).style.left = `${(100 * epoch) / this.epochs}%`;
    }
    made(this.ticks, "span", "title", "epoch");
  }
}

/** @type {WeakMap<HTMLElement, Drawing>} */
const drawings = new WeakMap();

/** @param {Component} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const found = drawings.get(parentElement) ?? new Drawing(parentElement, setTriggerValue);
  drawings.set(parentElement, found);
  found.tell = setTriggerValue;
  found.told(data);
}
