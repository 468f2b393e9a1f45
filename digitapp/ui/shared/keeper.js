// Keeps the drawing in this tab of the browser, and hands it to a session of the server that
// does not know it: after the page was loaded again, or the server started anew.

const PLACE = "digitapp.drawing";

const RESTORING = "digitapp-restoring"; // meanwhile, what is drawn would be overwritten
const PATIENCE = 5000; // milliseconds

let session = null; // that was met last
let waiting = false; // until that session has taken what was kept

function wait(now) {
  waiting = now;
  document.documentElement.classList.toggle(RESTORING, waiting);
}

function stored() {
  try {
    return sessionStorage.getItem(PLACE);
  } catch {
    return null; // the browser keeps nothing for this page
  }
}

function store(drawing) {
  try {
    if (drawing) sessionStorage.setItem(PLACE, drawing);
    else sessionStorage.removeItem(PLACE);
  } catch {
    // As above.
  }
}

export default function ({ data, setTriggerValue }) {
  if (data.session !== session) {
    session = data.session;
    const kept = stored();
    wait(Boolean(kept) && !data.taken);
    if (waiting) {
      setTriggerValue("kept", kept);
      setTimeout(() => wait(false), PATIENCE);
    }
  }
  if (data.taken) wait(false);
  if (!waiting) store(data.drawing);
}
