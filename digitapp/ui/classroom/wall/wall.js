// The class wall: a fixed number of places. A new drawing takes a free one, or that of the oldest
// drawing, so that no other moves; it is drawn once more as its author drew it, and read meanwhile.

const UNITS = 280; // of the canvas, on each side
const PACE = 420; // units of a pen's way a second
const [SHORTEST, LONGEST] = [150, 1500]; // milliseconds of a stroke
const LASTS = 6000; // milliseconds of a drawing, at most
const LIFT = 120; // milliseconds between two strokes
const LONG = 3; // letters of a sign from which it is set smaller
const PLACES = { huge: 6, large: 15, medium: 32, small: 60 };
const WORDS = { hide: "Hide", withdraw: "Take back" };

/** @typedef {{ width: number, places: number[] }} Stroke */
/** @typedef {"" | "hide" | "withdraw"} Act */

/**
 * @typedef {object} Drawing
 * @property {number} id
 * @property {string} name of who drew it; empty for nobody who is here
 * @property {Stroke[]} way of the pen; none of a picture
 * @property {string} picture its address, of what was not drawn
 * @property {[number, string][]} stages what was read after so many strokes, before the last one
 * @property {string} sign what is read
 * @property {string} sure how sure the network is, or that it is none of its classes
 * @property {string} meant what it is, if that was read wrong
 * @property {boolean} doubtful
 * @property {Act} can what the visitor may do with it
 */

/**
 * @typedef {object} Told
 * @property {string} room
 * @property {string} reader the network
 * @property {keyof typeof PLACES} size
 * @property {boolean} presenting
 * @property {string} empty what is said while nothing is there
 * @property {string} more how many there are, if not all are shown
 * @property {Drawing[]} drawings the latest, oldest first
 */

/** @typedef {{ card: HTMLElement, told: string, timers: number[] }} Hung */

/** @typedef {(act: { id: number, act: Act, at: number }) => void} Tell */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {Node} parent
 * @param {string} [text]
 */
function make(tag, className, parent, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  parent.appendChild(made);
  return made;
}

/**
 * @param {string} tag
 * @param {Element} parent
 * @param {Record<string, string>} attributes
 */
function makeSvg(tag, parent, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.appendChild(made);
  return made;
}

/** @param {number[]} places */
function length(places) {
  let sum = 0;
  for (let at = 2; at < places.length; at += 2) {
    sum += Math.hypot(places[at] - places[at - 2], places[at + 1] - places[at - 1]);
  }
  return sum;
}

/**
 * @param {HTMLElement} parent
 * @param {Drawing} drawing
 * @returns {SVGElement[]} the strokes
 */
function makeInk(parent, { way, picture, sign, name }) {
  const paper = make("div", "wall-paper", parent);
  if (!way.length) {
    make("img", "wall-picture", paper).src = picture;
    return [];
  }
  const side = `${UNITS}`;
  const label = name ? `A drawing by ${name}, read as ${sign}` : `A drawing, read as ${sign}`;
  const svg = makeSvg("svg", paper, {
    ...{ viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label },
  });
  return way.map(({ width, places }) => {
    const points = places.length > 2 ? places : [...places, places[0] + 0.1, places[1]];
    const line = { points: points.join(" "), "stroke-width": `${width}`, pathLength: "1" };
    return /** @type {SVGElement} */ (makeSvg("polyline", svg, line));
  });
}

/**
 * Draw once more, and say what was read after each stroke.
 * @param {Drawing} drawing
 * @param {SVGElement[]} lines
 * @param {(sign: string, whole: boolean) => void} say
 * @returns {number[]} timers
 */
function replay({ way, stages, sign }, lines, say) {
  const timers = [];
  let at = 0;
  const usual = way.map(({ places }) => {
    return Math.min(LONGEST, Math.max(SHORTEST, (1000 * length(places)) / PACE));
  });
  const all = usual.reduce((sum, lasts) => sum + lasts + LIFT, 0);
  const faster = Math.min(1, LASTS / all);
  for (const [number, line] of lines.entries()) {
    const lasts = faster * usual[number];
    line.style.animation = `wall-draw ${lasts}ms linear ${at}ms backwards`;
    at += lasts;
    const then = stages.find(([count]) => count === number + 1);
    if (then) timers.push(window.setTimeout(() => say(then[1], false), at));
    at += faster * LIFT;
  }
  say("", false);
  timers.push(window.setTimeout(() => say(sign, true), at));
  return timers;
}

