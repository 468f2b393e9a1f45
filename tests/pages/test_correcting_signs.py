"""A drawing that a network of one's own signs read wrongly becomes an example of its dataset."""

import numpy as np
import pytest

from digitapp.library import models
from digitapp.runs import RunStore, corrected_drawings, drawn_examples
from digitapp.runs.drawn_examples import NewExample
from tests.pages.test_handwriting import drawn
from tests.pages.train_page import checked, labels, press, said
from tests.takehome.bundle import run_files
from tests.tiny_runs import TINY

SIGNS = "Secret *signs*"
NAMES = ("star", "<b>moon", "8")


@pytest.fixture
def model(store: RunStore) -> str:
    """The name of a network that has learned a dataset made in the page."""
    drawn_examples.create(store, SIGNS, NAMES)
    spec = TINY.changed({"dataset": SIGNS})
    return models.of_run(run_files.added(store, spec, class_names=NAMES).id)


def examples(store: RunStore) -> list[tuple[int, bool]]:
    """Return the class of each example, and whether its strokes are known."""
    found, _ = drawn_examples.read(store, SIGNS)
    return [(each.class_id, each.strokes is not None) for each in found]


def test_what_was_read_wrongly_becomes_an_example(store: RunStore, model: str) -> None:
    app = press(drawn(reader=model), "correct-<b>moon")
    assert examples(store) == [(1, True)]
    assert not corrected_drawings.read(store)
    told = "Kept as an example of “<b>moon” in the dataset"
    assert told in app.toast[0].value.replace("\\", "")
    assert not checked(app.run()).toast  # said once
    app = press(app, "correct-8")  # no, it was another one
    assert examples(store) == [(2, True)]
    assert "Kept as an example of an 8" in said(app)
    app = press(app, "undo-correction")
    assert examples(store) == []
    assert "undo-correction" not in [button.key for button in app.button]


def test_the_image_is_the_one_that_the_network_read(store: RunStore, model: str) -> None:
    press(drawn(reader=model), "correct-star")
    (example,), _ = drawn_examples.read(store, SIGNS)
    assert example.image.dtype == np.uint8
    assert example.image.max() > 200
    assert example.strokes


def test_an_example_that_was_deleted_meanwhile_is_kept_anew(store: RunStore, model: str) -> None:
    app = press(drawn(reader=model), "correct-star")
    (example,), _ = drawn_examples.read(store, SIGNS)
    drawn_examples.remove(store, SIGNS, [example.id])
    app = checked(app.run())
    assert "Kept as an example" not in said(app)
    press(app, "correct-star")
    assert examples(store) == [(0, True)]


def test_classes_that_only_the_dataset_or_the_network_has_are_no_buttons(store: RunStore) -> None:
    drawn_examples.create(store, SIGNS, ("star", "sun"))
    drawn_examples.keep(store, SIGNS, [NewExample(0, np.eye(28, dtype=np.uint8))])
    spec = TINY.changed({"dataset": SIGNS})
    run = run_files.added(store, spec, class_names=("star", "moon"))
    found = labels(drawn(reader=models.of_run(run.id)))
    assert "star" in found
    assert not {"sun", "moon"} & {*found}


def test_a_network_whose_dataset_is_gone_keeps_nothing(store: RunStore) -> None:
    spec = TINY.changed({"dataset": "gone"})
    run = run_files.added(store, spec, class_names=("star", "moon"))
    assert not {"star", "moon"} & {*labels(drawn(reader=models.of_run(run.id)))}
