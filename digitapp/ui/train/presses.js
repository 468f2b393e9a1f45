// Counts the presses of a run's buttons, in their order, until the server has taken them. By
// itself, Streamlit runs a page once for several presses that come quickly, and hears of the last
// one only. Here each message holds all presses that the server has not yet said to have taken.

const BUTTONS = ".st-key-run-buttons .stButton button:enabled";
const NAME = /(?:^|\s)st-key-do-([a-z]+)/;

/** @typedef {[number, number, string]} Press its number, the run, and the button's name */
/** @typedef {{ session: string, taken: number, run: number, names: string[] }} Told */

// When a run ends, Streamlit loads this script again.
const kept = (window.digitappPresses ??= { session: "", last: 0, waiting: [] });
let run = 0;
/** @type {string[]} */
let names = []; // of the buttons that are counted
/** @type {StreamlitComponent<Told>["setStateValue"]} */
let tell = () => undefined;

/** @param {Told} data */
function told(data) {
  [run, names] = [data.run, data.names];
  const again = data.session !== kept.session && kept.waiting.length > 0;
  if (data.session === kept.session) {
    kept.waiting = kept.waiting.filter(([number]) => number > data.taken);
    return;
  }
  // The server has forgotten this session, for instance in a restart, or it is a new one.
  kept.session = data.session;
  kept.waiting = kept.waiting.map(([, ...what], place) => [data.taken + place + 1, ...what]);
  kept.last = data.taken + kept.waiting.length;
  if (again) send();
}

function send() {
  tell("presses", { session: kept.session, waiting: kept.waiting });
}

/** @param {Event} event */
function clicked(event) {
  const button = event.target instanceof Element ? event.target.closest(BUTTONS) : null;
  const [, name] = button?.closest('[class*="st-key-do-"]')?.className.match(NAME) ?? [];
  if (!name || !names.includes(name)) return;
  event.stopImmediatePropagation(); // Streamlit need not hear of it, too
  kept.last += 1;
  kept.waiting = [...kept.waiting, [kept.last, run, name]];
  send();
}

/** @param {StreamlitComponent<Told>} component */
export default function ({ data, setStateValue }) {
  tell = setStateValue;
  told(data);
  document.addEventListener("click", clicked, true);
  return () => document.removeEventListener("click", clicked, true);
}
