"""Number of images in a dataset, and who wrote them, without loading them."""

from __future__ import annotations

import io
from pathlib import Path

from digitapp.data import array_files
from digitapp.data.array_files import Counts
from digitapp.data.datasets import DATASETS, local_folder
from digitapp.data.writers import Writers
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import drawn_datasets, handwriting_datasets
from digitapp.runs import RunStore, imported_datasets
from digitapp.training.batching import sizes
from digitapp.training.spec import TrainingSpec


def counts(store: RunStore, name: str) -> Counts | None:
    """Return the number of training and test images of a dataset.

    None when it would have to be downloaded, or does not exist; loading it reports which.

    Raises:
        BadFile, InvalidSetting, StoreProblem: as `catalogue.dataset`.
    """
    if name in DATASETS:
        return _built_in(name)
    if name in handwriting_datasets.HANDWRITING_DATASETS:
        return handwriting_datasets.counts(store, name)
    facts = imported_datasets.facts(store, name)
    if facts and facts.made:
        return drawn_datasets.counts(store, name)
    found = imported_datasets.read(store, name)
    if found is None:
        return None
    origin, data = found
    return array_files.count(io.BytesIO(data), origin)


def writers(name: str) -> Writers | None:
    """Return who wrote the images of a dataset; None where nobody knows.

    Raises:
        BadFile: as `catalogue.dataset`.
    """
    known = DATASETS.get(name)
    return known.writers() if known and known.writers else None


def held_back(store: RunStore, spec: TrainingSpec) -> int | None:
    """Return how many images a training holds back for validation.

    None when nobody knows: the dataset would have to be downloaded, is damaged or has changed.

    Raises:
        StoreProblem: as `counts`.
    """
    try:
        found = counts(store, spec.dataset)
        return sizes(spec, found[0], writers(spec.dataset))[1] if found else None
    except (BadFile, InvalidSetting):  # or the spec no longer fits the dataset
        return None


def _built_in(name: str) -> Counts | None:
    source = DATASETS[name]
    if source.count:
        folder = local_folder(source) if source.files else Path()
        return source.count(folder) if folder else None
    parts = [_built_in(part) for part in source.made_of]
    known = [part for part in parts if part]
    if len(known) < len(parts):
        return None
    return sum(train for train, _ in known) + source.others, known[0][1]
