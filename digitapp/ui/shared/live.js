// Loads the live reading (digitapp/live/js), once for the document, after the page shows, and hands
// it what the server says. Without it the page still works: the server reads each finished stroke.

const WITHOUT = "digitapp-no-live"; // class of the document when the code cannot be loaded

/** @typedef {typeof import("../../live/js/main.js")} Main */

/** @type {Promise<Main> | null} */
let code = null;
/** @type {WeakMap<HTMLElement, object>} */
const latest = new WeakMap(); // by component: its data, while the code loads

function base() {
  const own = /** @type {HTMLScriptElement} */ (
    document.querySelector('script[src*="static/js/"]')
  );
  return own.src.slice(0, own.src.indexOf("static/js/"));
}

/**
 * @param {string} address of the code, relative to the app's
 * @returns {Promise<Main>}
 */
async function load(address) {
  const from = `${base()}${address}`;
  const styled = Promise.all(["live.css", "inside.css"].map((name) => style(`${from}${name}`)));
  // TensorFlow.js starts while the modules are on their way; if it fails, networks say so later.
  const early = import(`${from}js/runtime.js`);
  early.then((own) => own.runtime(`${from}vendor/tfjs-${own.VERSION}/`)).catch(() => undefined);
  const main = await import(`${from}js/all.js`);
  await styled;
  return main;
}

/**
 * Load a style sheet; without it, the views work all the same.
 * @param {string} address
 * @returns {Promise<void>}
 */
function style(address) {
  return new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });
}

/** @param {StreamlitComponent<any>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const loading = code || load(data.code);
  code = loading;
  latest.set(parentElement, data);
  loading.then(
    (main) => {
      document.documentElement.classList.remove(WITHOUT);
      if (latest.get(parentElement) !== data) return; // there is newer, or it is gone
      const tell = (/** @type {string} */ name) => setTriggerValue("picked", name);
      if (data.view) main.show(base(), parentElement, data, tell);
      else {
        const send = (/** @type {object} */ message) => setStateValue("orders", message);
        main.answered(base(), parentElement, data, send);
      }
    },
    () => {
      document.documentElement.classList.add(WITHOUT);
      if (code === loading) code = null; // the next answer may bring it: the server was away
    },
  );
  return () => {
    latest.delete(parentElement);
    loading.then(
      (main) => main.hide(parentElement),
      () => undefined,
    );
  };
}
