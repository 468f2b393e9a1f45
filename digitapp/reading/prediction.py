"""Read prepared images with a trained network, and interpret its outputs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.marks import UNREAD
from digitapp.errors import BadFile
from digitapp.reading.refusals import NONE_OF_THESE, readable, refusal, split_outputs
from digitapp.text.percent import percent

if TYPE_CHECKING:
    import onnxruntime

Inputs = NDArray[np.float32]  # images (..., 28, 28), 0 paper to 1 ink
Probabilities = NDArray[np.float32]

LARGEST_BATCH = 32  # images; more are no quicker, and their activations take half a megabyte each
MANY = 8 * LARGEST_BATCH  # images from which all processors read
CLOSE = 0.6  # the two highest probabilities differ by less than this
REFUSED_FROM = 0.5
REFUSAL = "This doesn't look like a digit to me."
WORTH_NAMING = 0.03
SILENT = 4  # ONNX Runtime logs fatal errors only; the others arrive as exceptions


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
    """

    probabilities: Probabilities
    class_names: tuple[str, ...]
    other: float = 0.0
    refuses: bool = False

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
    def sentence(self) -> str:
        """A sentence on the other likely classes; if refused, on the class it is most like."""
        if self.refused:
            return f"What comes closest is {_with_article(self.name)}."
        if not self.runners_up:
            return "Nothing else comes close."
        others = " or ".join(_with_article(name) for name in self.runners_up)
        return f"It could also be {others}."

    @property
    def answer(self) -> str:
        """All in a line, such as `7 (98.3 %)`."""
        if self.refused:
            return f"not a digit. {self.sentence}"
        doubt = f" - not sure. {self.sentence}" if self.unsure else ""
        return f"{self.name} ({percent(self.sure)}){doubt}"


class Predictor:
    """A network that reads images, by ONNX Runtime.

    Safe to use from many threads at once: each call runs on the caller's own thread, and releases
    Python's lock meanwhile. Many images are read by several threads.

    Args:
        network: the bytes of an ONNX file, as `training.onnx_model` makes it.
        class_names: one per class; one may be `NOT_A_DIGIT`, for anything else.
        preparation: the entry of `PREPARATIONS` by which its images were made.

    Raises:
        BadFile: when the file is damaged, or its output is not one probability per class.
    """

    def __init__(
        self, network: bytes, class_names: Sequence[str], preparation: str = "mnist"
    ) -> None:
        self._session = _session(network)
        self._input = self._session.get_inputs()[0].name
        self.class_names = readable(class_names)
        self._outputs_of = tuple(class_names)
        self.preparation = preparation
        found = [each.shape[1:] for each in self._session.get_outputs()]
        if found != [[len(class_names)]]:
            raise BadFile(f"It gives {found}, not the probabilities of {len(class_names)} classes.")

    def probabilities(self, images: NDArray[np.float32]) -> Probabilities:
        """Return the class probabilities (n, classes) of images float32 (n, 28, 28), 0 to 1."""
        return self.answers(images)[0]

    def answers(self, images: NDArray[np.float32]) -> tuple[Probabilities, Probabilities]:
        """Return class probabilities (n, classes), and the probability of none of them (n,).

        Args:
            images: float32 (n, 28, 28), 0 to 1.
        """
        return split_outputs(self.outputs(images), self._outputs_of)

    def outputs(self, images: NDArray[np.float32]) -> Probabilities:
        """Return the network's outputs (n, all its classes), `NOT_A_DIGIT` being one of them.

        Args:
            images: float32 (n, 28, 28), 0 to 1.
        """
        none = np.zeros((0, len(self._outputs_of)), dtype=np.float32)
        starts = range(0, len(images), LARGEST_BATCH)
        batches = [images[start : start + LARGEST_BATCH] for start in starts]
        if len(images) < MANY:
            return np.concatenate([none, *map(self._batch, batches)])
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.concatenate([none, *threads.map(self._batch, batches)])

    def _batch(self, images: NDArray[np.float32]) -> Probabilities:
        given = images.astype(np.float32, copy=False)
        found: Probabilities = self._session.run(None, {self._input: given})[0]
        return found

    def predict(self, images: Sequence[NDArray[np.float32]]) -> list[Prediction]:
        """Return a prediction for each image, all in one call."""
        if not len(images):
            return []
        found, others = self.answers(np.stack(images).astype(np.float32))
        named = zip(found, others, strict=True)
        refuses = refusal(self._outputs_of) is not None
        return [Prediction(each, self.class_names, float(other), refuses) for each, other in named]


def _session(network: bytes) -> onnxruntime.InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch
    options.log_severity_level = SILENT
    try:
        return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common base
        reason = " ".join(str(error).split())
        raise BadFile(f"ONNX Runtime cannot load it ({reason}).") from None


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "8aeiou" else f"a {name}"
