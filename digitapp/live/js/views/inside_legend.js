// What brightness and lines mean in the picture of a network.

import { make } from "./elements.js";

/** @param {HTMLElement} head */
export function legend(head) {
  const place = make("p", "live-inside-legend", head);
  make("span", "", place, "the stronger, the larger for its layer").dataset.sign = "bright";
  make("span", "", place, "adds").dataset.sign = "plus";
  make("span", "", place, "takes away").dataset.sign = "minus";
}
