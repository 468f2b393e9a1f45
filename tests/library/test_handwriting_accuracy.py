"""Accuracy on My handwriting: measured when a run ends, and again on request."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitapp.data.datasets import DATASETS, FOLDER_VARIABLE, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import StoreProblem, UnknownName
from digitapp.jobs import worker
from digitapp.library import handwriting_accuracy, keras_models, models
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore, corrected_drawings, handwriting_scores
from digitapp.runs.records import STOP
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import PRESETS
from tests.tiny_runs import TINY, write_mnist
from tests.untrained import of_spec

EASY = TINY.changed({"epochs": 6})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[RunStore]:
    """A store with run 1, trained before there was any handwriting, and run 2, trained after.

    The handwriting is toys, a few of them labelled as the next digit.
    """
    folder: Path = tmp_path_factory.mktemp("ownhand")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        worker.execute(store, store.create(EASY))
        for number in range(40):
            image = toy.x_test[number].astype(np.float32) / 255
            label = int(toy.y_test[number])
            called = label if number % 5 else (label + 1) % 10
            corrected_drawings.add(store, image, called, str(label), "run-1")
        worker.execute(store, store.create(EASY))
        yield store


def expected(store: RunStore, run: int) -> tuple[int, int]:
    """Return right answers and total, counted one drawing at a time, as the Draw page reads."""
    predictor = models.load(f"run-{run}", store)
    aside = [each for each in corrected_drawings.read(store) if each.aside]
    images = np.stack([each.image for each in aside]).astype(np.float32) / 255
    said = [int(predictor.probabilities(image[np.newaxis])[0].argmax()) for image in images]
    right = sum(read == each.label for read, each in zip(said, aside, strict=True))
    return right, len(aside)


def test_a_network_is_measured_when_its_training_ends(home: RunStore) -> None:
    found = home.get(2).handwriting
    assert found == expected(home, 2)
    assert found is not None
    assert 0 < found[0] < found[1]


def test_it_is_no_comparison_as_lessons_make_them(home: RunStore) -> None:
    assert handwriting_scores.read(home, 2) == []


def test_an_older_network_can_be_measured_too_and_again(home: RunStore) -> None:
    found = handwriting_accuracy.measure_handwriting(home, 1)
    assert home.get(1).handwriting == found == expected(home, 1)
    for each in corrected_drawings.read(home):
        corrected_drawings.relabel(home, each.id, (each.label + 1) % 10)
    after = handwriting_accuracy.measure_handwriting(home, 1)
    assert home.get(1).handwriting == after == expected(home, 1)
    assert after is not None
    assert found is not None
    assert after[0] < found[0]


def test_a_network_that_knows_no_digits_is_not_measured(home: RunStore) -> None:
    clothes = of_spec(TINY, DATASETS["fashion_mnist"].class_names)
    assert handwriting_accuracy.score(home, clothes) is None


def test_a_network_that_knows_what_is_no_digit_is_measured_too(home: RunStore) -> None:
    found = handwriting_accuracy.score(home, models.load("recogniser"))
    assert found is not None
    assert found[1] == expected(home, 2)[1]


def _changed(order: Sequence[int], names: Sequence[str], refuses_all: bool = False) -> Predictor:
    """The bundled network with its classes in another order."""
    network = keras_models.network("recogniser")
    *values, kernel, bias = (np.asarray(variable) for variable in network.variables)
    bias = bias[[*order]] + 1000 * refuses_all * (np.array(names) == NOT_A_DIGIT)
    values += [kernel[:, [*order]], bias.astype(np.float32)]
    return Predictor(onnx_model(PRESETS["recogniser"], names, values), names)


def test_what_it_takes_for_no_digit_is_not_right(home: RunStore) -> None:
    names = models.class_names("recogniser", home)
    found = handwriting_accuracy.score(home, _changed(range(11), names, refuses_all=True))
    assert found == (0, expected(home, 2)[1])


@pytest.mark.parametrize("place", [0, 4, 10])
def test_the_class_of_what_is_no_digit_may_be_anywhere(place: int, home: RunStore) -> None:
    names, order = [*DATASETS["mnist"].class_names], [*range(10)]
    names.insert(place, NOT_A_DIGIT)
    order.insert(place, 10)
    known = handwriting_accuracy.score(home, models.load("recogniser"))
    assert handwriting_accuracy.score(home, _changed(order, names)) == known


def test_without_handwriting_there_is_nothing_to_measure(home: RunStore) -> None:
    assert handwriting_accuracy.score(RunStore(), models.load("run-1", home)) is None


def test_a_run_without_a_network_or_none_at_all_is_a_sentence(home: RunStore) -> None:
    waiting = home.create(EASY)
    with pytest.raises(UnknownName, match="has no trained network: it is queued"):
        handwriting_accuracy.measure_handwriting(home, waiting)
    home.ask(waiting, STOP)
    with pytest.raises(UnknownName, match="There is no run 99"):
        handwriting_accuracy.measure_handwriting(home, 99)


def test_a_training_is_kept_even_if_the_handwriting_cannot_be_read(
    home: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(store: RunStore) -> object:
        raise StoreProblem("The store is locked.")

    monkeypatch.setattr(corrected_drawings, "read", fail)
    run = home.create(replace(EASY, epochs=1))
    found = worker.execute(home, run)
    assert (found.status, found.handwriting) == ("done", None)
