// With which other answer the one that is asked about is compared: "Why 4 and not 9?"

import { make } from "../views/elements.js";

const NONE = "nothing else";

/**
 * @param {Element} parent
 * @param {(name: string | null) => void} onCompare null: with none
 */
export function whyRival(parent, onCompare) {
  const root = make("label", "live-why-rival", parent);
  root.append("and not ");
  const list = make("select", "live-why-rivals", root);
  let shown = "";
  list.addEventListener("change", () => onCompare(list.value || null));

  /** @param {string[]} names */
  function setNames(names) {
    const now = JSON.stringify(names);
    if (now === shown) return;
    shown = now;
    list.replaceChildren();
    make("option", "", list, NONE).value = "";
    for (const name of names) make("option", "", list, name).value = name;
  }

  /**
   * @param {string[]} names of the choices
   * @param {string | null} rival
   */
  function update(names, rival) {
    setNames(names);
    const value = rival !== null && names.includes(rival) ? rival : "";
    if (list.value !== value) list.value = value;
  }
  return { root, update };
}
