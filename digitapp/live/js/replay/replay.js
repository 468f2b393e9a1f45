// Whether the replay of the pen's way is shown, and what was asked of it. Other views open it.

export class Replay {
  /** @param {() => void} changed called when it was opened or closed */
  constructor(changed) {
    this.changed = changed;
    this.open = false;
    this.stroke = 0; // after which to stop; 0 to play all from the start
    this.asked = 0; // increases with each request
    /** @type {Element | null} */
    this.opener = null; // what had the focus when it was opened, and gets it back
  }

  /**
   * Show the replay, and play it from the start.
   * @param {number} [stroke] show the drawing as it was after this stroke instead, 1 for the first
   */
  show(stroke = 0) {
    if (!this.open) this.opener = document.activeElement;
    this.open = true;
    this.stroke = stroke;
    this.asked += 1;
    this.changed();
  }

  close() {
    this.open = false;
    if (this.opener instanceof HTMLElement) this.opener.focus();
    this.changed();
  }
}
