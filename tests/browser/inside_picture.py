"""A page with nothing but the picture of a network, on which tests draw and choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.live.packing import Packed, packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import LOAD, RUNTIME, open_modules, sent
from tests.browser.numpy_network import NumpyNetwork
from tests.browser.session import Chromium
from tests.untrained import random_values

NAMES = ("circle", NOT_A_DIGIT, "square", "star")
CHOICES = (0, 2, 3, 1)  # the outputs, in the order in which they are shown

Values = NDArray[Any]

# `make` a picture; `show` an image in it. `chosen` lists what was chosen; `lines` and `crosses` are
# what was painted last. A canvas is told in which order things are painted, not what they are: a
# line is a curve, and a cross is two straight lines without one.
START = """async () => {
  const { insideView } = await import("/js/views/inside.js");
  const { interpret } = await import("/js/reading.js");
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href: "/live.css" });
  await new Promise((done) => { link.onload = done; document.head.append(link); });
  document.documentElement.lang = "en";
  const main = document.createElement("main");
  main.className = "live";
  document.body.append(main);
  window.chosen = [];
  let view = null;
  window.make = (large) => {
    main.replaceChildren();
    view = insideView(main, { large, onSelect: (selected, at) => chosen.push([selected, at]) });
    show(null);
  };
  window.show = (image, { resting = false, edits, selected = null, itself = false, copy } = {}) => {
    const values = image && floats(image);
    const run = values && loaded.run(values, { activations: true, edits });
    const prediction = run && interpret(run.outputs, loaded.description.class_names);
    const activations = run ? run.activations : [];
    const description = structuredClone(loaded.description);
    const network = copy ? { description, values: loaded.values.bind(loaded) } : loaded;
    const shown = { network, activations, prediction, resting, edits };
    view.update({ ...shown, selected: itself ? undefined : selected });
    return prediction && prediction.choices[prediction.choice];
  };
  const its = CanvasRenderingContext2D.prototype;
  const { clearRect, moveTo, lineTo, bezierCurveTo } = its;
  its.clearRect = function (...all) {
    window.lines = [];
    window.crosses = [];
    return clearRect.apply(this, all);
  };
  let from = null;
  its.moveTo = function (x, y) { from = [x, y]; return moveTo.call(this, x, y); };
  its.bezierCurveTo = function (...points) {
    const { strokeStyle, globalAlpha, lineWidth } = this;
    lines.push({ from, to: points.slice(4), strokeStyle, globalAlpha, lineWidth });
    return bezierCurveTo.call(this, ...points);
  };
  its.lineTo = function (x, y) {
    if (this.lineWidth === 2) crosses.push([(from[0] + x) / 2, (from[1] + y) / 2]);
    return lineTo.call(this, x, y);
  };
  // The unit whose node, map or square is at a point of the picture.
  window.unitAt = ([x, y]) => {
    const stage = document.querySelector(".live-inside-stage");
    const { left, top } = stage.getBoundingClientRect();
    const at = { clientX: left + x, clientY: top + y, bubbles: true };
    stage.dispatchEvent(new MouseEvent("click", at));
    const [selected] = chosen.pop();
    return selected && [selected.column, selected.unit];
  };
}"""


@contextmanager
def picture(
    browser: Chromium, spec: TrainingSpec, width: str = "wide", large: bool = True
) -> Iterator[tuple[Page, NumpyNetwork]]:
    """Open the picture of a network that was never trained, and its arithmetic in NumPy."""
    network = packed(onnx_model(spec, NAMES, random_values(spec, len(NAMES))), NAMES, "mnist")
    networks: Mapping[str, Packed] = {"a": network}
    with opened(browser, width) as page:
        open_modules(page, networks)
        page.evaluate(LOAD, [RUNTIME, "a"])
        page.evaluate(START)
        page.evaluate("large => make(large)", large)
        page.wait_for_selector(".live-layer")
        yield page, NumpyNetwork(network)


def image(seed: int) -> Values:
    """Return an image of noise, (28, 28)."""
    rng = np.random.default_rng(seed)
    return rng.random((28, 28)) * (rng.random((28, 28)) > 0.7)


def show(page: Page, values: Values | None, **options: Any) -> str | None:
    """Show an image in the picture; return the answer.

    Args:
        options: as in START: with `itself`, the picture remembers what is chosen in it; with
            `copy`, the network is another one of the same layers, as after another epoch.
    """
    given = None if values is None else sent(values)
    found: str | None = page.evaluate("each => show(...each)", [given, options])
    return found
