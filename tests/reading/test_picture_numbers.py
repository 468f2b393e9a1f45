"""Whole rows: the most probable text, over all ways to divide the row."""

from __future__ import annotations

import numpy as np
import pytest

from digitapp.drawing.candidates import Candidate, Frame, Lattice, RowInk
from digitapp.reading.picture_numbers import most_probable

INK = RowInk(np.ones((2, 2), dtype=bool), 0.0, 0.0)


def _row(*spans: tuple[int, int]) -> Lattice:
    found = tuple(Candidate(first, last, (0.0, 0.0, 2.0, 2.0), INK) for first, last in spans)
    return Lattice(max(last for _, last in spans) + 1, found, Frame(0.0, 2.0, 2.0, 1.0))


def test_ways_that_read_the_same_are_counted_together() -> None:
    """Two places to cut between the same digits are together more probable than one digit."""
    row = _row((0, 1), (0, 2), (0, 3), (1, 3), (2, 3))
    signs = ["1", "1", "8", "7", "7"]
    scores = [-0.5, -0.5, -0.8, -0.5, -0.5]
    found, probability = most_probable(row, signs, scores)
    assert "".join(signs[n] for n in found) == "17"
    together, other = 2 * np.exp(-1.0), np.exp(-0.8)
    assert probability == pytest.approx(together / (together + other))


def test_the_best_of_the_ways_that_read_the_same_is_returned() -> None:
    row = _row((0, 1), (0, 2), (1, 3), (2, 3))
    found, probability = most_probable(row, ["1", "1", "7", "7"], [-2.0, -0.1, -2.0, -0.1])
    assert found == [1, 3]
    assert probability == pytest.approx(1.0)


def test_a_row_of_one_part_has_one_way() -> None:
    assert most_probable(_row((0, 1)), ["4"], [-3.0]) == ([0], 1.0)
