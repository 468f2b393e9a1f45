// What all views share: elements, texts and colours. Updates touch only what has changed.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {Node | null} [parent]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, className, parent = null, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  if (parent) parent.appendChild(made);
  return made;
}

/**
 * An element that is decoration, or whose words are in the name of an element around it.
 *
 * @param {string} className
 * @param {Node} parent
 */
export function makeSilent(className, parent) {
  const made = make("span", className, parent);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/**
 * A canvas that screen readers know as a picture.
 *
 * @param {string} className
 * @param {Node} parent
 * @param {string} name
 */
export function makePicture(className, parent, name) {
  const made = make("canvas", className, parent);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", name);
  return made;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {Element} parent
 * @returns {SVGElementTagNameMap[T]}
 */
export function makeSvg(tag, className, parent) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  made.setAttribute("class", className);
  parent.appendChild(made);
  return made;
}

/**
 * A strip that scrolls sideways inside itself, also by the keyboard.
 *
 * @param {string} className
 * @param {Node} parent
 * @param {string} name
 */
export function makeScroller(className, parent, name) {
  const made = make("div", `live-scroller ${className}`, parent);
  made.tabIndex = 0;
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  return made;
}

/**
 * Scroll a strip so far that an element in it is seen; of a wider one, its beginning.
 *
 * @param {HTMLElement} strip
 * @param {HTMLElement} element
 */
export function scrollSideways(strip, element) {
  const [seen, box] = [strip.getBoundingClientRect(), element.getBoundingClientRect()];
  const before = box.left - seen.left;
  const beyond = box.right - seen.right;
  if (before < 0) strip.scrollLeft += before;
  else if (beyond > 0) strip.scrollLeft += Math.min(beyond, before);
}

/**
 * Set the text of an element with nothing else in it. The node of the text is kept: whenever nodes
 * come or go in Streamlit's tabs, these search all that they contain for something to focus.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
  const { firstChild } = element;
  if (!firstChild) element.textContent = text;
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text;
}

/**
 * @param {HTMLElement} element
 * @param {string} name as in `dataset`
 * @param {string | boolean} value true and false set and remove it
 */
export function setData(element, name, value) {
  if (value === false) delete element.dataset[name];
  else if (element.dataset[name] !== String(value)) element.dataset[name] = String(value);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function pen(canvas, options = {}) {
  const found = canvas.getContext("2d", options);
  if (!found) throw new Error("This browser cannot draw on a canvas.");
  return /** @type {CanvasRenderingContext2D} */ (found);
}

/** @typedef {[number, number, number]} Rgb */

/**
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} share of `to`, 0 to 1
 * @returns {Rgb}
 */
export function mixed(from, to, share) {
  const at = (/** @type {number} */ n) => Math.round(from[n] + (to[n] - from[n]) * share);
  return [at(0), at(1), at(2)];
}

/** @param {Rgb} colour */
export function css([red, green, blue]) {
  return `rgb(${red}, ${green}, ${blue})`;
}

/**
 * Paint ink in white on black.
 *
 * @param {Uint32Array} pixels
 * @param {ArrayLike<number> | null} values 0 paper to `full` ink; null for paper alone
 * @param {number} [full]
 */
export function paintInk(pixels, values, full = 1) {
  for (let at = 0; at < pixels.length; at += 1) {
    const light = values ? Math.round((255 * values[at]) / full) : 0;
    pixels[at] = (255 << 24) | (light << 16) | (light << 8) | light;
  }
}

const probe = document.createElement("canvas");
probe.width = probe.height = 1;

/**
 * The colours that live.css gives an element, as numbers for pixels.
 *
 * @param {HTMLElement} element
 */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  const brush = pen(probe, { willReadFrequently: true });
  const found = (/** @type {string} */ name) => {
    brush.fillStyle = style.getPropertyValue(`--live-${name}`).trim();
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
    return /** @type {Rgb} */ ([red, green, blue]);
  };
  return {
    accent: found("accent"),
    doubtful: found("doubtful"),
    panel: found("panel"),
    text: found("text"),
  };
}

/**
 * Call back when the page's theme changes: live.css makes an element's inherited colour change
 * by a transition too short to see, and the end of a transition is an event.
 *
 * @param {HTMLElement} element
 * @param {() => void} changed
 */
export function whenThemeChanges(element, changed) {
  element.classList.add("live-themed");
  element.addEventListener("transitionend", ({ target, propertyName }) => {
    if (target === element && propertyName === "color") changed();
  });
}
