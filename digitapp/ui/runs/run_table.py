"""Table of all runs: filters, columns and ticks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from digitapp.errors import UnknownName
from digitapp.library import catalogue
from digitapp.runs import Run, classrooms
from digitapp.runs.access import HOUSE
from digitapp.runs.comparison import MEASURES
from digitapp.text.escaping import entry, markdown, plain
from digitapp.training.network_names import architecture_name
from digitapp.ui.runs.ticked_runs import choose, chosen_ids
from digitapp.ui.shared import caching, visitor
from digitapp.ui.shared.resources import store, whole
from digitapp.ui.shared.selections import by_id
from digitapp.ui.shared.session import EVERYBODYS, RUNS_FILTER, RUNS_PICKER

MOST_NAMED = 5  # unreadable runs
SOMEBODY, MINE = "somebody", "mine"
LOOKED_FOR_EVERY = 10.0  # seconds: whether there are runs of others
STAR = "\N{BLACK STAR}"
MEASURED_AS = {
    "best": "best_val_accuracy",
    "test": "test_accuracy",
    "mine": "handwriting",
    "pace": "images_per_second",
}
ABOUT_MINE = (
    "The share of your corrected drawings that it reads correctly, of those put aside for the test "
    "(see the page My handwriting). With fewer than five, it says nothing."
)

ABOUT_STATUS = (
    "A failed run says on its page why. A lost one is not heard of any more: the program that "
    "trained it was ended, or the computer was switched off or is asleep. Both can be resumed."
)


def all_runs() -> list[Run]:
    """Return all runs, newest first; show which cannot be read, and why.

    Raises:
        StoreProblem: when the store fails.
    """
    found, damaged = store().listed()
    if damaged:
        st.warning("  \n".join(markdown(run.sentence) for run in damaged[:MOST_NAMED]))
    if len(damaged) > MOST_NAMED:
        st.caption(f"{len(damaged) - MOST_NAMED:,} more runs cannot be read.")
    return found


def filtered(runs: Sequence[Run]) -> list[Run]:
    """Show the filters; return the runs that pass them."""
    with st.container(horizontal=True, key="filters", vertical_alignment="bottom"):
        text = st.text_input(
            "Search",
            key="runs-search",
            placeholder="Name, note, tag, dataset, network ...",
            icon=":material/search:",
            width=300,
        )
        statuses = _several("Status", [run.status for run in runs], "status")
        names = [run.spec.dataset for run in runs]
        datasets = _several("Dataset", names, "dataset", catalogue.title)
        tags = _several("Tag", [tag for run in runs for tag in run.tags], "tags", few=1)
        starred = st.toggle("Only starred", key="runs-starred")
        _everybodys()
    words = text.lower().split()
    found = [
        run
        for run in runs
        if all(word in _searched(run) for word in words)
        and (not statuses or run.status in statuses)
        and (not datasets or run.spec.dataset in datasets)
        and (not tags or set(tags) & set(run.tags))
        and (run.starred or not starred)
    ]
    every = f"{len(runs):,} run{'' if len(runs) == 1 else 's'}, newest first."
    st.caption(
        every if len(found) == len(runs) else f"{len(found):,} of {len(runs):,} runs are shown."
    )
    return found


def table(shown: Sequence[Run]) -> None:
    """Show the runs as a table with sortable columns and rows that can be ticked."""
    numbers = [run.id for run in shown]

    def pick(picked: list[int]) -> None:
        kept = [each for each in chosen_ids() if each not in numbers or each in picked]
        choose([*kept, *picked])

    st.dataframe(
        [{**_whose(run), **_row(run)} for run in shown],
        **by_id("runs-table", numbers, chosen_ids(), pick),
        hide_index=True,
        placeholder="",
        selection_mode="multi-row",
        column_config=_columns(),
        alt="All runs",
    )


def picker(runs: Sequence[Run]) -> list[Run]:
    """Show the ticked runs as names to remove or add to; return the runs."""
    known = {run.id: run for run in runs}
    RUNS_PICKER.set([number for number in chosen_ids() if number in known])

    chosen = st.multiselect(
        "Side by side",
        list(known),
        format_func=lambda number: plain(f"Run {number}: {known[number].title}"),
        key=RUNS_PICKER.key,
        on_change=lambda: choose(RUNS_PICKER.get()),
        placeholder="Tick runs in the table, or choose them here",
    )
    return [known[number] for number in chosen]


def _everybodys() -> None:
    """Let the house see everybody's runs, if there are any of others."""
    if visitor.person(whole()) == HOUSE and (EVERYBODYS.get() or _of_others()):
        st.toggle("Everybody's", key=EVERYBODYS.key)


