"""Write a run as a `.keras` file that includes its settings and history."""

from __future__ import annotations

import io
import zipfile

from digitapp.library import keras_models, models, test_sets
from digitapp.runs import Run, RunStore
from digitapp.takehome.bundle.archive import MEMBER, WEIGHTS
from digitapp.takehome.bundle.bundle_format import Bundle
from digitapp.training import checkpoints


def keras_bundle(store: RunStore, run: Run) -> bytes:
    """Return a run's network as the bytes of a `.keras` file, for Keras and for `import_run`.

    Keras opens it like any other. Two extra members are for `import_run`: `digitapp.json` holds
    settings and history, and `digitapp.npz` the weights as plain arrays.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network, or its answers to the test images, are damaged.
        StoreProblem: if the store fails.
    """
    model, answers = keras_models.trained_by(store, run), test_sets.answers(store, run.id)
    bundle = Bundle(
        spec=run.spec,
        name=run.name,
        preset=run.preset,
        note=run.note,
        class_names=models.class_names_of(store, run),
        epochs=tuple(store.epochs(run.id)),
        test_loss=run.test_loss,
        test_accuracy=run.test_accuracy,
        images=run.images,
        tested_on=answers.fingerprint if answers else None,
        weights=checkpoints.pack_model(model),
    )
    file = io.BytesIO(keras_models.keras_file(model))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, bundle.to_json())
        archive.writestr(WEIGHTS, bundle.weights, zipfile.ZIP_STORED)
    return file.getvalue()
