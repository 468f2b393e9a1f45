"""The Train page with a dataset of few images: transfer learning, said, and off at a press."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from digitapp.errors import DigitappError, StoreBusy, UnknownName, Unreadable
from digitapp.library import few_examples, own_datasets
from digitapp.runs import RunStore
from digitapp.training.spec import PRESETS
from digitapp.ui.train import few_images
from tests.invented_signs import NAME, Hand, dataset
from tests.pages.train_page import checked, opened, press, refusals, said, spec


@pytest.fixture
def store() -> RunStore:
    found, me = RunStore(), Hand(7)
    own_datasets.keep(found, dataset(["key", "sail"], [me], [me], 6, 3), "mnist", "drawn by a test")
    return found


def test_a_link_with_a_small_dataset_sets_up_transfer_learning(store: RunStore) -> None:
    app = opened(dataset=NAME)
    assert spec(app) == few_examples.settings(store, NAME)
    assert app.query_params["preset"] == few_examples.PRESET
    words = said(app)
    assert "secret signs has only 12 images to learn from" in words
    assert "transfer learning" in words
    assert "none of these" in words
    assert "Training changes 512,515 of them a little at a time; the others stay" in words
    assert "Nothing can be trained" not in words
    assert not refusals(app)


def test_it_is_switched_off_at_a_press_and_on_again(store: RunStore) -> None:
    app = press(opened(dataset=NAME), "few-images")
    assert spec(app) == few_examples.with_fresh_weights(few_examples.settings(store, NAME))
    assert "it has to find out from them alone" in said(app)
    assert not refusals(app)
    assert spec(press(app, "few-images")) == few_examples.settings(store, NAME)


def test_choosing_a_small_dataset_sets_it_up_and_a_large_one_what_is_usual(
    store: RunStore,
) -> None:
    app = opened()
    checked(_chooser(app).set_value(NAME).run())
    assert spec(app) == few_examples.settings(store, NAME)
    checked(_chooser(app).set_value("pen").run())
    assert spec(app) == replace(PRESETS["nodes-and-layers"], dataset="pen")
    assert "transfer learning" not in said(app)


def _chooser(app: AppTest) -> Selectbox:
    return next(box for box in app.selectbox if box.label == "Dataset")


def test_another_preset_is_left_alone(store: RunStore) -> None:
    app = opened(preset="dense-128", dataset=NAME)
    assert spec(app) == replace(PRESETS["dense-128"], dataset=NAME)
    assert "it has to find out from them alone" in said(app)


def test_settings_of_what_stays_are_shown_only_where_something_stays(store: RunStore) -> None:
    app = opened(dataset=NAME)
    assert app.toggle(key="new_output-0").value
    assert app.toggle(key="none_of_these-0").value
    checked(app.selectbox(key="base-0").set_value("").run())
    assert (spec(app).new_output, spec(app).frozen, spec(app).none_of_these) == (False, 0, True)
    assert "new_output-0" not in {toggle.key for toggle in app.toggle}


@pytest.mark.parametrize("problem", [StoreBusy, Unreadable, UnknownName])
def test_few_images_are_not_counted_where_a_dataset_is_damaged_or_gone(
    problem: type[DigitappError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise problem("It cannot be read.")

    monkeypatch.setattr(few_images.catalogue, "version", fail)
    assert few_images.count(NAME) is None
