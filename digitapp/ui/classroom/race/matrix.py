"""What everyone's best network reads of everyone's latest drawing, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from PIL import Image

from digitapp.figures.thumbnails import data_url
from digitapp.library import class_matrix
from digitapp.library.class_matrix import Matrix
from digitapp.library.class_race import Race
from digitapp.library.class_readings import Read
from digitapp.runs import classrooms
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.runs.classroom_race import Entry
from digitapp.runs.classroom_wall import Ink, Sent
from digitapp.text.escaping import markdown
from digitapp.text.percent import percent
from digitapp.text.templates import render
from digitapp.ui.shared.resources import store

MOST_SIDE = 40  # networks, and drawings
ABOUT = (
    "A row is somebody's best network, a column somebody's latest drawing on the class wall. Blue "
    "was read right and orange wrong, as its author said what it is; of the grey ones nobody did."
)
ABOUT_CLASS = (
    "A row is somebody's best network, a column somebody's latest drawing among those that are "
    "kept for the test. Blue was read right, and orange wrong."
)
NO_DRAWINGS = "Once somebody has sent a drawing to the class wall, all networks read it here."
NO_NETWORKS = "Once a run in the race has ended, its network reads everybody's drawings here."


@dataclass(frozen=True)
class Cell:
    """A reading: what is shown, whether it is right, and the same in words."""

    sign: str
    kind: str
    title: str


@dataclass(frozen=True)
class Row:
    """A network: whose, what it is, what it reads, and how much of it right."""

    name: str
    title: str
    cells: Sequence[Cell]
    right: str


@dataclass(frozen=True)
class Column:
    """A drawing: whose, how it looks, and how many networks read it right."""

    name: str
    title: str
    picture: str
    right: str


def matrix(room: str, race: Race) -> None:
    """Show the table of a race.

    Raises:
        UnknownName: when the visitor is not in this room any more.
        StoreProblem: when the store fails.
    """
    racers = [each.entry for each in race.standings][:MOST_SIDE]
    drawn = class_matrix.drawings_of(store(), room, race.dataset, MOST_SIDE)
    if not racers or not drawn:
        st.info(NO_NETWORKS if not racers else NO_DRAWINGS, icon=":material/grid_on:")
        return
    drawings, inks = [each.sent for each in drawn], {each.sent.id: each.ink for each in drawn}
    runs = [each.run for each in racers]
    found = class_matrix.READER.matrix(store(), runs, inks)
    names = classrooms.names_for_all(store(), room)
    by_run, by_drawing = class_matrix.right_counts(found, [run.id for run in runs], drawings)
    st.html(
        render(
            "ui/classroom/race/matrix.html.j2",
            rows=[_row(each, drawings, names, found, by_run[each.run.id]) for each in racers],
            columns=[_column(each, inks, names, by_drawing[each.id]) for each in drawings],
        )
    )
    _said(found, ABOUT_CLASS if IN_CLASS.fullmatch(race.dataset) else ABOUT)


def _said(found: Matrix, about: str) -> None:
    if found.waiting:
        networks = "One network is" if found.waiting == 1 else f"{found.waiting:d} networks are"
        st.caption(f"{networks} still reading ...")
        return
    unable = ", ".join(f"{run:d}" for run in sorted(found.problems))
    st.caption(markdown(about))
    if unable:
        st.caption(f"The network of run {unable} cannot be read.")


def _row(
    racer: Entry,
    drawings: Sequence[Sent],
    names: Mapping[str, str],
    found: Matrix,
    right: tuple[int, int],
) -> Row:
    cells = [
        _cell(found.cells.get((racer.run.id, each.id)), racer, each, names) for each in drawings
    ]
    title = f"{racer.name}, run {racer.run.id}: {racer.run.title}"
    return Row(racer.name, title, cells, _of(right))


def _cell(read: Read | None, racer: Entry, drawing: Sent, names: Mapping[str, str]) -> Cell:
    if read is None:
        return Cell("", "waiting", "not read yet")
    right = read.right(drawing.meant)
    kind = {True: "right", False: "wrong", None: "unknown"}[right]
    what = read.none if read.refused else f"{read.sign}, {percent(read.sure)} sure"
    author = names.get(drawing.person, "") or "somebody"
    meant = f" It is {drawing.meant}." if drawing.meant else ""
    return Cell(read.sign, kind, f"{racer.name}'s network on {author}'s drawing: {what}.{meant}")


def _column(
    drawing: Sent, inks: Mapping[int, Ink], names: Mapping[str, str], right: tuple[int, int]
) -> Column:
    name = names.get(drawing.person, "")
    picture = data_url(Image.fromarray(255 - inks[drawing.id].image))
    title = f"{name or 'Somebody'}'s drawing" + (f": {drawing.meant}" if drawing.meant else "")
    return Column(name, title, picture, _of(right))


def _of(right: tuple[int, int]) -> str:
    return f"{right[0]}/{right[1]}" if right[1] else ""