/**
 * @param {Drawing} drawing
 * @param {boolean} news whether it has just arrived
 * @param {Tell} tell
 * @returns {{ card: HTMLElement, timers: number[] }}
 */
function makeCard(drawing, news, tell) {
  const { id, name, sign, sure, meant, doubtful, can } = drawing;
  const card = document.createElement("div");
  card.className = "wall-card";
  card.dataset.drawing = `${id}`;
  card.dataset.sign = sign;
  const lines = makeInk(card, drawing);
  const words = make("div", "wall-words", card);
  const shown = make("span", "wall-sign", words, sign);
  const beside = make("span", "wall-sure", words, meant ? `it is ${meant}` : sure);
  make("span", "wall-name", words, name).title = name;
  shown.title = sign;
  if (can) {
    const button = make("button", "wall-act", card, WORDS[can]);
    button.type = "button";
    button.setAttribute("aria-label", `${WORDS[can]}: drawing by ${name || "somebody"}, ${sign}`);
    button.addEventListener("click", () => tell({ id, act: can, at: Date.now() }));
  }

  /** @type {(sign: string, whole: boolean) => void} */
  function say(now, whole) {
    shown.textContent = now;
    shown.classList.toggle("long", now.length >= LONG);
    card.classList.toggle("doubtful", whole && doubtful);
    beside.style.visibility = whole ? "" : "hidden";
  }

  say(sign, true);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  return { card, timers: news && !still ? replay(drawing, lines, say) : [] };
}

class Wall {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = make("div", "class-wall", parent);
    this.list = make("ul", "wall-places", this.root);
    this.empty = make("p", "wall-empty", this.root);
    this.more = make("p", "wall-more", this.root);
    /** @type {Map<number, Hung>} */
    this.hung = new Map();
    this.of = ""; // which wall, in which size
    this.newest = -1; // the highest id that was seen; -1 before there was any
  }

  /**
   * @param {Told} told
   * @param {Tell} tell
   */
  update(told, tell) {
    this.begin(told);
    this.empty.textContent = told.drawings.length ? "" : told.empty;
    this.more.textContent = told.more;
    const there = new Set(told.drawings.map(({ id }) => id));
    for (const id of [...this.hung.keys()]) if (!there.has(id)) this.takeDown(id);
    for (const drawing of told.drawings) this.hang(drawing, tell);
    this.newest = Math.max(this.newest, 0, ...there);
  }

  /**
   * Make the places anew where it is another wall, or of another size.
   * @param {Told} told
   */
  begin({ room, size, presenting }) {
    this.root.dataset.size = size;
    this.root.classList.toggle("presenting", presenting);
    const of = `${room} ${size}`;
    if (of === this.of) return;
    if (!this.of.startsWith(`${room} `)) this.newest = -1;
    this.of = of;
    for (const id of [...this.hung.keys()]) this.takeDown(id);
    this.list.replaceChildren();
    for (let place = 0; place < PLACES[size]; place++) make("li", "wall-place", this.list);
  }

  /**
   * @param {Drawing} drawing
   * @param {Tell} tell
   */
  hang(drawing, tell) {
    const { id } = drawing;
    const told = JSON.stringify(drawing);
    const before = this.hung.get(id);
    if (before?.told === told) return;
    const place = before?.card.parentElement ?? this.list.querySelector(".wall-place:empty");
    if (!place) return;
    if (before) this.takeDown(id);
    const news = !before && this.newest >= 0 && id > this.newest;
    const made = makeCard(drawing, news, tell);
    place.append(made.card);
    this.hung.set(id, { ...made, told });
  }

  /** @param {number} id */
  takeDown(id) {
    const { card, timers } = /** @type {Hung} */ (this.hung.get(id));
    timers.forEach((timer) => window.clearTimeout(timer));
    card.remove();
    this.hung.delete(id);
  }
}

/** @type {WeakMap<HTMLElement, Wall>} */
const walls = new WeakMap();

/** @param {StreamlitComponent<Told>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const wall = walls.get(parentElement) ?? new Wall(parentElement);
  walls.set(parentElement, wall);
  wall.update(data, (act) => setTriggerValue("act", act));
}
