// One press of the browser's Back goes one page back. Streamlit adds an entry to the browser's history
// whenever Python changes the address, also for a setting, or when a page sends its visitor on at
// once; Back then leads to an address that looks the same, or that sends the visitor forward again.
// Here a new entry is only for another page, run or experiment, and only after the visitor did
// something on the one before. All else changes the address of the entry that is there.

/** By page: query parameters that name what is shown, and not how. @type {Record<string, string[]>} */
const NAMING = {
  train: ["run", "experiment", "runs"],
  handwriting: ["run"],
  data: ["dataset", "new"],
};
const DEEDS = ["pointerdown", "keydown", "click"]; // some assistive technologies only click

let done = false; // whether the visitor did anything since the last entry

/** @param {URL} address */
function place(address) {
  const page = address.pathname.replace(/\/$/, "").split("/").pop() || "";
  const names = NAMING[page] || [];
  return [address.pathname, ...names.map((name) => address.searchParams.get(name))].join("\n");
}

/** @type {History["pushState"]} */
function push(state, unused, to) {
  const now = new URL(window.location.href);
  if (done && to && place(new URL(to, now)) !== place(now)) {
    done = false;
    History.prototype.pushState.call(window.history, state, unused, to);
  } else window.history.replaceState(state, unused, to);
}

function watch() {
  for (const deed of DEEDS) {
    document.addEventListener(deed, () => (done = true), { capture: true, passive: true });
  }
  window.addEventListener("popstate", () => (done = false));
  window.history.pushState = push;
}

/** Watch from now on, whatever page is shown: a page may push before its own scripts have begun. */
export default function () {
  if (!Object.hasOwn(window.history, "pushState")) watch();
}
