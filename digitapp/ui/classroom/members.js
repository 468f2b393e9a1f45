// The members of a room, for its teacher: what each one draws and trains. A card stays where it is
// while its person is in the room, and only what changes in it is drawn anew.

/**
 * @typedef {{ id: string, name: string, note: string, away: boolean, image: string, says: string,
 *   doing: string, training: string, share: number | null }} Card
 * @typedef {{ members: Card[], picked: string, empty: string }} Told
 */

const SIDE = 28; // pixels of a drawing

/** @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap(); // what a card shows

/** @param {string} kind @param {string} words */
function line(kind, words) {
  const found = document.createElement("span");
  found.className = kind;
  found.textContent = words;
  return found;
}

/** @param {string} image base64 of 28x28 bytes, 0 for paper; empty for none */
function picture(image) {
  if (!image) return line("member-blank", "");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("aria-hidden", "true");
  const ink = atob(image);
  const context = canvas.getContext("2d");
  if (!context || ink.length !== SIDE * SIDE) return canvas;
  const pixels = context.createImageData(SIDE, SIDE);
  for (let place = 0; place < ink.length; place += 1) {
    pixels.data.fill(ink.charCodeAt(place), 4 * place, 4 * place + 3);
    pixels.data[4 * place + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** @param {number} share 0 to 1 */
function bar(share) {
  const found = document.createElement("progress");
  found.max = 1;
  found.value = share;
  found.setAttribute("aria-hidden", "true");
  return found;
}

/** @param {HTMLElement} button @param {Card} card */
function fill(button, card) {
  const now = JSON.stringify(card);
  if (shown.get(button) === now) return;
  shown.set(button, now);
  const words = [line("member-name", card.name)];
  if (card.note) words.push(line("member-note", card.note));
  words.push(line("member-says", card.says), line("member-doing", card.doing));
  if (card.training) words.push(line("member-training", card.training));
  const told = line("member-words", "");
  told.append(...words, ...(card.share === null ? [] : [bar(card.share)]));
  button.replaceChildren(picture(card.image), told);
  button.classList.toggle("member-away", card.away);
}

/** @param {HTMLElement} place */
function list(place) {
  const found = place.querySelector("ul");
  if (found) return found;
  const made = document.createElement("ul");
  made.className = "members";
  place.append(made);
  return made;
}

/** @param {HTMLUListElement} all @param {Card} card */
function entry(all, card) {
  const found = [...all.children].find((each) => each.getAttribute("data-id") === card.id);
  if (found) return found;
  const made = document.createElement("li");
  made.dataset.id = card.id;
  const button = document.createElement("button");
  button.type = "button";
  made.append(button);
  return made;
}

/** @param {StreamlitComponent<Told>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const all = list(parentElement);
  const entries = data.members.map((card) => entry(all, card));
  entries.forEach((each, place) => {
    if (all.children[place] !== each) all.insertBefore(each, all.children[place] ?? null);
    const card = data.members[place];
    const button = each.querySelector("button");
    if (!button || !card) return;
    fill(button, card);
    button.setAttribute("aria-pressed", String(card.id === data.picked));
    button.onclick = () => setTriggerValue("picked", card.id);
  });
  while (all.children.length > entries.length) all.lastElementChild?.remove();
}
