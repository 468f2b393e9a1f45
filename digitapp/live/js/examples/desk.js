// Where examples are drawn one after the other: what a press does, and what the page says of it.
// All of it happens here and at once; the server hears of it by the outbox.

import { prepared } from "../ink.js";
import { Album } from "./album.js";
import { recalled, remember } from "./memory.js";
import { Pause } from "./pause.js";
import { WIDTH } from "./sheet.js";

const JUST = 150; // ms; a stroke that began so shortly before a press is the next sign's

/** @typedef {import("./album.js").Example} Example */
/** @typedef {import("./class_list.js").Class} Class */
/** @typedef {import("./outbox.js").Order} Order */
/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./sheet.js").Line} Line */
/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {import("../ink.js").Preparation} Preparation */
/** @typedef {{ example: Example, lines: Line[] }} Kept */

export class Desk {
  /** @param {string} dataset @param {Outbox} outbox */
  constructor(dataset, outbox) {
    this.dataset = dataset;
    this.outbox = outbox;
    this.memory = recalled(dataset);
    /** @type {Line[]} */
    this.lines = (this.memory?.lines ?? []).map((points) => ({ points, began: 0, ended: 0 }));
    this.album = new Album();
    this.pause = new Pause();
    /** @type {Class[]} */
    this.classes = [];
    /** @type {Preparation} */
    this.how = { box: 20, by_mass: true, pen: 2.5 };
    this.aim = 20;
    this.chosen = this.memory?.chosen ?? -1; // id of the class that is drawn
    /** @type {Kept[]} */
    this.kept = []; // in this visit, to be taken back
    this.itself = false; // whether an example is kept by itself after a pause
    this.due = 0; // when that will be, as of performance.now; 0 while it is not
    this.waits = -1; // id of the class in which it is to be kept as soon as the pen leaves the paper
    this.timer = 0;
    this.problem = ""; // what the server could not do
    this.picked = this.chosen >= 0; // whether somebody has chosen the class, or drawn
    /** @type {Sheet | null} */
    this.sheet = null;
    /** @type {() => void} */
    this.show = () => undefined;
    /** @type {() => void} */
    this.train = () => undefined;
    /** @type {(id: number) => void} */
    this.chose = () => undefined;
  }

  /** @param {number} id */
  count(id) {
    return this.album.count(id);
  }

  /** The class that is drawn. @returns {Class | undefined} */
  get own() {
    return this.classes.find(({ id }) => id === this.chosen);
  }

  /** The next class that needs examples, none if all have enough. @returns {Class | undefined} */
  get next() {
    const place = this.classes.findIndex(({ id }) => id === this.chosen);
    const others = [...this.classes.slice(place + 1), ...this.classes.slice(0, place)];
    return others.find(({ id }) => this.count(id) < this.aim);
  }

  /** Take the classes; the first one that needs examples is drawn. @param {Class[]} classes */
  told(classes) {
    this.classes = classes;
    if (this.own && this.picked) return;
    this.draw((classes.find(({ id }) => this.count(id) < this.aim) ?? classes[0]).id);
  }

  /**
   * Take all examples from the server.
   * @param {[number, number][]} rows
   * @param {Uint8Array} images
   * @param {number[]} [others] as for `Album.load`
   */
  load(rows, images, others = []) {
    this.album.load(rows, images, others);
    const known = new Map(this.album.all.map((each) => [each.id, each]));
    const before = (this.memory?.kept ?? []).flatMap((id) => known.get(id) ?? []);
    this.kept.unshift(...before.map((example) => ({ example, lines: [] })));
    this.memory = undefined;
    this.told(this.classes);
  }

  remember() {
    if (this.memory) return; // the examples that can be taken back are on their way
    const ids = this.kept.flatMap(({ example }) => example.id ?? []);
    remember(this.dataset, this.chosen, this.lines, ids);
  }

  /** Draw a class from now on; what is on the paper is of this class, too. @param {number} id */
  choose(id) {
    this.picked = true;
    this.draw(id);
    this.show();
  }

  /** @param {number} id */
  draw(id) {
    if (id === this.chosen) return;
    this.chosen = id;
    this.chose(id);
  }

