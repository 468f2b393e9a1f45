"""Seams: they find the neck where two digits touch, also under an overhanging line."""

from __future__ import annotations

import numpy as np
import pytest

from digitapp.drawing import seams
from digitapp.drawing.background import Mask
from digitapp.drawing.seams import Seam


def _mask(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (100, 140)) -> Mask:
    """Rectangles of ink: left, top, right, bottom."""
    mask = np.zeros(size, dtype=bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


def _left_of(seam: Seam, ink: Mask) -> Mask:
    return ink & (np.arange(ink.shape[1]) < seam.columns[:, np.newaxis])


LEFT, RIGHT = (10, 0, 20, 100), (100, 0, 110, 100)
NECK = (20, 40, 100, 46)


def test_the_cheapest_seams_sever_the_neck_between_two_lines() -> None:
    ink = _mask(LEFT, RIGHT, NECK)
    found = seams.candidates(ink, 10.0, 100.0)
    assert found
    assert min(seam.depth for seam in found) == pytest.approx(0.6)
    for seam in found:
        if seam.depth < 1:
            left = _left_of(seam, ink)
            assert left[:, :20].sum() == ink[:, :20].sum()
            assert not left[:, 100:].any()


def test_a_seam_steps_sideways_under_a_bar_to_the_gap_behind_it() -> None:
    """A 7 whose bar covers the whole next digit, which touches nothing."""
    seven = (10, 0, 100, 10), (10, 0, 20, 100)
    next_one = (60, 30, 70, 100)
    ink = _mask(*seven, next_one)
    own = _mask(*seven)
    apart = [seam for seam in seams.candidates(ink, 10.0, 100.0) if seam.depth == 0]
    assert any(np.array_equal(_left_of(seam, ink), own) for seam in apart)


def test_seams_have_ink_on_both_sides_and_are_ordered_by_it() -> None:
    ink = _mask(LEFT, RIGHT, NECK)
    areas = [int(_left_of(seam, ink).sum()) for seam in seams.candidates(ink, 10.0, 100.0)]
    assert areas == [seam.area for seam in seams.candidates(ink, 10.0, 100.0)]
    assert areas == sorted(areas)
    assert all(0 < area < ink.sum() for area in areas)


def test_nothing_is_cut_where_all_is_solid() -> None:
    assert seams.candidates(_mask((0, 0, 140, 100)), 10.0, 100.0) == []
