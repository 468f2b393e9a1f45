"""Export a run's network as a folder for TensorFlow.js."""

from __future__ import annotations

from pathlib import Path

from digitapp.drawing.digit import PREPARATIONS
from digitapp.library import catalogue, models
from digitapp.library.stored_networks import stored_network
from digitapp.live.browser_files import FOLDER
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports.layers_model import layers_model
from digitapp.takehome.javascript_modules import modules
from digitapp.takehome.zipped_folders import zipped_files
from digitapp.text.templates import render
from digitapp.training.inference_layers import inference_layers

EXAMPLE = Path(__file__).with_suffix(".html")
PREPARATION = FOLDER / "js" / "ink.js"


def zipped_folder(store: RunStore, run: Run) -> bytes:
    """Return a zipped folder with `model.json`, its weights, an example page and a README.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
        StoreProblem: if the store fails.
    """
    network = stored_network(store, run)
    names, how = network.class_names, PREPARATIONS[catalogue.preparation_of(run)]
    layers = inference_layers(run.spec, len(names), network.values)
    readme = render(
        "takehome/exports/tensorflow_js.txt.j2",
        title=f"Run {run.id}: {run.title}",
        names=names,
        how=how,
        moves=models.reads_movement(models.of_run(run.id), store),
    )
    files = {
        "README.txt": readme.encode(),
        "index.html": EXAMPLE.read_bytes(),
        **{f"preparation/{path.name}": path.read_bytes() for path in modules(PREPARATION)},
        **layers_model(network.name, layers, names, how),
    }
    return zipped_files(network.name, files)
