"""A page with what shows one node, and the bar of changes, of a packed network: no server."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.live.packing import Packed, packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import LOAD, RUNTIME, open_modules, sent
from tests.browser.session import Chromium
from tests.untrained import random_values

Image = NDArray[np.float32]

MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
NAMES = ("0", "1", "2", "3", "4", "not a digit")
# The kinds of nodes: network, column, and unit.
NODES = {
    "first": ("dense", 1, 3),
    "later": ("dense", 2, 5),
    "answer": ("dense", 3, 1),
    "filter": ("simple-cnn", 1, 2),
    "later filter": ("simple-cnn", 3, 2),
    "maximum": ("simple-cnn", 2, 1),
    "large filter": ("lenet-5", 1, 2),
    "average": ("lenet-5", 2, 1),
    "of maps": ("simple-cnn", 5, 1),
    "pixel": ("dense", 0, 400),
}

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
  const { NO_EDITS } = await import("/js/edits.js");
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
      facts: { title: "A network", name: "a", digits: true, epochs: [] },
    };
    parts.forEach((part) => part.update(scene));
    return scene;
  };
  window.inspection = new Inspection(frame, () => { state += 1; frame(); });
  window.see = (text) => { state += 1; window.image = text && floats(text); frame(); };
  frame();
}"""


@contextmanager
def node_page(browser: Chromium, width: str) -> Iterator[Page]:
    """The page, opened in a tab of its own, without a network yet."""
    with opened(browser, width) as page:
        open_modules(page, networks())
        _dress(page)
        yield page


def _dress(page: Page) -> None:
    """Give the page the app's styles."""
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


def see(page: Page, image: Image | None) -> None:
    """Give the network an image to read, or an empty page."""
    page.evaluate("see", None if image is None else sent(image))


def select(page: Page, column: int, unit: int) -> None:
    """Choose a node."""
    page.evaluate("([column, unit]) => inspection.select(column, unit)", [column, unit])


@functools.cache
def networks() -> dict[str, Packed]:
    """Return a dense network and two convolutional ones, as training might leave them."""
    return {name: _packed(name) for name in ("dense", "simple-cnn", "lenet-5")}


def _packed(architecture: str) -> Packed:
    spec = TrainingSpec(architecture=architecture, hidden=(30, 20))
    network = onnx_model(spec, NAMES, random_values(spec, len(NAMES)))
    return packed(network, NAMES, "mnist")


def image(seed: int) -> Image:
    """Return a blot of ink in the middle of the picture."""
    rng, found = np.random.default_rng(seed), np.zeros((28, 28), np.float32)
    found[6:22, 8:20] = rng.random((16, 12)) * (rng.random((16, 12)) > 0.4)
    return found


def open_node(page: Page, kind: str) -> None:
    """Show a node of that kind with a drawing."""
    name, column, unit = NODES[kind]
    look_into(page, name)
    see(page, image(1))
    select(page, column, unit)


def number(text: str) -> float:
    """Return a number as the page writes it."""
    return float(text.replace(MINUS, "-").replace("+", "").replace(",", "").removesuffix(" %"))


def edits(page: Page) -> dict[str, Any]:
    """Return the changes of the network."""
    found: dict[str, Any] = page.evaluate("inspection.edits")
    return found


def sums(page: Page) -> list[float]:
    """Return the sum of the products, the bias, both together, and what is handed on."""
    return [number(each) for each in page.locator(".live-sum:visible dd").all_inner_texts()]
