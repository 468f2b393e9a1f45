"""Decode many picture files into images of one size, in bounded memory and time."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.pictures import DECODER_ERRORS, FORMATS, MAX_FILE_MEGABYTES, read_bytes
from digitapp.errors import BadFile, BadPicture
from digitapp.files.sizes import MEGABYTE
from digitapp.imports.entries import Entry
from digitapp.imports.progress import Progress, unseen

MOST_SIDE = 64  # pixels of an image that is kept
MOST_PIXELS = 10**10  # decoded in all: a few minutes
JPEG_SHARE = 16  # a JPEG's pixels take this many times less: it is decoded at a part of its size
PNG, PNG_PLACE, PNG_SIZES = b"\x89PNG\r\n\x1a\n", 16, struct.Struct(">II")
MOST_DAMAGED = 0.1  # of the pictures; with more, something else is wrong
LEAST_COLOUR = 16  # of 255, by which red, green and blue differ
EVERY = 200  # pictures between two reports of progress

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class Decoded:
    """Pictures as images of one size.

    Attributes:
        images: uint8 (n, height, width), grey, paper and ink as they are.
        places: which of the files they are of: some may be damaged.
        told: a sentence about each thing that was changed or left out.
    """

    images: Images
    places: NDArray[np.int64]
    told: tuple[str, ...]


def decoded(entries: Sequence[Entry], origin: str, progress: Progress = unseen) -> Decoded:
    """Decode picture files: upright, grey, and all of one size of at most 64 pixels a side.

    Pictures that have one size of at most 64 pixels stay as they are. Larger ones are averaged
    down. If sizes differ, each picture is scaled to fit a square, and what is beside it gets the
    colour of its own border.

    Raises:
        BadFile: when more than a tenth of them cannot be read, or they have too many pixels.
    """
    found: list[Images] = []
    sizes: set[tuple[int, int]] = set()
    places: list[int] = []
    damaged: list[tuple[str, str]] = []
    coloured, pixels = 0, 0
    for place, entry in enumerate(entries):
        if place % EVERY == 0:
            progress(place / len(entries), f"{place:,} of {len(entries):,} pictures")
        try:
            data = _bytes(entry)
            size, cost = _header(data)
            pixels += cost
            picture = read_bytes(data)
        except (BadPicture, BadFile) as error:
            damaged.append((entry.name, str(error).removeprefix(f"{entry.name}: ")))
            continue
        if pixels > MOST_PIXELS:
            raise BadFile(
                f"{origin}: its pictures have more than {MOST_PIXELS // 10**6:,} million pixels "
                "together; make them smaller, or bring fewer."
            )
        coloured += picture.mode != "L" and _has_colours(picture)
        sizes.add(_upright(size, picture.size))
        found.append(_small(picture.convert("L")))
        places.append(place)
    _check_damaged(damaged, len(entries), origin)
    progress(1.0, f"{len(entries):,} pictures")
    images, said = _one_size(found, sizes)
    told = ["Colours became grey."] if coloured else []
    told += [said] if said else []
    if damaged:
        told.append(_said_damaged(damaged, len(entries)))
    return Decoded(images, np.array(places, dtype=np.int64), tuple(told))


def _bytes(entry: Entry) -> bytes:
    most = MAX_FILE_MEGABYTES * MEGABYTE
    data = entry.read(most + 1)
    if len(data) > most:
        raise BadPicture(f"The file has more than {MAX_FILE_MEGABYTES} MB, which is the limit.")
    return data


def _header(data: bytes) -> tuple[tuple[int, int], int]:
    """Return a picture's size by its header, and how many pixels it takes to decode it."""
    if data.startswith(PNG) and len(data) >= PNG_SIZES.size + PNG_PLACE:  # the most usual, at once
        width, height = PNG_SIZES.unpack_from(data, PNG_PLACE)
        return (width, height), width * height
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=FORMATS) as picture,
        ):
            share = JPEG_SHARE if picture.format == "JPEG" else 1
            return picture.size, picture.width * picture.height // share
    except (*DECODER_ERRORS, Image.DecompressionBombError):
        return (0, 0), 0  # `read_bytes` tells more


