"""Going on with a run: only with what it has learned from so far."""

from __future__ import annotations

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import DatasetChanged
from digitapp.library import catalogue, handwriting_datasets
from digitapp.runs import RunStore, data_fingerprints, imported_datasets
from digitapp.runs.values import CHECKPOINT

MORE_WRITING = (
    "My handwriting has changed since run {run} began; it goes on with the drawings that are kept "
    "now."
)


def resume(store: RunStore, run: int, owner: str = "") -> str:
    """Queue a stopped, failed or lost run again; it goes on from its last epoch.

    Args:
        owner: as for `RunStore.resume`.

    Returns:
        what to tell about its images, if they are not all the same; mostly nothing.

    Raises:
        DatasetChanged: when the dataset of that name is another one now. A built-in one, which
            takes long to load, is looked at by the process that trains.
        UnknownName: when there is no such run, or its dataset is gone.
        RunBusy, QueueFull: as `RunStore.resume`.
        BadFile, StoreProblem: as `catalogue.dataset`.
    """
    told = _looked_at(store, run) if store.get(run).resumable else ""
    store.resume(run, owner)
    return told


def fingerprint(store: RunStore, data: Dataset) -> str:
    """Tells a dataset, as `catalogue.dataset` gave it, from any other of its name.

    Raises:
        StoreProblem: when the store fails.
    """
    if data.name in handwriting_datasets.DATASETS:
        return catalogue.version(store, data.name)
    return catalogue.whole_fingerprint(data)


def check(store: RunStore, run: int, dataset: str, now: str) -> None:
    """Refuse to go on with images that are not those which a run has learned from.

    One's own handwriting is meant to grow, and a lesson goes on with what is kept now. A run of
    an older version does not know what it has learned from, and goes on.

    Args:
        dataset: its name.
        now: its fingerprint now.

    Raises:
        DatasetChanged: when it was another one.
    """
    before = data_fingerprints.read(store, run)
    if dataset not in handwriting_datasets.DATASETS and before not in ("", now):
        raise DatasetChanged(
            f"The dataset {dataset!r} is not the same any more as the one that run {run} has "
            "learned from so far, so the run cannot go on. Put that one back under this name, or "
            "train a new run."
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
