"""Images in any usual form, as grey images of bytes: other shapes, types, ranges and colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile

GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # of red, green and blue: ITU-R BT.601
COLOURS = (3, 4)  # channels; the fourth is opacity
SIDES = range(4, 1025)  # pixels
AT_ONCE = 4_000_000  # pixels that are converted together, which bounds the memory
BYTE = 255.0
LOWEST_OVER, HIGHEST_OVER = -0.25, 1.5  # of 0 to 1, where images were resized with overshoot
FEW_GREYS = 16.0  # the highest value in scikit-learn's digits, each a count of 4 x 4 pixels
RANGES = "0 to 1, 0 to 255, 0 to 65,535 or -1 to 1"

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class Grey:
    """Grey images.

    Attributes:
        parts: uint8 (n, height, width) for each part, of any one size.
        converted: a sentence about each conversion.
    """

    parts: tuple[Images, ...]
    converted: tuple[str, ...]


@dataclass(frozen=True)
class _Shape:
    """How the axes of an array are to be read: (n, height, width, channels) after that."""

    height: int
    width: int
    channels: int
    channels_first: bool = False
    said: str = ""


def grey(parts: Sequence[NDArray[np.generic]], origin: str) -> Grey:
    """Convert the images of a dataset's parts, all in the same form, to grey bytes.

    What is paper and what is ink stays as it is.

    Args:
        parts: for each part (n, pixels), (n, height, width), (n, height, width, channels) or
            (n, channels, height, width), of 1, 3 or 4 channels; numbers from 0 to 1, 0 to 255,
            0 to 65,535 or -1 to 1, or truth values.
        origin: the file's name in an error message.

    Raises:
        BadFile: when they are something else.
    """
    filled = [part for part in parts if len(part)]
    if not filled:
        raise BadFile(f"{origin}: there are no images.")
    shapes = {part.shape[1:] for part in filled}
    if len(shapes) > 1:
        found = " and ".join(str(part.shape) for part in filled)
        raise BadFile(f"{origin}: the images are {found}; all must have the same size.")
    shape = _shape(filled[0], origin)
    low, high = _range(filled, origin)
    zero, one, said = _scale(low, high, filled, origin)
    images = tuple(_converted(part, shape, zero, one) for part in parts)
    return Grey(images, tuple(filter(None, (shape.said, said))))


def _shape(part: NDArray[np.generic], origin: str) -> _Shape:
    """Say how to read the axes of an array of images.

    Raises:
        BadFile: when it can be no images.
    """
    axes = part.shape[1:]
    found = None
    if len(axes) == 1:
        side = math.isqrt(axes[0])
        if side * side == axes[0]:
            found = _Shape(side, side, 1, said=f"Rows of {axes[0]:,} pixels: {side} x {side}.")
    elif len(axes) == 2:
        found = _Shape(*axes, 1)
    elif len(axes) == 3 and axes[2] in (1, *COLOURS):
        said = "" if axes[2] == 1 else "Colours became grey."
        found = _Shape(*axes, said=said)
    elif len(axes) == 3 and axes[0] in (1, *COLOURS):
        said = "" if axes[0] == 1 else "Colours became grey."
        found = _Shape(axes[1], axes[2], axes[0], True, said)
    if found and {found.height, found.width} <= {*SIDES}:
        return found
    raise BadFile(
        f"{origin}: the images are {part.dtype} {part.shape}; they must be (n, pixels) of squares, "
        "(n, height, width) or (n, height, width, channels), with sides of "
        f"{SIDES[0]} to {SIDES[-1]} pixels and 1, 3 or 4 channels."
    )


def _range(parts: Sequence[NDArray[np.generic]], origin: str) -> tuple[float, float]:
    """Return the lowest and the highest value.

    Raises:
        BadFile: when the values are no numbers, or not all finite.
    """
    kind = parts[0].dtype
    if kind.kind not in "buif":
        raise BadFile(f"{origin}: the images are {kind} {parts[0].shape}; they must be numbers.")
    low = min(float(part.min()) for part in parts)
    high = max(float(part.max()) for part in parts)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise BadFile(f"{origin}: pixels that are NaN or infinite cannot be used.")
    return low, high


def _scale(
    low: float, high: float, parts: Sequence[NDArray[np.generic]], origin: str
) -> tuple[float, float, str]:
    """Return the values that become 0 and 255, and a sentence about the conversion.

    Raises:
        BadFile: when the values lie in none of the usual ranges.
    """
    kind = parts[0].dtype
    found = _small_scale(low, high, kind)
    if found:
        return found
    if low >= 0 and high <= 65_535 and all(_are_whole(part) for part in parts):
        if high <= FEW_GREYS:
            return 0.0, FEW_GREYS, f"Pixels from 0 to {FEW_GREYS:g} became 0 to 255."
        if high > BYTE:
            return 0.0, 65_535.0, "Pixels from 0 to 65,535 were divided by 257."
    if low >= 0 and high <= BYTE:
        return 0.0, BYTE, "" if kind == np.uint8 else f"Pixels were {kind} from 0 to 255."
    raise BadFile(
        f"{origin}: the pixels are {kind} from {low:g} to {high:g}; they must be from {RANGES}."
    )


def _small_scale(
    low: float, high: float, kind: np.dtype[np.generic]
) -> tuple[float, float, str] | None:
    """Return what `_scale` does for values around 0 to 1 and -1 to 1; None for others."""
    whole = kind.kind in "bui"
    if whole and low >= 0 and high <= 1:
        return 0.0, 1.0, "Pixels of 0 and 1 became 0 and 255."
    if low >= 0 and high <= 1:
        return 0.0, 1.0, "Pixels from 0 to 1 were multiplied by 255."
    if not whole and low >= LOWEST_OVER and high <= HIGHEST_OVER:
        said = f"Pixels from {low:.2f} to {high:.2f} were cut to 0 to 1, and multiplied by 255."
        return 0.0, 1.0, said
    if -1 <= low < 0 and high <= 1:
        return -1.0, 1.0, "Pixels from -1 to 1 became 0 to 255."
    return None


def _are_whole(part: NDArray[np.generic]) -> bool:
    """Whether all values are whole numbers; some of them are looked at at a time."""
    if part.dtype.kind in "bui":
        return True
    step = max(1, AT_ONCE // max(1, part[0].size))
    some = (part[start : start + step].astype(np.float64) for start in range(0, len(part), step))
    return all(bool((each == np.rint(each)).all()) for each in some)


def _converted(part: NDArray[np.generic], shape: _Shape, zero: float, one: float) -> Images:
    """Convert a part, some images at a time."""
    pixels = shape.height * shape.width
    if part.dtype == np.uint8 and (zero, one, shape.channels) == (0.0, BYTE, 1):
        return (
            np.ascontiguousarray(part).reshape(len(part), shape.height, shape.width).view(np.uint8)
        )
    found = np.empty((len(part), shape.height, shape.width), dtype=np.uint8)
    step = max(1, AT_ONCE // (pixels * shape.channels))
    for start in range(0, len(part), step):
        some = np.asarray(part[start : start + step], dtype=np.float32)
        if shape.channels_first:
            some = np.moveaxis(some, 1, -1)
        some = some.reshape(-1, shape.height, shape.width, shape.channels)
        some = np.clip((some - zero) * (BYTE / (one - zero)), 0, BYTE)
        mixed = some[..., 0] if shape.channels == 1 else _mixed(some)
        found[start : start + step] = np.rint(mixed)
    return found


def _mixed(some: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the grey of colours; what is transparent shows white paper."""
    mixed: NDArray[np.float32] = some[..., :3] @ GREY
    if some.shape[-1] == 4:
        opacity = some[..., 3] / np.float32(BYTE)
        mixed = mixed * opacity + np.float32(BYTE) * (1 - opacity)
    return mixed
