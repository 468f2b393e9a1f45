// Asks the server, every two seconds, whether the room has something new: whether the teacher shows
// another page or drawing, or the room has ended. Only then the page itself is asked for anew.

//
// While the page follows, the tab keeps what its own page was, so that it survives a reload: then
// the server has a new session, which does not know.

/**
 * @typedef {{ mark: string, url: string, own: string, session: string, taken: boolean }} Told
 * `own`: what the page was before it followed, empty if it does not; `taken`: whether what the tab
 * had kept from an earlier session has arrived.
 */

const EVERY = 2000; // milliseconds
const AGAIN = 5000; // milliseconds after which the same news are told once more

const OWN = "digitapp-own-page";

let asked = ""; // the session that was told what is kept
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

/** @param {Told} data */
function keep({ own, session, taken }) {
  const kept = JSON.parse(sessionStorage.getItem(OWN) ?? "null");
  if (kept && kept.session !== session && !taken) {
    if (asked !== session) tell("own", kept.own);
    asked = session;
  } else if (own) sessionStorage.setItem(OWN, JSON.stringify({ session, own }));
  else sessionStorage.removeItem(OWN);
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
  keep(data);
  if (waiting === undefined) wait();
  return () => {
    clearTimeout(waiting);
    waiting = undefined;
  };
}
