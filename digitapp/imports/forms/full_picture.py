"""Decode one picture at its full size, for a sheet of many small ones."""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.picture_headers import check_parts, check_size
from digitapp.drawing.pictures import DECODER_ERRORS, FORMATS, flattened, read_bytes
from digitapp.errors import BadPicture


def full_grey(data: bytes) -> NDArray[np.uint8]:
    """Return a picture as grey bytes, not reduced: uint8 (height, width).

    Raises:
        BadPicture: as `drawing.pictures.read_bytes`, within the same limits.
    """
    read_bytes(data)  # tells what is wrong with it
    try:
        check_parts(data)
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=FORMATS) as picture,
        ):
            check_size(picture, len(data))
            return np.array(flattened(picture).convert("L"), dtype=np.uint8)
    except DECODER_ERRORS as error:
        raise BadPicture(f"The picture is damaged or cut short ({error}).") from None
