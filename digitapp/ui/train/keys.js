// Keys of buttons: Streamlit ignores them while a switch or a slider has the focus, since it takes
// these for fields, and presses a button again and again while its key is held down. Streamlit has
// no keys for what opens over the page, and presses.js does not hear of a button that is pressed by
// Streamlit's keys. For a class, a wireless presenter's PageDown is the next step, and a field that
// has got its value gives the keys back. A key closes what lies open over the page, and leaves alone
// what is not in sight.

const FIELDS = 'input, textarea, select, [contenteditable="true"]';
const NOTHING_TO_TYPE = 'input:is([type="checkbox"], [type="radio"], [type="range"])';
const NEXT = ["train", "do-pause", "do-resume"].map((name) => `.st-key-${name} button:enabled`);
const OPENED = '[data-testid="stPopoverButton"][aria-expanded="true"]';
const APPEARS = 3000; // ms, until what a key opens is there
const CLOSED = 200; // ms, until a list of choices has closed

let presenting = false;
/** @type {Record<string, [string, number]>} */
let clicks = {}; // by key: what has no key of its own, and which of several
/** @type {Record<string, string>} */
let focuses = {}; // by key: what gets the focus after it

/** @param {Event} event */
function focused({ target }) {
  return target instanceof Element ? target : document.body;
}

/** @param {string} selector @param {number} [place] of several */
function press(selector, place = 0) {
  const button = document.querySelectorAll(selector)[place];
  closeAllBut(button);
  if (button instanceof HTMLElement && button.checkVisibility()) button.click();
}

/** Close what a button has opened over the page. @param {Element} [but] the button of one that stays */
function closeAllBut(but) {
  for (const button of document.querySelectorAll(OPENED)) {
    if (button !== but && button instanceof HTMLElement) button.click();
  }
}

/** @param {string} selector of what appears soon; empty for nothing @param {number} until ms */
function focus(selector, until) {
  const found = selector && document.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
  else if (selector && Date.now() < until) setTimeout(() => focus(selector, until), 50);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const { key, repeat, ctrlKey, metaKey, altKey, isTrusted } = event;
  if (!isTrusted || ctrlKey || metaKey || altKey) return;
  const place = focused(event);
  const idle = place.matches(NOTHING_TO_TYPE);
  if (!idle && place.closest(FIELDS)) typed(event);
  else if (presenting && key === "PageDown") {
    event.preventDefault();
    if (!repeat) press(NEXT.join(", "));
  } else if (!/^[a-z0-9?]$/i.test(key)) return;
  else if (repeat) event.stopImmediatePropagation();
  else if (key.toUpperCase() in clicks) {
    event.stopImmediatePropagation(); // Streamlit would press it, too
    press(...clicks[key.toUpperCase()]);
    focus(focuses[key.toUpperCase()] ?? "", Date.now() + APPEARS);
  }
  else {
    closeAllBut();
    if (idle) again(event);
  }
}

/**
 * Press a key once more where Streamlit hears it; its keyup follows by itself.
 * @param {KeyboardEvent} event
 */
function again({ key, code, keyCode }) {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, keyCode, bubbles: true }));
}

/** @param {KeyboardEvent} event */
function typed({ key }) {
  if (presenting && key === "Enter") giveBack();
}

/** @param {Event} event */
function chosen(event) {
  if (presenting && focused(event).closest('[role="option"]')) giveBack();
}

function giveBack() {
  setTimeout(() => {
    const place = document.activeElement;
    if (place instanceof HTMLElement && place.closest(FIELDS)) place.blur();
  }, CLOSED);
}

/** @typedef {{ presenting: boolean, clicks: typeof clicks, focuses: typeof focuses }} Keys */
/** @param {StreamlitComponent<Keys>} component */
export default function ({ data }) {
  ({ presenting, clicks, focuses } = data);
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("click", chosen, true);
  return () => {
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("click", chosen, true);
  };
}
