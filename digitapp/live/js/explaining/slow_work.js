// Work that takes longer than a frame: done in slices, and only while nothing changes.

const SLICE = 12; // milliseconds

/**
 * Something to do: `advance` does a part of it, for about so long, and says whether all is done.
 * @typedef {{ advance: (milliseconds: number) => boolean }} Task
 */

/**
 * A task that a part of the page waits for; it rests while that part is not to be seen.
 * @typedef {{ task: Task, root: HTMLElement, told: () => void }} Asked
 */

export class SlowWork {
  constructor() {
    /** @type {Map<HTMLElement, Asked>} by the part that waits for it */
    this.asked = new Map();
    this.allowed = false;
    this.waiting = 0;
  }

  /**
   * Say whether there is time for it: not while the pen moves.
   * @param {boolean} allowed
   */
  allow(allowed) {
    this.allowed = allowed;
    this.goOn();
  }

  /**
   * Do a task for a part of the page, in place of what it asked for before.
   * @param {HTMLElement} root of the part
   * @param {Task} task
   * @param {() => void} told called after each slice
   */
  ask(root, task, told) {
    this.asked.set(root, { task, root, told });
    this.goOn();
  }

  goOn() {
    if (this.waiting || !this.next()) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      const next = this.next();
      if (!next) return;
      if (next.task.advance(SLICE)) this.asked.delete(next.root);
      next.told();
      this.goOn();
    });
  }

  /** @returns {Asked | undefined} */
  next() {
    if (!this.allowed) return undefined;
    for (const root of this.asked.keys()) if (!root.isConnected) this.asked.delete(root);
    return [...this.asked.values()].find(({ root }) => root.offsetParent); // null if not to be seen
  }
}

export const slowWork = new SlowWork();
