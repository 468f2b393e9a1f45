// Works round two faults of Streamlit's select boxes that accept typed values. They accept a value
// only on Enter: when they lose focus in any other way, they silently restore the last choice. And
// if the typed text passes through the last choice (100 on the way to 1000), the next key replaces
// all of it. Here, leaving a box counts as Enter, and typed text stays. (If the text
// equals the last choice, Enter would choose the first option.)

const BOXES = '[class*="st-key-typed-"] input[role="combobox"]';
const LISTS = '[role="listbox"], [data-testid$="Dropdown"]';
const TAGS = '[data-testid="stMultiSelect"]';
const SETTLED = 150; // ms, until a closing list, which ignores Enter, has closed
const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
const { set: write } = /** @type {Required<PropertyDescriptor>} */ (value);

/** @type {HTMLInputElement | null} */
let typed = null; // the box whose text has not been accepted yet
let before = ""; // its previous text
let wanted = ""; // the text typed so far
let first = false; // whether this is its first key, which may replace the text

/** @param {Event} event */
function begun({ target }) {
  if (target !== typed && target instanceof HTMLInputElement) before = target.value;
}

/** @param {Event} event */
function typing({ target, isTrusted }) {
  if (!isTrusted || !(target instanceof HTMLInputElement) || !target.matches(BOXES)) return;
  first = typed !== target;
  typed = target;
  wanted = target.value;
}

/** @param {Event} event */
function shown({ target }) {
  if (!typed || target !== typed || first || typed.value === wanted) return;
  write.call(typed, wanted);
  typed.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function take() {
  const box = typed;
  typed = null;
  if (!box?.isConnected || same(box)) return;
  const [text, tags] = [box.value, count(box)];
  const open = box.getAttribute("aria-expanded") === "true";
  if (open) enter(box);
  else reopened(box, new PointerEvent("pointerdown", { bubbles: true })); // closed by scrolling
  setTimeout(() => {
    if (box.isConnected && box !== typed && !taken(box, text, tags)) again(box, text);
  }, SETTLED);
}

/**
 * @param {HTMLInputElement} box
 * @param {Event} event
 */
function reopened(box, event) {
  box.dispatchEvent(event);
  queueMicrotask(() => enter(box)); // after React has opened it
}

/**
 * @param {HTMLInputElement} box
 * @param {string} text
 */
function again(box, text) {
  write.call(box, ""); // so that the text does not pass through the old one
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  write.call(box, text);
  reopened(box, new InputEvent("input", { bubbles: true }));
}

/**
 * @param {HTMLInputElement} box
 * @param {string} text
 * @param {number | null} tags
 */
function taken(box, text, tags) {
  return tags === null ? box.value === text : count(box) !== tags;
}

/**
 * @param {HTMLInputElement} box
 * @returns {number | null}
 */
function count(box) {
  return box.closest(TAGS)?.querySelectorAll("[data-tag]").length ?? null;
}

/** @param {HTMLInputElement} box */
function enter(box) {
  const key = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
  box.dispatchEvent(new KeyboardEvent("keydown", key));
  box.dispatchEvent(new KeyboardEvent("keyup", key));
}

/** @param {HTMLInputElement} box */
function same(box) {
  return !box.value || box.value === before; // then Enter would choose the first option
}

/** @param {PointerEvent} event */
function pressed({ target }) {
  if (!typed || typed.parentElement?.contains(/** @type {Node} */ (target))) return;
  if (target instanceof Element && target.closest(LISTS)) typed = null; // an option was chosen instead
  else take();
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  if (!event.isTrusted || !typed) return;
  if (event.key === "Tab") take();
  else if (event.key === "Enter" && same(typed)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    typed.blur();
  } else if (event.key === "Enter" || event.key === "Escape") typed = null;
}

/** @param {FocusEvent} event */
function left({ target, isTrusted }) {
  if (isTrusted && target === typed) take(); // untrusted: an option is highlighted
}

export default function () {
  if (window.digitappTyped) return; // all pages share one document
  window.digitappTyped = true;
  document.addEventListener("beforeinput", begun, true);
  document.addEventListener("input", typing, true);
  document.addEventListener("input", shown);
  document.addEventListener("pointerdown", pressed, true);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("focusout", left, true);
}
