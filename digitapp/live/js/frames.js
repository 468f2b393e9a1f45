// Which frames do without pictures. Where frames are slow, two of three have the answer and the bars
// alone: painting the pictures takes longer than reading.

const SLOW = 25; // milliseconds between two frames from which on pictures wait
const LIGHT = 2; // frames without pictures between two with them, where frames are slow
const REST = 250; // milliseconds after which a frame is the first of its kind, and not a slow one

export class Frames {
  constructor() {
    this.shown = -Infinity; // when the views were updated last
    this.light = 0; // frames in a row without the pictures
  }

  /**
   * Return whether pictures wait for a later frame than the one that begins.
   * @param {boolean} some whether there are any
   */
  isLight(some) {
    const now = performance.now();
    const apart = now - this.shown;
    this.shown = now;
    const waits = some && this.light < LIGHT && apart > SLOW && apart < REST;
    this.light = waits ? this.light + 1 : 0;
    return waits;
  }
}
