// The progress through the texts: a dot each, with its number or, once it is done, a tick.

import { make, makeSilent, setData, setText } from "../views/elements.js";

const TICK = "✓";

/**
 * @param {HTMLElement} parent
 * @param {{ title: string, id: string }[]} texts
 * @param {Record<string, string>} labels
 * @param {(at: number) => void} go
 */
export function progressDots(parent, texts, labels, go) {
  const root = make("nav", "live-guide-dots", parent);
  root.setAttribute("aria-label", labels.title);
  const dots = texts.map(({ title }, at) => {
    const dot = make("button", "live-guide-dot", root);
    dot.type = "button";
    dot.title = title;
    dot.addEventListener("click", () => go(at));
    return { dot, mark: makeSilent("live-guide-mark", dot) };
  });

  /**
   * @param {number} open the number of the text, from 0
   * @param {Set<string>} done
   */
  function update(open, done) {
    dots.forEach(({ dot, mark }, at) => {
      const { id, title } = texts[at];
      const finished = done.has(id);
      const name = `${at + 1}. ${title}`;
      dot.setAttribute("aria-label", finished ? `${name}: ${labels.done}` : name);
      if (at === open) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
      dot.tabIndex = at === open ? 0 : -1;
      setData(dot, "done", finished);
      setText(mark, finished ? TICK : String(at + 1));
    });
  }
  return { root, update, focus: (/** @type {number} */ at) => dots[at].dot.focus() };
}
