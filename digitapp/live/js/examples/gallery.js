// The examples of a class as pictures, newest first; those that are chosen can be deleted, or moved
// to another class.

import { make } from "../views/elements.js";
import { show } from "./thumbnail.js";

const MOST = 60; // pictures, until all are asked for

/** @typedef {import("./album.js").Example} Example */
/** @typedef {import("./class_list.js").Class} Class */

export class Gallery {
  /**
   * @param {HTMLElement} parent
   * @param {(examples: Example[]) => void} remove
   * @param {(examples: Example[], into: number) => void} move
   */
  constructor(parent, remove, move) {
    const place = make("section", "examples-gallery", parent);
    this.title = make("h2", "title", place);
    this.title.tabIndex = -1;
    const line = make("div", "line", place); // as high whichever of the two it shows
    this.hint = make("p", "hint", line);
    this.bar = make("div", "chosen", line);
    this.told = make("span", "told", this.bar);
    this.button("Delete", () => remove(this.taken()));
    this.into = make("select", "into", this.bar);
    this.into.setAttribute("aria-label", "Move the chosen ones to");
    this.into.onchange = () => (this.moves.disabled = !this.into.value);
    this.moves = this.button("Move", () => {
      const into = Number(this.into.value);
      this.into.selectedIndex = 0;
      this.moves.disabled = true;
      move(this.taken(), into);
    });
    this.moves.disabled = true;
    this.button("Choose none", () => this.choose([]));
    this.grid = make("div", "pictures", place);
    this.more = make("button", "more", place);
    this.more.type = "button";
    this.more.onclick = () => this.all(true);
    /** @type {Map<Example, HTMLButtonElement>} */
    this.pictures = new Map();
    /** @type {Set<Example>} */
    this.chosen = new Set();
    this.whole = false; // whether all are shown
    /** @type {Example[]} */
    this.examples = [];
    this.name = "";
    this.offered = ""; // the classes to move to
  }

  /**
   * @param {Class} own
   * @param {Class[]} classes
   * @param {Example[]} examples oldest first
   */
  show(own, classes, examples) {
    if (own.name !== this.name) [this.name, this.whole] = [own.name, false];
    this.examples = [...examples].reverse();
    const count = examples.length;
    const told = `: ${count} ${count === 1 ? "example" : "examples"}`;
    this.title.replaceChildren(make("bdi", "", null, own.name), told);
    const others = classes.filter(({ id }) => id !== own.id);
    const names = JSON.stringify(others);
    if (names !== this.offered) {
      const options = others.map(({ id, name }) => new Option(name, `${id}`));
      this.into.replaceChildren(new Option("to ...", ""), ...options);
      this.moves.disabled = true;
      this.offered = names;
    }
    this.paint();
  }

  paint() {
    const shown = this.whole ? this.examples : this.examples.slice(0, MOST);
    const wanted = new Set(shown);
    for (const [example, button] of this.pictures) {
      if (wanted.has(example)) continue;
      button.remove();
      this.pictures.delete(example);
    }
    shown.forEach((example, place) => {
      const name = `${this.name}, example ${this.examples.length - place} of ${this.examples.length}`;
      (this.pictures.get(example) ?? this.picture(example)).setAttribute("aria-label", name);
    });
    let before = /** @type {Element | null} */ (this.grid.firstElementChild);
    for (const example of shown) {
      const button = this.pictures.get(example) ?? this.picture(example);
      if (button === before) before = before.nextElementSibling;
      else this.grid.insertBefore(button, before);
    }
    this.choose([...this.chosen].filter((each) => wanted.has(each)));
    const left = this.examples.length - shown.length;
    this.more.hidden = !left;
    this.more.textContent = `Show all ${this.examples.length}`;
  }

  /** @param {boolean} whole */
  all(whole) {
    this.whole = whole;
    this.paint();
  }

  /** @param {Example} example */
  picture(example) {
    const button = make("button", "picture", null);
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    show(make("canvas", "", button), example.image);
    button.disabled = Boolean(example.fixed);
    if (example.fixed) button.title = "Drawn by somebody else";
    button.onclick = () => {
      if (!this.chosen.delete(example)) this.chosen.add(example);
      this.choose([...this.chosen]);
    };
    this.pictures.set(example, button);
    return button;
  }

  /** @param {Example[]} chosen */
  choose(chosen) {
    this.chosen = new Set(chosen);
    for (const [example, button] of this.pictures) {
      button.setAttribute("aria-pressed", `${this.chosen.has(example)}`);
    }
    this.bar.hidden = !chosen.length;
    this.told.textContent = `${chosen.length} chosen`;
    this.hint.hidden = Boolean(chosen.length);
    this.hint.textContent = this.words();
  }

  words() {
    if (!this.examples.length) return "Each sign that you keep appears here, as the network gets it.";
    if (this.examples.some(({ fixed }) => fixed)) {
      return "As the network gets them. Yours are dark: press them, then delete or move them.";
    }
    return "As the network gets them. Press pictures to choose them, then delete or move them.";
  }

  /** Return what is chosen, and choose nothing; the focus stays among the pictures. */
  taken() {
    const taken = [...this.chosen];
    if (this.bar.contains(document.activeElement)) this.title.focus();
    this.choose([]);
    return taken;
  }

  /** @param {string} words @param {() => void} act @returns {HTMLButtonElement} */
  button(words, act) {
    const made = make("button", "act", this.bar, words);
    made.type = "button";
    made.onclick = act;
    return made;
  }
}
