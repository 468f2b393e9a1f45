// The curve of an activation function, with the point on it where the node is now.

import { activated } from "../explaining/activation_functions.js";
import { make, makeSvg, setText } from "../views/elements.js";
import { functionName } from "./node_words.js";
import { numeral, scaleFor } from "../numbers.js";

const [WIDTH, HEIGHT, EDGE] = [200, 128, 8]; // of the drawing, and what is kept free around it
const STEPS = 80;
const LEAST = 2; // what the axis reaches to at least, on both sides
const LOWEST = /** @type {Record<string, number>} */ ({ tanh: -1, elu: -1, gelu: -0.2 });
const HIGHEST = /** @type {Record<string, number>} */ ({ tanh: 1, sigmoid: 1 });

/** @param {HTMLElement} parent */
export function curveView(parent) {
  const root = make("figure", "live-curve", parent);
  root.dataset.part = "activation";
  const svg = makeSvg("svg", "live-curve-drawing", root);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  const axes = makeSvg("path", "live-curve-axes", svg);
  const guides = makeSvg("path", "live-curve-guides", svg);
  const line = makeSvg("path", "live-curve-line", svg);
  const point = makeSvg("circle", "live-curve-point", svg);
  point.setAttribute("r", "5");
  const caption = make("figcaption", "live-value-caption", root);
  let drawn = "";
  let [reach, name] = [LEAST, ""];

  /** @param {number} z */
  const x = (z) => WIDTH / 2 + (z / reach) * (WIDTH / 2 - EDGE);

  /** @param {number} value */
  function y(value) {
    const [low, high] = [LOWEST[name] ?? (name ? 0 : -reach), HIGHEST[name] ?? reach];
    return HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  }

  function draw() {
    const zs = Array.from({ length: STEPS + 1 }, (_, n) => reach * ((2 * n) / STEPS - 1));
    const points = zs.map((z) => `${x(z).toFixed(1)} ${y(activated(name, z)).toFixed(1)}`);
    line.setAttribute("d", `M${points.join("L")}`);
    const [left, right, zero] = [EDGE, WIDTH - EDGE, y(0)];
    axes.setAttribute("d", `M${left} ${zero}H${right}M${x(0)} ${EDGE}V${HEIGHT - EDGE}`);
  }

  /**
   * @param {string} activation
   * @param {number} z what the function gets
   * @param {number} value what the node hands on: 0 if it is switched off
   * @param {boolean} fresh whether it is another node, so that the axis may become shorter
   */
  function update(activation, z, value, fresh) {
    if (fresh || activation !== name) reach = LEAST;
    [name, reach] = [activation, Math.max(reach, scaleFor(Math.abs(z)))];
    if (drawn !== `${name} ${reach}`) draw();
    drawn = `${name} ${reach}`;
    const [across, down] = [x(z).toFixed(1), y(value).toFixed(1)];
    point.setAttribute("cx", across);
    point.setAttribute("cy", down);
    guides.setAttribute("d", `M${across} ${y(0)}V${down}H${x(0)}`);
    setText(caption, `${functionName(activation)}: ${numeral(z)} → ${numeral(value)}`);
    const said = `The curve of ${functionName(activation)}, with a point where the node is now`;
    if (svg.getAttribute("aria-label") !== said) svg.setAttribute("aria-label", said);
  }
  return { root, update };
}