@caching.data(ttl=LOOKED_FOR_EVERY, show_spinner=False)
def _of_others() -> bool:
    return whole().has_of_others()


def _several(
    label: str, found: Sequence[str], name: str, title: Callable[[str], str] = str, few: int = 2
) -> list[str]:
    """Show a choice among the distinct values, unless fewer than `few`; none chosen means all."""
    options, picked = sorted(set(found)), RUNS_FILTER[name]
    if len(options) < few and not picked.get():
        return []
    return st.multiselect(
        label,
        options,
        key=picked.key,
        format_func=lambda each: plain(title(each)),
        placeholder="All",
        width=220,
    )


def _searched(run: Run) -> str:
    """Return the text to search in."""
    parts = (f"run {run.id}", run.title, run.preset, run.note, *run.tags, run.spec.dataset)
    return " ".join((*parts, run.spec.architecture, run.spec.optimizer, run.status)).lower()


def _whose(run: Run) -> dict[str, str]:
    """Return a cell that says whose a run is, while the house sees everybody's."""
    if not EVERYBODYS.get():
        return {}
    names = _names(run.room) if run.room else {}
    return {"whose": names.get(run.person, SOMEBODY) if run.person else MINE}


@caching.data(ttl=LOOKED_FOR_EVERY, show_spinner=False)
def _names(room: str) -> dict[str, str]:
    """Return the names of the people in a room; none if it is no longer there."""
    try:
        return classrooms.names(store(), room)
    except UnknownName:
        return {}


def _row(run: Run) -> dict[str, Any]:
    values = {short: MEASURES[name].of(run) for short, name in MEASURED_AS.items()}
    for short in ("best", "test", "mine"):
        share = values[short]
        values[short] = None if share is None else 100 * share
    spec = run.spec
    return {
        "star": STAR if run.starred else "",
        "run": run.id,
        "name": entry(run.title),
        "status": run.status,
        "dataset": catalogue.title(spec.dataset),
        "network": architecture_name(spec),
        "parameters": run.parameters or None,
        "epochs": f"{run.epoch} of {spec.epochs}",
        **values,
        "seconds": run.seconds or None,
        "tags": [entry(tag) for tag in run.tags],
        "note": entry(run.note),
        "when": time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)),
    }


def _columns() -> dict[str, str | ColumnConfig | None]:
    config = st.column_config
    return {
        "whose": "Whose",
        "star": config.TextColumn(STAR, width=30, help="Starred runs."),
        "run": config.NumberColumn("Run", width=50),
        "name": "Name",
        "status": config.TextColumn("Status", help=ABOUT_STATUS),
        "dataset": "Dataset",
        "network": config.TextColumn("Network", help="Its kind, and its hidden nodes."),
        "parameters": config.NumberColumn("Weights", format="localized"),
        "epochs": "Epochs",
        "best": config.NumberColumn("Best validation", format="%.2f %%"),
        "test": config.NumberColumn("Test accuracy", format="%.2f %%"),
        "mine": config.NumberColumn("My handwriting", format="%.1f %%", help=ABOUT_MINE),
        "pace": config.NumberColumn("Images a second", format="localized", step=1),
        "seconds": config.NumberColumn("Training time", format="%.1f s"),
        "tags": config.ListColumn("Tags"),
        "note": "Note",
        "when": "Begun",
    }
