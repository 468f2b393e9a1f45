"""An array for each class, such as `full_numpy_bitmap_cat.npy` of Quick, Draw! and its like."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from digitapp.data.class_names import FEWEST, MOST
from digitapp.imports.forms.array_headers import Header, values
from digitapp.imports.forms.array_pairs import may_be_images
from digitapp.imports.found import Array, Found, Part
from digitapp.imports.part_words import PARTS

ALONE = "There are no labels: each array was taken as a class."


def are_classes(headers: Sequence[Header]) -> bool:
    """Whether each array holds the images of one class: all alike, none of them labels."""
    alike = len({(each.shape[1:], each.kind) for each in headers}) == 1
    told = any(each.known & PARTS for each in headers)
    return (
        FEWEST <= len(headers) <= MOST and alike and not told and all(map(may_be_images, headers))
    )


def read(headers: Sequence[Header], told: tuple[str, ...] = ()) -> Found:
    """Read the arrays; each class is called by what is its own in the name of its array.

    Args:
        told: sentences about what was not used.
    """
    last = [each.shown.rpartition("/")[2] for each in headers]
    names = own_parts(last if len({*last}) == len(last) else [each.shown for each in headers])
    total = sum(each.shape[0] for each in headers)
    images: Array = np.empty((total, *headers[0].shape[1:]), dtype=headers[0].kind)
    start = 0
    for each in headers:
        images[start : start + each.shape[0]] = values(each)
        start += each.shape[0]
    labels = np.repeat(np.array(names), [each.shape[0] for each in headers])
    shown = f"{', '.join(names[:3])}{' ...' if len(names) > 3 else ''}"
    return Found(f"an array for each class ({shown})", Part(images, labels), None, (*told, ALONE))


def own_parts(names: Sequence[str]) -> list[str]:
    """Return names without the words at their beginning that all have."""
    pieces = [re.split(r"(?<=[_\-. /])", name) for name in names]
    while all(len(each) > 1 for each in pieces) and len({each[0] for each in pieces}) == 1:
        pieces = [each[1:] for each in pieces]
    return ["".join(each) for each in pieces]
