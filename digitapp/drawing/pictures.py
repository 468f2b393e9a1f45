"""Open untrusted picture files in any common format, within limits.

Any input quickly yields a picture, or an error of one sentence, in bounded memory.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from digitapp.drawing.picture_headers import check_parts, check_size, too_many_pixels
from digitapp.errors import BadFile, BadPicture, cause
from digitapp.files.file_kinds import AVIF, HEIC, kind_of
from digitapp.files.opening import path_kind, read_at_most
from digitapp.files.sizes import MEGABYTE, megabytes

with suppress(ModuleNotFoundError):  # read_picture.py, which people take home, can do without it
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)  # lets Pillow read HEIC, the iPhone's format

# Formats that not every installation reads: the module that reads each, and how to install it.
EXTRAS = {
    "HEIF": ("pi_heif", "pip install pi-heif"),
    "AVIF": ("PIL.AvifImagePlugin", "pip install --upgrade pillow"),
}
MISSING = {name: how for name, (module, how) in EXTRAS.items() if find_spec(module) is None}
ALL_FORMATS = ("PNG", "JPEG", "HEIF", "WEBP", "AVIF", "BMP", "GIF", "TIFF")
FORMATS = tuple(name for name in ALL_FORMATS if name not in MISSING)
FORMATS_IN_WORDS = "PNG, JPEG, HEIC, WebP, AVIF, BMP, GIF or TIFF"
MAX_FILE_MEGABYTES = 20
WORKING_SIDE = 1024
STRIP_PIXELS = 2_000_000  # converted at a time, so that a large picture is in memory only once
MAX_EXIF = 2**20  # bytes; larger EXIF data is not searched for the orientation
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Raised by Pillow's decoders on damaged files, besides UnidentifiedImageError (an OSError).
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    LookupError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def read_file(path: Path) -> Image.Image:
    """Open a picture on disk; see `read_bytes`.

    Raises:
        BadPicture: when it is missing, a folder, too large or not a picture.
    """
    try:
        found = path_kind(path)
        if found not in ("", "a pipe"):
            raise BadPicture(f"This is {found}; it must be a picture ({FORMATS_IN_WORDS}).")
        if not found:
            _check_length(path.stat().st_size)
        return read_stream(io.BytesIO(read_at_most(path, MAX_FILE_MEGABYTES * MEGABYTE)))
    except (FileNotFoundError, NotADirectoryError):
        raise BadPicture("There is no such file.") from None
    except BadFile as error:
        raise BadPicture(str(error)) from None
    except OSError as error:
        raise BadPicture(f"The file cannot be read ({cause(error)}).") from None


def read_bytes(data: bytes) -> Image.Image:
    """Decode a picture: its first frame, upright, flattened, mode L or RGB.

    The longest side is at most 1,024 pixels; larger pictures are averaged down to it.

    Raises:
        BadPicture: when the bytes are not a picture, are damaged, too large or too small.
    """
    _check_length(len(data))
    try:
        check_parts(data)
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=FORMATS) as picture,
        ):
            check_size(picture, len(data))  # in place of Pillow's warnings
            picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            picture.load()
            return upright(picture)
    except Image.DecompressionBombError:
        raise BadPicture(too_many_pixels("more than 179 million")) from None
    except UnidentifiedImageError:
        raise BadPicture(_what_it_is(data)) from None
    except DECODER_ERRORS as error:
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise BadPicture(f"The picture is damaged or cut short ({reason}).") from None


def upright(picture: Image.Image) -> Image.Image:
    """Turn an opened picture upright, shrink and flatten it: the second half of `read_bytes`."""
    turn = TURNS.get(_orientation(picture))  # Pillow has already turned a TIFF upright
    small = flattened(_shrunk(picture))
    return small.transpose(turn) if turn is not None else small


def read_stream(stream: BinaryIO) -> Image.Image:
    """Decode a picture from a stream; see `read_bytes`.

    Raises:
        BadPicture: as `read_bytes`.
    """
    most = MAX_FILE_MEGABYTES * MEGABYTE
    data = stream.read(most + 1)
    if len(data) > most:
        raise BadPicture(f"The picture has more than {MAX_FILE_MEGABYTES} MB, which is the limit.")
    return read_bytes(data)


def _what_it_is(data: bytes) -> str:
    """Return the message that says what arrived instead of a picture, and what to do."""
    kind = kind_of(data)
    if kind is None:
        return f"This is not a picture; it must be {FORMATS_IN_WORDS}."
    lacking = MISSING.get({HEIC: "HEIF", AVIF: "AVIF"}.get(kind, ""))
    if lacking:
        return f"This is {kind.name}, which cannot be read here yet: {lacking}, or save it as JPEG."
    if kind.read:
        return f"This is {kind.name}, but it is damaged or cut short."
    advice = f": {kind.advice or kind.remedy}" if kind.advice or kind.remedy else ""
    return f"This is {kind.name}, not a picture; it must be {FORMATS_IN_WORDS}{advice}."


def flattened(picture: Image.Image) -> Image.Image:
    """Convert a picture to L or RGB, eight bits a channel, with paper where it is transparent.

    The paper is white, or black when the visible ink is light.
    """
    picture = _plain(picture)
    if picture.mode != "RGBA":
        return picture
    alpha = np.asarray(picture.getchannel("A"), dtype=np.float64)
    grey = np.asarray(picture.convert("RGB").convert("L"), dtype=np.float64)
    light_ink = alpha.min() < 128 and alpha.sum() and (grey * alpha).sum() > 160 * alpha.sum()
    paper = Image.new("RGBA", picture.size, "black" if light_ink else "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _plain(picture: Image.Image) -> Image.Image:
    """Convert the picture to L, RGB or RGBA."""
    if picture.mode[0] in "IF":
        return _eight_bits(picture)
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in ("L", "RGB"):
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _eight_bits(picture: Image.Image, highest: float | None = None) -> Image.Image:
    """Convert 16-bit, 32-bit and float greys to eight bits, scaled by the range of their values.

    Args:
        highest: the largest value of the whole picture, when this is only a part of it.
    """
    values = np.asarray(picture)
    top = _highest(values) if highest is None else highest
    if values.dtype == np.uint16:
        scaled = values >> 8 if top > 255 else values * (1 if top > 1 else 255)
        return Image.fromarray(scaled.astype(np.uint8))
    white = next((limit for limit in (1, 255, 65535) if top <= limit), top)
    levels = np.nan_to_num(values.astype(np.float32)) * (255 / white)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def _highest(values: NDArray) -> float:
    whole = values if values.dtype == np.uint16 else np.nan_to_num(values.astype(np.float32))
    return float(whole.max(initial=0))


def _orientation(picture: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 when it is missing or unreadable."""
    if len(picture.info.get("exif") or b"") > MAX_EXIF:
        return 1
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except DECODER_ERRORS:
        return 1


