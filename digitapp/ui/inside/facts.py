"""What the server tells of a network that the browser looks into: scene.js's `Facts`."""

from __future__ import annotations

from typing import Any

from digitapp.data.datasets import knows_digits
from digitapp.errors import DigitappError
from digitapp.library import models
from digitapp.live import samples
from digitapp.ui.inside.epochs import epochs
from digitapp.ui.shared import networks
from digitapp.ui.shared.resources import store


def facts(model: str) -> dict[str, Any]:
    """Return the facts about a network.

    Args:
        model: its name, as for `models.load`.
    """
    return {
        "name": model,
        "title": networks.networks().get(model, model),
        "digits": knows_digits(networks.class_names(model)),
        **epochs(model),
        **_learned(model),
        **_samples(model),
    }


def _learned(model: str) -> dict[str, Any]:
    """Return the accuracy on test images, and the address of the run's curves, if it is one."""
    run = models.run_of(model)
    curves = "" if run is None else f"train?run={run}"
    try:
        return {"test_accuracy": models.test_accuracy(model, store()), "curves": curves}
    except DigitappError:  # the run was deleted; another place says so
        return {"test_accuracy": None, "curves": ""}


def _samples(model: str) -> dict[str, str]:
    """Return the address of images that the network learned from, or why there is none."""
    try:
        return {"samples": samples.address(model, store()), "no_samples": ""}
    except DigitappError as error:
        return {"samples": "", "no_samples": str(error)}
