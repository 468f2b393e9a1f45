// Keeps the drawing in this browser tab, and sends it to a server session that does not know it:
// after a page reload or a server restart.

const PLACE = "digitapp.drawing";

const RESTORING = "digitapp-restoring"; // disables the canvas: strokes would be overwritten
const PATIENCE = 5000; // milliseconds

/** @type {string | null} */
let session = null; // the last one seen
let waiting = false; // until that session has accepted the stored drawing

/** @param {boolean} now */
function wait(now) {
  waiting = now;
  document.documentElement.classList.toggle(RESTORING, waiting);
}

function stored() {
  try {
    return sessionStorage.getItem(PLACE);
  } catch {
    return null; // the browser blocks storage for this page
  }
}

/** @param {string} drawing */
function store(drawing) {
  try {
    if (drawing) sessionStorage.setItem(PLACE, drawing);
    else sessionStorage.removeItem(PLACE);
  } catch {
    // As above.
  }
}

/**
 * @typedef {object} Kept
 * @property {string} session
 * @property {boolean} taken
 * @property {string} drawing objects and those that were undone; empty if there are none
 * @property {string} keep the same of the drawing that the tab keeps
 * @property {number} revision increases each time the server tells the canvas what to show
 * @property {number} scale units of the drawing in a pixel of the canvas
 * @property {{ width: number, colour: string }} pen
 */
/** @param {StreamlitComponent<Kept>} component */
export default function ({ data, setTriggerValue }) {
  if (!window.digitappEarly?.taken) {
    const [objects] = data.drawing ? JSON.parse(data.drawing) : [[]];
    window.digitappEarly?.told({ answer: { ...data, objects } });
  }
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
  if (!waiting && !window.digitappConnection?.own) store(data.keep);
}