def _upright(size: tuple[int, int], shown: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a picture as it is shown, which may be turned, and smaller."""
    turned = (size[0] > size[1]) != (shown[0] > shown[1])
    return (size[1], size[0]) if turned else size


def _has_colours(picture: Image.Image) -> bool:
    """Whether red, green and blue differ anywhere, as far as a small copy shows."""
    small = np.asarray(picture.convert("RGB").resize((16, 16)), dtype=np.int16)
    return bool(np.ptp(small, axis=2).max() > LEAST_COLOUR)


def _small(picture: Image.Image) -> Images:
    """Average a grey picture down so that no side exceeds `MOST_SIDE`."""
    longest = max(picture.size)
    if longest > MOST_SIDE:
        picture = picture.resize(_fitting(picture.size, MOST_SIDE), Image.Resampling.BOX)
    return np.array(picture, dtype=np.uint8)


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return width and height scaled so that the longest is `side`."""
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _one_size(found: list[Images], sizes: set[tuple[int, int]]) -> tuple[Images, str]:
    """Return images of one size, and a sentence if they were scaled; `found` is emptied."""
    if len(sizes) == 1:
        width, height = sizes.pop()
        images = _stacked(found, found[0].shape)
        if max(width, height) <= MOST_SIDE:
            return images, ""
        small = f"{images.shape[2]} x {images.shape[1]}"
        return images, f"The pictures have {width:,} x {height:,} pixels; they became {small}."
    side = min(MOST_SIDE, max(max(each.shape) for each in found))
    for place, image in enumerate(found):
        found[place] = _in_square(image, side)
    widths, heights = zip(*sizes, strict=True)
    return _stacked(found, (side, side)), (
        f"The pictures have {len(sizes):,} sizes, from {min(widths):,} x {min(heights):,} to "
        f"{max(widths):,} x {max(heights):,} pixels; each was fitted into {side} x {side}, not "
        "stretched."
    )


def _stacked(found: list[Images], shape: tuple[int, ...]) -> Images:
    """Return the images as one array, forgetting each as soon as it is copied."""
    images = np.empty((len(found), *shape), dtype=np.uint8)
    for place in range(len(found)):
        images[place] = found[place]
        found[place] = images[place]
    found.clear()
    return images


def _in_square(image: Images, side: int) -> Images:
    """Scale an image so that its longest side is `side`, in the middle of a square."""
    size = _fitting((image.shape[1], image.shape[0]), side)
    if size != (image.shape[1], image.shape[0]):
        smaller = size < (image.shape[1], image.shape[0])
        method = Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR
        image = np.array(Image.fromarray(image).resize(size, method))
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    square = np.full((side, side), int(np.median(border)), dtype=np.uint8)
    top, left = (side - image.shape[0]) // 2, (side - image.shape[1]) // 2
    square[top : top + image.shape[0], left : left + image.shape[1]] = image
    return square


def _check_damaged(damaged: Sequence[tuple[str, str]], count: int, origin: str) -> None:
    if len(damaged) > MOST_DAMAGED * count:
        name, reason = damaged[0]
        many = f"{len(damaged):,} of its {count:,} pictures" if count > 1 else "its picture"
        raise BadFile(f"{origin}: {many} cannot be read, first {name} ({reason.rstrip('.')}).")


def _said_damaged(damaged: Sequence[tuple[str, str]], count: int) -> str:
    name, reason = damaged[0]
    first = f"{name}: {reason.rstrip('.')}"
    if len(damaged) == 1:
        return f"Left out: 1 of {count:,} pictures, which cannot be read ({first})."
    return (
        f"Left out: {len(damaged):,} of {count:,} pictures, which cannot be read (first {first})."
    )
