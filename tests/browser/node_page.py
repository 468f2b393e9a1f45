"""A page with what shows one node, and the bar of changes, of a packed network: no server."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.live.packing import Packed
from tests.browser.live_page import LOAD, RUNTIME, open_modules, sent

STYLE = """
  body { margin: 16px; background: var(--st-background-color, #fff); font: 16px sans-serif; }
  @media (prefers-color-scheme: dark) {
    :root {
      --st-primary-color: #4d68ea; --st-text-color: #fafafa; --st-background-color: #0e1117;
      --st-secondary-background-color: #262730;
    }
  }
"""
START = """async () => {
  const { Inspection } = await import("/js/inside/inspection.js");
  const { nodePart } = await import("/js/inside/node.js");
  const { editsBar } = await import("/js/inside/edits_bar.js");
  const { interpret } = await import("/js/reading.js");
  const { columnsOf } = await import("/js/views/layers.js");
  const { NO_EDITS } = await import("/js/inside/edits.js");
  const place = document.createElement("main");
  place.className = "live";
  place.append(Object.assign(document.createElement("h1"), { textContent: "One node" }));
  document.body.replaceChildren(place);
  const parts = [editsBar, nodePart].map((part) => part(place, { base: "" }));
  const description = loaded.description;
  const columns = columnsOf(description);
  window.state = 0;
  window.image = null;
  window.resting = true;
  window.frame = () => {
    const { edits } = inspection;
    const read = (options) => loaded.run(image, options);
    const told = (run) => interpret(run.outputs, description.class_names);
    const run = image && read({ activations: true, edits });
    const scene = {
      network: loaded, description, columns, image, inspection, resting, state,
      activations: run ? run.activations : [],
      prediction: run && told(run),
      unchanged: image && edits !== NO_EDITS ? told(read({})) : null,
      facts: { title: "A network", name: "a" },
    };
    parts.forEach((part) => part.update(scene));
    return scene;
  };
  window.inspection = new Inspection(frame, () => { state += 1; frame(); });
  window.see = (text) => { state += 1; window.image = text && floats(text); frame(); };
  frame();
}"""


def open_node_page(page: Page, networks: Mapping[str, Packed]) -> None:
    """Open the page, without a network yet."""
    open_modules(page, networks)
    page.evaluate(
        """(style) => {
          document.documentElement.lang = "en";
          const meta = { name: "viewport", content: "width=device-width" };
          document.head.append(Object.assign(document.createElement("meta"), meta));
          for (const name of ["live.css", "inside.css"]) {
            const link = document.createElement("link");
            document.head.append(Object.assign(link, { rel: "stylesheet", href: `/${name}` }));
          }
          const own = document.createElement("style");
          document.head.append(Object.assign(own, { textContent: style }));
        }""",
        STYLE,
    )
    page.wait_for_load_state("networkidle")


def look_into(page: Page, name: str) -> None:
    """Load one of the networks, and show the parts anew."""
    page.evaluate("() => window.loaded?.dispose()")
    page.evaluate(LOAD, [RUNTIME, name])
    page.evaluate(START)


def see(page: Page, image: NDArray[np.float32] | None) -> None:
    """Give the network an image to read, or an empty page."""
    page.evaluate("see", None if image is None else sent(image))


def select(page: Page, column: int, unit: int) -> None:
    """Choose a node."""
    page.evaluate("([column, unit]) => inspection.select(column, unit)", [column, unit])
