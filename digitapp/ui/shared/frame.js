// Things Python cannot reach: keeps the canvas in place on the screen, hides its toolbar, makes
// the page accessible to screen readers, and closes the menu on a phone.

const CANVASES = '[class*="st-key-"][class*="canvas"]';
const ICONS = ".st-key-tools button:not([title])"; // whose words are not seen
const UPLOADERS = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
const LABEL = "Square to draw on, with a mouse, a pen or a finger";
const ANSWER = "data-announced"; // attribute with text to read out when it appears
const UNSEEN = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
const STACKED = 640; // pixels; up to here a page that is presented scrolls, too
const NARROW = 768; // pixels; up to here the sidebar lies over the page and holds the menu

// For the canvas's shadow root. Its toolbar duplicates the buttons below it, and intercepts strokes
// that start in its corner. Without the second rule the canvas is too low on the page until its
// own styles have loaded. The third shows it in the page's size, whatever its own.
const STYLE = `
  .dc-toolbar { display: none !important; }
  .dc-background-canvas { position: absolute; top: 0; left: 0; }
  .dc-container, .canvas-container, canvas {
    width: var(--canvas) !important; height: var(--canvas) !important;
  }
`;

/** @type {CSSStyleSheet | null} */
let sheet = null;
let waiting = false;
/** @type {Element | null} */
let content = null; // the page content, whose size is observed
/** @type {{ canvas: HTMLElement, top: number } | null} */
let held = null; // the canvas kept in place, and its top on the page

/** @type {HTMLElement | null} */
let voice = null; // the live region for screen readers
/** @type {(string | null)[]} */
let told = []; // answers on the page that have been read out

const sizes = new ResizeObserver(hold);
const changes = new MutationObserver(look);

/** @param {ShadowRoot} root */
function dress(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  changes.observe(root, { childList: true, subtree: true }); // the canvas is added later
  for (const canvas of root.querySelectorAll("canvas:not([aria-hidden], [role])")) {
    if (canvas.matches(".upper-canvas")) {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", LABEL);
    } else canvas.setAttribute("aria-hidden", "true"); // lies below the upper canvas
  }
}

/**
 * Streamlit gives the file uploader a role that hides its accessible name.
 * @param {Element} place
 */
function nameUploader(place) {
  place.setAttribute("role", "group");
}

/** @param {HTMLElement} button */
function giveTooltip(button) {
  const words = button.querySelector("p");
  if (words) button.title = words.textContent || "";
}

// Each answer is read out once when it appears, and again if it returns after another one.
function announce() {
  if (!voice) return;
  const now = [...document.querySelectorAll(`[${ANSWER}]`)].map((each) => each.getAttribute(ANSWER));
  const news = now.filter((each) => !told.includes(each));
  told = now;
  if (news.length) voice.textContent = news.join(" ");
  else if (!now.length && voice.textContent) voice.textContent = "";
}

function giveVoice() {
  if (voice) return;
  voice = document.createElement("div");
  voice.className = "digitapp-voice";
  voice.setAttribute("role", "status");
  voice.setAttribute("aria-live", "polite");
  voice.style.cssText = UNSEEN;
  document.body.append(voice);
}

/** @param {Element} place */
function rootIn(place) {
  const host = place.querySelector('[data-testid="stBidiComponentIsolated"]');
  return host && host.shadowRoot;
}

function look() {
  const roots = [...document.querySelectorAll(CANVASES)].map(rootIn);
  roots.filter((root) => root !== null).forEach(dress);
  document.querySelectorAll(UPLOADERS).forEach(nameUploader);
  /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(ICONS)).forEach(giveTooltip);
  announce();
  if (roots.includes(null) && !waiting) {
    waiting = true; // no event reports that a root is attached
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  }
  const now = document.querySelector('[data-testid="stMainBlockContainer"] > *');
  if (now === content) return;
  sizes.disconnect();
  content = now;
  if (content) sizes.observe(content);
}

// Where nothing scrolls, the canvas has its place on the screen, whatever size that takes.
function presented() {
  return document.documentElement.matches(".digitapp-presenting") && window.innerWidth > STACKED;
}

// When content above the canvas changes height, scroll the page by the same amount; when content
// below it shrinks, keep the page's height.
function hold() {
  const main = document.querySelector('[data-testid="stMain"]');
  const canvases = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(CANVASES));
  const canvas = [...canvases].find((each) => each.offsetParent);
  if (!main || !content?.parentElement) return;
  if (presented()) {
    content.parentElement.style.minHeight = "";
    held = null;
    return;
  }
  const top = canvas ? canvas.getBoundingClientRect().top + main.scrollTop : 0;
  const wanted = main.scrollTop + (held && held.canvas === canvas ? top - held.top : 0);
  const least = canvas && wanted > 0 ? `${wanted + main.clientHeight}px` : "";
  content.parentElement.style.minHeight = least; // or there might be no room to scroll that far
  if (canvas) main.scrollTop = wanted;
  held = canvas ? { canvas, top } : null;
}

/** @param {Event} event */
function scrolled({ target }) {
  if (target instanceof HTMLElement && target.dataset.testid === "stMain") hold();
}

function closeMenu() {
  if (window.innerWidth > NARROW) return;
  const open = '[data-testid="stSidebar"][data-collapsed="false"]';
  const button = document.querySelector(`${open} [data-testid="stSidebarCollapseButton"] button`);
  if (button instanceof HTMLElement) button.click();
}

/** @param {MouseEvent} event */
function pressed({ target, ctrlKey, metaKey, shiftKey }) {
  const link = target instanceof Element && target.closest('[data-testid="stSidebarNavLink"]');
  if (link && !ctrlKey && !metaKey && !shiftKey) setTimeout(closeMenu); // some browsers do now
}

function watch() {
  giveVoice();
  changes.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", pressed, true);
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
  look();
  return () => {
    changes.disconnect();
    sizes.disconnect();
    content = null;
    document.removeEventListener("click", pressed, true);
    document.removeEventListener("scroll", scrolled, { capture: true });
  };
}

/** @type {string | null} */
let page = null; // the page shown
/** @type {(() => void) | null} */
let end = null; // stops watching

/** @param {StreamlitComponent<{ page: string, sidebar: boolean, presenting: boolean }>} component */
export default function ({ data, setTriggerValue }) {
  const connection = window.digitappConnection;
  if (connection) {
    connection.page = data.page;
    connection.refresh = () => setTriggerValue("back", true);
  }
  end = end || watch();
  document.documentElement.classList.toggle("digitapp-no-sidebar", !data.sidebar);
  document.documentElement.classList.toggle("digitapp-presenting", data.presenting);
  if (page !== null && data.page !== page) closeMenu();
  page = data.page;
  return () => {
    end?.();
    end = null;
  };
}
