"""The values that the web page's template shows, and the scripts and styles that it contains."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from digitapp.data.datasets import knows_digits
from digitapp.drawing.digit import PREPARATIONS, stroke_steps
from digitapp.library import catalogue, models, onnx_networks
from digitapp.live.browser_files import files
from digitapp.live.packing import packed
from digitapp.runs import Run, RunStore
from digitapp.takehome.content_security import source_hash
from digitapp.takehome.javascript_modules import one_script
from digitapp.takehome.report import report_texts
from digitapp.text.templates import render

HERE = Path(__file__).parent
RUNTIME = "vendor/tfjs-4.22.0"
RUNTIME_SCRIPTS = ("tf-core.min.js", "tf-backend-wasm.min.js")
KERNELS = {"simd": "tfjs-backend-wasm-simd.wasm", "plain": "tfjs-backend-wasm.wasm"}


def webpage(store: RunStore, run: Run) -> str:
    """Return a run as one HTML file to draw on, whose network answers while the pen moves.

    The page is self-contained and works offline: it has the drawing's preparation and the network
    of the live reading, TensorFlow.js with its WebAssembly kernels, and the weights. Its content
    security policy lets only its own scripts run, and nothing be fetched.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
        StoreProblem: if the store fails.
    """
    names = models.class_names_of(store, run)
    network = onnx_networks.of_run(store, run, names)
    preparation = catalogue.preparation_of(run)
    strokes = onnx_networks.stroke_reader(store, run.id)
    found = packed(network, names, preparation, strokes)
    live, scripts = files(), page_scripts()
    style = live["live.css"].decode() + (HERE / "webpage.css").read_text("utf-8")
    steps = stroke_steps(PREPARATIONS[preparation])
    what = "a digit" if knows_digits(names) else "something"
    return render(
        "takehome/webpage/webpage.html.j2",
        run=run,
        origin=report_texts.origin(run),
        summary=report_texts.summary(run, None),
        what=what,
        network=json.loads(found.description),
        steps=[{"title": title, "caption": caption} for title, caption in steps],
        binaries={
            "weights": _base64(found.weights),
            **{name: _base64(live[f"{RUNTIME}/{file}"]) for name, file in KERNELS.items()},
        },
        style=style,
        style_hash=source_hash(style),
        scripts=scripts,
        hashes=[source_hash(script) for script in scripts],
    )


def page_scripts() -> list[str]:
    """Return the scripts of every such page, in their order: TensorFlow.js, and our own."""
    runtime = [files()[f"{RUNTIME}/{name}"].decode() for name in RUNTIME_SCRIPTS]
    return [*runtime, one_script(HERE / "webpage.js")]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
