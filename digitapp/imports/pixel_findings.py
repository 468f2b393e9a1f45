"""What is odd about the pixels: paper, ink, brightness, and images with nothing on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.imports.finding import Finding, counted

Images = NDArray[np.uint8]

AT_ONCE = 8_000_000  # pixels looked at together, which bounds the memory
MIDDLE = 128  # grey level; from here on, a pixel is bright
BRIGHT_EDGE = 0.5  # of the pixels along the edge; more bright ones than that are paper
ALL_BRIGHT, MOST_DARK = 0.8, 0.02  # of the images; between them, both kinds are there
CLEAR_EDGE = 0.9  # of an edge is of one kind where it is clear what is paper
FAINT = 100  # grey levels between the darkest and the brightest pixel of nearly all images
EMPTY = 0.06  # of the usual range of an image; less is nothing
MOST_IMAGES = 99  # percent of them, so that a single bright pixel does not count
FEWEST_LEVELS = 3  # grey levels; fewer are black and white


@dataclass(frozen=True)
class Levels:
    """What is measured of each image.

    Attributes:
        bright_edge: float32 (n,), the share of bright pixels along its edge.
        low, high: uint8 (n,), its darkest and its brightest pixel.
        levels: the number of different grey levels in all images.
    """

    bright_edge: NDArray[np.float32]
    low: NDArray[np.uint8]
    high: NDArray[np.uint8]
    levels: int

    @property
    def range(self) -> NDArray[np.int64]:
        """The range of each image's grey levels, 0 to 255."""
        return self.high.astype(np.int64) - self.low

    @property
    def usual_range(self) -> float:
        """The range that half of the images exceed."""
        return float(np.median(self.range))

    @property
    def scale(self) -> int:
        """The brightest pixel of nearly all images, 0 to 255; at least 1."""
        return _scale(self.high)


def measured(parts: Sequence[Images]) -> Levels:
    """Measure images uint8 (n, height, width) of any parts, some at a time.

    There must be some, in one of the parts.
    """
    edges, lows, highs = [], [], []
    counts = np.zeros(256, dtype=np.int64)
    for some in _blocks(parts):
        edges.append(_edges(some))
        flat = some.reshape(len(some), -1)
        lows.append(flat.min(axis=1))
        highs.append(flat.max(axis=1))
        counts += np.bincount(flat.ravel(), minlength=256)
    low, high = np.concatenate(lows), np.concatenate(highs)
    middle = MIDDLE * _scale(high) / 255  # faint images have another
    bright = np.concatenate([(edge >= middle).mean(axis=1, dtype=np.float32) for edge in edges])
    return Levels(bright, low, high, int(np.count_nonzero(counts)))


def _blocks(parts: Sequence[Images]) -> Iterator[Images]:
    for images in filter(len, parts):
        step = max(1, AT_ONCE // images[0].size)
        for start in range(0, len(images), step):
            yield images[start : start + step]


def _edges(images: Images) -> Images:
    """Return the pixels along the edge of each image: uint8 (n, pixels)."""
    sides = images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1]
    return np.concatenate(sides, axis=1)


def _scale(high: NDArray[np.uint8]) -> int:
    return max(1, int(np.percentile(high, MOST_IMAGES)))


def findings(levels: Levels) -> list[Finding]:
    """Return what is odd about the pixels that were measured."""
    found = [_empty(levels), _faint(levels), _paper(levels), _two_levels(levels)]
    return [each for each in found if each]


def _empty(levels: Levels) -> Finding | None:
    (places,) = np.nonzero(levels.range <= EMPTY * levels.usual_range)
    if not len(places):
        return None
    are = "is empty: there is" if len(places) == 1 else "are empty: there is"
    said = f"{counted(len(places))} {are} nothing on the paper. A network learns nothing from that."
    return Finding("blank", said, places, "leave_out_blank", suggested=True)


def _faint(levels: Levels) -> Finding | None:
    if levels.scale >= FAINT:
        return None
    said = (
        f"The images are nearly black: their brightest pixels are {levels.scale}, and white is 255."
        " They can be made brighter, all in the same way."
    )
    return Finding("faint", said, mend="brighten", suggested=True)


def _paper(levels: Levels) -> Finding | None:
    """Compare the paper of the images: bright in all of them, or in some."""
    drawn = levels.range > EMPTY * levels.usual_range
    bright = (levels.bright_edge > BRIGHT_EDGE) & drawn
    share = bright.sum() / max(1, drawn.sum())
    if share > ALL_BRIGHT:
        said = (
            "The paper is white and the ink is black. Networks here read white ink on black "
            "paper, so black and white have to change places."
        )
        return Finding("inverted", said, mend="invert", suggested=True)
    if share < MOST_DARK:
        return None
    clear = (levels.bright_edge > CLEAR_EDGE) | (levels.bright_edge < 1 - CLEAR_EDGE)
    (places,) = np.nonzero(bright)
    said = (
        f"{counted(len(places))} have white paper, the others have black paper. Networks here "
        "read white ink on black paper, so in those black and white have to change places."
    )
    sure = bool(clear[drawn].mean() > CLEAR_EDGE)
    return Finding("partly_inverted", said, places, "invert_bright", suggested=sure)


def _two_levels(levels: Levels) -> Finding | None:
    if levels.levels >= FEWEST_LEVELS:
        return None
    said = (
        "Every pixel is either black or white, with no grey between. A network learns from that as "
        "well. Drawings that are made here have soft edges; these images can get some, too."
    )
    return Finding("two_levels", said, mend="soften")
