"""A run that someone else has exported, taken into the store: settings and weights, never code."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile
from digitapp.library import catalogue, models, test_sets
from digitapp.runs import RunStore
from digitapp.runs.note_text import LONGEST_NOTE
from digitapp.takehome.bundle import weights
from digitapp.takehome.bundle.unpacking import Bundle, read
from digitapp.text.percent import counted_percent
from digitapp.training import checkpoints
from digitapp.training.architectures import build
from digitapp.training.batching import as_input, steps_per_epoch
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

BATCH = 1000  # images read at a time
TINY = 1e-7  # as Keras: no probability is less when its logarithm is taken
ELSEWHERE = "-elsewhere"
HERE = "The test accuracy was measured here, on {count:,} images of {data}; the file says {told}."
THERE = (
    "The scores are as told by the file: the images of {data} on which it was tested are not here."
)


class _Scores(NamedTuple):
    """Of the test images; the answers to them as the store keeps them, if they are known."""

    loss: float
    accuracy: float
    answers: bytes | None


def import_run(store: RunStore, data: bytes, name: str = "") -> int:
    """Take in a run that `keras_bundle` wrote, perhaps elsewhere; returns its id here.

    The network is built from the settings, by this program's own code, and given the numbers in
    the file; the file's own description of the network is never looked at. Its test accuracy is
    measured anew if the images are here.

    Args:
        data: the file.
        name: what to call it; by default as it was called.

    Raises:
        BadFile: when it is no such file, or something in it cannot be.
        InvalidSetting: when the name is too long, or the network too large.
        StoreProblem: when the store fails.
    """
    bundle = read(data)
    model = _network(bundle)
    tested = _test_images(store, bundle)
    scores = _measured(model, tested) if tested else _as_told(bundle)
    return store.add(
        here(bundle.spec),
        name=name or bundle.name,
        preset=bundle.preset,
        epochs=bundle.epochs,
        model=checkpoints.pack(checkpoints.numbered("model", model.variables)),
        test=scores.answers,
        test_loss=scores.loss,
        test_accuracy=scores.accuracy,
        images=bundle.images,
        batches=steps_per_epoch(bundle.spec, bundle.images),
        parameters=model.count_params(),
        class_names=bundle.class_names,
        note=_note(bundle, tested),
    )


def here(spec: TrainingSpec) -> TrainingSpec:
    """Settings from elsewhere: a run of that number is another one here, so it gets another name.

    Nobody goes on from it by mistake, and its network is whole without it.
    """
    foreign = models.run_of(spec.base) is not None
    return replace(spec, base=spec.base + ELSEWHERE) if foreign else spec


def _network(bundle: Bundle) -> keras.Model:
    """The network of the settings with the weights of the file.

    Raises:
        BadFile: when they do not fit, or give no probabilities.
        InvalidSetting: when it would be too large.
    """
    model = build(bundle.spec, len(bundle.class_names))
    weights.assign_from(model, bundle.weights)
    tried = np.random.default_rng(0).random((2, 28, 28), np.float32) * [[[0]], [[1]]]
    _answers(model, tried.astype(np.float32))
    return model


def _answers(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    found = np.asarray(model.predict(images, batch_size=BATCH, verbose=0))
    if not np.isfinite(found).all():
        raise BadFile("The network in this file gives no probabilities: its weights are too large.")
    return found


def _test_images(store: RunStore, bundle: Bundle) -> Dataset | None:
    """What the run was tested on, with the network's classes, if it is here.

    Of a user's own dataset only the very same counts: what has its name here may be another.
    """
    name = bundle.spec.dataset
    found = test_sets.here(store, name, bundle.class_names)
    if found is None or name in DATASETS:
        return found
    return found if catalogue.fingerprint(found) == bundle.tested_on else None


def _measured(model: keras.Model, data: Dataset) -> _Scores:
    """Loss and accuracy as Keras measures them, and the answers."""
    found = _answers(model, as_input(data.x_test))
    sure = np.clip(found[np.arange(len(found)), data.y_test], TINY, 1)
    loss = float(-np.log(sure).mean()) + sum(float(penalty) for penalty in model.losses)
    accuracy = float((found.argmax(axis=1) == data.y_test).mean())
    answers = {"probabilities": found, "fingerprint": np.array(catalogue.fingerprint(data))}
    return _Scores(loss, accuracy, checkpoints.pack(answers))


def _as_told(bundle: Bundle) -> _Scores:
    return _Scores(bundle.test_loss, bundle.test_accuracy, None)


def _note(bundle: Bundle, tested: Dataset | None) -> str:
    """Where it came from, and what of it was checked; what was noted before stands first."""
    told, data = counted_percent(bundle.test_accuracy), catalogue.title(bundle.spec.dataset)
    how = HERE.format(count=len(tested.x_test), data=data, told=told) if tested else ""
    day = datetime.datetime.now().date().isoformat()
    origin = f"Imported on {day} from a file. {how or THERE.format(data=data)}"
    return f"{bundle.note[: LONGEST_NOTE - len(origin) - 1]}\n{origin}"
