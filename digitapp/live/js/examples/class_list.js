// The classes of a dataset, with what each has and needs; one of them is being drawn.

import { make } from "../views/elements.js";

/** @typedef {{ id: number, name: string }} Class */
/** @typedef {{ button: HTMLButtonElement, name: HTMLElement, count: HTMLElement, bar: HTMLElement }} Row */

export class ClassList {
  /** @param {HTMLElement} parent @param {(id: number) => void} choose */
  constructor(parent, choose) {
    this.choose = choose;
    this.place = make("div", "examples-classes", parent);
    this.place.setAttribute("role", "radiogroup");
    this.place.setAttribute("aria-label", "What you draw");
    this.place.addEventListener("keydown", (event) => this.key(event));
    /** @type {Map<number, Row>} */
    this.rows = new Map();
  }

  /**
   * @param {Class[]} classes
   * @param {number} chosen
   * @param {(id: number) => number} count
   * @param {number} aim
   */
  show(classes, chosen, count, aim) {
    const gone = [...this.rows.keys()].filter((id) => !classes.some((each) => each.id === id));
    for (const id of gone) {
      this.rows.get(id)?.button.remove();
      this.rows.delete(id);
    }
    for (const { id, name } of classes) {
      const row = this.rows.get(id) ?? this.row(id);
      const [has, now] = [count(id), id === chosen];
      row.name.textContent = name;
      row.count.textContent = has < aim ? `${has} of ${aim}` : `${has} ✓`;
      row.bar.style.width = `${Math.min(has / aim, 1) * 100}%`;
      row.button.classList.toggle("full", has >= aim);
      row.button.setAttribute("aria-checked", `${now}`);
      row.button.tabIndex = now ? 0 : -1;
    }
  }

  /** Bring the chosen class into sight, inside the list alone. @param {number} id */
  reveal(id) {
    const button = this.rows.get(id)?.button;
    if (!button) return;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = button;
    const { clientWidth, clientHeight } = this.place;
    this.place.scrollTo({
      left: offsetLeft - (clientWidth - offsetWidth) / 2,
      top: offsetTop - (clientHeight - offsetHeight) / 2,
      behavior: "smooth",
    });
  }

  /** @param {number} id @returns {Row} */
  row(id) {
    const button = make("button", "examples-class", this.place);
    button.type = "button";
    button.setAttribute("role", "radio");
    button.onclick = () => this.choose(id);
    button.onmousedown = (event) => event.preventDefault(); // its focus would take the space bar
    const [name, count] = ["name", "count"].map((kind) => make("span", kind, button));
    const bar = make("span", "bar", make("span", "track", button));
    const row = { button, name, count, bar };
    this.rows.set(id, row);
    return row;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const step = /** @type {Record<string, number>} */ (steps)[event.key];
    if (!step) return;
    event.preventDefault();
    const ids = [...this.rows.keys()];
    const now = ids.findIndex((id) => this.rows.get(id)?.button === document.activeElement);
    const next = ids[(now + step + ids.length) % ids.length];
    this.choose(next);
    this.rows.get(next)?.button.focus();
  }
}
