"""Where a drawing that was read wrongly is kept: in My handwriting, or in the dataset it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DATASETS, DIGIT_NAMES, knows_digits
from digitapp.drawing.strokes import Drawing
from digitapp.library import models
from digitapp.runs import RunStore, corrected_drawings, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import NewExample


@dataclass(frozen=True)
class Target:
    """Where drawings are kept once it is known what they are.

    Attributes:
        dataset: the name of a dataset made in the page; empty for *My handwriting*.
        classes: the classes that a drawing can be of, with their numbers there.
    """

    dataset: str
    classes: Mapping[str, int]

    def keep(
        self,
        store: RunStore,
        name: str,
        image: NDArray[np.float32],
        read_as: tuple[str, str, Drawing | None],
    ) -> int:
        """Keep a drawing as one of this class; return its number there.

        Args:
            name: of the class.
            image: float32 (28, 28), 0 paper to 1 ink, as the network read it.
            read_as: what the network took it for, the network's name, and how the pen moved.

        Raises:
            UnknownName, InvalidSetting, BadStrokes, StoreProblem: as `drawn_examples.keep` and
                `corrected_drawings.add`.
        """
        number = self.classes[name]
        if not self.dataset:
            return corrected_drawings.add(store, image, number, *read_as)
        new = NewExample(number, np.rint(image * 255).astype(np.uint8), read_as[2])
        return drawn_examples.keep(store, self.dataset, [new])[0]

    def relabel(self, store: RunStore, kept: int, name: str) -> None:
        """Make a kept drawing one of another class.

        Raises:
            UnknownName, StoreProblem: when it or its dataset is gone, or the store fails.
        """
        if self.dataset:
            drawn_examples.move(store, self.dataset, [kept], self.classes[name])
        else:
            corrected_drawings.relabel(store, kept, self.classes[name])

    def remove(self, store: RunStore, kept: int) -> None:
        """Delete a kept drawing.

        Raises:
            UnknownName, StoreProblem: as `relabel`.
        """
        if self.dataset:
            drawn_examples.remove(store, self.dataset, [kept])
        else:
            corrected_drawings.remove(store, [kept])

    def class_of(self, store: RunStore, kept: int) -> str | None:
        """Return the class of a kept drawing; None when it was deleted.

        Raises:
            StoreProblem: when the store fails.
        """
        if self.dataset:
            number = drawn_examples.class_of(store, self.dataset, kept)
        else:
            number = corrected_drawings.label_of(store, kept)
        return next((name for name, each in self.classes.items() if each == number), None)


def target(store: RunStore, model: str) -> Target | None:
    """Return where a drawing read by a network is kept; None when there is no such place.

    A network that learned from a dataset made in the page, which is still there, adds to that.

    Raises:
        UnknownName: when there is no such network.
        StoreProblem, Unreadable: when the store fails, or is damaged.
    """
    names, run = models.class_names(model, store), models.run_of(model)
    dataset = store.get(run).spec.dataset if run is not None else ""
    if dataset and dataset not in DATASETS:
        known = imported_datasets.facts(store, dataset)
        if known and known.made:
            return Target(dataset, {name: each for each, name in known.classes if name in names})
    if knows_digits(names):
        return Target("", {name: int(name) for name in DIGIT_NAMES})
    return None
