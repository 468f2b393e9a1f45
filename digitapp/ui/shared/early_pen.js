// Notes what the pen does, and what the server says of the drawing, until the live reading
// (digitapp/live/js) has been loaded: it then takes these from here, and knows every stroke, also
// those drawn while it was on its way. Undo, Redo and Clear are for the drawing as it is seen, so the
// canvas tells the server of its last strokes before they are pressed.

window.digitappEarly ??= (() => {
  const KINDS = ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove", "touchend"];
  const BEGINS = ["mousedown", "touchstart"];
  const PIXEL = "canvas.upper-canvas";
  const ACTS = ["undo", "redo", "clear"]; // the keys of the buttons
  const REPORT = '[class*="canvas"] [data-testid="stBidiComponentIsolated"]';
  const MOST = 20_000; // a network that has not come by then will not come

  /** @type {DigitappEarly[]} */
  let noted = [];
  /** @type {HTMLCanvasElement | null} */
  let canvas = null; // that was drawn on last

  /** @param {Event} event */
  function pen(event) {
    const [target] = event.composedPath();
    const on = target instanceof HTMLCanvasElement && target.matches(PIXEL) ? target : null;
    if (on && BEGINS.includes(event.type)) canvas = on;
    if (canvas) note({ event, canvas: on, box: canvas.getBoundingClientRect() });
  }

  /** @param {DigitappEarly} one */
  function note(one) {
    if (early.taken) return;
    noted.push(one);
    if (noted.length > MOST) early.take();
  }

  // The canvas has a button of its own that is not shown, and reports the drawing at once.
  function report() {
    for (const place of document.querySelectorAll(REPORT)) {
      const button = place.shadowRoot?.querySelector(".dc-toolbar button");
      if (button instanceof HTMLElement) button.click();
    }
  }

  /** @param {Event} event */
  function pressed(event) {
    const button = event.target instanceof Element ? event.target.closest(".stButton button") : null;
    const act = ACTS.find((each) => button?.closest(`.st-key-${each}`));
    if (!act) return;
    if (early.press?.(act)) {
      event.stopImmediatePropagation(); // Streamlit need not hear of it, too
      return;
    }
    note({ pressed: true });
    report();
  }

  /** @type {DigitappEarlyPen} */
  const early = {
    taken: false,
    press: null,
    told: note,
    take() {
      for (const kind of KINDS) document.removeEventListener(kind, pen, true);
      const found = noted;
      noted = [];
      early.taken = true;
      return found;
    },
  };
  for (const kind of KINDS) document.addEventListener(kind, pen, { capture: true, passive: true });
  document.addEventListener("click", pressed, true);
  return early;
})();
