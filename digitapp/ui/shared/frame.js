// Looks after what Python cannot reach: that a canvas stays where it is on the screen, its own
// tool bar, what is heard of it and of the answers, and the menu of a telephone.

const CANVASES = '[class*="st-key-"][class*="canvas"]';
const UPLOADERS = '[data-testid="stFileUploaderDropzone"][role="presentation"]';
const LABEL = "Square to draw on, with a mouse, a pen or a finger";
const ANSWER = "data-announced"; // holds what is to be read out, as soon as it is on the page
const UNSEEN = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
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

let voice = null; // what a screen reader listens to
let told = []; // answers that are on the page, and were read out

const sizes = new ResizeObserver(hold);
const changes = new MutationObserver(look);

function dress(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  changes.observe(root, { childList: true, subtree: true }); // the canvas comes later
  for (const canvas of root.querySelectorAll("canvas:not([aria-hidden], [role])")) {
    if (canvas.matches(".upper-canvas")) {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", LABEL);
    } else canvas.setAttribute("aria-hidden", "true"); // lies below that one
  }
}

// The place for files has a name, which Streamlit's own role for it would hide.
function nameUploader(place) {
  place.setAttribute("role", "group");
}

// Each answer is read out once, when it comes; one that is changed into another and back, again.
function announce() {
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

function rootIn(place) {
  const host = place.querySelector('[data-testid="stBidiComponentIsolated"]');
  return host && host.shadowRoot;
}

function look() {
  const roots = [...document.querySelectorAll(CANVASES)].map(rootIn);
  roots.filter(Boolean).forEach(dress);
  document.querySelectorAll(UPLOADERS).forEach(nameUploader);
  announce();
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
