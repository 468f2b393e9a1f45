"""Words beside vertical lines: legible, wherever the moments are."""

from digitapp.figures.moment_marks import MOST, marks
from digitapp.training.moments import Moment


def _rows(*at: float, words: str = "learning rate 0.01") -> list[float]:
    found = marks([Moment(each, words) for each in at], 10, at_top=False)
    return [note["y"] for note in found["annotations"]]


def test_words_that_are_far_apart_share_a_row() -> None:
    assert len(set(_rows(0, 9, words="paused"))) == 1


def test_words_that_would_overlap_have_rows_of_their_own() -> None:
    assert len(set(_rows(2, 2.5, 3))) == 3


def test_words_begin_at_the_other_end_of_the_plot_at_the_top() -> None:
    moments = [Moment(2, "paused"), Moment(2.1, "paused")]
    below, above = (marks(moments, 10, at_top=top)["annotations"] for top in (False, True))
    assert below[0]["y"] < below[1]["y"] < above[1]["y"] < above[0]["y"]


def test_of_very_many_moments_all_have_a_line_and_the_latest_have_words() -> None:
    found = marks([Moment(at / 10, f"number {at}") for at in range(50)], 10, at_top=True)
    assert len(found["shapes"]) == 50
    assert [note["text"] for note in found["annotations"]] == [
        f"number {at}" for at in range(50 - MOST, 50)
    ]


def test_nothing_happened() -> None:
    assert marks([], 10, at_top=True) == {"shapes": [], "annotations": []}
