"""What the browser needs to show the network of a run over its epochs: scene.js's `Facts`."""

from __future__ import annotations

from typing import Any

from digitapp.errors import DigitappError
from digitapp.library import models
from digitapp.live import epoch_networks, networks
from digitapp.runs import Run
from digitapp.runs.records import DONE, QUEUED, RUNNING
from digitapp.training.history import Epoch, trained
from digitapp.training.snapshots import kept_epochs
from digitapp.ui.shared import caching
from digitapp.ui.shared.resources import store, version

RUNS_KEPT = 100
BUILT_IN = (
    "The built-in network comes without the epochs of its training. Train a network on the Train "
    "page: of its run, what the network was like after each epoch is kept."
)
TRAINING = "This run is still training. Pause it, or wait until it is finished, to see its epochs."
TOO_LARGE = "This network is too large for its weights to be kept after each epoch."
ONLY_FIRST = "Of this run only the first layer's weights were kept after each epoch."
NOTHING_KEPT = (
    "Of this run nothing was kept of its epochs: it was brought in from a file, or trained by an "
    "older version of digitapp. Train a new run on the Train page to see its epochs."
)


def epochs(model: str) -> dict[str, Any]:
    """Return the networks of a run after its epochs, and what to say of them.

    Args:
        model: the network's name, as for `models.load`.
    """
    number = models.run_of(model)
    try:
        if number is None:
            return _none(BUILT_IN)
        run = store().get(number)
        if run.status in (QUEUED, RUNNING):
            return _none(TRAINING)
        finished = networks.address(model, version(model), store())
        return _kept(finished, run.status, run)
    except DigitappError as error:
        return _none(str(error))


@caching.data(max_entries=RUNS_KEPT, show_spinner=False)
def _kept(finished: str, status: str, _run: Run) -> dict[str, Any]:
    """Return what there is of a run that does not train.

    Args:
        finished: the address of its network, which changes when it learns more.
    """
    history = store().epochs(_run.id, since=0)
    accuracies = {each.number: each.val_accuracy for each in history}
    found = [
        {"epoch": epoch, "address": address, "val_accuracy": accuracies.get(epoch)}
        for epoch, address in epoch_networks.addresses(_run, store()).items()
    ]
    layers, address = epoch_networks.first_layers(_run, store())
    about = {
        "total": _run.spec.epochs,
        "base": _run.spec.base,
        "finished": finished,
        "done": status == DONE,
        "best": _best(trained(history)) if _run.spec.early_stopping else None,
        "first_layers": {"epochs": layers, "address": address} if layers and not found else None,
        "why": "" if found else _why_not(_run, bool(layers)),
    }
    return {"epochs": found, "over_epochs": about}


def _best(history: list[Epoch]) -> int | None:
    """Return the epoch to whose weights early stopping returned."""
    measured = [each for each in history if each.val_loss is not None]
    return min(measured, key=lambda each: each.val_loss or 0.0).number if measured else None


def _why_not(run: Run, first_layers: bool) -> str:
    if not first_layers:
        return NOTHING_KEPT
    return (
        ONLY_FIRST
        if kept_epochs(run.parameters, run.spec.epochs)
        else (f"{TOO_LARGE} {ONLY_FIRST}")
    )


def _none(why: str) -> dict[str, Any]:
    about = {"total": 0, "base": "", "finished": "", "done": False, "best": None}
    return {"epochs": [], "over_epochs": {**about, "first_layers": None, "why": why}}
