// What the page leaves out, where the network has a second reader, of how the pen moved.

/** @typedef {import("./scene.js").Scene} Scene */

const ALONE =
  "This page looks into the network that reads the picture, so its percentages are the picture's " +
  "alone.";

/**
 * @param {Pick<Scene, "network" | "parts"> | null} scene
 * @returns {string} empty where the picture is all that is read
 */
export function noteOnMovement(scene) {
  if (!scene || !scene.network.strokes) return "";
  return scene.parts ? `${ALONE} ${withMovement(scene.parts)}` : ALONE;
}

/** @param {import("../reader.js").Parts} parts */
function withMovement({ picture, together }) {
  if (together.sign === picture.sign) return "With your pen's movement, the answer is the same.";
  const told = together.refused ? "that it is not a digit" : `${together.name} instead`;
  return `With your pen's movement, the answer is ${told}.`;
}
