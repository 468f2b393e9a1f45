// Fits a run that is presented to a class into the window: the stage takes what the rows above it
// leave, also while one of them holds a message, and settings that have no room in their line are
// counted behind it. A press on that number shows them all.

const STACKED = 640; // pixels; up to here the page scrolls
const MOST = 0.5; // of the window's height that messages may take from the stage
const CALM = 200; // milliseconds
const PUSHED = "--pushed";

/** @type {Element[]} */
let seen = []; // what is observed
const sizes = new ResizeObserver(fit);
const changes = new MutationObserver(look);

let waiting = 0; // the timer of the next `makeRoom`

function fit() {
  roomSoon();
  for (const chips of document.querySelectorAll(".setting-chips")) {
    if (chips instanceof HTMLElement) countHidden(chips);
  }
}

/**
 * While the page changes, what was there before stands above what is new for a moment: that is no
 * message, and must not make the stage shorter.
 */
function roomSoon() {
  clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (app?.getAttribute("data-test-script-state") === "running") roomSoon();
    else makeRoom();
  }, CALM);
}

/** Shortens the stage by as much as the rows above it are higher than usual. */
function makeRoom() {
  const main = document.querySelector('[data-testid="stMain"]');
  const stage = document.querySelector(".st-key-stage");
  if (!main || !(stage instanceof HTMLElement)) return;
  const style = document.documentElement.style;
  const before = parseFloat(style.getPropertyValue(PUSHED)) || 0;
  const top = stage.getBoundingClientRect().top + main.scrollTop;
  const beyond = top + stage.offsetHeight + before - main.clientHeight;
  const wanted = Math.min(Math.max(0, Math.ceil(beyond)), MOST * window.innerHeight);
  const now = window.innerWidth > STACKED ? wanted : 0;
  if (now !== before) style.setProperty(PUSHED, `${now}px`);
}

/** @param {HTMLElement} chips */
function countHidden(chips) {
  const more = chips.querySelector(".more");
  if (!(more instanceof HTMLButtonElement) || chips.matches(".all")) return;
  chips.classList.remove("cut");
  if (hidden(chips)) chips.classList.add("cut"); // makes room for the number, which hides more
  const count = hidden(chips);
  const text = `+${count}`;
  if (more.textContent !== text) more.textContent = text;
  more.setAttribute("aria-label", `${count} more setting${count === 1 ? "" : "s"}`);
  more.setAttribute("aria-expanded", "false");
}

/** @param {HTMLElement} chips */
function hidden(chips) {
  const each = /** @type {HTMLElement[]} */ ([...chips.querySelectorAll(".chip")]);
  return each.filter((chip) => chip.offsetTop >= chips.clientHeight).length;
}

/** @param {MouseEvent} event */
function pressed({ target }) {
  const more = target instanceof Element ? target.closest(".setting-chips .more") : null;
  const chips = more?.parentElement;
  if (!more || !chips) return;
  const all = chips.classList.toggle("all");
  if (all) {
    more.textContent = "\u2212"; // a minus sign
    more.setAttribute("aria-label", "Fewer settings");
    more.setAttribute("aria-expanded", "true");
  } else countHidden(chips);
}

/** Streamlit makes elements anew, and new ones must be observed. */
function look() {
  const now = [...document.querySelectorAll(".st-key-header, .st-key-stage, .setting-chips")];
  const content = document.querySelector('[data-testid="stMainBlockContainer"] > *');
  if (content) now.push(content);
  if (now.length === seen.length && now.every((each, place) => each === seen[place])) return;
  sizes.disconnect();
  seen = now;
  for (const each of seen) sizes.observe(each); // calls `fit`, too
}

export default function () {
  changes.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", pressed, true);
  look();
  return () => {
    changes.disconnect();
    sizes.disconnect();
    clearTimeout(waiting);
    seen = [];
    document.removeEventListener("click", pressed, true);
    document.documentElement.style.removeProperty(PUSHED);
  };
}
