// What a board of several runs has beside its charts: the latest values, and the names of lines.
// Part of chart.js, into which the server puts it: a component's script is one module.

const APART = 1.3; // from one name to the next, in heights of the text
const NARROW = 500; // pixels, on which there is no room for names beside a chart
const AXIS_BELOW = 3.2; // its numbers and its title, in heights of the text

/** @typedef {{ label: string, colour: string, sign: string, share: string, state: string }} Value */

/**
 * Show what each run has come to, above the charts.
 * @param {HTMLElement} list a `<dl>`
 * @param {Value[]} values
 */
export function showValues(list, values) {
  list.className = "board-values";
  const found = values.map(({ label, colour, sign, share, state }) => {
    const [entry, name, mark] = ["div", "dt", "span"].map((tag) => document.createElement(tag));
    mark.style.color = colour;
    mark.ariaHidden = "true";
    mark.textContent = sign;
    name.append(mark, ` ${label}`);
    const [number, about] = [share, state].map((text) => {
      const made = document.createElement("dd");
      made.textContent = text;
      return made;
    });
    about.className = "state";
    entry.append(name, number, about);
    return entry;
  });
  list.replaceChildren(...found);
}

/**
 * Move the names at the ends of lines apart, where lines end close to each other. In a narrow place,
 * only the lines' signs are left of them; they are whole again when it has become wider.
 * @param {PlotlyFigure["layout"]} layout changed in place; a name is an annotation named "end"
 * @param {PlotlyPlace} place
 * @returns whether there are any
 */
export function namesApart(layout, place) {
  const names = [...(layout.annotations ?? [])].filter(({ name }) => name === "end");
  if (!names.length) return false; // then the axes may have no range either
  const { font, margin, yaxis } = layout;
  place.whole ??= { right: margin.r, texts: names.map(({ text }) => text) };
  const { right, texts } = place.whole;
  const narrow = place.offsetWidth < NARROW;
  margin.r = narrow ? 2 * font.size : right;
  names.forEach((name, i) => (name.text = narrow ? texts[i].split(" <b>")[0] : texts[i]));
  names.sort((a, b) => a.y - b.y);
  const drawn = place._fullLayout;
  const height = drawn
    ? drawn._size.h + place.offsetHeight - drawn.height
    : place.offsetHeight - margin.t - margin.b - AXIS_BELOW * font.size;
  const [low, high] = yaxis.range;
  const ends = names.map(({ y }) => Math.min(Math.max((y - low) / (high - low), 0), 1) * height);
  const heights = [...ends];
  for (let i = 1; i < heights.length; i++) {
    heights[i] = Math.max(heights[i], heights[i - 1] + APART * font.size);
  }
  let top = height;
  for (let i = heights.length - 1; i >= 0; i--) {
    heights[i] = Math.min(heights[i], top);
    top = heights[i] - APART * font.size;
  }
  names.forEach((name, i) => (name.yshift = heights[i] - ends[i]));
  return true;
}
