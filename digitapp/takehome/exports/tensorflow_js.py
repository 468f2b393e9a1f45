"""Export a run's network as a folder for TensorFlow.js."""

from __future__ import annotations

import io
import zipfile

from digitapp.drawing.digit import PREPARATIONS
from digitapp.library import catalogue
from digitapp.library.stored_networks import stored_network
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports.layers_model import layers_model
from digitapp.text.templates import render
from digitapp.training.inference_layers import inference_layers


def zipped_folder(store: RunStore, run: Run) -> bytes:
    """Return a zipped folder with `model.json`, its weights, and a README.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
        StoreProblem: if the store fails.
    """
    network = stored_network(store, run)
    names, how = network.class_names, PREPARATIONS[catalogue.preparation(run.spec.dataset)]
    layers = inference_layers(run.spec, len(names), network.values)
    readme = render(
        "takehome/exports/tensorflow_js.txt.j2",
        title=f"Run {run.id}: {run.title}",
        names=names,
        how=how,
    )
    files = {
        "README.txt": readme.encode(),
        **layers_model(network.name, layers, names, how),
    }
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{network.name}/{name}", data)
    return zipped.getvalue()
