"""Read prepared images with a trained network, and interpret its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DIGITS_AND_OTHER
from digitapp.drawing.marks import UNREAD
from digitapp.drawing.pen_path import Path
from digitapp.errors import BadFile
from digitapp.reading.class_words import none_of, nothing_close, refusal_of, with_article
from digitapp.reading.combination import combined
from digitapp.reading.onnx_session import Session
from digitapp.reading.refusals import NONE_OF_THESE, readable, refusal, split_outputs
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.text.percent import percent

Inputs = NDArray[np.float32]  # images (..., 28, 28), 0 paper to 1 ink
Probabilities = NDArray[np.float32]

STROKE_CLASSES = DIGITS_AND_OTHER  # of a network beside which strokes can be read
CLOSE = 0.6  # the two highest probabilities differ by less than this
REFUSED_FROM = 0.5
WORTH_NAMING = 0.03
STANDS_OUT = 0.5


@dataclass(frozen=True)
class Parts:
    """What each of two readers says of a drawing.

    Attributes:
        picture: the prediction for the image.
        movement: the prediction for the pen's path.
        weight: how much the movement counted for the digit, 0 to 1.
    """

    picture: Prediction
    movement: Prediction
    weight: float


@dataclass(frozen=True)
class Prediction:
    """A network's prediction for one image.

    Attributes:
        probabilities: float32 (classes,), summing to 1: of each class, given that it is one of
            them.
        class_names: the names of the classes.
        other: the probability that it is none of the classes, 0 to 1; 0 from a network that was
            not trained to recognise that.
        refuses: whether the network was trained to recognise images of none of the classes.
        parts: what each reader says, where the prediction combines two; else None.
    """

    probabilities: Probabilities
    class_names: tuple[str, ...]
    other: float = 0.0
    refuses: bool = False
    parts: Parts | None = None

    @property
    def shares(self) -> Probabilities:
        """The probability of each of the `choices`.

        float32 (classes,), or (classes + 1,) if the network `refuses`; summing to 1.
        """
        shares = self.probabilities * (1 - self.other)
        return np.append(shares, self.other).astype(np.float32) if self.refuses else shares

    @property
    def choices(self) -> tuple[str, ...]:
        """The options that the network chooses from: its classes and, if it refuses, "none"."""
        return (*self.class_names, NONE_OF_THESE) if self.refuses else self.class_names

    @property
    def choice(self) -> int:
        """The index of its decision in `choices`: the most probable class, or none of them."""
        return len(self.class_names) if self.refused and self.refuses else self.label

    @property
    def sure(self) -> float:
        """The probability of the most probable class, allowing for none of them."""
        return self.confidence * (1 - self.other)

    @property
    def order(self) -> list[int]:
        """The indices of the classes, most probable first."""
        return [int(each) for each in np.argsort(-self.probabilities, kind="stable")]

    @property
    def label(self) -> int:
        """The index of the most probable class."""
        return self.order[0]

    @property
    def name(self) -> str:
        """The name of the most probable class."""
        return self.class_names[self.label]

    @property
    def sign(self) -> str:
        """The name of the most probable class; a question mark if it is refused."""
        return UNREAD if self.refused else self.name

    @property
    def confidence(self) -> float:
        """The probability of the most probable class, 0 to 1, given that it is one of them."""
        return float(self.probabilities[self.label])

    @property
    def refused(self) -> bool:
        """Whether it is probably none of the classes."""
        return self.other >= REFUSED_FROM

    @property
    def unsure(self) -> bool:
        """Whether the two highest probabilities are close; never with only one class."""
        best, *others = (float(self.probabilities[each]) for each in self.order[:2])
        return bool(others) and best - others[0] < CLOSE

    @property
    def runners_up(self) -> list[str]:
        """The names of up to two other likely classes; at least one when unsure."""
        likely = [c for c in self.order[1:3] if self.probabilities[c] >= WORTH_NAMING]
        if self.unsure and not likely:
            likely = self.order[1:2]
        return [self.class_names[c] for c in likely]

    @property
    def stands_out(self) -> bool:
        """Whether one class is as probable as all others together, or more."""
        return self.confidence >= STANDS_OUT

    @property
    def refusal(self) -> str:
        """A sentence that says that it is refused."""
        return refusal_of(self.class_names)

    @property
    def none(self) -> str:
        """The same in short: `not a digit`, or `none of these`."""
        return none_of(self.class_names)

    @property
    def sentence(self) -> str:
        """A sentence on the other likely classes; if refused, on the class it is most like."""
        if self.refused and not self.stands_out:
            return nothing_close(self.class_names)
        if self.refused:
            return f"What comes closest is {with_article(self.name)}."
        if not self.runners_up:
            return "Nothing else comes close."
        others = " or ".join(with_article(name) for name in self.runners_up)
        return f"It could also be {others}."

    @property
    def answer(self) -> str:
        """All in a line, such as `7 (98.3 %)`."""
        if self.refused:
            return f"{self.none}. {self.sentence}"
        doubt = f" - not sure. {self.sentence}" if self.unsure else ""
        return f"{self.name} ({percent(self.sure)}){doubt}"


class Predictor:
    """A network that reads images, by ONNX Runtime, and the pen's path beside it if it can.

    Safe to use from many threads at once, as `Session` is.

    Args:
        network: the bytes of an ONNX file, as `training.onnx_model` makes it.
        class_names: one per class; one may be `NOT_A_DIGIT`, for anything else.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        strokes: reads the path of drawings; both readings are then combined.

    Raises:
        BadFile: when the file is damaged, or its output is not one probability per class.
    """

    def __init__(
        self,
        network: bytes,
        class_names: Sequence[str],
        preparation: str = "mnist",
        strokes: StrokeReader | None = None,
    ) -> None:
        self._session = Session(network)
        self.class_names = readable(class_names)
        self._outputs_of = tuple(class_names)
        self.preparation = preparation
        self.strokes = strokes
        found = self._session.shapes[1]
        if found != [len(class_names)]:
            raise BadFile(f"It gives {found}, not the probabilities of {len(class_names)} classes.")
        if strokes and self._outputs_of != STROKE_CLASSES:
            raise BadFile(f"A network of {', '.join(class_names)} cannot read strokes as well.")

    @property
    def reads_movement(self) -> bool:
        """Whether it reads the pen's path beside the picture, where there is one."""
        return self.strokes is not None

    def probabilities(self, images: NDArray[np.float32]) -> Probabilities:
        """Return the class probabilities (n, classes) of images float32 (n, 28, 28), 0 to 1."""
        return self.answers(images)[0]

    def answers(
        self, images: NDArray[np.float32], paths: Path | None = None
    ) -> tuple[Probabilities, Probabilities]:
        """Return class probabilities (n, classes), and the probability of none of them (n,).

        Args:
            images, paths: as for `outputs`.
        """
        return split_outputs(self.outputs(images, paths), self._outputs_of)

    def outputs(self, images: NDArray[np.float32], paths: Path | None = None) -> Probabilities:
        """Return the network's outputs (n, all its classes), `NOT_A_DIGIT` being one of them.

        Args:
            images: float32 (n, 28, 28), 0 to 1.
            paths: float32 (n, 64, 5), the pen's way where the images are drawn; ignored by a
                network that reads pictures alone.
        """
        picture = self._session.outputs(images)
        if paths is None or self.strokes is None:
            return picture
        return combined(self.strokes.combination, picture, self.strokes.outputs(paths))[0]

    def predict(
        self, images: Sequence[NDArray[np.float32]], paths: Sequence[Path] | None = None
    ) -> list[Prediction]:
        """Return a prediction for each image, all in one call.

        Args:
            images: float32 (28, 28) each, 0 to 1.
            paths: float32 (64, 5) each, as for `outputs`.
        """
        if not len(images):
            return []
        picture = self._session.outputs(np.stack(images))
        if paths is None or self.strokes is None:
            return self._predictions(picture)
        movement = self.strokes.outputs(np.stack(paths))
        together, weights = combined(self.strokes.combination, picture, movement)
        each = (self._predictions(outputs) for outputs in (together, picture, movement))
        return [
            replace(both, parts=Parts(seen, moved, float(weight)))
            for both, seen, moved, weight in zip(*each, weights, strict=True)
        ]

    def _predictions(self, outputs: Probabilities) -> list[Prediction]:
        found, others = split_outputs(outputs, self._outputs_of)
        named = zip(found, others, strict=True)
        refuses = refusal(self._outputs_of) is not None
        return [Prediction(each, self.class_names, float(other), refuses) for each, other in named]
