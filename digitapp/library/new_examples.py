"""Drawings and pictures as new examples of a dataset, prepared as a network will read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from digitapp.drawing import fitting, pictures, preprocessing, sheets
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadPicture, Blank, TooMuch
from digitapp.runs.drawn_examples import NewExample


@dataclass(frozen=True)
class Pictures:
    """What came of some pictures.

    Attributes:
        examples: of those that can be used.
        problems: a sentence for each of the others.
    """

    examples: tuple[NewExample, ...]
    problems: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """How many examples there are, in words; empty for none."""
        count = len(self.examples)
        if not count:
            return ""
        return "1 example was added." if count == 1 else f"{count:,} examples were added."


def drawn(class_id: int, drawing: Drawing, preparation: str) -> NewExample:
    """Return a drawing as an example.

    Raises:
        Blank: when it has no ink.
    """
    image = np.rint(preprocessing.stroke_image(drawing, preparation) * 255).astype(np.uint8)
    return NewExample(class_id, image, drawing)


def pictured(
    files: Sequence[tuple[str, bytes]], class_id: int, preparation: str, several: bool = False
) -> Pictures:
    """Return pictures, from files or a camera, as examples.

    Args:
        files: names and contents.
        class_id: the class of all of them.
        preparation: an entry of `PREPARATIONS`.
        several: whether each picture shows several drawings, apart from each other.
    """
    found: list[NewExample] = []
    problems: list[str] = []
    for name, data in files:
        try:
            images = _images(pictures.read_bytes(data), preparation, several)
        except (BadPicture, Blank, TooMuch) as error:
            problems.append(f"{name}: {error}")
            continue
        found += [NewExample(class_id, np.rint(each * 255).astype(np.uint8)) for each in images]
    return Pictures(tuple(found), tuple(problems))


def _images(picture: Image, preparation: str, several: bool) -> list[NDArray[np.float32]]:
    """Return the images that a network reads, float32 (28, 28) each."""
    if several:
        return [fitting.ink_image(each, preparation) for each in sheets.drawings(picture)]
    return [fitting.picture_image(picture, preparation)]
