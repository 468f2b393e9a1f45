// Notices when the server is away, says so in a line at the foot of the page in place of Streamlit's
// dialog, and has the page made anew once the server is back: it may be another one, or have been
// started again, and then knows nothing of this page.

window.digitappConnection ??= (() => {
  const APP = '[data-testid="stApp"]';
  const STATE = "data-test-connection-state";
  const CANVASES = '[class*="st-key-"][class*="canvas"]';
  const DIALOG = '[role="dialog"]';
  const PROBLEM = "Connection error"; // the title of Streamlit's dialog
  const GRACE = 1500; // milliseconds; a shorter absence is not worth a word
  const BACK_FOR = 4000; // milliseconds for which the page says that the server is back

  const AWAY = "No connection to the server right now. ";
  const DRAWING = "Go on drawing: this page reads by itself, and keeps all that you draw.";
  const EXAMPLES = "Go on drawing: your examples are saved when it is back.";
  const TRAINING = "Networks in training go on learning; you will see it here when it is back.";
  const READING = "What you see stays as it is. Buttons work again when it is back.";
  const BACK = "The server is back.";

  /** @type {DigitappConnection} */
  const connection = { away: false, page: "", watchers: new Set(), refresh: () => undefined };
  let connected = true;
  let timer = 0;
  /** @type {HTMLElement | null} */
  let line = null;

  /** @param {string} words */
  function say(words) {
    if (!line) {
      line = document.createElement("div");
      line.className = "digitapp-connection";
      line.setAttribute("role", "status");
      document.body.append(line);
    }
    line.textContent = words;
    line.hidden = !words;
  }

  function words() {
    const live = !document.documentElement.classList.contains("digitapp-no-live");
    if (live && document.querySelector(CANVASES)) return AWAY + DRAWING;
    if (document.querySelector(".st-key-examples")) return AWAY + EXAMPLES;
    return AWAY + (connection.page === "Train" ? TRAINING : READING);
  }

  /** @param {boolean} now */
  function change(now) {
    connection.away = now;
    document.documentElement.classList.toggle("digitapp-away", now);
    say(now ? words() : BACK);
    if (!now) timer = window.setTimeout(() => say(""), BACK_FOR);
    for (const watcher of connection.watchers) watcher();
  }

  function look() {
    const state = document.querySelector(APP)?.getAttribute(STATE);
    if (!state || (state === "CONNECTED") === connected) return;
    connected = state === "CONNECTED";
    clearTimeout(timer);
    if (!connected) timer = window.setTimeout(() => change(true), connection.away ? 0 : GRACE);
    else {
      if (connection.away) change(false);
      connection.refresh();
    }
  }

  function closeDialog() {
    if (connected) return;
    for (const dialog of document.querySelectorAll(DIALOG)) {
      if (!dialog.textContent?.trim().startsWith(PROBLEM)) continue;
      const close = dialog.querySelector("button");
      close?.click(); // Streamlit then shows it no more until it has been connected again
    }
  }

  new MutationObserver(look).observe(document.body, {
    attributes: true,
    attributeFilter: [STATE],
    subtree: true,
  });
  new MutationObserver(closeDialog).observe(document.body, { childList: true });
  return connection;
})();
