// The paper that lies on the canvas while the server is away, with buttons that work without it.

/** @typedef {import("./strokes.js").Stroke} Stroke */

const PLACE = '[class*="st-key-"][class*="canvas"]';
const TOOLS = ".st-key-tools";
const APP = '[data-testid="stApp"]';
const PIXELS = 560; // as the canvas has, so that strokes are in its units
const BUTTONS = /** @type {const} */ ([
  ["undo", "Undo"],
  ["redo", "Redo"],
  ["clear", "Clear"],
]);

/** @typedef {"undo" | "redo" | "clear"} Act */

export class OwnPaper {
  /**
   * @param {HTMLElement} place of the canvas
   * @param {(act: Act) => void} press
   */
  constructor(place, press) {
    this.place = place;
    this.paper = document.createElement("div");
    this.paper.className = "digitapp-own-paper";
    this.canvas = document.createElement("canvas");
    this.canvas.className = "upper-canvas"; // so that pen.js follows the pen on it
    this.canvas.width = this.canvas.height = PIXELS;
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "Square to draw on, with a mouse, a pen or a finger");
    this.paper.append(this.canvas);
    this.tools = document.createElement("div");
    this.tools.className = "digitapp-own-tools";
    this.buttons = BUTTONS.map(([act, name]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => press(act));
      this.tools.append(button);
      return button;
    });
    const app = getComputedStyle(document.querySelector(APP) ?? document.body);
    Object.assign(this.tools.style, { background: app.backgroundColor, color: app.color });
    place.append(this.paper);
    document.querySelector(TOOLS)?.append(this.tools);
  }

  /** @returns {HTMLElement | null} the place of the canvas on this page, if it has one */
  static place() {
    const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(PLACE));
    return [...places].find((each) => each.offsetParent) ?? null;
  }

  /** Whether the page still has it. */
  get shown() {
    return this.paper.isConnected;
  }

  /**
   * @param {Stroke[]} strokes in units of the drawing
   * @param {number} scale units of the drawing in a pixel
   * @param {number} undone how many strokes can be redone
   */
  show(strokes, scale, undone) {
    const [undo, redo, clear] = this.buttons;
    undo.disabled = clear.disabled = !strokes.length;
    redo.disabled = !undone;
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, PIXELS, PIXELS);
    pen.setTransform(1 / scale, 0, 0, 1 / scale, 0, 0);
    for (const { points, width, eraser } of strokes) {
      Object.assign(pen, { lineCap: "round", lineJoin: "round", lineWidth: width });
      pen.strokeStyle = eraser ? "#ffffff" : "#000000";
      pen.beginPath();
      pen.moveTo(points[0], points[1]);
      for (let at = 0; at < points.length; at += 2) pen.lineTo(points[at], points[at + 1]);
      pen.stroke();
    }
  }

  remove() {
    this.paper.remove();
    this.tools.remove();
  }
}
