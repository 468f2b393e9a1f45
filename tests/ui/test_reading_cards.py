"""The cards of one drawing that many networks read, as the server shows them."""

from types import SimpleNamespace

from digitapp.reading.prediction import Prediction
from digitapp.text.templates import render
from tests.reading.test_parts_words import combined, said


def card(read: Prediction) -> str:
    run = SimpleNamespace(id=3, title="dense")
    return render("ui/runs/reading_cards.html.j2", cards=[(run, read, "#123456")], shortened=str)


def test_a_network_that_reads_both_says_what_picture_and_movement_say() -> None:
    found = card(combined("1", "7", "1"))
    assert 'data-announced="Run 3, dense: 1, 90.0 % sure (picture 7, movement 1)."' in found
    assert found.count("picture 7, movement 1") == 2


def test_a_network_that_reads_the_picture_alone_says_nothing_of_it() -> None:
    found = card(said("7"))
    assert 'data-announced="Run 3, dense: 7, 90.0 % sure."' in found
    assert "movement" not in found
