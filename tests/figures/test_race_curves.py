"""The curves of a race: a line for each run, and the names of those in front."""

import math
from dataclasses import replace

from digitapp.figures import Racer, race
from digitapp.figures.race_curves import FAINT, LONGEST, NAMED, THICK, THIN
from tests.tiny_runs import EPOCH


def racer(number: int, *accuracies: float, name: str = "") -> Racer:
    epochs = [
        replace(EPOCH, number=epoch, val_accuracy=value)
        for epoch, value in enumerate(accuracies, 1)
    ]
    return Racer(number, name or f"Pupil {number}", "dense 16", epochs)


def test_those_in_front_are_thick_named_and_drawn_last() -> None:
    figure = race([racer(number, 0.5, 0.9 - number / 100) for number in range(8)], "accuracy", 6)
    assert [trace.uid for trace in figure.data] == [f"run {number}" for number in range(7, -1, -1)]
    widths = [trace.line.width for trace in figure.data[::-1]]
    assert widths == [THICK] * NAMED + [THIN] * (8 - NAMED)
    assert {trace.opacity for trace in figure.data[: 8 - NAMED]} == {FAINT}
    named = [each.text for each in figure.layout.annotations]
    assert len(named) == NAMED
    assert "Pupil 0" in named[0]
    assert {each.name for each in figure.layout.annotations} == {"end"}  # moved apart by board.js


def test_a_name_stands_where_its_line_ends() -> None:
    (name,) = race([racer(1, 0.5, 0.7)], "accuracy", 6).layout.annotations
    assert (name.x, round(name.y, 6)) == (2, 0.7)


def test_a_run_without_validation_is_drawn_by_its_training() -> None:
    alone = Racer(1, "Ada", "dense", [replace(EPOCH, accuracy=0.4, val_accuracy=None)])
    (line,) = race([alone], "accuracy", 2).data
    assert (list(line.x), list(line.y)) == ([1], [0.4])


def test_a_run_that_has_not_begun_or_diverged_has_no_name_and_breaks_nothing() -> None:
    waiting = Racer(1, "Ada", "dense", ())
    lost = Racer(2, "Bo", "dense", [replace(EPOCH, val_loss=math.nan)])
    figure = race([waiting, lost, Racer(3, "Cy", "dense", [EPOCH])], "loss", 5)
    assert [each.text for each in figure.layout.annotations] == [
        each.text for each in figure.layout.annotations if "Cy" in each.text
    ]
    assert len(figure.data) == 3


def test_names_are_escaped_and_shortened() -> None:
    long = "<b>Kalliope</b> the first of that name"
    figure = race([racer(1, 0.5, name=long)], "accuracy", 2)
    assert "<b>Kalliope" not in figure.data[0].name
    assert figure.layout.annotations[0].text.count("…") == 1
    assert long[:LONGEST] not in figure.layout.annotations[0].text  # its < is escaped
