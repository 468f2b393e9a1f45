"""What the Inside page tells the browser of a run's epochs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from digitapp.library import models
from digitapp.live import networks
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import DONE, STOPPED
from digitapp.runs.tables import blobs
from digitapp.training import checkpoints, snapshots
from digitapp.training.spec import TrainingSpec
from digitapp.ui.inside import epochs
from tests.tiny_runs import EPOCH, TINY, ran
from tests.untrained import random_values

LARGE = replace(TINY, hidden=(4096, 1024))
LAYER = b"the first layer"


@pytest.fixture
def store(store_url: str) -> Iterator[RunStore]:
    found = RunStore(store_url)
    epochs._kept.clear()
    with (
        patch.object(epochs, "store", lambda: found),
        patch.object(epochs, "version", lambda name: found.get(models.run_of(name) or 0).learned),
    ):
        yield found


def ended(store: RunStore, spec: TrainingSpec, kept: bool = True, status: str = DONE) -> str:
    """Add a run that has ended after three epochs, the second of which was the best."""
    run, lease = ran(store, spec, epochs=0)
    weights = snapshots.pack(random_values(TINY, 10)) if kept else None
    lease.begin(0, 180, 9)
    with store.changing(run) as connection:
        connection.execute(blobs.delete().where(blobs.c.run == run))
    lease.built(4_200_000 if spec == LARGE else 12_730, 0, LAYER, weights)
    for number, loss in ((1, 0.5), (2, 0.3), (3, 0.4)):
        epoch = replace(EPOCH, number=number, val_loss=loss, val_accuracy=1 - loss)
        lease.keep(epoch, b"checkpoint", LAYER, weights)
    model = checkpoints.pack_model(random_values(spec, 10))
    lease.finish(Outcome(status, model=model, test_loss=0.5, test_accuracy=0.5))
    return models.of_run(run)


def told(name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    found = epochs.epochs(name)
    return found["epochs"], found["over_epochs"]


def test_a_run_that_kept_its_weights_has_a_network_for_each_epoch(store: RunStore) -> None:
    name = ended(store, TINY)
    found, about = told(name)
    assert [each["epoch"] for each in found] == [0, 1, 2, 3]
    assert [each["val_accuracy"] for each in found] == [None, 0.5, 0.7, 0.6]
    assert all(each["address"].startswith(f"live/networks/{name}/epoch-") for each in found)
    finished = networks.address(name, store.get(1).learned, store)
    assert about == {
        **{"total": 2, "base": "", "finished": finished, "done": True, "best": None},
        **{"first_layers": None, "why": ""},
    }


def test_early_stopping_went_back_to_the_best_epoch(store: RunStore) -> None:
    _, about = told(ended(store, replace(TINY, early_stopping=1), status=STOPPED))
    assert (about["best"], about["done"]) == (2, False)


def test_of_an_older_run_there_is_the_first_layer(store: RunStore) -> None:
    found, about = told(ended(store, TINY, kept=False))
    assert not found
    assert about["why"] == epochs.ONLY_FIRST
    assert about["first_layers"]["epochs"] == [0, 1, 2, 3]
    assert about["first_layers"]["address"].startswith("live/networks/run-1/first-layer/")


def test_a_network_may_be_too_large(store: RunStore) -> None:
    found, about = told(ended(store, LARGE, kept=False))
    assert not found
    assert about["why"] == f"{epochs.TOO_LARGE} {epochs.ONLY_FIRST}"
    assert about["first_layers"]


def test_a_run_that_came_from_a_file_of_an_older_version_has_nothing(store: RunStore) -> None:
    model = checkpoints.pack_model(random_values(TINY, 10))
    values: dict[str, Any] = {
        **{"name": "", "epochs": [EPOCH], "model": model, "test": None, "test_loss": 0.5},
        **{"test_accuracy": 0.5, "images": 180, "batches": 9, "parameters": 12_730},
    }
    found, about = told(models.of_run(store.add(TINY, **values)))
    assert (found, about["first_layers"], about["why"]) == ([], None, epochs.NOTHING_KEPT)


def test_a_run_that_trains_is_waited_for(store: RunStore) -> None:
    name = ended(store, TINY, status=STOPPED)
    store.resume(1)
    assert told(name)[1]["why"] == epochs.TRAINING
    lease = Lease(store, 1)
    lease.take()
    lease.finish(Outcome(STOPPED))
    assert len(told(name)[0]) == 4


@pytest.mark.parametrize(
    ("name", "why"),
    [("recogniser", "comes without the epochs"), ("run-9", "There is no run 9.")],
)
def test_otherwise_it_is_said_why_there_is_nothing(store: RunStore, name: str, why: str) -> None:
    found, about = told(name)
    assert not found
    assert why in about["why"]
