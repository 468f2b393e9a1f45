// A link that is pressed before the server has heard of the last stroke waits for it: the canvas
// sends it 200 ms after the pen was lifted, or not at all once another page is shown.

const PATIENCE = 1500; // milliseconds
const LOOKS_EVERY = 20; // milliseconds

/** @param {() => boolean} settled whether the server knows all of the drawing */
export function holdLinks(settled) {
  /** @param {MouseEvent} event */
  function pressed(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // another tab
    if (!(link instanceof HTMLElement) || !event.isTrusted || elsewhere || settled()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const latest = performance.now() + PATIENCE;
    const waiting = window.setInterval(() => {
      if (!settled() && performance.now() < latest) return;
      window.clearInterval(waiting);
      link.click();
    }, LOOKS_EVERY);
  }
  window.addEventListener("click", pressed, true);
}
