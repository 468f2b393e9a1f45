"""Write a run as a `.keras` file that includes its settings and history."""

from __future__ import annotations

import io
import zipfile

from digitapp.jobs import tensorflow_process
from digitapp.library import catalogue, onnx_networks, test_sets
from digitapp.library.stored_networks import StoredNetwork, stored_network
from digitapp.runs import Run, RunStore, stored_arrays
from digitapp.runs.records import RESUMED
from digitapp.takehome.bundle import epoch_weights
from digitapp.takehome.bundle.archive import EPOCHS, MEMBER, STROKE_READER, WEIGHTS
from digitapp.takehome.bundle.bundle_format import Bundle
from digitapp.takehome.bundle.history_format import MOST_NEW_RATES, MOST_PAUSES
from digitapp.takehome.zipped_folders import new_folder
from digitapp.training.history import trained


def keras_bundle(store: RunStore, run: Run) -> bytes:
    """Return a run's network as the bytes of a `.keras` file, for Keras and for `import_run`.

    Keras opens it like any other. Extra members are for `import_run`: `digitapp.json` holds
    settings and history, `digitapp.npz` the weights as plain arrays, `digitapp-epochs.npz` those
    after its epochs, and `digitapp-strokes.onnx` the stroke reader beside it, if there is one.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network, or its answers to the test images, are damaged.
        ExportProblem: if it cannot be written, for instance on a full disk.
        StoreProblem: if the store fails.
        WorkerProblem, TensorFlowMissing: as `tensorflow_process.call`.
    """
    network, answers = stored_network(store, run), test_sets.answers(store, run.id)
    history = store.epochs(run.id, since=0)
    file = io.BytesIO(tensorflow_process.call(keras_file, network))
    bundle = Bundle(
        spec=run.spec,
        name=run.name,
        preset=run.preset,
        note=run.note,
        class_names=network.class_names,
        epochs=tuple(trained(history)),
        test_loss=run.test_loss,
        test_accuracy=run.test_accuracy,
        images=run.images,
        tested_on=answers.fingerprint if answers else None,
        weights=network.weights,
        epoch_weights=epoch_weights.written(store, run),
        strokes=onnx_networks.stroke_reader(store, run.id) or None,
        untrained=next((epoch for epoch in history if not epoch.number), None),
        pauses=tuple(stored_arrays.pauses(store, run.id)[:MOST_PAUSES]),
        resumed=tuple(store.blob_epochs(run.id, RESUMED)),
        new_rates=tuple(stored_arrays.new_rates(store, run.id)[:MOST_NEW_RATES]),
        guess=stored_arrays.undamaged_guess(store, run.id),
        preparation=catalogue.preparation_of(run),
    )
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, bundle.to_json())
        archive.writestr(WEIGHTS, bundle.weights, zipfile.ZIP_STORED)
        if bundle.epoch_weights:
            archive.writestr(EPOCHS, bundle.epoch_weights, zipfile.ZIP_STORED)
        if bundle.strokes:
            archive.writestr(STROKE_READER, bundle.strokes)
    return file.getvalue()


def keras_file(network: StoredNetwork) -> bytes:
    """Return a network as a plain `.keras` file, in the process that has TensorFlow loaded.

    Raises:
        BadFile: if the network is damaged.
        ExportProblem: if the disk cannot be written.
    """
    model = network.built()
    with new_folder(network.name) as folder:
        path = folder / "model.keras"
        model.save(path)
        return path.read_bytes()
