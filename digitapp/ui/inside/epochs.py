"""What the browser needs to show the network of a run over its epochs: scene.js's `Facts`."""

from __future__ import annotations

from typing import Any

import streamlit as st

from digitapp.library import models
from digitapp.live import epoch_networks
from digitapp.runs import Run
from digitapp.runs.records import QUEUED, RUNNING
from digitapp.ui.shared.resources import store

RUNS_KEPT = 100


def epochs(model: str) -> dict[str, Any]:
    """Return the networks of a run after its epochs, and its first layers, as far as were kept.

    Args:
        model: the network's name, as for `models.load`.

    Raises:
        UnknownName, StoreProblem: as `models.class_names_of`.
    """
    number = models.run_of(model)
    run = None if number is None else store().get(number)
    if run is None or run.status in (QUEUED, RUNNING):
        active = run is not None
        return {"epochs": [], "first_layers": None, "training": active, "of_run": active}
    return {"training": False, "of_run": True, **_kept(run.id, run.learned, run)}


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _kept(run: int, learned: str, _run: Run) -> dict[str, Any]:
    accuracies = {each.number: each.val_accuracy for each in store().epochs(run)}
    networks = [
        {"epoch": epoch, "address": address, "val_accuracy": accuracies.get(epoch)}
        for epoch, address in epoch_networks.addresses(_run, store()).items()
    ]
    kept, address = epoch_networks.first_layers(_run, store())
    first_layers = {"epochs": kept, "address": address} if kept else None
    return {"epochs": networks, "first_layers": first_layers}
