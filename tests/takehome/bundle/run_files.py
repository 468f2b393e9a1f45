"""Untrained runs, quick to make, and manipulated run files."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitapp.runs import Run, RunStore
from digitapp.takehome.bundle.archive import MEMBER, WEIGHTS
from digitapp.training import checkpoints
from digitapp.training.architectures import build
from digitapp.training.batching import steps_per_epoch
from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec

DIGITS = tuple("0123456789")
IMAGES = np.random.default_rng(5).random((1000, 28, 28), np.float32)
# The dataset does not exist, so that nothing is measured.
SPEC = TrainingSpec(dataset="a-class-of-mine", hidden=(8,), epochs=4)
EPOCH = Epoch(1, 1.25, 0.5, 1.5, 0.25, 0.001, 0.75)


def learned(spec: TrainingSpec, classes: int) -> Any:
    """Return a network whose every number differs from its initial value, as if trained."""
    model, rng = build(spec, classes), np.random.default_rng(3)
    for variable in model.variables:
        if np.asarray(variable).dtype == np.float32:
            variable.assign(rng.random(variable.shape, np.float32) / 4)
    return model


def added(
    store: RunStore, spec: TrainingSpec = SPEC, class_names: tuple[str, ...] = DIGITS, **more: Any
) -> Run:
    """Add a run to the store, with a history of three epochs."""
    if not {"model", "parameters"} <= more.keys():
        model = learned(spec, len(class_names))
        weights = checkpoints.pack_model(model.variables)
        more = {"model": weights, "parameters": model.count_params(), **more}
    watched = tuple(round(float(each), 6) for each in np.eye(len(class_names))[1] * 0.9)
    history = [
        EPOCH,
        replace(EPOCH, number=2, loss=1 / 3, watched=watched),
        replace(EPOCH, number=3, val_loss=None, val_accuracy=None),
    ]
    values = {
        "name": "Ada's network",
        "preset": "dense-128",
        "epochs": history,
        "test": None,
        "test_loss": 0.5,
        "test_accuracy": 0.875,
        "images": 1000,
        "batches": steps_per_epoch(spec, 1000),
        "class_names": class_names,
        "note": "With a <b>thin</b> pen.",
    }
    return store.get(store.add(spec, **{**values, **more}))


def parts(file: bytes) -> dict[str, bytes]:
    """Return the members of a `.keras` file."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """Return a `.keras` file of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def told(file: bytes, **values: Any) -> bytes:
    """Return the file with other metadata; `settings` and other objects are merged."""
    members = parts(file)
    found = json.loads(members[MEMBER])
    for name, value in values.items():
        both = isinstance(value, dict) and isinstance(found.get(name), dict)
        found[name] = {**found[name], **value} if both else value
    return zipped({**members, MEMBER: json.dumps(found).encode()})


def weighted(file: bytes, weights: bytes) -> bytes:
    """Return the file with its weights replaced."""
    return zipped({**parts(file), WEIGHTS: weights})


def weights_of(file: bytes) -> dict[str, NDArray[Any]]:
    """Return all arrays of weights in a file by name."""
    return checkpoints.unpack(parts(file)[WEIGHTS])
