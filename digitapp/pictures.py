"""Opening pictures that strangers made: any format Pillow knows well, within bounds.

Whatever arrives, the answer comes fast and in bounded memory, as a picture or as one sentence.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from digitapp.errors import BadPicture

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
SUFFIXES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff")
FORMATS_IN_WORDS = "PNG, JPEG, WebP, BMP, GIF or TIFF"
MAX_FILE_MEGABYTES = 20
MAX_PIXELS = 50_000_000
MIN_SIDE = 5
WORKING_SIDE = 1024

# What Pillow's decoders raise on damaged files, beside its own UnidentifiedImageError (an OSError).
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    LookupError,
    EOFError,
    NotImplementedError,
    struct.error,
    zlib.error,
)


def read_file(path: Path) -> Image.Image:
    """Open a picture on disk; see `read_bytes`.

    Raises:
        BadPicture: when it is missing, a folder, too large or not a picture.
    """
    try:
        if path.is_dir():
            raise BadPicture(f"This is a folder; it must be a picture ({FORMATS_IN_WORDS}).")
        if not path.is_file():
            raise BadPicture("There is no such file.")
        _check_length(path.stat().st_size)
        return read_bytes(path.read_bytes())
    except OSError as error:
        raise BadPicture(f"The file cannot be read ({error.strerror or error}).") from None


def read_bytes(data: bytes) -> Image.Image:
    """Decode a picture: its first frame, upright, flattened, mode L or RGB.

    The longest side is at most 1,024 pixels; larger pictures are averaged down to it.

    Raises:
        BadPicture: when the bytes are no picture, damaged, too large or too small.
    """
    _check_length(len(data))
    try:
        with _opened(data) as picture:
            _check_size(*picture.size)
            picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
            picture.load()
            return flattened(_shrunk(_plain(_upright(picture))))
    except Image.DecompressionBombError:
        raise BadPicture(_too_many_pixels("more than 179 million")) from None
    except UnidentifiedImageError:
        raise BadPicture(f"This is not a picture; it must be {FORMATS_IN_WORDS}.") from None
    except DECODER_ERRORS as error:
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise BadPicture(f"The picture is damaged or cut short ({reason}).") from None


def _opened(data: bytes) -> Image.Image:
    """The picture, with nothing but its header read; `_check_size` decides, without warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=FORMATS)


def flattened(picture: Image.Image) -> Image.Image:
    """The picture as L or RGB, eight bits a channel, laid on paper where it is transparent.

    The paper is white, or black when the visible ink is light.
    """
    plain = _plain(picture)
    return _on_paper(plain) if plain.mode == "RGBA" else plain


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in one of three modes: L, RGB or RGBA."""
    if picture.mode[0] in "IF":
        return _eight_bits(picture)
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in ("L", "RGB"):
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _on_paper(picture: Image.Image) -> Image.Image:
    alpha = np.asarray(picture.getchannel("A"), dtype=np.float64)
    grey = np.asarray(picture.convert("RGB").convert("L"), dtype=np.float64)
    light_ink = alpha.min() < 128 and alpha.sum() and (grey * alpha).sum() > 160 * alpha.sum()
    paper = Image.new("RGBA", picture.size, "black" if light_ink else "white")
    paper.alpha_composite(picture)
    return paper.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen-bit, 32-bit and float greys: scaled by the range that their values are in."""
    values = np.asarray(picture)
    if values.dtype == np.uint16:
        top = int(values.max(initial=0))
        scaled = values >> 8 if top > 255 else values * (1 if top > 1 else 255)
        return Image.fromarray(scaled.astype(np.uint8))
    values = np.nan_to_num(values.astype(np.float32))
    highest = float(values.max(initial=0))
    white = next((limit for limit in (1, 255, 65535) if highest <= limit), highest)
    return Image.fromarray(np.clip(values * (255 / white), 0, 255).astype(np.uint8))


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera's EXIF orientation says; EXIF that cannot be read turns nothing."""
    try:
        return ImageOps.exif_transpose(picture)
    except DECODER_ERRORS:
        return picture


def _shrunk(picture: Image.Image) -> Image.Image:
    factor = -(-max(picture.size) // WORKING_SIDE)
    if factor == 1:
        return picture.copy()
    if picture.mode == "RGBA":  # what is transparent must not lend its colour to the average
        return picture.convert("RGBa").reduce(factor).convert("RGBA")
    return picture.reduce(factor)


def _check_length(length: int) -> None:
    if length == 0:
        raise BadPicture("The file is empty (0 bytes).")
    if length > MAX_FILE_MEGABYTES * 2**20:
        raise BadPicture(
            f"The file has {length / 2**20:.0f} MB; at most {MAX_FILE_MEGABYTES} MB are read."
        )


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise BadPicture(_too_many_pixels(f"{width:,} x {height:,}"))
    if min(width, height) < MIN_SIDE:
        raise BadPicture(
            f"The picture has {width} x {height} pixels; it must have at least "
            f"{MIN_SIDE} x {MIN_SIDE}."
        )


def _too_many_pixels(size: str) -> str:
    return f"The picture has {size} pixels; at most {MAX_PIXELS // 10**6} million are read."
