// When an example is kept by itself: after a pause that is longer than those inside of its signs.

const [SHORTEST, LONGEST] = [1000, 3000]; // ms
const LONGER = 3; // times the longest pause that was made inside a sign

/** @typedef {import("./sheet.js").Line} Line */

export class Pause {
  constructor() {
    this.inside = 0; // ms; the longest so far
  }

  /** @param {Line[]} lines of a sign that was kept, or put together again */
  learn(lines) {
    for (let each = 1; each < lines.length; each++) {
      const { ended } = lines[each - 1];
      if (ended) this.inside = Math.max(this.inside, lines[each].began - ended);
    }
  }

  get length() {
    return Math.min(Math.max(LONGER * this.inside, SHORTEST), LONGEST);
  }
}
