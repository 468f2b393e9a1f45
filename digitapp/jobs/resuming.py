"""Resuming a run, only if its dataset is still the same."""

from __future__ import annotations

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import DatasetChanged
from digitapp.library import catalogue, handwriting_datasets
from digitapp.runs import RunStore, data_fingerprints, imported_datasets
from digitapp.runs.values import CHECKPOINT

MORE_WRITING = (
    "My handwriting has changed since run {run} began; the run continues with the current drawings."
)


def resume(store: RunStore, run: int, owner: str = "") -> str:
    """Queue a stopped, failed or lost run again, to continue from its last epoch.

    Args:
        owner: as for `RunStore.resume`.

    Returns:
        a message if its handwriting dataset has changed; usually empty.

    Raises:
        DatasetChanged: when another dataset has its name now. A built-in one, which takes long to
            load, is checked by the training process instead.
        UnknownName: when there is no such run, or its dataset does not exist any more.
        RunBusy, QueueFull: as `RunStore.resume`.
        BadFile, StoreProblem: as `catalogue.dataset`.
    """
    told = _looked_at(store, run) if store.get(run).resumable else ""
    store.resume(run, owner)
    return told


def fingerprint(store: RunStore, data: Dataset) -> str:
    """Return the fingerprint of a dataset loaded by `catalogue.dataset`.

    Raises:
        StoreProblem: when the store fails.
    """
    if data.name in handwriting_datasets.DATASETS:
        return catalogue.version(store, data.name)
    return catalogue.whole_fingerprint(data)


def check(store: RunStore, run: int, dataset: str, now: str) -> None:
    """Reject resuming a run with a dataset other than the one it was trained on.

    My handwriting is meant to grow, so those runs continue with the current drawings. A run of an
    older version has no fingerprint stored, and continues.

    Args:
        dataset: its name.
        now: its current fingerprint.

    Raises:
        DatasetChanged: when it was another one.
    """
    before = data_fingerprints.read(store, run)
    if dataset not in handwriting_datasets.DATASETS and before not in ("", now):
        raise DatasetChanged(
            f"The dataset {dataset!r} has changed since run {run} began, so the run cannot be "
            "resumed. Restore the old dataset under this name, or train a new run."
        )


def _looked_at(store: RunStore, run: int) -> str:
    name, before = store.get(run).spec.dataset, data_fingerprints.read(store, run)
    if name in DATASETS or not before or not store.blob_epochs(run, CHECKPOINT):
        return ""
    if name in handwriting_datasets.DATASETS:
        changed = catalogue.version(store, name) != before
        return MORE_WRITING.format(run=run) if changed else ""
    now = imported_datasets.version(store, name) or fingerprint(
        store, catalogue.dataset(store, name)
    )
    check(store, run, name, now)
    return ""
