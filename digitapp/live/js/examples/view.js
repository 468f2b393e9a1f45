// The page of a dataset that is drawn: its classes, the paper with its buttons and keys, and the
// pictures of what was kept.

import { make, makePicture } from "../views/elements.js";
import { ClassList } from "./class_list.js";
import { Gallery } from "./gallery.js";
import { Sheet } from "./sheet.js";

const KEPT = 350; // ms in which the page shows that an example was kept
const ASKED = 1000; // ms, until it looks again whether all is saved
const FIELDS = 'input, textarea, select, [contenteditable="true"], [role="dialog"]';
const BUTTONS = "button, a, summary, [role=button], [role=tab]";
const TOUCHED = window.matchMedia("(pointer: coarse)").matches;
const PRESS = TOUCHED ? "press Keep" : "press Keep or the space bar";
const HOW = `Draw the sign, in one stroke or several, then ${PRESS}.`;
const OWN = ".picture, .act, .more, .examples-class, .undo, .next, .join"; // Enter and space press them
const TRAIN = "All done: train a network";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./album.js").Example} Example */

function blur() {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

export class View {
  /** @param {HTMLElement} parent @param {Desk} desk */
  constructor(parent, desk) {
    this.desk = desk;
    this.revealed = -1; // id of the class that was brought into sight last
    this.asking = this.flashing = 0; // timers
    this.place = make("div", "examples", parent);
    this.list = new ClassList(this.place, (id) => desk.choose(id));
    this.bench = make("div", "examples-bench", this.place);
    this.asked = make("p", "asked", this.bench);
    const paper = make("div", "paper", this.bench);
    const name = "Paper to draw examples on, with a mouse, a pen or a finger";
    const canvas = makePicture("sheet", paper, name);
    this.timer = make("span", "timer", paper);
    this.sheet = new Sheet(canvas, desk.lines, (down) => {
      if (down) blur(); // what was pressed last would take the space bar
      desk.pen(down);
    });
    const tools = make("div", "tools", this.bench);
    this.undo = this.button(tools, "undo", "Undo", () => desk.undo());
    this.keep = this.button(tools, "keep", "Keep", () => this.kept());
    this.keep.append(make("kbd", "", null, "space"));
    this.said = make("p", "said", this.bench);
    this.said.setAttribute("role", "status");
    this.next = this.button(this.bench, "next", "", () => desk.goOn());
    this.how = make("p", "how", this.bench);
    const ways = make("div", "ways", this.bench);
    const label = make("label", "itself", ways);
    this.itself = make("input", "", label);
    this.itself.type = "checkbox";
    label.append(" Keep by itself");
    this.itself.checked = desk.itself;
    this.itself.onchange = () => {
      desk.itself = this.itself.checked;
      desk.pen(false);
    };
    this.itself.onclick = ({ detail }) => detail && this.itself.blur(); // its keys are Keep's again
    this.join = this.button(ways, "join", "Belongs to the last one", () => desk.join());
    const [remove, move] = [desk.remove.bind(desk), desk.move.bind(desk)];
    this.gallery = new Gallery(this.place, remove, move);
    this.key = this.key.bind(this);
    document.addEventListener("keydown", this.key, true);
    desk.sheet = this.sheet;
    desk.show = () => this.show();
  }

  /** @param {HTMLElement} parent @param {string} kind @param {string} words @param {() => void} act */
  button(parent, kind, words, act) {
    const made = make("button", kind, parent, words);
    made.type = "button";
    // At once, and also while another finger is drawing; a click comes from the keyboard, too.
    made.onpointerdown = (event) => {
      if (event.button || made.disabled) return;
      event.preventDefault();
      act();
    };
    made.onmousedown = (event) => event.preventDefault(); // the focus stays where it is
    made.onclick = (event) => {
      if (!event.detail) act(); // not by a pointer
    };
    return made;
  }

  kept() {
    const before = this.desk.album.all.length;
    this.desk.keep();
    if (this.desk.album.all.length > before) this.flash();
  }

  flash() {
    this.bench.classList.add("kept");
    clearTimeout(this.flashing);
    this.flashing = window.setTimeout(() => this.bench.classList.remove("kept"), KEPT);
  }

  show() {
    const { desk } = this;
    const { own, next } = desk;
    if (!own) return;
    const [has, ink] = [desk.count(own.id), this.sheet.lines.length];
    this.list.show(desk.classes, own.id, (id) => desk.count(id), desk.aim);
    if (this.revealed !== own.id) this.list.reveal(own.id);
    this.revealed = own.id;
    desk.remember();
    const far = has > desk.aim ? `${has} ✓` : `${has} of ${desk.aim}`;
    const words = [make("span", "draw", null, "Draw"), make("bdi", "name", null, own.name)];
    this.asked.replaceChildren(...words, make("span", "has", null, far));
    this.asked.dataset.announced = `${own.name}: ${has} of ${desk.aim}`; // for screen readers
    this.keep.disabled = !ink;
    this.undo.disabled = this.sheet.down || (!ink && !desk.kept.length);
    this.next.hidden = has < desk.aim;
    const further = next ? ` (${desk.count(next.id)} of ${desk.aim})` : TRAIN;
    const named = next ? ["Next: ", make("bdi", "", null, next.name)] : [];
    this.next.replaceChildren(...named, further);
    this.join.hidden = !desk.itself;
    this.join.disabled = this.sheet.down || !desk.kept.at(-1)?.lines.length;
    this.how.textContent = desk.itself ? this.byItself() : HOW;
    this.how.classList.toggle("known", !desk.itself && desk.kept.length > 2);
    this.bench.classList.toggle("empty", !ink);
    this.bench.classList.toggle("full", has >= desk.aim);
    this.rest();
    this.state();
    this.gallery.show(own, desk.classes, desk.album.of(own.id));
  }

  byItself() {
    const seconds = (this.desk.pause.length / 1000).toFixed(1);
    const longer = "and if you rest longer inside a sign, it waits longer from then on";
    return `It is kept when the pen has rested for ${seconds} seconds; ${longer}.`;
  }

  /** Show how long the pen may rest until the example is kept by itself. */
  rest() {
    const left = this.desk.due - performance.now();
    this.timer.hidden = left <= 0;
    if (left <= 0) return;
    this.timer.style.animation = "none";
    this.timer.getBoundingClientRect(); // begins anew
    this.timer.style.animation = `examples-rest ${left}ms linear forwards`;
  }

  /** Say what went wrong, and what is not saved yet. */
  state() {
    const { desk } = this;
    const waiting = desk.outbox.waiting.length;
    const late = desk.outbox.late ? `Not saved yet: ${waiting}. They wait for the server.` : "";
    this.said.textContent = desk.problem || late;
    clearTimeout(this.asking);
    if (waiting) this.asking = window.setTimeout(() => this.state(), ASKED);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    const inField = target.closest(FIELDS);
    const other = target.closest(BUTTONS) && !this.place.contains(target);
    const shown = this.place.isConnected && this.place.offsetParent;
    if (!shown || inField || event.altKey || (event.metaKey && event.key !== "z")) return;
    const act = this.acts(event);
    const presses = event.key === " " || event.key === "Enter";
    if (!act || (presses && (other || target.closest(OWN)))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) act();
  }

  /** @param {KeyboardEvent} event @returns {(() => void) | null} */
  acts({ key, ctrlKey, metaKey }) {
    if (ctrlKey || metaKey) return key === "z" ? () => this.desk.undo() : null;
    if (key === " " || key === "Enter") return () => this.kept();
    if (key === "Backspace" || key === "Delete") return this.takesAway(key);
    if (key === "n") return () => this.desk.goOn();
    const place = "123456789".indexOf(key);
    const chosen = key.length === 1 && place >= 0 ? this.desk.classes[place] : null;
    return chosen ? () => this.desk.choose(chosen.id) : null;
  }

  /** Both keys delete the pictures that are chosen; without any, Backspace is Undo. @param {string} key */
  takesAway(key) {
    if (this.gallery.chosen.size) return () => this.desk.remove(this.gallery.taken());
    return key === "Backspace" ? () => this.desk.undo() : null;
  }

  close() {
    document.removeEventListener("keydown", this.key, true);
    this.place.remove();
  }
}