  /** Keep what is on the paper, and go on to the next class; after the last one to the training. */
  goOn() {
    const { next, own } = this;
    if (!next && (!own || this.count(own.id) < this.aim)) return;
    this.keep();
    if (next) this.choose(next.id);
    else this.train();
  }

  /** @param {boolean} down */
  pen(down) {
    this.picked = true;
    clearTimeout(this.timer);
    this.due = 0;
    if (!down && this.waits >= 0) this.keep(this.waits);
    else if (!down && this.itself) {
      this.due = performance.now() + this.pause.length;
      this.timer = window.setTimeout(() => this.keep(), this.pause.length);
    }
    this.show();
  }

  /** @param {number} into id of the class */
  keep(into = this.chosen) {
    const { sheet } = this;
    if (!sheet?.lines.length || !this.classes.some(({ id }) => id === into)) return;
    clearTimeout(this.timer);
    this.due = 0;
    const last = sheet.lines[sheet.lines.length - 1];
    const begun = sheet.down && sheet.lines.length > 1 && performance.now() - last.began < JUST;
    this.waits = sheet.down && !begun ? into : -1;
    if (this.waits >= 0) return;
    const lines = sheet.take(sheet.lines.length - Number(begun));
    if (!begun) this.pause.learn(lines);
    const image = this.image(lines);
    if (image) this.add(lines, image, into);
    this.show();
  }

  /** @param {Line[]} lines @param {Uint8Array} image @param {number} into */
  add(lines, image, into) {
    this.problem = "";
    const key = crypto.getRandomValues(new Uint32Array(3)).join("-");
    const example = { id: null, key, into, image };
    this.album.all.push(example);
    this.kept.push({ example, lines });
    const strokes = lines.map(({ points }) => points);
    this.outbox.add({ dataset: this.dataset, act: "keep", key, into, width: WIDTH, strokes });
  }

  /** Take back the last stroke, or the last example if there is none on the paper. */
  undo() {
    if (!this.sheet || this.sheet.down) return;
    clearTimeout(this.timer);
    this.due = 0;
    if (this.sheet.lines.length) this.sheet.undo();
    else this.takeBack();
    this.show();
  }

  /** Put the last example back on the paper, beneath what was drawn since: it was not whole. */
  join() {
    if (!this.sheet || this.sheet.down) return;
    if (!this.kept.at(-1)?.lines.length) return; // how it was drawn is not known any more
    const last = this.takeBack();
    if (!last) return;
    this.sheet.putBack(last.lines);
    this.pause.learn(this.sheet.lines);
    this.pen(false);
  }

  /** @returns {Kept | undefined} */
  takeBack() {
    let last = this.kept.pop();
    while (last && !this.album.all.includes(last.example)) last = this.kept.pop(); // others' deed
    if (!last) return undefined;
    const { into } = last.example;
    if (this.classes.some(({ id }) => id === into)) this.draw(into);
    this.remove([last.example]);
    return last;
  }

  /** @param {Example[]} examples */
  remove(examples) {
    const gone = examples.filter((each) => this.album.all.includes(each));
    if (!gone.length) return;
    this.album.remove(gone);
    this.kept = this.kept.filter(({ example }) => !gone.includes(example));
    this.outbox.add({ dataset: this.dataset, act: "remove", examples: gone });
    this.show();
  }

  /** @param {Example[]} examples @param {number} into */
  move(examples, into) {
    if (!examples.length) return;
    for (const each of examples) each.into = into;
    this.outbox.add({ dataset: this.dataset, act: "move", examples, into });
    this.show();
  }

  /** Forget an example that the server does not keep. @param {Order} order */
  refused(order) {
    this.album.remove(this.album.all.filter(({ key }) => key && key === order.key));
    this.kept = this.kept.filter(({ example }) => example.key !== order.key);
    if (!order.strokes || this.lines.length) return;
    const lines = order.strokes.map((points) => ({ points, began: 0, ended: 0 }));
    this.sheet?.putBack(lines); // for another class, say
  }

  /** @param {Line[]} lines @returns {Uint8Array | null} the picture that a network gets */
  image(lines) {
    const strokes = lines.map(({ points }) => ({
      points: Float64Array.from(points),
      width: WIDTH,
      eraser: false,
    }));
    const found = prepared(strokes, this.how);
    return found && Uint8Array.from(found.image, (ink) => Math.round(ink * 255));
  }
}
