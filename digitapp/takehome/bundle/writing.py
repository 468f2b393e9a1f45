"""Write a run as a `.keras` file that includes its settings and history."""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import asdict

from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.runs.values import TEST
from digitapp.takehome.bundle.bundle_format import FORMAT, MEMBER, WEIGHTS, Values
from digitapp.takehome.bundle.weights import packed
from digitapp.training import checkpoints


def keras_bundle(store: RunStore, run: Run) -> bytes:
    """Return a run's network as the bytes of a `.keras` file, for Keras and for `import_run`.

    Keras opens it like any other. Two extra members are for `import_run`: `digitapp.json` holds
    settings and history, and `digitapp.npz` the weights as plain arrays.

    Raises:
        UnknownName: if the run has left no network.
        BadFile: if the stored network is damaged.
        StoreProblem: if the store fails.
    """
    model = models.trained_by(store, run)
    file = io.BytesIO(models.keras_file(model))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, json.dumps(_told(store, run), allow_nan=False))
        archive.writestr(WEIGHTS, packed(model), zipfile.ZIP_STORED)
    return file.getvalue()


def _told(store: RunStore, run: Run) -> Values:
    """Return everything about a run except its weights, as JSON values."""
    tested = store.blob(run.id, TEST)
    found = checkpoints.unpack(tested) if tested else {}
    scores = {name: getattr(run, name) for name in ("test_loss", "test_accuracy")}
    counts = {name: getattr(run, name) for name in ("images", "batches", "parameters")}
    return {
        "format": FORMAT,
        "settings": json.loads(run.spec.to_json()),
        "name": run.name,
        "preset": run.preset,
        "note": run.note,
        "class_names": list(models.class_names(models.of_run(run.id), store)),
        "history": [_finite(asdict(epoch)) for epoch in store.epochs(run.id)],
        **_finite(scores),
        **counts,
        "tested_on": int(found["fingerprint"]) if "fingerprint" in found else None,
    }


def _finite(values: Values) -> Values:
    """Replace NaN and infinity, which JSON cannot express, by None."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }
