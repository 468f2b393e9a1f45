// Loads the page on which examples are drawn (digitapp/live/js/examples), and hands it what the
// server says.

/** @typedef {typeof import("../../live/js/examples/main.js")} Main */
/** @typedef {import("../../live/js/examples/main.js").Told & { code: string, chosen: number }} Told */

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

/** @param {HTMLElement} parent */
function fail(parent) {
  const said = document.createElement("p");
  said.textContent = "The page to draw on could not be loaded. Reload the page.";
  parent.replaceChildren(said);
  code = null;
}

/** @param {StreamlitComponent<Told>} component */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  code ??= import(`${base()}${data.code}js/examples.js`);
  latest.set(parentElement, data);
  const loading = code;
  loading.then(
    (main) => {
      if (latest.get(parentElement) !== data) return; // there is newer, or it is gone
      main.show(base(), parentElement, data, {
        send: (message) => setStateValue("orders", message),
        train: () => setTriggerValue("train", true),
        chose: (id) => id === data.chosen || setStateValue("chosen", id),
      });
    },
    () => fail(parentElement),
  );
  return () => {
    latest.delete(parentElement);
    loading.then(
      (main) => main.hide(parentElement),
      () => undefined,
    );
  };
}
