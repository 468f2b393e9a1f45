// Which answer is asked about: the network's own, whatever it is, or one that is chosen.

import { make, setData } from "../views/elements.js";

const OWN = "Its answer";

/**
 * @param {Element} parent
 * @param {(name: string | null) => void} onAsk null: the network's own answer
 */
export function whyChoices(parent, onAsk) {
  const root = make("div", "live-why-choices", parent);
  root.setAttribute("role", "radiogroup");
  root.setAttribute("aria-label", "Ask about");
  /** @type {{ button: HTMLButtonElement, name: string | null }[]} */
  let buttons = [];
  let shown = "";

  /** @param {string[]} names */
  function setNames(names) {
    const now = JSON.stringify(names);
    if (now === shown) return;
    shown = now;
    root.replaceChildren();
    buttons = [null, ...names].map((name) => {
      const button = make("button", "live-why-choice", root, name ?? OWN);
      button.type = "button";
      button.setAttribute("role", "radio");
      button.addEventListener("click", () => onAsk(name));
      return { button, name };
    });
  }

  root.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = buttons.findIndex(({ button }) => button === event.target);
    if (!step || at < 0) return;
    const { button, name } = buttons[(at + step + buttons.length) % buttons.length];
    button.focus();
    onAsk(name);
    event.preventDefault();
  });

  /**
   * @param {string[]} names
   * @param {string | null} asked
   * @param {string} answer the network's own; empty without a drawing
   */
  function update(names, asked, answer) {
    setNames(names);
    for (const { button, name } of buttons) {
      button.setAttribute("aria-checked", String(name === asked));
      button.tabIndex = name === asked ? 0 : -1;
      setData(button, "answer", name !== null && name === answer);
    }
  }
  return { root, update };
}
