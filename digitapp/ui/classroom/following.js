// Asks the server, every two seconds, whether the room has something new: whether the teacher shows
// another page or drawing, or the room has ended. Only then the page itself is asked for anew.

/** @typedef {{ mark: string, url: string }} Told */

const EVERY = 2000; // milliseconds
const AGAIN = 5000; // milliseconds after which the same news are told once more

let mark = ""; // what the page shows
let url = "";
let told = { mark: "", at: -Infinity };
/** @type {StreamlitComponent<Told>["setTriggerValue"]} */
let tell = () => undefined;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

async function ask() {
  if (!document.hidden && url) {
    try {
      const answer = await fetch(url, { cache: "no-store" });
      if (answer.ok) heard(String((await answer.json()).mark));
    } catch {
      // The server is away; it is asked again.
    }
  }
  wait();
}

/** @param {string} now */
function heard(now) {
  if (now === mark) return;
  if (now === told.mark && performance.now() - told.at < AGAIN) return;
  told = { mark: now, at: performance.now() };
  tell("mark", now);
}

// Thirty browsers do not ask in the same moment.
function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, EVERY * (0.75 + Math.random() / 2));
}

/** @param {StreamlitComponent<Told>} component */
export default function ({ data, setTriggerValue }) {
  tell = setTriggerValue;
  ({ mark, url } = data);
  if (waiting === undefined) wait();
  return () => {
    clearTimeout(waiting);
    waiting = undefined;
  };
}
