// Streamlit's boxes that offer a choice and take what is typed have two faults. They take it only
// on Enter: left in any other way, they put the last choice back without a word. And where what is
// typed passes through the last choice (1000 over 100), the next key replaces all of it. Here,
// leaving a box is Enter, and what was typed stays. (Enter on the last choice typed once more would
// take the first option.)

const BOXES = '[class*="st-key-typed-"] input[role="combobox"]';
const LISTS = '[role="listbox"], [data-testid$="Dropdown"]';
const TAGS = '[data-testid="stMultiSelect"]';
const SETTLED = 150; // ms, until a list that was closing has closed; it did not hear Enter
const { set: write } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");

let typed = null; // the box whose text has not been taken yet
let before = ""; // what was in it
let wanted = ""; // what is typed
let first = false; // whether that is its first key, which may replace what was there

function begun({ target }) {
  if (target !== typed) before = target.value;
}

function typing({ target, isTrusted }) {
  if (!isTrusted || !target.matches?.(BOXES)) return;
  first = typed !== target;
  typed = target;
  wanted = target.value;
}

function shown({ target }) {
  if (target !== typed || first || target.value === wanted) return;
  write.call(target, wanted);
  target.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function take() {
  const box = typed;
  typed = null;
  if (!box?.isConnected || same(box)) return;
  const [text, tags] = [box.value, count(box)];
  const open = box.getAttribute("aria-expanded") === "true";
  if (open) enter(box);
  else reopened(box, new PointerEvent("pointerdown", { bubbles: true })); // scrolling has closed it
  setTimeout(() => {
    if (box.isConnected && box !== typed && !taken(box, text, tags)) again(box, text);
  }, SETTLED);
}

function reopened(box, event) {
  box.dispatchEvent(event);
  queueMicrotask(() => enter(box)); // when React has opened it
}

function again(box, text) {
  write.call(box, ""); // first, so that the text does not pass through what is there
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  write.call(box, text);
  reopened(box, new InputEvent("input", { bubbles: true }));
}

function taken(box, text, tags) {
  return tags === null ? box.value === text : count(box) !== tags;
}

function count(box) {
  return box.closest(TAGS)?.querySelectorAll("[data-tag]").length ?? null;
}

function enter(box) {
  const key = { key: "Enter", code: "Enter", bubbles: true, cancelable: true };
  box.dispatchEvent(new KeyboardEvent("keydown", key));
  box.dispatchEvent(new KeyboardEvent("keyup", key));
}

function same(box) {
  return !box.value || box.value === before; // Streamlit puts it back; on Enter, the first option
}

function pressed({ target }) {
  if (!typed || typed.parentElement.contains(target)) return;
  if (target.closest?.(LISTS)) typed = null; // an option instead
  else take();
}

function keyed(event) {
  if (!event.isTrusted || !typed) return;
  if (event.key === "Tab") take();
  else if (event.key === "Enter" && same(typed)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    typed.blur();
  } else if (event.key === "Enter" || event.key === "Escape") typed = null;
}

function left({ target, isTrusted }) {
  if (isTrusted && target === typed) take(); // others come whenever an option is marked
}

export default function () {
  if (window.digitappTyped) return; // one page, whichever it shows
  window.digitappTyped = true;
  document.addEventListener("beforeinput", begun, true);
  document.addEventListener("input", typing, true);
  document.addEventListener("input", shown);
  document.addEventListener("pointerdown", pressed, true);
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("focusout", left, true);
}
