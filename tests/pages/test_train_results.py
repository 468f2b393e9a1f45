"""The Train page after a run: scores, mistakes, downloads."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import from_canvas_json
from digitapp.jobs import worker
from digitapp.library import models
from digitapp.reading.reader import read_drawing
from digitapp.runs import Run, RunStore
from digitapp.runs.records import TEST
from digitapp.text.percent import percent
from digitapp.training import checkpoints
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS, fabric
from tests.pages.train_page import checked, figure, labels, opened, press, refusals, said
from tests.tiny_runs import change, write_mnist

POOR = TrainingSpec(hidden=(16,), batch_size=20, epochs=3)
SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Path:
    """A folder with a dataset, and with the store of a run trained on it."""
    folder = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        assert worker.execute(store, store.create(POOR, "dense-128")).status == "done"
    return folder


@pytest.fixture(autouse=True)
def run(home: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The run in this test's store."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(home / "datasets"))
    shutil.copy(home / "runs.db", store_url.removeprefix("sqlite:///"))
    return RunStore(store_url).get(1)


@pytest.fixture
def answers(store: RunStore) -> np.ndarray:
    """Return the network's probabilities for the test images: (n, 10)."""
    stored = store.blob(1, TEST)
    assert stored
    return np.asarray(checkpoints.unpack(stored)["probabilities"])


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], Any]]:
    """The content of each download, by file name."""
    found: dict[str, Callable[[], Any]] = {}

    def button(label: str, data: Callable[[], Any], name: str, *_: object, **__: object) -> None:
        found[name] = data

    monkeypatch.setattr(st, "download_button", button)
    return found


def counted(answers: np.ndarray, toy: Dataset) -> np.ndarray:
    """Return the confusion matrix, counted image by image."""
    matrix = np.zeros((10, 10), dtype=int)
    for shares, true in zip(answers, toy.y_test, strict=True):
        matrix[true, shares.argmax()] += 1
    return matrix


def gallery(app: AppTest) -> list[tuple[str, str, str]]:
    """Return the pictures beside the confusion matrix: read as, confidence, true class."""
    pages = [str(part.proto.body) for part in app.get("html")]
    found = next(page for page in pages if "<figure" in page)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", found)
    pattern = r"<b>(\d)</b> <span[^>]*>([^<]+)</span>(?:<span class=\"name\">it is (\d)</span>)?"
    return [match.groups("") for text in captions if (match := re.fullmatch(pattern, text))]


def test_the_scores_stand_above_all(run: Run, answers: np.ndarray, toy: Dataset) -> None:
    right = answers.argmax(axis=1) == toy.y_test
    shown = {metric.label: metric.value for metric in opened(run=1).metric}
    assert shown["Test accuracy, 50 images"] == f"{100 * right.mean():.2f} %"
    assert shown["Test loss"] == f"{run.test_loss:.4f}"
    assert shown["Validation accuracy"] == f"{100 * (run.val_accuracy or 0):.2f} %"
    assert shown["Weights"] == "12,730"


def test_the_matrix_counts_what_was_taken_for_what(answers: np.ndarray, toy: Dataset) -> None:
    matrix, cells = counted(answers, toy), figure(opened(run=1), "confusion-matrix")["data"][-1]
    shown = dict(zip(map(tuple, cells["customdata"]), cells["text"], strict=True))
    assert shown == {place: str(count or "") for place, count in np.ndenumerate(matrix)}


def test_the_gallery_shows_the_mistakes_the_most_confident_first(
    answers: np.ndarray, toy: Dataset
) -> None:
    read, sure = answers.argmax(axis=1), answers.max(axis=1)
    wrong = sorted(np.flatnonzero(read != toy.y_test), key=lambda number: -sure[number])
    assert len(wrong) > 3
    app = opened(run=1)
    assert f"{len(wrong)} of 50 test images were read wrong." in said(app)
    expected = [(str(read[n]), f"{100 * sure[n]:.0f} %", str(toy.y_test[n])) for n in wrong[:24]]
    assert gallery(app) == expected


def test_a_cell_shows_its_images(answers: np.ndarray, toy: Dataset) -> None:
    matrix = counted(answers, toy)
    true, read = next((t, r) for t, r in np.argwhere(matrix) if t != r)
    app = opened({"cell-of-1": (int(true), int(read))}, run=1)
    assert f"Images of {true} that were read as {read}" in said(app)
    assert f"{matrix[true, read]} images, the most confident first." in said(app)
    assert [(r, t) for r, _, t in gallery(app)] == [(str(read), str(true))] * matrix[true, read]
    assert figure(app, "confusion-matrix")["layout"]["shapes"]


