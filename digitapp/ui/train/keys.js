// The keys of the buttons. Streamlit has keys for some of them: it ignores them while a switch or a
// slider has the focus, since it takes these for fields, presses a button again and again while its
// key is held down, even one that is out of sight, forgets a key that is pressed before its button
// is there, and tells presses.js nothing. It has none for what opens over the page. So all keys are
// pressed here, where Streamlit does not hear of them. For a class, a wireless presenter's PageDown
// is the next step, and a field that has got its value gives the keys back. A key closes what lies
// open over the page, and leaves alone what is not in sight.

const FIELDS = 'input, textarea, select, [contenteditable="true"]';
const NOTHING_TO_TYPE = 'input:is([type="checkbox"], [type="radio"], [type="range"])';
const NEXT = ["train", "do-pause", "do-resume"].map((name) => `.st-key-${name} button:enabled`);
const OPENED = '[data-testid="stPopoverButton"][aria-expanded="true"]';
const COUNTED = ".st-key-run-buttons"; // each of their presses counts
const OPENS = '[data-testid="stPopoverButton"]'; // without asking the server
const ASKED = "..."; // on a button that has been pressed: "Pausing ..."
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"];
const APPEARS = 3000; // ms in which the page is at rest, until a button is there, or what opens
const AGAIN = 50; // ms, until the next look for it
const SENT = 1000; // ms, within which the page shows that it answers a press
const SETTLED = 150; // ms of rest; between two runs of a page that leads on, there are fewer
const STATE = "data-test-script-state";
const AT_REST = `[data-testid="stApp"][${STATE}="notRunning"]`;
const CLOSED = 200; // ms, until a list of choices has closed

let presenting = false;
/** @type {Record<string, [string, number]>} */
let clicks = {}; // by key: what is clicked, and which of several
/** @type {Record<string, string>} */
let focuses = {}; // by key: what gets the focus after it
/** @type {string[]} */
let leading = []; // keys that lead to something else than the page shows
/** @type {{ key: string, left: number }[]} */
let waiting = []; // keys whose buttons are not there yet or cannot be pressed yet; ms they still wait
let looking = false;
let answering = 0; // when the press was made that the page still answers; 0 for none
let begun = false; // to answer it
let rested = 0; // since when the page is at rest

/** @param {Event} event */
function focused({ target }) {
  return target instanceof Element ? target : document.body;
}

/**
 * The button of a key, if it is in sight.
 * @param {string} key
 */
function buttonOf(key) {
  const [selector, place] = key === "PageDown" ? [NEXT.join(", "), 0] : clicks[key];
  const button = document.querySelectorAll(selector)[place];
  return button instanceof HTMLElement && button.checkVisibility() ? button : null;
}

/**
 * Press the button of a key, if it can be pressed now.
 * @param {string} key
 */
function press(key) {
  const button = buttonOf(key);
  if (!button || button.matches(":disabled")) return false;
  const asks = !button.closest(COUNTED) && !button.closest(OPENS);
  if (asks && !answered()) return false; // it may belong to the page before
  closeAllBut(button);
  button.click();
  if (asks) [answering, begun] = [Date.now(), false];
  focus(focuses[key] ?? "", Date.now() + APPEARS);
  return true;
}

/**
 * Press the button of a key now or as soon as it is there.
 * @param {string} key
 */
function pressSoon(key) {
  if (press(key)) {
    if (leading.includes(key)) forget();
    return;
  }
  closeAllBut();
  if (buttonOf(key)?.textContent?.includes(ASKED)) return;
  waiting.push({ key, left: APPEARS });
  if (!looking) look();
}

function look() {
  const passed = atRest() ? AGAIN : 0;
  waiting = waiting.map(({ key, left }) => ({ key, left: left - passed }));
  waiting = waiting.filter(({ left }) => left > 0);
  const at = waiting.findIndex(({ key }) => press(key));
  if (at >= 0) {
    // What had to wait before a key that leads elsewhere is not pressed there.
    const first = leading.includes(waiting[at].key) ? 0 : at;
    waiting.splice(first, at - first + 1);
  }
  looking = waiting.length > 0;
  if (looking) setTimeout(look, AGAIN);
}

function forget() {
  waiting = [];
}

function atRest() {
  return document.querySelector(AT_REST) !== null;
}

/** Whether the page has answered the last key: until then, it may be about to become another one. */
function answered() {
  const now = Date.now();
  const settled = begun && atRest() && now - rested > SETTLED;
  if (settled || now - answering > (begun ? APPEARS : SENT)) answering = 0;
  return !answering;
}

const states = new MutationObserver(() => {
  if (atRest()) rested = Date.now();
  else begun = true;
});

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
  const { repeat, ctrlKey, metaKey, altKey, isTrusted } = event;
  if (!isTrusted || ctrlKey || metaKey || altKey) return;
  const place = focused(event);
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (MODIFIERS.includes(key)) return;
  if (!place.matches(NOTHING_TO_TYPE) && place.closest(FIELDS)) typed(event);
  else if (presenting && key === "PageDown") {
    event.preventDefault();
    if (!repeat) pressSoon(key);
  } else if (key in clicks) {
    event.stopImmediatePropagation(); // Streamlit would press it, too
    if (!repeat) pressSoon(key);
  } else {
    forget();
    if (/^[A-Z0-9]$/.test(key)) closeAllBut();
  }
}

/** @param {KeyboardEvent} event */
function typed({ key }) {
  forget();
  if (presenting && key === "Enter") giveBack();
}

/** @param {Event} event */
function chosen(event) {
  if (event.isTrusted) forget();
  if (presenting && focused(event).closest('[role="option"]')) giveBack();
}

function giveBack() {
  setTimeout(() => {
    const place = document.activeElement;
    if (place instanceof HTMLElement && place.closest(FIELDS)) place.blur();
  }, CLOSED);
}

/**
 * @typedef {object} Keys
 * @property {boolean} presenting
 * @property {typeof clicks} clicks
 * @property {typeof focuses} focuses
 * @property {string[]} leading
 */
/** @param {StreamlitComponent<Keys>} component */
export default function ({ data }) {
  ({ presenting, clicks, focuses, leading } = data);
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("click", chosen, true);
  document.addEventListener("pointerdown", forget, true);
  states.observe(document.body, { subtree: true, attributes: true, attributeFilter: [STATE] });
  return () => {
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("click", chosen, true);
    document.removeEventListener("pointerdown", forget, true);
    states.disconnect();
    forget();
  };
}
