"""Separate ink from paper in a picture, and make lines thinner or thicker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.background import (
    EIGHT_NEIGHBOURS,
    NARROW,
    WIDE,
    Grey,
    Mask,
    depth_in_any_light,
    drawn_ink_is_darker,
    even_depth,
    ink_is_darker,
    is_noisy,
    lines_are_darker,
    strongest_mean,
)
from digitapp.drawing.components import Components, digit_mask, found_components, writing_mask
from digitapp.drawing.halftone import dot_spacing, smoothed
from digitapp.errors import Blank

Ink = NDArray[np.float32]

REDUCED_SIDE = 512  # pixels; larger pictures are reduced to it
MIN_CONTRAST = 12.0  # grey levels of 255; paper alone varies less than this
CLEAN_THRESHOLD = 0.2  # of the full contrast, so that faint ink counts beside strong ink
NOISY_THRESHOLD = 0.3  # of the contrast: above the lines of squared paper, below pencil
NOISE_DEVIATIONS = 4.0
OUTSTANDING = 6.0  # times the noise; a fainter contrast may be noise alone
EDGE_BLUR = 3  # pixels of blur around a component along the edge
CUT_OUT_SIDE = 200  # pixels; in a picture smaller than this no table or shadow is expected


class Keep(Enum):
    """Which ink of a picture to keep."""

    ONE = "one digit and its parts"
    WRITING = "all digits, their parts and the points beside them"
    ALL = "all ink, however small or far away"


@dataclass(frozen=True)
class _Found:
    """The depth of a picture's ink, and the levels of paper, faintest and strongest ink."""

    depth: Grey
    offset: float
    threshold: float
    strongest: float

    @property
    def mask(self) -> Mask:
        return self.depth > self.threshold

    @cached_property
    def parts(self) -> Components:
        return found_components(self.mask, self.depth)


def of_picture(picture: Image.Image, keep: Keep) -> tuple[Ink, int]:
    """Extract the ink of a picture (L or RGB).

    Returns:
        the ink, as `extract`, and the factor by which the picture's sides were reduced.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    factor = -(-max(picture.size) // REDUCED_SIDE)
    grey = np.asarray(picture.convert("L").reduce(factor), dtype=np.float64)
    return extract(grey, keep), factor


def extract(grey: Grey, keep: Keep = Keep.ONE) -> Ink:
    """Return how much ink lies on each pixel.

    Args:
        grey: (height, width), 0 black to 255 white.
        keep: which ink to keep.

    Returns:
        float32 (height, width); 0 is paper, whatever its shade, and 1 the strongest ink.

    Raises:
        Blank: when there is no contrast that could be ink.
    """
    found = _seen(grey)
    if found and keep is not Keep.ALL:
        spacing = dot_spacing(found.mask, found.parts.heavy, found.parts.labels)
        if spacing:
            found = _seen(smoothed(grey, spacing))
    if not found:
        raise Blank("There is nothing on this picture that stands out from its background.")
    mask = found.mask
    if keep is Keep.ONE:
        mask = digit_mask(found.parts)
    elif keep is Keep.WRITING:
        mask = writing_mask(found.parts)
    soft_edge = scipy.ndimage.binary_dilation(mask, EIGHT_NEIGHBOURS)
    strongest = min(found.strongest, strongest_mean(found.depth[mask], found.depth.size))
    ink = np.clip((found.depth - found.offset) / (strongest - found.offset), 0, 1)
    return np.where(soft_edge, ink, 0).astype(np.float32)


def _seen(grey: Grey) -> _Found | None:
    return _photographed(grey) if is_noisy(grey) else _drawn(grey)


def _drawn(grey: Grey) -> _Found | None:
    light_paper = grey if drawn_ink_is_darker(grey) else 255 - grey
    found = _found(even_depth(light_paper), noisy=False)
    if found and found.parts.is_sheet:  # the picture's edge was a table, not the paper
        other = _beside_edges(_found(even_depth(255 - light_paper), noisy=False), False)
        if other and other.parts.is_sound:
            return other
    return _beside_edges(found, noisy=False)


def _photographed(grey: Grey) -> _Found | None:
    """Find a photograph's ink, with the window whose result looks most like a digit.

    A narrow window tolerates narrow shadows and objects beside the sheet; a wide one finds broad
    strokes whole.
    """
    small = max(grey.shape) < CUT_OUT_SIDE
    darker = ink_is_darker(grey) if small else lines_are_darker(grey)
    light_paper = grey if darker else 255 - grey
    wide = _found(depth_in_any_light(light_paper, WIDE), noisy=True)
    if small or _soundness(wide) == 1:
        return wide
    narrow = _found(depth_in_any_light(light_paper, NARROW), noisy=True)
    return _beside_edges(narrow if _soundness(narrow) > _soundness(wide) else wide, noisy=True)


def _soundness(found: _Found | None) -> float:
    return found.parts.soundness if found else 0.0


def _beside_edges(found: _Found | None, noisy: bool) -> _Found | None:
    """Look for paler ink if a table or shadow along the edge has set the thresholds."""
    if not found or _soundness(found) == 1 or not found.parts.along.any():
        return found
    edge = scipy.ndimage.binary_dilation(
        found.parts.chosen(found.parts.along), iterations=EDGE_BLUR
    )
    rest = _found(np.where(edge, 0, found.depth), noisy)
    return rest if rest and rest.strongest < found.strongest and rest.parts.is_sound else found


def _found(depth: Grey, noisy: bool) -> _Found | None:
    """Find the depth of paper, of the faintest and of the strongest ink; None without ink."""
    strongest = strongest_mean(depth, depth.size)
    if not noisy:
        enough = strongest >= MIN_CONTRAST
        return _Found(depth, 0, CLEAN_THRESHOLD * strongest, strongest) if enough else None
    below = depth[depth <= strongest / 2]
    offset = float(np.median(below))
    noise = 1.4826 * float(np.median(np.abs(below - offset)))
    contrast = strongest - offset
    if contrast < max(MIN_CONTRAST, OUTSTANDING * noise):
        return None
    threshold = offset + max(NOISY_THRESHOLD * contrast, NOISE_DEVIATIONS * noise)
    return _Found(depth, offset, threshold, strongest)
