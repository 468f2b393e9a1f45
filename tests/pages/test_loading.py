"""Pages while a network or a dataset is loading, and when it cannot be loaded at first."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.drawing.sketch import Sketch
from digitapp.errors import DatasetUnavailable
from digitapp.library import models
from digitapp.library.models import DEFAULT, MODELS
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS, fabric
from tests.pages.test_cached_networks import shared  # noqa: F401
from tests.pages.test_hostile import opened
from tests.pages.train_page import checked, labels, record, refusals, said

SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))
GOOD = MODELS[DEFAULT].path.with_suffix(".onnx")
# What each page shows without any network.
WITHOUT = {
    "draw": "Draw a digit from 0 to 9",
    "data": "What a network can learn from",
    "train": "Train a network of your own",
    "runs": "Nothing has been trained yet",
    "handwriting": "Nothing is kept yet",
}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The name of a network that is loading until the test ends."""
    name, ended, load = f"slow {tmp_path.name}", threading.Event(), models.load

    def loaded(wanted: str, store: object = None) -> Predictor:
        assert wanted != name or ended.wait(60)
        return load(DEFAULT if wanted == name else wanted)

    monkeypatch.setattr(models, "load", loaded)
    monkeypatch.setitem(MODELS, name, replace(MODELS[DEFAULT], title="Slow"))
    yield name
    ended.set()


@pytest.fixture
def mending(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[str, Path]:
    """The name and the file of a network; the file is damaged."""
    name, path = f"damaged {tmp_path.name}", tmp_path / "mending.onnx"
    path.write_bytes(b"not yet")
    entry = replace(MODELS[DEFAULT], path=path.with_suffix(".keras"))
    monkeypatch.setitem(MODELS, name, entry)
    return name, path


@pytest.mark.parametrize("page", WITHOUT)
def test_a_page_is_there_while_its_network_is_still_loading(page: str, slow: str) -> None:
    app = opened(page, {"reader": slow})
    assert WITHOUT[page] in said(app)
    assert not refusals(app)


def test_an_empty_canvas_waits_for_no_network(slow: str) -> None:
    app = opened("draw", {"reader": slow})
    assert record(app) is None
    checked(app.toggle(key="draw-as-number").set_value(True).run())
    assert "Write a number, such as 2026" in said(app)
    assert not refusals(app)


def test_other_networks_read_while_one_is_still_loading(slow: str) -> None:
    opened("draw", {"reader": slow})
    assert "after 2 strokes" in said(opened("draw", {"sketch": SEVEN}))


@pytest.mark.parametrize("page", ["draw", "stress"])
def test_a_network_that_could_not_be_loaded_is_a_sentence_and_tried_again(
    page: str, mending: tuple[str, Path]
) -> None:
    name, path = mending
    chosen = {"sketch": SEVEN, "reader": name, "tested networks": [name, DEFAULT]}
    app = opened(page, chosen)
    assert "mending.onnx: cannot be loaded as a network" in refusals(app)
    shutil.copy(GOOD, path)
    checked(app.run())
    assert not refusals(app)
    assert ("after 2 strokes" if page == "draw" else "right, ") in said(app)


def test_what_nobody_foresaw_while_loading_does_not_stay(
    shared: ModuleType,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    load, tried, name = models.load, list[str](), f"large {tmp_path.name}"

    def exhausted(wanted: str, store: object = None) -> Predictor:
        tried.append(wanted)
        if tried.count(name) == 1:
            raise MemoryError
        return load(DEFAULT)

    monkeypatch.setattr(models, "load", exhausted)
    with pytest.raises(MemoryError):
        shared.predictor(name)
    assert shared.predictor(name).class_names
    assert shared.predictor(name) is shared.predictor(name)
    assert tried.count(name) == 2


def test_images_that_could_not_be_fetched_are_a_sentence_and_fetched_again(
    toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def read(folder: Path) -> tuple:
        tried.append(folder)
        if len(tried) == 1:
            raise DatasetUnavailable("The network is down.")
        return toy.x_train, toy.y_train, toy.x_test, toy.y_test

    source = replace(DATASETS["pen"], title="Far away", read=read, count=None, made_of=("mnist",))
    monkeypatch.setitem(DATASETS, "far_away", source)
    app = opened("train", {"about": "Images"}, dataset="far_away")
    assert "The network is down." in refusals(app)
    assert "Train" in labels(app)
    checked(app.run())
    assert not refusals(app)
    assert any("samples" in table.value for table in app.dataframe)
    checked(app.run())
    assert len(tried) == 2, "once there, they are kept"
