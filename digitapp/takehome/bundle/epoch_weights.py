"""The weights after a run's epochs in a bundle: an `.npz` file with an array `epoch-3` for each.

Older versions of digitapp ignore it, and what they exported has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from digitapp.errors import BadFile
from digitapp.runs import Run, RunStore
from digitapp.runs.records import SNAPSHOT
from digitapp.takehome.bundle import weights
from digitapp.training import checkpoints, snapshots
from digitapp.training.layer_specs import Variable

NAME = re.compile(r"epoch-(0|[1-9]\d{0,3})")


def written(store: RunStore, run: Run) -> bytes | None:
    """Return a run's snapshots as an `.npz` file; None if it has none.

    Damaged ones are left out: the network itself can be read without them.

    Raises:
        StoreProblem: if the store fails.
    """
    kept = {}
    for epoch in store.blob_epochs(run.id, SNAPSHOT):
        with suppress(BadFile):
            kept[f"epoch-{epoch}"] = snapshots.unpack(store.blob(run.id, SNAPSHOT, epoch) or b"")
    return checkpoints.pack(kept) if kept else None


def read(data: bytes, variables: Sequence[Variable], epochs: int) -> dict[int, bytes]:
    """Read the snapshots that `written` wrote; return them by epoch, packed for the store.

    Args:
        data: an `.npz` file from anywhere.
        variables: of the network.
        epochs: number of finished epochs.

    Raises:
        BadFile: when it is damaged, of another network, or holds anything but finite numbers.
    """
    size = sum(each.parameters for each in variables)
    found = weights.arrays(data, lambda kinds: _check(kinds, size, epochs))
    return {_epoch(name): snapshots.packed(values) for name, values in found.items()}


def _check(kinds: weights.Kinds, size: int, epochs: int) -> None:
    if len(kinds) > snapshots.MOST_SNAPSHOTS:
        raise BadFile(
            f"This file holds the weights after {len(kinds)} epochs; at most "
            f"{snapshots.MOST_SNAPSHOTS} are allowed."
        )
    for name, (shape, dtype) in kinds.items():
        if _epoch(name) not in range(epochs + 1):
            raise BadFile(f"This file holds weights called {name}; the run has {epochs} epochs.")
        if shape != (size,) or dtype not in (np.float16, np.float32):
            raise BadFile(
                f"The weights {name} in this file belong to another network than its settings "
                "describe."
            )


def _epoch(name: str) -> int:
    """Return the epoch that an array is of; -1 if its name names none."""
    found = NAME.fullmatch(name)
    return int(found[1]) if found else -1
