// Looks after what Python cannot reach: that a canvas stays where it is on the screen, its own
// tool bar, and the menu of a telephone.

const CANVASES = '[class*="st-key-"][class*="canvas"]';
const NARROW = 768; // pixels; up to here the side bar lies over the page and holds the menu

// For the canvas's shadow root. Its tool bar doubles the buttons below it, and takes the strokes
// that begin in its corner. Without the second rule the canvas stands one place too low until
// its own style has come.
const STYLE = `
  .dc-toolbar { display: none !important; }
  .dc-background-canvas { position: absolute; top: 0; left: 0; }
`;

let sheet = null;
let waiting = false;
let content = null; // of the page, whose size is watched
let held = null; // the canvas that stays where it is, and its place on the page

const sizes = new ResizeObserver(hold);

function dress(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
}

function rootIn(place) {
  const host = place.querySelector('[data-testid="stBidiComponentIsolated"]');
  return host && host.shadowRoot;
}

function look() {
  const roots = [...document.querySelectorAll(CANVASES)].map(rootIn);
  roots.filter(Boolean).forEach(dress);
  if (roots.includes(null) && !waiting) {
    waiting = true; // nothing tells when a root is attached
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

// When what is above the canvas changes its height, the page scrolls by as much; when what is
// below becomes shorter, the page does not.
function hold() {
  const main = document.querySelector('[data-testid="stMain"]');
  const canvas = [...document.querySelectorAll(CANVASES)].find((each) => each.offsetParent);
  if (!main || !content) return;
  const least = canvas && main.scrollTop > 0 ? `${main.scrollTop + main.clientHeight}px` : "";
  content.parentElement.style.minHeight = least;
  if (!canvas) {
    held = null;
    return;
  }
  const top = canvas.getBoundingClientRect().top + main.scrollTop;
  if (held && held.canvas === canvas) main.scrollTop += top - held.top;
  held = { canvas, top };
}

function scrolled({ target }) {
  if (target.dataset && target.dataset.testid === "stMain") hold();
}

function closeMenu() {
  if (window.innerWidth > NARROW) return;
  const open = '[data-testid="stSidebar"][data-collapsed="false"]';
  const button = document.querySelector(`${open} [data-testid="stSidebarCollapseButton"] button`);
  if (button) button.click();
}

function pressed({ target, ctrlKey, metaKey, shiftKey }) {
  const link = target.closest && target.closest('[data-testid="stSidebarNavLink"]');
  if (link && !ctrlKey && !metaKey && !shiftKey) setTimeout(closeMenu); // some browsers do it now
}

function watch() {
  const changes = new MutationObserver(look);
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

let page = null; // that is shown
let end = null; // of watching

export default function ({ data }) {
  end = end || watch();
  document.documentElement.classList.toggle("digitapp-no-sidebar", !data.sidebar);
  if (page !== null && data.page !== page) closeMenu();
  page = data.page;
  return () => {
    end();
    end = null;
  };
}
