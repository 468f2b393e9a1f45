"""Training on few examples, from the bundled network or fresh: `python -m benchmarks.few_examples`.

Arguments: `[--sets N] [--each N]`: how many sets of three signs, and how many examples of each
class. Every set is drawn by another hand, and tested on new drawings of that hand and on those of
ten strangers; what is none of the classes are signs that no network here has been shown.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from digitapp import backend
from digitapp.data import datasets, pen
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.data.foreign_signs import SCRIPT_DIGITS
from digitapp.data.non_digit_shapes import LETTERS, NOT_A_DIGIT
from digitapp.data.pen_styles import Style
from digitapp.library import catalogue, few_examples, keras_models, other_shapes
from digitapp.training.batching import as_input
from digitapp.training.spec import PRESETS, TrainingSpec
from tests.invented_signs import SIGNS, Hand, dataset, images

SETS, EACH, TESTED = 8, 20, 10
UNSEEN = 40  # drawings of signs that are none of the classes
PER_CLASS_TESTED = 100  # of other datasets
LIKE_SHAPES = ("spiral", "heart", "pi", "umbrella", "hourglass", "sail", "moon", "envelope", "comb")
# How close a shape may come to a class.
ANYTHING: dict[str, Any] = {"ALIKE": np.inf, "FREE_ALIKE": np.inf}
COLUMNS = ("data", "way", "right", "others' hands", "refused", "seconds")


@dataclass(frozen=True)
class Task:
    """Few examples, and what a network that has learned them is tested on.

    Attributes:
        strangers: the same classes by people who drew none of the examples; None where unknown.
        unseen: uint8 (n, 28, 28), what is none of the classes; none of it where unknown.
    """

    data: Dataset
    strangers: Dataset | None
    unseen: np.ndarray


def signs(sets: int, each: int, names: Sequence[str] = tuple(SIGNS)) -> Iterator[Task]:
    """Yield sets of three invented signs out of these, each drawn by another hand."""
    for number in range(sets):
        rng = np.random.default_rng(number)
        own = [str(name) for name in rng.permutation(names)[:3]]
        others = [name for name in SIGNS if name not in own]
        me, strangers = [Hand(100 + number)], [Hand(1000 + 10 * number + n) for n in range(10)]
        drawn = [me[0].drawings(others[n % len(others)], 1, n)[0] for n in range(UNSEEN)]
        yield Task(
            dataset(own, me, me, each, TESTED),
            dataset(own, me, strangers, each, TESTED),
            images(drawn),
        )


def clothes(each: int) -> Iterator[Task]:
    """Yield so many images of each class of Fashion-MNIST, if it is on this machine."""
    if datasets.local_folder(DATASETS["fashion_mnist"]):
        yield Task(fewer(datasets.load("fashion_mnist"), each), None, np.zeros((0, 28, 28)))


def written(styles: Sequence[Style], each: int) -> Iterator[Task]:
    """Yield ten letters or signs that the bundled network knows as no digits, as the app draws."""
    rng = np.random.default_rng(1)
    chosen = [styles[place] for place in rng.permutation(len(styles))[:10]]
    parts = []
    for count in (each, PER_CLASS_TESTED):
        drawn = [pen.draw(style.strokes, count, rng, style.pen) for style in chosen]
        parts += [np.concatenate(drawn), np.repeat(np.arange(10, dtype=np.uint8), count)]
    names = tuple(style.name for style in chosen)
    data = Dataset("written", names, parts[0], parts[1], parts[2], parts[3])
    yield Task(fewer(data, each), None, np.zeros((0, 28, 28)))


def fewer(data: Dataset, each: int) -> Dataset:
    """Return a dataset with so many training images of each class, and 100 of each to test."""
    train, test = (
        np.concatenate([np.flatnonzero(labels == n)[:count] for n in range(len(data.class_names))])
        for labels, count in ((data.y_train, each), (data.y_test, PER_CLASS_TESTED))
    )
    return Dataset(
        data.name,
        data.class_names,
        data.x_train[train],
        data.y_train[train],
        data.x_test[test],
        data.y_test[test],
    )


def measured(spec: TrainingSpec, task: Task) -> tuple[float, float, float, float]:
    """Train; return the shares read right, by strangers, and refused, and the seconds it took."""
    from digitapp.training.trainer import train

    started = time.perf_counter()
    data = task.data
    if spec.none_of_these:
        data = catalogue.fitted(data, (*data.class_names, NOT_A_DIGIT))
    data = replace(data, others=other_shapes.unlike(data, spec))
    base = keras_models.network(spec.base) if spec.base else None
    model = train(spec, data, base=base).model
    seconds = time.perf_counter() - started

    def said(seen: np.ndarray) -> np.ndarray:
        return np.asarray(model.predict(as_input(seen), verbose=0).argmax(axis=1))

    right = float((said(data.x_test) == data.y_test).mean())
    known = task.strangers
    others = float((said(known.x_test) == known.y_test).mean()) if known else float("nan")
    asked = len(task.unseen) and spec.none_of_these
    refused = float((said(task.unseen) == len(data.class_names) - 1).mean()) if asked else np.nan
    return right, others, float(refused), seconds


def report(sets: int = SETS, each: int = EACH) -> Iterator[str]:
    """Yield the rows of a Markdown table: means over the tasks of each kind."""
    alike = "the same, look-alikes among the other shapes"
    few = replace(PRESETS[few_examples.PRESET], train_size=None)
    ways = {
        "few examples": few,
        "the same, all layers trained": replace(few, frozen=0),
        "the same, output layer alone": replace(few, frozen=7),
        "the same, without augmentation": replace(few, augmentation=type(few.augmentation)()),
        alike: few,
        "fresh weights": few_examples.with_fresh_weights(few),
        "dense 128, fresh weights": replace(PRESETS["dense-128"], epochs=30, none_of_these=True),
    }
    kinds: dict[str, Callable[[], Iterator[Task]]] = {
        f"three invented signs ({sets} sets)": lambda: signs(sets, each),
        f"three that shapes look like ({sets} sets)": lambda: signs(sets, each, LIKE_SHAPES),
        "ten letters": lambda: written(LETTERS, each),
        "ten digits of other scripts": lambda: written(SCRIPT_DIGITS, each),
        "Fashion-MNIST": lambda: clothes(each),
    }
    for kind, tasks in kinds.items():
        all_of_them = [*tasks()]
        for way, spec in ways.items():
            with patch.multiple(other_shapes, **ANYTHING) if way == alike else nullcontext():
                found = np.array([measured(spec, task) for task in all_of_them]).reshape(-1, 4)
            if len(found):
                right, others, refused, seconds = found.mean(axis=0)
                shares = (
                    "" if np.isnan(s) else f"{100 * s:.1f} %" for s in (right, others, refused)
                )
                yield f"| {kind} | {way} | {' | '.join(shares)} | {seconds:.1f} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--each", type=int, default=EACH)
    chosen = parser.parse_args()
    backend.start()
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    for row in report(chosen.sets, chosen.each):
        print(row, flush=True)
