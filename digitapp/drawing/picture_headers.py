"""Check picture files before decoding, to reject those that would take too much time or memory.

Decoders are fast per pixel but slow per part of a file; a few kilobytes may expand to gigabytes,
and twenty megabytes can hold millions of parts.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterator

from PIL import Image

from digitapp.errors import BadPicture

MEGAPIXEL = 10**6
MAX_PIXELS = 50 * MEGAPIXEL
# Lower limits for formats whose decoders are slow or keep several copies of a picture.
MAX_PIXELS_OF = {"WEBP": 25 * MEGAPIXEL}
MAX_PIXELS_RUNS = 4 * MEGAPIXEL  # of a run-length encoded BMP
MAX_RAW_BYTES = 400 * 2**20  # of a TIFF: stored and decoded bytes together
MIN_SIDE = 5
MAX_ASPECT = 200
MAX_PASSES = 100  # of a progressive JPEG; programs write about ten
MAX_PARTS = 20_000
MAX_RUN_BYTES = 2 * 2**20
JPEG = b"\xff\xd8"
PASS, END = 0xDA, 0xD9  # of a JPEG: start of a pass over its pixels, end of the picture
MARKER = re.compile(rb"\xff[\xc0-\xcf\xd9-\xfe]")  # those with a length, and the end
TILES = (273, 279, 324, 325)  # TIFF tags: offsets and sizes of the strips or tiles
BITS, SAMPLES = 258, 277


def check_parts(data: bytes) -> None:
    """Reject a file with too many parts, before anything opens it.

    Raises:
        BadPicture: when it has more than `MAX_PARTS` parts or `MAX_PASSES` JPEG passes.
    """
    form = next((start for start in PARTS if data.startswith(start)), None)
    if form is None:
        return
    parts = list(itertools.islice(PARTS[form](data), MAX_PARTS + 1))
    if len(parts) > MAX_PARTS:
        raise BadPicture(
            f"The picture is stored in more than {MAX_PARTS:,} parts, which no normal program "
            "does. Open it in another program and save it again."
        )
    if form == JPEG and (passes := parts.count(PASS)) > MAX_PASSES:
        raise BadPicture(
            f"The picture is stored in {passes:,} passes; at most {MAX_PASSES} are read."
        )


def check_size(picture: Image.Image, length: int) -> None:
    """Reject a picture that is too large, too small or too narrow, before it is decoded.

    Args:
        picture: opened, not loaded.
        length: the size of its file, in bytes.

    Raises:
        BadPicture: when it is outside the limits.
    """
    width, height = picture.size
    size, form = f"{width:,} x {height:,}", str(picture.format)
    most = _most_pixels(picture)
    if width * height > most:
        of = "" if most == MAX_PIXELS else f" of a {form} picture of this kind"
        raise BadPicture(too_many_pixels(size, most, of))
    if min(width, height) < MIN_SIDE:
        raise BadPicture(
            f"The picture has {size} pixels; it must have at least {MIN_SIDE} x {MIN_SIDE}."
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise BadPicture(
            f"The picture has {size} pixels; one side may be at most {MAX_ASPECT} times the other."
        )
    if _in_runs(picture) and length > MAX_RUN_BYTES:
        raise BadPicture("A compressed BMP of this size takes too long to read; save it as PNG.")


def too_many_pixels(size: str, most: int = MAX_PIXELS, of: str = "") -> str:
    """Return the message that a picture has too many pixels."""
    return f"The picture has {size} pixels; at most {most // MEGAPIXEL} million are read{of}."


def _most_pixels(picture: Image.Image) -> int:
    if picture.format == "TIFF":
        return min(MAX_PIXELS, MAX_RAW_BYTES // _tiff_bytes(picture))
    if _in_runs(picture):
        return MAX_PIXELS_RUNS
    return MAX_PIXELS_OF.get(str(picture.format), MAX_PIXELS)


def _tiff_bytes(picture: Image.Image) -> int:
    """Return the bytes per pixel: as stored and as decoded, added up."""
    tags = getattr(picture, "tag_v2", {})
    bits = tags.get(BITS, (1,))
    samples = tags.get(SAMPLES, 1)
    stored = max(bits if isinstance(bits, tuple) else (bits,)) * max(1, int(samples)) / 8
    decoded = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}.get(picture.mode, 4)
    return max(1, round(stored + decoded))


def _in_runs(picture: Image.Image) -> bool:
    return any(tile[0] == "bmp_rle" for tile in getattr(picture, "tile", []))


def _png_chunks(data: bytes) -> Iterator[int]:
    place = 8
    while place + 12 <= len(data):
        yield place
        length, kind = struct.unpack_from(">I4s", data, place)
        if kind == b"IEND":  # decoders ignore what follows
            return
        place += 12 + length


def _jpeg_segments(data: bytes) -> Iterator[int]:
    """Yield the markers of the segments, but not of those inside them, such as a thumbnail's."""
    place = 2
    while found := MARKER.search(data, place):
        kind, place = data[found.end() - 1], found.end()
        if kind == END or place + 2 > len(data):  # decoders ignore what follows
            return
        yield kind
        place += struct.unpack_from(">H", data, place)[0]


def _gif_blocks(data: bytes) -> Iterator[int]:
    """Yield the offsets of the blocks before the first picture."""
    place = 13 + (3 * 2 ** ((data[10] & 7) + 1) if data[10:11] >= b"\x80" else 0)
    while place < len(data) and data[place] not in b",;":
        yield place
        if data[place] != 0x21:
            place += 1
            continue
        place += 2
        while place < len(data) and data[place]:
            yield place
            place += data[place] + 1
        place += 1


def _tiff_entries(data: bytes) -> Iterator[int]:
    """Yield once for each entry of the first directory, and each strip or tile it lists."""
    order = "<" if data[:2] == b"II" else ">"
    large = 43 in data[2:4]
    count, entry, size = ("Q", "HHQ", 20) if large else ("H", "HHI", 12)
    try:
        place = struct.unpack_from(order + ("Q" if large else "I"), data, 8 if large else 4)[0]
        entries = struct.unpack_from(order + count, data, place)[0]
        place += struct.calcsize(order + count)
        for _ in range(entries):
            tag, _, values = struct.unpack_from(order + entry, data, place)
            yield from range(values if tag in TILES else 1)
            place += size
    except struct.error:
        return


PARTS = {
    b"\x89PNG": _png_chunks,
    JPEG: _jpeg_segments,
    b"GIF8": _gif_blocks,
    b"II": _tiff_entries,
    b"MM": _tiff_entries,
}
