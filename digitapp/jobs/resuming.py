"""Resuming a run, only if its dataset is still the same."""

from __future__ import annotations

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import DatasetChanged
from digitapp.library import catalogue, handwriting_datasets
from digitapp.runs import Run, RunStore, imported_datasets
from digitapp.runs.records import CHECKPOINT

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
    found = store.get(run)
    told = _looked_at(store, found) if found.resumable else ""
    store.resume(run, owner)
    return told


def fingerprint(store: RunStore, data: Dataset) -> str:
    """Return the fingerprint of a dataset loaded by `catalogue.dataset`.

    Raises:
        StoreProblem: when the store fails.
    """
    if data.name in handwriting_datasets.HANDWRITING_DATASETS:
        return catalogue.version(store, data.name)
    return catalogue.whole_fingerprint(data)


def check(store: RunStore, run: Run, now: str) -> None:
    """Reject resuming a run with a dataset other than the one it was trained on.

    My handwriting is meant to grow, so those runs continue with the current drawings. A run of an
    older version has no fingerprint stored, and continues.

    Args:
        now: the dataset's current fingerprint.

    Raises:
        DatasetChanged: when it was another one.
        StoreProblem: when the store fails.
    """
    name = run.spec.dataset
    if name in handwriting_datasets.HANDWRITING_DATASETS or run.fingerprint in ("", now):
        return
    known = imported_datasets.facts(store, name)
    if known and known.made:
        raise DatasetChanged(
            f"Examples of {name!r} were added or changed since run {run.id} began, so the run "
            "cannot be resumed. Train a new run, which learns from all of them."
        )
    raise DatasetChanged(
        f"The dataset {name!r} has changed since run {run.id} began, so the run cannot be "
        "resumed. Restore the old dataset under this name, or train a new run."
    )


def _looked_at(store: RunStore, run: Run) -> str:
    name, before = run.spec.dataset, run.fingerprint
    if name in DATASETS or not before or not store.blob_epochs(run.id, CHECKPOINT):
        return ""
    if name in handwriting_datasets.HANDWRITING_DATASETS:
        changed = catalogue.version(store, name) != before
        return MORE_WRITING.format(run=run.id) if changed else ""
    now = imported_datasets.version(store, name) or fingerprint(
        store, catalogue.dataset(store, name)
    )
    check(store, run, now)
    return ""
