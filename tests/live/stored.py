"""Runs in a store that nobody trained."""

import numpy as np

from digitapp.runs import RunStore, stored_arrays
from digitapp.runs.records import MODEL
from digitapp.training import checkpoints, layer_table
from digitapp.training.architectures import layers
from tests.stores import ADDED
from tests.tiny_runs import TINY


def add_run(store: RunStore, seed: int = 0) -> int:
    """Add a finished run with random weights; return its id."""
    return store.add(TINY, **{**ADDED, "model": _model(seed)})  # type: ignore[arg-type]


def learn_more(store: RunStore, run: int) -> None:
    """Give a run other weights, as if it had been resumed."""
    stored_arrays.keep(store, run, MODEL, _model(seed=99))


def _model(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    wanted = layer_table.variables(layers(TINY))
    return checkpoints.pack_model([rng.normal(0, 0.1, each.shape) for each in wanted])
