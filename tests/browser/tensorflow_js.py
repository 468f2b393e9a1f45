"""TensorFlow.js in a browser tab, which loads exported files as other people's pages would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from digitapp.files.folders import ROOT

ORIGIN = "https://network.test/"  # nothing is asked for: all of it is answered here
RUNTIME = ROOT / "digitapp" / "live" / "vendor" / "tfjs-4.22.0"
LAYERS = Path(__file__).parent / "vendor" / "tfjs-layers-4.22.0"
SCRIPTS = (
    RUNTIME / "tf-core.min.js",
    RUNTIME / "tf-backend-wasm.min.js",
    LAYERS / "tf-layers.min.js",
)
OWN = {path.name: path.read_bytes() for path in (*SCRIPTS, *RUNTIME.glob("*.wasm"))}
KINDS = {".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm"}
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


def loaded(page: Page, files: Mapping[str, bytes], images: NDArray[np.float32]) -> dict[str, Any]:
    """Load a network's files with `tf.loadLayersModel` and read images with it.

    Returns:
        its answers as `shares`, (n, classes); the name and shape of its `input` and its `output`;
        and its user-defined metadata as `told`.
    """
    there = {**files, "index.html": PAGE.encode(), "images.f32": images.astype("<f4").tobytes()}
    with served(page, there):
        page.goto(ORIGIN)
        found = page.evaluate(READ)
    return {**found, "shares": np.asarray(found["shares"], np.float32)}


@contextmanager
def served(page: Page, files: Mapping[str, bytes]) -> Iterator[None]:
    """Answer what a page asks of `ORIGIN` with these files, and TensorFlow.js itself from anywhere.

    Any other request fails.
    """

    def answer(route: Route) -> None:
        url = route.request.url
        path = url.removeprefix(ORIGIN) or "index.html"
        body = OWN.get(Path(path).name, files.get(path))
        kind = KINDS.get(Path(path).suffix, "application/octet-stream")
        if body is None:
            route.fulfill(status=404)
        else:
            allowed = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=body, content_type=kind, headers=allowed)

    page.route("**", answer)
    yield
    page.unroute("**")
