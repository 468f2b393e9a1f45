"""Prepare many drawings for reading: as images in several ways, and as paths of the pen.

Finding the ink in a picture takes milliseconds, so thousands of digits are shared out among
processes. Each digit has a random generator of its own, so that neither the number of processes nor
the other digits change its drawing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from digitapp.drawing import IMAGE_SIDE, pen_path
from digitapp.drawing.pen_path import Path
from digitapp.drawing.strokes import Drawing, remaining_ink
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.scoring import or_blank
from digitapp.evaluation.stroke_conditions import STROKE_PREPARATIONS, drawn
from digitapp.process_pool import process_pool
from digitapp.reading.prediction import Inputs

A_TASK = 100  # digits
SHARED_FROM = 1000  # digits; fewer are not worth the start of processes


@dataclass(frozen=True)
class Prepared:
    """Drawings, ready to be read.

    Attributes:
        images: float32 (n, 28, 28) for each of some `STROKE_PREPARATIONS`; without ink where there
            is nothing to read.
        paths: float32 (n, 64, 5), zero where there is nothing to read.
    """

    images: dict[str, Inputs]
    paths: Path


Task = tuple[Sequence[LabelledStrokes], str, tuple[str, ...], int, int]


class Preparer:
    """Prepares digits, in several processes if there are many."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool

    def prepare(
        self, digits: Sequence[LabelledStrokes], name: str, ways: tuple[str, ...], seed: int
    ) -> Prepared:
        """Draw every digit under a condition or variation, and prepare it in each way.

        Args:
            name: as in `stroke_conditions.drawn`.
            ways: some of the `STROKE_PREPARATIONS`.
        """
        tasks: list[Task] = [
            (digits[start : start + A_TASK], name, ways, seed, start)
            for start in range(0, len(digits), A_TASK)
        ]
        found = list(self._pool.map(_prepare, tasks) if self._pool else map(_prepare, tasks))
        no_images = np.zeros((0, IMAGE_SIDE, IMAGE_SIDE), np.float32)
        no_paths = np.zeros((0, pen_path.POINTS, pen_path.CHANNELS), np.float32)
        return Prepared(
            {
                way: np.concatenate([no_images, *(each.images[way] for each in found)])
                for way in ways
            },
            np.concatenate([no_paths, *(each.paths for each in found)]),
        )


@contextmanager
def preparer(count: int) -> Iterator[Preparer]:
    """Open a preparer for this many digits; its processes end with the context."""
    if count < SHARED_FROM:
        yield Preparer(None)
        return
    with process_pool(os.cpu_count() or 1) as pool:
        yield Preparer(pool)


def _prepare(task: Task) -> Prepared:
    digits, name, ways, seed, start = task
    drawings = [
        drawn(digit, name, np.random.default_rng((seed, number)))
        for number, digit in enumerate(digits, start)
    ]
    return of_drawings(drawings, ways)


def of_drawings(drawings: Sequence[Drawing], ways: Sequence[str]) -> Prepared:
    """Prepare drawings in each of some `STROKE_PREPARATIONS`."""
    images = {
        way: np.stack([or_blank(STROKE_PREPARATIONS[way], each) for each in drawings])
        for way in ways
    }
    blank = np.zeros((pen_path.POINTS, pen_path.CHANNELS), np.float32)
    paths = [pen_path.of_drawing(each) if remaining_ink(each) else blank for each in drawings]
    return Prepared(images, np.stack(paths))
