"""Two people at once: what one does changes nothing for the other but what they share."""

import re
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitapp.drawing.sketch import Sketch
from digitapp.runs import Lease, RunStore, corrected_drawings, imported_datasets
from tests.digits import DIGITS, fabric
from tests.pages.test_draw import two_digits
from tests.pages.test_hostile import opened
from tests.pages.test_runs import table, tick
from tests.pages.train_page import checked, press, refusals, said

SEVEN, ONE = (Sketch(objects=tuple(map(fabric, DIGITS[digit]))) for digit in (7, 1))
WIDGETS = ("selectbox", "multiselect", "segmented_control", "slider", "toggle", "text_input")
# What one person has chosen, on all pages.
CHOSEN: dict[str, Any] = {
    "sketch": SEVEN,
    "reader": "run-1",
    "chosen runs": [1, 2],
    "runs-part": "Take home",
    "tested networks": ["recogniser", "run-1", "run-2"],
    "pinned": np.zeros((28, 28), np.float32),
}
PAGES = ("draw", "train", "runs", "handwriting", "stress")
ADDRESSES = {
    "train": {"preset": "keras-simple-mlp", "dropout": "0.3", "base": "run-1", "hidden": "16"}
}


def visit(page: str, state: dict[str, Any] | None = None, **address: str) -> AppTest:
    """A page as a person sees it who has made choices before."""
    return opened(page, CHOSEN | (state or {}), **address)


def choices(app: AppTest) -> dict[str, Any]:
    """Return what is chosen on a page, in the session and in the page's address."""
    shown = {each.key: each.value for kind in WIDGETS for each in app.get(kind) if each.key}
    kept = {name: app.session_state[name] for name in CHOSEN}
    return {**shown, "address": dict(app.query_params), "kept": repr(kept)}


def keep(store: RunStore, *digits: int) -> list[int]:
    """Add drawings to My handwriting; return their ids."""
    image = np.eye(28, dtype=np.float32)
    return [corrected_drawings.add(store, image, digit, "9", "recogniser") for digit in digits]


def _draws(store: RunStore) -> None:
    app = opened("draw", {"sketch": ONE})
    checked(app.selectbox(key="model").set_value("run-3").run())
    press(press(app, "correct-4"), "clear")


def _corrects_a_number(store: RunStore) -> None:
    app = opened("draw", {"sketch": two_digits(4, 0)})
    checked(app.toggle(key="draw-as-number").set_value(True).run())
    app.text_input(key="draw-number-was").set_value("48")
    press_labelled(app, "Keep")


def _ticks_a_run_and_deletes_it(store: RunStore) -> None:
    press(tick(opened("runs"), 3), "runs-delete")


def _tests_other_networks(store: RunStore) -> None:
    app = opened("stress", {"sketch": ONE})
    checked(app.multiselect(key="tested-networks").set_value(["run-3"]).run())
    checked(app.slider(key="distortion-rotation").set_value(20.0).run())


def _trains(store: RunStore) -> None:
    press(opened("train", dataset="mnist", epochs="1"), "train")


def _deletes_a_drawing(store: RunStore) -> None:
    press(opened("handwriting", {"ticked drawings": keep(store, 3)}), "delete")


def _imports_a_dataset(store: RunStore) -> None:
    imported_datasets.add(store, "aaa", "aaa.npz", 10, b"first in every list")


def press_labelled(app: AppTest, label: str) -> AppTest:
    """The page after the button with this label was pressed."""
    (button,) = (each for each in app.button if each.label == label)
    return checked(button.click().run())


DEEDS = [
    _draws,
    _corrects_a_number,
    _ticks_a_run_and_deletes_it,
    _tests_other_networks,
    _trains,
    _deletes_a_drawing,
    _imports_a_dataset,
]


def test_whatever_another_does_ones_own_choices_stay(runs: RunStore, launched: list[int]) -> None:
    keep(runs, *range(10), *range(10))
    apps = [visit(page, **ADDRESSES.get(page, {})) for page in PAGES]
    before = [choices(app) for app in apps]
    for deed in DEEDS:
        deed(runs)
        for app, chosen in zip(apps, before, strict=True):
            now = choices(checked(app.run()))
            assert {name: now.get(name) for name in chosen} == chosen, deed.__name__
            assert not app.error
    assert launched


def test_what_is_shared_appears_for_both(runs: RunStore, launched: list[int]) -> None:
    (first,) = keep(runs, 5)
    looking, training, writing = (visit(page) for page in ("runs", "train", "handwriting"))
    _trains(runs)
    runs.describe(2, "Ours", "From the lesson.", ["lesson"])
    keep(runs, 7)
    _imports_a_dataset(runs)
    assert list(table(checked(looking.run()))["run"]) == [4, 3, 2, 1]
    assert table(looking).iloc[2]["note"] == "From the lesson."
    assert "Ours" in str(looking.multiselect(key="runs-picker").options)
    assert list(table(checked(writing.run()))["label"]) == ["7", "5"]
    (datasets,) = (box for box in checked(training.run()).selectbox if box.label == "Dataset")
    assert "aaa" in datasets.options
    assert datasets.value == "mnist"
    assert first in [each.id for each in corrected_drawings.read(runs)]


