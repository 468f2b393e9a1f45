"""Every page with networks of two, three and twenty-six classes, and with hostile class names."""

import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import from_canvas_json
from digitapp.evaluation import scores
from digitapp.figures import READABLE
from digitapp.jobs import finetuning
from digitapp.library import catalogue, models
from digitapp.reading.reader import read_drawing
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.records import TEST
from digitapp.text.escaping import figure as in_figure
from digitapp.text.escaping import html, markdown
from digitapp.training import checkpoints
from tests.digits import DIGITS, fabric
from tests.of_classes import NAMES, RUNS, SEEN
from tests.pages.test_draw import UPLOAD
from tests.pages.test_hostile import opened, raw
from tests.pages.test_numbers import picture
from tests.pages.train_page import (
    checked,
    component,
    figure,
    labels,
    press,
    record,
    refusals,
    said,
)
from tests.takehome.bundle.constant import reading
from tests.takehome.bundle.run_files import added

SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))


@pytest.fixture
def store(other_classes: RunStore) -> RunStore:
    return other_classes


def reader(name: str) -> str:
    """Return the name of the network trained on a dataset."""
    return models.of_run(RUNS[name])


def page_html(app: AppTest) -> str:
    return " ".join(str(each.proto.body) for each in app.get("html"))


def drawn(name: str, **state: Any) -> AppTest:
    """The Draw page with a drawing, read by the network trained on a dataset."""
    return opened("draw", {"sketch": SEVEN, "reader": reader(name), **state})


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_read_as_one_of_its_classes_with_a_bar_for_each(
    name: str, store: RunStore
) -> None:
    read = read_drawing(
        models.load(reader(name), store), from_canvas_json({"objects": SEVEN.objects})
    )
    expected = read.prediction
    app = drawn(name)
    assert not refusals(app)
    steps = [{"title": step.title, "caption": step.caption} for step in read.digit.steps]
    assert component(app, "live-seen")["steps"] == steps
    assert html(expected.name) in page_html(app)
    assert component(app, "live-answer")["choices"] == list(NAMES[name])
    found = record(app)
    assert found
    assert found["shares"] == pytest.approx(expected.probabilities.tolist(), abs=1e-4)
    assert found["timeline"][-1]["sign"] == expected.name
    assert "correct-1" not in labels(app), "these networks do not know the digits"
    assert not raw(app)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_that_does_not_know_the_digits_reads_no_number(
    name: str, store: RunStore
) -> None:
    app = drawn(name, **{"draw-as-number": True})  # switched on with another network
    assert app.toggle(key="draw-as-number").disabled
    assert not refusals(app)
    assert component(app, "live-answer")["choices"] == list(NAMES[name])
    assert not raw(app)


def bars(name: str) -> int:
    """Return how many of its classes are shown as bars: of many, the most likely."""
    return len(NAMES[name]) if len(NAMES[name]) <= READABLE else 10


@pytest.mark.parametrize("name", NAMES)
def test_the_mistakes_between_many_classes_are_chosen_from_a_list(
    name: str, store: RunStore
) -> None:
    test, run = catalogue.dataset(store, name), RUNS[name]
    answers = checkpoints.unpack(store.blob(run, TEST) or b"")["probabilities"]
    confusion = scores.counted(answers, test.y_test).confusion
    app = opened("train", run=str(run))
    boxes = [box for box in app.selectbox if box.label == "What it mixes up most often"]
    if len(NAMES[name]) <= READABLE:
        assert not boxes
        return
    places = scores.mixed_up(confusion)
    counts = [int(confusion[place]) for place in places]
    assert sum(counts) == (answers.argmax(axis=1) != test.y_test).sum()
    assert counts == sorted(counts, reverse=True)
    (box,), (true, said_to_be) = boxes, places[0]
    assert (box.value, len(box.options)) == (None, len(places))
    names = NAMES[name]
    assert box.options[0] == f"{names[true]}, read as {names[said_to_be]}: {counts[0]}"
    app = checked(box.set_value((true, said_to_be)).run())
    told = f"Images of {names[true]} that were read as {names[said_to_be]}"
    assert told in said(app)
    again = figure(app, "confusion-matrix")["layout"]["shapes"]
    assert again[0]["x0"] == said_to_be - 0.46


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_read_one_by_one(name: str, store: RunStore) -> None:
    app = opened("draw", {"way": UPLOAD, "reader": reader(name)})
    files = [("one.png", picture(1), "image/png"), ("some.png", picture(4, 2), "image/png")]
    checked(app.file_uploader(key="files").set_value(files).run())
    assert not refusals(app)
    assert len(app.dataframe[0].value) == 2
    assert len(figure(app, "upload-probabilities")["data"][0]["x"]) == bars(name)
    assert not raw(app)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_the_run_counts_and_names_its_own_classes(name: str, store: RunStore) -> None:
    names, run = NAMES[name], RUNS[name]
    test = catalogue.dataset(store, name)
    answers = checkpoints.unpack(store.blob(run, TEST) or b"")["probabilities"]
    app = opened("train", {"sketch": SEVEN}, run=str(run))
    assert not refusals(app)
    matrix = figure(app, "confusion-matrix")
    shown = [each if len(each) < 15 else f"{each[:13]}…" for each in names]
    assert matrix["layout"]["xaxis"]["ticktext"] == [in_figure(each) for each in shown]
    cells = dict(
        zip(map(tuple, matrix["data"][-1]["customdata"]), matrix["data"][-1]["text"], strict=True)
    )
    counts = scores.counted(answers, test.y_test).confusion
    few = len(names) <= READABLE
    expected = {place: str(n or "") for place, n in np.ndenumerate(counts) if few or n}
    assert cells == expected
    assert f"of {SEEN[name]} test images were read wrong" in said(app)
    assert not raw(app)


