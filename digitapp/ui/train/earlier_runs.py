"""Table of the latest runs below the settings, to open one of them."""

from __future__ import annotations

import streamlit as st

from digitapp.runs import Run
from digitapp.text.escaping import entry
from digitapp.training.settings import differences
from digitapp.training.spec import TrainingSpec, preset_for
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.selections import by_id
from digitapp.ui.shared.session import OPENED_RUN

LATEST = 10


def earlier_runs() -> int | None:
    """Show a table of the latest runs; return the id of the one just chosen."""
    found = store().latest(LATEST)
    if not found:
        return None
    st.markdown("## The latest runs")
    st.caption("All runs are on the Runs page, where they can be compared side by side.")

    def pick(numbers: list[int]) -> None:
        if numbers:
            OPENED_RUN.set(numbers[0])

    st.dataframe(
        [_row(run) for run in found],
        hide_index=True,
        placeholder="",
        **by_id("earlier", [run.id for run in found], [], pick),
        selection_mode="single-row",
        column_config={
            "run": "Run",
            "name": "Name",
            "status": "Status",
            "epochs": "Epochs",
            "test": st.column_config.NumberColumn("Test accuracy", format="%.2f %%"),
            "changed": "Changed settings",
        },
    )
    return OPENED_RUN.pop()


def _row(run: Run) -> dict[str, object]:
    changed = differences(run.spec, preset_for(run.preset, run.spec) or TrainingSpec())
    return {
        "run": run.id,
        "name": entry(run.title),
        "status": run.status,
        "epochs": run.epoch,
        "test": None if run.test_accuracy is None else 100 * run.test_accuracy,
        "changed": entry(", ".join(f"{name}={text}" for name, text in changed.items())),
    }
