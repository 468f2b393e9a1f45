"""Runs in a store that nobody trained."""

import numpy as np

from digitapp.reading.prediction import STROKE_CLASSES
from digitapp.runs import RunStore, stored_arrays
from digitapp.runs.records import MODEL, STROKE_READER
from digitapp.training import checkpoints, layer_table
from digitapp.training.architectures import layers
from tests.stores import ADDED
from tests.tiny_runs import TINY


def add_run(store: RunStore, seed: int = 0) -> int:
    """Add a finished run with random weights; return its id."""
    return store.add(TINY, **{**ADDED, "model": _model(seed)})  # type: ignore[arg-type]


def add_run_that_combines(store: RunStore, strokes: bytes) -> int:
    """Add a finished run with random weights, and with a stroke reader beside its network."""
    values = {**ADDED, "class_names": STROKE_CLASSES, "model": _model(0, len(STROKE_CLASSES))}
    run = store.add(TINY, **values)  # type: ignore[arg-type]
    give_stroke_reader(store, run, strokes)
    return run


def give_stroke_reader(store: RunStore, run: int, strokes: bytes) -> None:
    """Put a stroke reader, an ONNX file, beside a run's network."""
    packed = checkpoints.pack({"onnx": np.frombuffer(strokes, np.uint8)})
    stored_arrays.keep(store, run, STROKE_READER, packed)


def learn_more(store: RunStore, run: int) -> None:
    """Give a run other weights, as if it had been resumed."""
    stored_arrays.keep(store, run, MODEL, _model(seed=99))


def _model(seed: int, classes: int = 10) -> bytes:
    rng = np.random.default_rng(seed)
    wanted = layer_table.variables(layers(TINY, classes))
    return checkpoints.pack_model([rng.normal(0, 0.1, each.shape) for each in wanted])
