"""A page that imports the modules of `digitapp/live`, without a server: Playwright answers it."""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

from digitapp.live import browser_files
from digitapp.live.packing import Packed, packed
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.untrained import random_values

ORIGIN = "http://live.test"
RUNTIME = "/vendor/tfjs-4.22.0"
# In the page: values of `sent`, and what `received` reads.
HELPERS = """() => {
window.floats = (text) => new Float32Array(
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer
);
window.sent = (values) => {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
};
}"""

# Load a packed network from a folder with the runtime, as `loaded`; read images with it.
LOAD = """
async ([folder, name]) => {
  const { runtime, network } = await import("/js/network.js");
  window.tf = await runtime(folder);
  window.loaded = await network(tf, `/networks/${name}.json`);
}
"""
RUN = "(images) => sent(loaded.run(floats(images)).outputs)"


def open_modules(page: Page, networks: Mapping[str, Packed] | None = None) -> None:
    """Open an empty page that can import `/js/network.js` and its like.

    Args:
        networks: packed networks by name, with the address `/networks/<name>.json`. More may be
            added to it later.
    """
    page.route(f"{ORIGIN}/**", lambda route: _answer(route, networks or {}))
    page.goto(f"{ORIGIN}/")
    page.evaluate(HELPERS)


def load_network(
    page: Page, networks: MutableMapping[str, Packed], network: bytes, names: Sequence[str]
) -> None:
    """Load a network into the page as `loaded`, in place of the one before.

    Args:
        networks: as given to `open_modules`; it becomes the network "a" of them.
        network: an ONNX file.
        names: of its classes.
    """
    networks["a"] = packed(network, names, "mnist")
    page.evaluate("() => window.loaded?.dispose()")
    page.evaluate(LOAD, [RUNTIME, "a"])


def load_random(
    page: Page, networks: MutableMapping[str, Packed], spec: TrainingSpec, names: Sequence[str]
) -> bytes:
    """Load a network with random weights, as `load_network` does; return its ONNX file."""
    network = onnx_model(spec, names, random_values(spec, len(names)))
    load_network(page, networks, network, names)
    return network


def _answer(route: Route, networks: Mapping[str, Packed]) -> None:
    path = urlsplit(route.request.url).path.removeprefix("/")
    found = browser_files.files().get(path) or _parts(networks).get(path)
    if path in ("", "favicon.ico"):
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
    elif found:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        route.fulfill(body=found, content_type=kind)
    else:
        route.fulfill(status=404, body="There is no such file.")


def _parts(networks: Mapping[str, Packed]) -> dict[str, bytes]:
    found = {f"networks/{name}.json": each.description for name, each in networks.items()}
    named = {json.loads(each.description)["weights"]: each.weights for each in networks.values()}
    return found | {f"networks/{name}": weights for name, weights in named.items()}


def sent(values: NDArray[Any]) -> str:
    """Return float32 values as text for the page, which reads them by `floats`."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def received(text: str) -> NDArray[np.float32]:
    """Return the values of what the page gave to its `sent`."""
    return np.frombuffer(base64.b64decode(text), "<f4")