def _shrunk(picture: Image.Image) -> Image.Image:
    """Convert to L, RGB or RGBA, and average down until no side exceeds `WORKING_SIDE`."""
    width, height = picture.size
    factor = -(-max(width, height) // WORKING_SIDE)
    if factor == 1:
        return _plain(picture).copy()
    rows = factor * max(1, STRIP_PIXELS // (width * factor))
    bands = [(0, top, width, min(height, top + rows)) for top in range(0, height, rows)]
    highest = None
    if picture.mode[0] in "IF":
        highest = max(_highest(np.asarray(picture.crop(band))) for band in bands)
    small = None
    for band in bands:
        part = picture.crop(band)
        part = _plain(part) if highest is None else _eight_bits(part, highest)
        if part.mode == "RGBA":  # transparent pixels must not contribute their colour
            part = part.convert("RGBa").reduce(factor).convert("RGBA")
        else:
            part = part.reduce(factor)
        small = small or Image.new(part.mode, (part.width, -(-height // factor)))
        small.paste(part, (0, band[1] // factor))
    assert small
    return small


def _check_length(length: int) -> None:
    if length == 0:
        raise BadPicture("The file is empty (0 bytes).")
    if length > MAX_FILE_MEGABYTES * MEGABYTE:
        raise BadPicture(
            f"The file has {megabytes(length, MAX_FILE_MEGABYTES)} MB; at most "
            f"{MAX_FILE_MEGABYTES} MB are read."
        )