@pytest.mark.parametrize("name", NAMES)
def test_the_tabs_of_the_run_have_its_own_classes(name: str, store: RunStore) -> None:
    names, run = NAMES[name], RUNS[name]
    apps = {
        part: opened("train", {"sketch": SEVEN, "results": part}, run=str(run))
        for part in ("Class by class", "Pinned digit", "Your own drawing")
    }
    app = apps["Class by class"]
    per_class = next(found.value for found in app.dataframe if "recall" in found.value)
    assert per_class["images"].tolist() == [2] * len(names)
    assert len(figure(apps["Pinned digit"], "watched-curve")["data"]) == bars(name)
    own = figure(apps["Your own drawing"], "own-probabilities")
    assert len(own["data"][0]["x"]) == bars(name)
    assert not any(raw(app) or refusals(app) for app in apps.values())


@pytest.mark.parametrize("name", NAMES)
def test_any_cell_of_its_matrix_can_be_chosen(name: str, store: RunStore) -> None:
    run, last = RUNS[name], len(NAMES[name]) - 1
    app = opened("train", {f"cell-of-{run}": (last, 0)}, run=str(run))
    told = " ".join(each.value for each in app.markdown)
    true, read = markdown(NAMES[name][last]), markdown(NAMES[name][0])
    assert f"Images of {true} that were read as {read}" in told
    assert not raw(app)


@pytest.mark.parametrize("name", NAMES)
def test_a_dataset_is_shown_before_the_training(name: str, store: RunStore) -> None:
    app = opened("train", {"about": "Images"}, preset="dense-128", dataset=name)
    assert not refusals(app)
    table = next(found.value for found in app.dataframe if "samples" in found.value)
    assert len(table) == len(NAMES[name])
    assert table["training"].tolist() == [8] * len(NAMES[name])
    assert not raw(app)


def test_networks_of_different_classes_stand_side_by_side(store: RunStore) -> None:
    every = ",".join(map(str, RUNS.values()))
    for part in ("Curves", "What differs", "Scores", "Take home"):
        app = opened("runs", {"runs-part": part}, runs=every)
        assert not refusals(app)
        assert not raw(app)
    told = page_html(opened("runs", {"sketch": SEVEN, "runs-part": "One drawing"}, runs=every))
    bars = dict(zip(re.findall('data-run="(.)"', told), told.split("data-run")[1:], strict=True))
    for name, run in RUNS.items():
        assert [html(each) in bars[str(run)] for each in NAMES[name]] == [True] * len(NAMES[name])


def test_the_pages_that_need_digits_offer_no_network_without_them(store: RunStore) -> None:
    for number in range(8):
        corrected_drawings.add(store, np.eye(28, dtype=np.float32), number, "9", reader("letters"))
    chosen = reader("letters")
    handwriting = opened("handwriting", {"reader": chosen})
    assert handwriting.selectbox(key="pupil").options == ["The built-in network"]
    stress = opened("stress", {"sketch": SEVEN, "reader": chosen})
    assert stress.multiselect(key="tested-networks").options == ["The built-in network"]
    assert not refusals(handwriting) + refusals(stress)


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_in_digits_is_refused_to_a_network_without_them(
    name: str, store: RunStore
) -> None:
    for number in range(8):
        corrected_drawings.add(store, np.eye(28, dtype=np.float32), number, "9", reader(name))
    spec = finetuning.settings(store, reader(name))
    address = {"dataset": spec.dataset, "base": spec.base, "hidden": "16"}
    app = opened("train", **address, validation_split="0")
    assert f"The network knows the classes {markdown(NAMES[name][0])}, " in refusals(app)
    assert ", ".join(DIGIT_NAMES) in refusals(app)
    assert app.button(key="train").disabled


def test_my_handwriting_is_not_measured_with_a_network_without_digits(store: RunStore) -> None:
    for number in range(8):
        corrected_drawings.add(store, np.eye(28, dtype=np.float32), number, "9", reader("answers"))
    app = press(opened("runs", runs="1,3"), "runs-measure")
    assert not refusals(app)
    assert [run.handwriting for run in store.all()] == [None] * len(RUNS)


def test_what_a_network_without_digits_refuses_is_no_number_either(store: RunStore) -> None:
    names = ("shoe", NOT_A_DIGIT)
    run = added(store, class_names=names, **reading([0.1, 0.9])).id
    app = opened("draw", {"sketch": SEVEN, "reader": models.of_run(run)})
    assert not refusals(app)
    assert "This doesn't look like anything I know" in said(app)
    assert "Or is it the number" not in said(app)
    assert component(app, "live-answer")["choices"] == ["shoe", "none of these"]
