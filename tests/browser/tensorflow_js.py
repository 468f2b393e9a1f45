"""TensorFlow.js in a browser tab, which loads exported files as other people's pages would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from digitapp.files.folders import ROOT
from tests.browser.session import chromium

ORIGIN = "https://network.test/"  # nothing is asked for: all of it is answered here
RUNTIME = ROOT / "digitapp" / "live" / "vendor" / "tfjs-4.22.0"
LAYERS = Path(__file__).parent / "vendor" / "tfjs-layers-4.22.0"
SCRIPTS = (
    RUNTIME / "tf-core.min.js",
    RUNTIME / "tf-backend-wasm.min.js",
    LAYERS / "tf-layers.min.js",
)
PAGE = "<!doctype html>" + "".join(f'<script src="{each.name}"></script>' for each in SCRIPTS)
READ = """async () => {
  tf.wasm.setWasmPaths("./");
  await tf.setBackend("wasm");
  const model = await tf.loadLayersModel("model.json");
  const pixels = new Float32Array(await (await fetch("images.f32")).arrayBuffer());
  const found = model.predict(tf.tensor(pixels, [pixels.length / 784, 28, 28]));
  const [input, output] = [model.inputs[0], model.outputs[0]];
  return {
    shares: await found.array(),
    input: [input.name, input.shape],
    output: [output.name.split("/")[0], output.shape],
    told: model.getUserDefinedMetadata(),
  };
}"""


@contextmanager
def tab() -> Iterator[Page]:
    """Yield a tab of a browser of its own."""
    with chromium() as browser:
        yield browser.new_page()


def loaded(page: Page, files: Mapping[str, bytes], images: NDArray[np.float32]) -> dict[str, Any]:
    """Load a network's files with `tf.loadLayersModel` and read images with it.

    Returns:
        its answers as `shares`, (n, classes); the name and shape of its `input` and its `output`;
        and its user-defined metadata as `told`.
    """
    own = {path.name: path.read_bytes() for path in (*SCRIPTS, *RUNTIME.glob("*.wasm"))}
    there = {**own, **files, "": PAGE.encode(), "images.f32": images.astype("<f4").tobytes()}

    def answer(route: Route) -> None:
        found = there.get(route.request.url.removeprefix(ORIGIN))
        if found is None:
            route.fulfill(status=404)
        else:
            route.fulfill(body=found, content_type=_kind(route.request.url))

    page.route(f"{ORIGIN}**", answer)
    page.goto(ORIGIN)
    found = page.evaluate(READ)
    page.unroute(f"{ORIGIN}**")
    return {**found, "shares": np.asarray(found["shares"], np.float32)}


def _kind(url: str) -> str:
    kinds = {"": "text/html", "js": "text/javascript", "wasm": "application/wasm"}
    return kinds.get(Path(url.removeprefix(ORIGIN)).suffix[1:], "application/octet-stream")
