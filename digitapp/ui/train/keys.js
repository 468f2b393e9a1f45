// Keys of buttons: Streamlit ignores them while a switch or a slider has the focus, since it takes
// these for fields, and presses a button again and again while its key is held down.

const FIELDS = 'input, textarea, select, [contenteditable="true"]';
const NOTHING_TO_TYPE = 'input:is([type="checkbox"], [type="radio"], [type="range"])';

/** @param {Event} event */
function focused({ target }) {
  return target instanceof Element ? target : document.body;
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const { key, code, repeat, ctrlKey, metaKey, altKey, isTrusted } = event;
  if (!isTrusted || ctrlKey || metaKey || altKey || !/^[a-z0-9]$/i.test(key)) return;
  const place = focused(event);
  const idle = place.matches(NOTHING_TO_TYPE);
  if (!idle && place.closest(FIELDS)) return;
  if (repeat) event.stopImmediatePropagation();
  else if (idle) {
    const again = new KeyboardEvent("keydown", { key, code, keyCode: event.keyCode, bubbles: true });
    document.body.dispatchEvent(again); // its keyup follows by itself
  }
}

export default function () {
  document.addEventListener("keydown", pressed, true);
  return () => document.removeEventListener("keydown", pressed, true);
}