def test_two_who_start_runs_at_once_both_get_one(runs: RunStore, launched: list[int]) -> None:
    apps = [opened("train", {"pinned": None}, seed=str(seed)) for seed in (5, 6)]
    for app in apps:
        press(app, "train")
    assert [runs.get(number).spec.seed for number in launched] == [5, 6]
    assert [app.query_params["run"] for app in apps] == [str(number) for number in launched]


def test_a_digit_that_one_has_pinned_is_not_read_by_the_others_run(
    runs: RunStore, launched: list[int]
) -> None:
    mine, others = opened("draw", {"sketch": SEVEN}), opened("train")
    press(mine, "pin")
    press(others, "train")
    lease = Lease(runs, launched[0])
    lease.take()
    assert lease.beat().watched is None


LOOKED_AT: list[tuple[str, dict[str, Any], dict[str, str], str]] = [
    ("draw", {"reader": "run-2"}, {}, "no run 2"),
    ("train", {}, {"run": "2"}, "no run 2"),
    ("train", {}, {"base": "run-2", "hidden": "16"}, "no run 2"),
    ("handwriting", {"reader": "run-2"}, {}, "no run 2"),
    ("stress", {}, {}, "run-2 can no longer be chosen"),
    ("runs", {}, {}, ""),
]


@pytest.mark.parametrize(("page", "state", "address", "sentence"), LOOKED_AT)
def test_a_run_that_another_deletes_and_brings_back(
    page: str, state: dict[str, Any], address: dict[str, str], sentence: str, runs: RunStore
) -> None:
    keep(runs, *range(10), *range(10))
    app = visit(page, state, **address)
    assert not refusals(app)
    before = choices(app)["kept"]
    runs.delete(2)
    st.cache_data.clear()  # the titles of networks are kept for two seconds
    checked(app.run())
    told = re.sub(r"\\", "", refusals(app))
    assert (sentence in told) if sentence else not told
    runs.restore(2)
    st.cache_data.clear()
    checked(app.run())
    if page != "stress":  # says that it left the network out
        assert choices(app)["kept"] == before
        assert not refusals(app)


def test_a_run_that_another_deletes_leaves_the_ticked_ones(runs: RunStore) -> None:
    app = visit("runs")
    runs.delete(2)
    checked(app.run())
    assert app.multiselect(key="runs-picker").value == [1]
    assert app.selectbox(key="home-run").value == 1
    runs.restore(2)
    checked(app.run())
    assert app.multiselect(key="runs-picker").value == [1, 2]


def test_each_brings_back_only_the_runs_deleted_in_the_same_session(runs: RunStore) -> None:
    mine, others = opened("runs", runs="1"), opened("runs", runs="2")
    press(mine, "runs-delete")
    press(others, "runs-delete")
    assert "Run 2 was deleted" in said(others)
    press(others, "runs-undo")
    assert [run.id for run in runs.all()] == [3, 2]
    press(checked(mine.run()), "runs-undo")
    assert [run.id for run in runs.all()] == [3, 2, 1]


def test_of_two_who_delete_the_same_run_one_is_told_so(runs: RunStore) -> None:
    mine, others = opened("runs", runs="1"), opened("runs", runs="1")
    press(mine, "runs-delete")
    press(others, "runs-delete")
    assert "There is no run 1" in refusals(others)
    assert "Run 1 was deleted" not in said(others)


def test_a_ticked_drawing_that_another_deletes_is_no_longer_ticked(runs: RunStore) -> None:
    first, second, third = keep(runs, 1, 2, 3)
    app = opened("handwriting", {"ticked drawings": [first, second]})
    corrected_drawings.remove(runs, [first])
    keep(runs, 4)
    press(app, "delete")
    assert not refusals(app)
    assert third in {each.id for each in corrected_drawings.read(runs)}
    assert [each.label for each in corrected_drawings.read(runs)] == [3, 4]
    assert "delete" in [each.key for each in app.button if each.disabled]


def test_ticked_drawings_that_are_all_gone_are_told_once(runs: RunStore) -> None:
    mine = keep(runs, 1, 2)
    keep(runs, 3)
    app = opened("handwriting", {"ticked drawings": mine})
    corrected_drawings.remove(runs, mine)
    press(app, "delete")
    assert "not in My handwriting any more" in refusals(app)
    assert [each.label for each in corrected_drawings.read(runs)] == [3]


def _corrected_number() -> AppTest:
    app = opened("draw", {"sketch": two_digits(4, 0)})
    checked(app.toggle(key="draw-as-number").set_value(True).run())
    app.text_input(key="draw-number-was").set_value("48")
    return press_labelled(app, "Keep")


def test_a_corrected_number_that_another_deletes_is_not_said_to_be_kept(store: RunStore) -> None:
    app = _corrected_number()
    assert "Kept a digit in My handwriting: 8." in said(app)
    corrected_drawings.clear(store)
    assert "Kept a digit" not in said(checked(app.run()))
    assert not refusals(app)


@pytest.mark.parametrize("again", [True, False])
def test_a_corrected_number_that_is_gone_is_told_once(again: bool, store: RunStore) -> None:
    app = _corrected_number()
    corrected_drawings.clear(store)
    if again:
        app.text_input(key="draw-number-was").set_value("49")
        press_labelled(app, "Keep")
    else:
        press(app, "draw-undo-number")
    assert "not in My handwriting any more" in refusals(app)
    assert corrected_drawings.read(store) == []
    app.text_input(key="draw-number-was").set_value("49")
    press_labelled(app, "Keep")
    assert [each.label for each in corrected_drawings.read(store)] == [9]
