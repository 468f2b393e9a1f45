"""A run as a `.keras` file that tells its settings and its history as well."""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import asdict

from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.runs.values import TEST
from digitapp.takehome.bundle.form import FORMAT, MEMBER, WEIGHTS, Values
from digitapp.takehome.bundle.weights import packed
from digitapp.training import checkpoints


def keras_bundle(store: RunStore, run: Run) -> bytes:
    """What a run has trained as the bytes of a `.keras` file, for Keras and for `import_run`.

    Keras opens it as any other. Two more members are for `import_run`: `digitapp.json`, with all
    that is known of the run, and `digitapp.npz`, with its weights as plain arrays.

    Raises:
        UnknownName: when the run has left no network.
        BadFile: when the stored network is damaged.
        StoreProblem: when the store fails.
    """
    model = models.trained_by(store, run)
    file = io.BytesIO(models.keras_file(model))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, json.dumps(_told(store, run), allow_nan=False))
        archive.writestr(WEIGHTS, packed(model), zipfile.ZIP_STORED)
    return file.getvalue()


def _told(store: RunStore, run: Run) -> Values:
    """All that is known of a run but its weights, as JSON can hold it."""
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
    """None in the place of what is no number: JSON has no word for it."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }
