// What is to be done, in its order, until the server has done it too. Each message holds all that
// the server has not yet said to have taken: one that gets lost, or is overtaken by another, is told
// again. The numbers tell the server what it has done already.

const AGAIN = 4000; // ms without an answer, after which the same is told again
const LATE = 3000; // ms without an answer, after which the page says so

/**
 * @template What
 * @typedef {What & { number: number, again?: boolean }} Numbered `again`: whether a session that is
 *   over was told of it, and may have done it
 */
/**
 * What is told: `telling` counts, as Streamlit passes on what differs from the message before.
 * @typedef {{ session: string, telling: number, waiting: object[] }} Message
 */
/** @typedef {{ session: string, taken: number, wrong?: Record<string, string> }} Answer */

/** @template {object} What */
export class Outbox {
  /** @param {(order: Numbered<What>) => object} [written] as the server is told of it */
  constructor(written = (order) => order) {
    this.written = written;
    this.session = "";
    this.last = 0;
    /** @type {Numbered<What>[]} */
    this.waiting = [];
    /** @type {((message: Message) => void) | null} */
    this.send = null; // while no page is shown that tells the server
    this.timer = 0;
    this.telling = 0;
    this.since = 0; // when the first of those that wait was added, as of performance.now
  }

  /** Whether it tells nothing for now. */
  get resting() {
    return this.send === null;
  }

  /** Whether something has waited for long. */
  get late() {
    return this.waiting.length > 0 && performance.now() - this.since > LATE;
  }

  /** @param {What} order @returns {Numbered<What>} */
  add(order) {
    this.last += 1;
    const numbered = { ...order, number: this.last };
    if (!this.waiting.length) this.since = performance.now();
    this.waiting.push(numbered);
    this.tell();
    return numbered;
  }

  tell() {
    if (!this.session || !this.send) return; // told as soon as there are both
    this.telling += 1;
    const waiting = this.waiting.map(this.written);
    this.send({ session: this.session, telling: this.telling, waiting });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.waiting.length && this.tell(), AGAIN);
  }

  /** Tell nothing while no page is shown that hears it. */
  rest() {
    clearTimeout(this.timer);
    this.send = null;
  }

  /**
   * Take an answer of the server.
   * @param {Answer} answer
   * @returns {{ done: Numbered<What>[], refused: [Numbered<What>, string][] }}
   */
  answered({ session, taken, wrong = {} }) {
    if (session !== this.session) {
      this.session = session; // a new one, or the server was started again: it has forgotten all
      this.waiting.forEach((order, place) => {
        Object.assign(order, { number: taken + place + 1, again: true });
      });
      this.last = taken + this.waiting.length;
      if (this.waiting.length) this.tell();
      return { done: [], refused: [] };
    }
    const done = this.waiting.filter(({ number }) => number <= taken);
    if (done.length) this.since = performance.now();
    this.waiting = this.waiting.filter(({ number }) => number > taken);
    if (!this.waiting.length) clearTimeout(this.timer);
    /** @type {[Numbered<What>, string][]} */
    const refused = done.flatMap((order) => {
      const why = wrong[order.number];
      return why ? [[order, why]] : [];
    });
    return { done, refused };
  }
}