def test_each_class_has_its_precision_and_recall(answers: np.ndarray, toy: Dataset) -> None:
    app = opened({"results": "Class by class"}, run=1)
    table = next(found.value for found in app.dataframe if "recall" in found.value)
    read = answers.argmax(axis=1)
    for label in range(10):
        said_so, is_so = read == label, toy.y_test == label
        recall = 100 * (said_so & is_so).sum() / is_so.sum()
        assert table["recall"][label] == pytest.approx(recall)
        if said_so.any():
            precision = 100 * (said_so & is_so).sum() / said_so.sum()
            assert table["precision"][label] == pytest.approx(precision)
        else:
            assert np.isnan(table["precision"][label])
    assert table["images"].tolist() == np.bincount(toy.y_test).tolist()


def test_it_reads_ones_own_drawing(store: RunStore) -> None:
    app = opened({"results": "Your own drawing"}, run=1)
    assert "Draw a digit from 0 to 9 on the white square: this network reads it." in said(app)
    drawing = from_canvas_json({"objects": SEVEN.objects})
    expected = read_drawing(models.load("run-1", store), drawing).prediction
    app = opened({"sketch": SEVEN, "results": "Your own drawing"}, run=1)
    assert f"{expected.name} {percent(expected.confidence)} sure after the training" in said(app)
    heights = figure(app, "own-probabilities")["data"][0]["y"]
    assert heights == pytest.approx(expected.probabilities.tolist(), abs=1e-4)


def test_it_reads_on_the_draw_page_at_once(store: RunStore) -> None:
    drawing = from_canvas_json({"objects": SEVEN.objects})
    expected = read_drawing(models.load("run-1", store), drawing).prediction
    app = press(opened({"sketch": SEVEN}, run=1), "use")
    assert "Draw for the network" in said(app)
    assert app.selectbox(key="model").value == "run-1"
    assert "Run 1: dense 16" in app.selectbox(key="model").options
    assert re.search(rf"{expected.name} {percent(expected.confidence)} sure after 2 s", said(app))


@pytest.mark.parametrize("drawn", [{}, {"sketch": SEVEN}], ids=["nothing drawn", "a drawing"])
def test_a_network_that_is_gone_breaks_no_page(drawn: dict[str, Any], store: RunStore) -> None:
    app = press(opened(drawn, run=1), "use")
    store.delete(1)
    checked(app.run())
    assert ("There is no run 1" in refusals(app)) == bool(drawn)
    assert "Train" in labels(opened({"reader": "run-1"}))


def test_the_network_and_its_code_can_be_taken_home(
    handed_over: dict[str, Callable[[], Any]], answers: np.ndarray, toy: Dataset, tmp_path: Path
) -> None:
    import keras

    opened(run=1)
    file = tmp_path / "mine.keras"
    file.write_bytes(handed_over["run-1.keras"]())
    again = keras.models.load_model(file).predict(toy.x_test / np.float32(255), verbose=0)
    assert np.allclose(again, answers, atol=1e-5)
    compile(handed_over["run-1.py"](), "run-1.py", "exec")


def test_the_code_before_a_training_can_be_taken_home(
    handed_over: dict[str, Callable[[], Any]],
) -> None:
    opened(preset="fashion-300-100")
    compile(handed_over["fashion-300-100.py"](), "train.py", "exec")
    assert '"cells"' in handed_over["fashion-300-100.ipynb"]()


def test_without_its_dataset_the_rest_is_still_shown(
    no_datasets: Path, handed_over: dict[str, Callable[[], Any]]
) -> None:
    app = opened(run=1)
    assert "MNIST is not on this machine" in refusals(app)
    assert len(app.metric) == 5
    assert "What the first layer looks for" in said(opened({"results": "First layer"}, run=1))
    assert handed_over["run-1.keras"]()


def test_a_run_that_has_lost_its_answers_says_so(store: RunStore) -> None:
    with store.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM blobs WHERE kind IN ('test', 'model')")
    change(store, 1, test_loss=9.5)  # no network of this run is in the server's cache
    app = opened(run=1)
    assert "Run 1 has no stored answers to the test images." in refusals(app)
    assert len(app.metric) == 5
    app = opened({"sketch": SEVEN, "results": "Your own drawing"}, run=1)
    assert "Run 1 has no trained network" in refusals(app)


def test_what_is_not_kept_of_a_run_is_said_in_its_tab(store: RunStore) -> None:
    app = opened({"results": "Pinned digit"}, run=1)
    assert "No digit is pinned. Pin one on the Draw page, or under Own drawing" in said(app)
    with store.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM blobs WHERE kind = 'first layer'")
    app = opened({"results": "First layer"}, run=1)
    assert "The weights of the first layer were not kept." in said(app)


def test_a_stopped_run_shows_what_it_learned_and_can_go_on(store: RunStore) -> None:
    change(store, 1, status="stopped")
    app = opened(run=1)
    assert "Resume" in labels(app)
    assert "Use this network on the Draw page" in labels(app)
    assert "Its most confident mistakes" in said(app)
