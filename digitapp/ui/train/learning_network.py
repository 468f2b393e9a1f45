"""The network of the run that is shown, as it is now and after its epochs, to read with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitapp.library import models, networks_in_training
from digitapp.library.networks_in_training import Kept
from digitapp.reading.prediction import Predictor
from digitapp.runs import Run
from digitapp.runs.records import DONE
from digitapp.runs.watching import Followed
from digitapp.ui.shared import caching, resources
from digitapp.ui.shared.resources import store

NETWORKS_KEPT = 8
READINGS_KEPT = 1000
BY_ID: dict[str | type, Callable[[Any], Any]] = {Run: lambda run: run.id}
COMES = "The network of this run is about to be built: it reads as soon as it is there."
WAITS = "This run waits for its turn. Its network reads as soon as it is built."
NEVER = "This run ended before its network was built, so there is nothing that could read."


class Now(NamedTuple):
    """A network that can read, and when it was like this, such as `after epoch 3`."""

    network: Predictor
    when: str


def now(run: Run, seen: Followed) -> Now | None:
    """Return the network of a run as it is now; None where there is none, as `none_yet` says.

    Raises:
        BadFile, UnknownName, StoreProblem: as `networks_in_training.load`.
    """
    if run.test_accuracy is not None and not run.may_change:
        done = run.status == DONE
        when = "after the training" if done else _when(run, Kept("", run.epoch))
        return Now(resources.predictor(models.of_run(run.id)), when)
    for _ in range(2):
        kept = networks_in_training.latest(run, seen)
        if kept is None:
            return None
        if network := _network(run, kept, _trained(run, seen, kept)):
            return Now(network, _when(run, kept))
        seen.look(run.batches)  # newer weights may have taken the place of these meanwhile
    return None


def none_yet(run: Run) -> str:
    """Return why a run has no network that can read."""
    if not run.may_change:
        return NEVER
    return WAITS if run.waits else COMES


def read_after_epochs(
    run: Run, seen: Followed, image: NDArray[np.float32]
) -> list[tuple[int, tuple[float, ...]]]:
    """Return how a network read an image after each epoch of which its weights are kept.

    Args:
        image: float32 (28, 28), 0 paper to 1 ink.

    Returns:
        The epoch, and one probability for each class. Networks that have diverged are left out.

    Raises:
        BadFile, UnknownName, StoreProblem: as `now`.
    """
    found = []
    for kept in networks_in_training.after_epochs(run, seen):
        said = _said(run, kept, _trained(run, seen, kept), image)
        if said and np.isfinite(said).all():
            found.append((kept.number, said))
    return found


def _when(run: Run, kept: Kept) -> str:
    epochs, batches = kept.when(run.batches)
    if batches:
        return f"in epoch {epochs + 1:d}, after batch {batches:,} of {run.batches:,}"
    return f"after epoch {epochs:d}" if epochs else "before its first step"


def _trained(run: Run, seen: Followed, kept: Kept) -> str:
    """Return a cache key that changes when the weights do: a resumed run trains an epoch again."""
    epochs, _ = kept.when(run.batches)
    durations = [epoch.seconds for epoch in seen.history if epoch.number == epochs]
    return f"{run.created} {durations or run.seconds}"


@caching.resource(show_spinner=False, max_entries=NETWORKS_KEPT, hash_funcs=BY_ID)
def _network(run: Run, kept: Kept, trained: str) -> Predictor | None:
    """Return weights that are kept as a network; `trained` tells them from those of before."""
    return networks_in_training.load(store(), run, kept)


@caching.data(max_entries=READINGS_KEPT, show_spinner=False, hash_funcs=BY_ID)
def _said(
    run: Run, kept: Kept, trained: str, image: NDArray[np.float32]
) -> tuple[float, ...] | None:
    network = networks_in_training.load(store(), run, kept)
    return tuple(map(float, network.outputs(image[np.newaxis])[0])) if network else None
