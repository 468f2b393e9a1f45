"""The Train page before a run: settings, URL, rejected settings, starting."""

import sqlite3
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import Dataset
from digitapp.library import catalogue, models
from digitapp.runs import RunStore
from digitapp.runs.records import PAUSE, STOPPED
from digitapp.runs.tables import runs
from digitapp.takehome.code import scripts
from digitapp.training import architectures, layer_table
from digitapp.training.settings import SETTINGS, as_text
from digitapp.training.spec import PRESETS, Augmentation, TrainingSpec
from tests.pages.train_page import (
    checked,
    labels,
    link,
    opened,
    press,
    refusals,
    said,
    spec,
    write,
)
from tests.tiny_runs import change

DENSE = PRESETS["dense-128"]
ONE_CLICK_FOR = "digitapp.ui.train.double_click.DOUBLE_CLICK"
SGD = replace(DENSE, optimizer="sgd", learning_rate=0.01)
ODD_SPECS = {
    "as the preset": DENSE,
    "no hidden layer": replace(DENSE, hidden=()),
    "five hidden layers": replace(DENSE, hidden=(1, 7, 4096, 333, 64)),
    "few images": replace(DENSE, train_size=7, validation_split=3),
    "all but a few held back": replace(DENSE, validation_split=0.98),
    "a tenth held back": replace(DENSE, validation_split=0.1, early_stopping=1000),
    "a long seed": replace(DENSE, seed=2**31 - 1, epochs=1000, batch_size=4096),
    "the largest steps": replace(SGD, learning_rate=10.0, momentum=0.999),
    "the smallest steps": replace(SGD, learning_rate=1e-06, momentum=0.123, batch_size=1),
    "large weights discouraged": replace(DENSE, l2=0.1, dropout=0.37, activation="gelu"),
    "the one-hot form": replace(DENSE, loss="categorical_crossentropy", cosine_decay=True),
    "another network": replace(DENSE, architecture="lenet-5", optimizer="adamw"),
    "its hidden layers kept": replace(DENSE, architecture="deep-cnn", hidden=(5, 6)),
    "another dataset": replace(DENSE, dataset="fashion_mnist", activation="tanh"),
    "every change": replace(DENSE, augmentation=Augmentation(180.0, 14.0, 0.9, 1.0, 1.0)),
    "random labels": replace(DENSE, random_labels=1.0),
    "a few random labels": replace(DENSE, random_labels=0.123),
    "small changes": replace(DENSE, augmentation=Augmentation(0.5, 0.25, 0.001, 0.33, 0.01)),
}
EVERYTHING = TrainingSpec(
    dataset="pen",
    architecture="lenet-5",
    hidden=(7, 8),
    activation="tanh",
    dropout=0.25,
    l2=0.01,
    optimizer="sgd",
    learning_rate=0.02,
    momentum=0.5,
    cosine_decay=True,
    loss="categorical_crossentropy",
    batch_size=17,
    epochs=3,
    validation_split=0.15,
    train_size=99,
    augmentation=Augmentation(rotate=12.0),
    early_stopping=None,
    seed=5,
    base="recogniser",
    random_labels=0.5,
)
BAD_ADDRESSES = {
    "learning_rate": "abc",
    "epochs": "1.5",
    "hidden": "300;100",
    "train_size": "-1",
    "batch_size": "100000",
    "validation_split": "2.5",
    "cosine_decay": "perhaps",
    "augmentation": "turn=15",
    "momentum": "0.9",
    "early_stopping": "soon",
    "preset": "dense-129",
    "dataset": "minst",
    "architecture": "resnet",
    "optimizer": "adagrad",
    "seed": "9" * 400,
    "l2": "nan",
    "random_labels": "1.5",
    "dropout": "\N{BELL}<b>",
}


@pytest.fixture(autouse=True)
def datasets(toy_mnist: Path) -> Path:
    return toy_mnist


def beside(app: AppTest, field: str) -> str:
    """Return the error next to a field in the sidebar."""
    parts = [part for part in app.sidebar if part.type in ("selectbox", "number_input", "error")]
    place = next(n for n, part in enumerate(parts) if part.key == f"{field}-0")
    return str(parts[place + 1].value)


def columns(app: AppTest, name: str) -> list[object]:
    """Return a column of the first table that has it."""
    return next(list(table.value[name]) for table in app.dataframe if name in table.value.columns)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_shown_with_its_network_and_its_code(preset: str) -> None:
    app = opened(preset=preset)
    classes = len(models.classes(PRESETS[preset], RunStore()))
    rows = layer_table.rows(architectures.layers(PRESETS[preset], classes))
    assert spec(app) == PRESETS[preset]
    assert f"{sum(row.parameters for row in rows):,} weights" in said(app)
    assert columns(app, "weights") == [row.parameters for row in rows]
    how = catalogue.preparation(RunStore(), PRESETS[preset].dataset)
    assert scripts.script(spec(app), preset, how).strip() in [code.value for code in app.code]
    assert not refusals(app)
    assert app.query_params == {"preset": preset}


def test_the_images_are_counted_by_class(toy: Dataset) -> None:
    app = opened({"about": "Images"}, preset="dense-128", validation_split="0.1")
    assert "learns from 180 images, checks itself on 20 and is tested on 50" in said(app)
    assert columns(app, "class") == list(toy.class_names)
    assert columns(app, "training") == np.bincount(toy.y_train).tolist()
    assert columns(app, "test") == np.bincount(toy.y_test).tolist()
    assert all(str(strip).startswith("data:image/png;base64,") for strip in columns(app, "samples"))


def test_of_real_handwriting_it_is_said_by_how_many_people_it_is() -> None:
    app = opened({"about": "Images"}, preset="dense-128", dataset="uji", validation_split="0.3")
    assert "learns from 700 images by 35 people, checks itself on 300 by 15 others" in said(app)
    assert "CC BY 4.0" in said(app)
    app.selectbox(key="validation_split-0").select("0.1")
    assert "instead of" not in said(app.run())
    app = opened({"about": "Images"}, preset="dense-128", dataset="hands", validation_split="0.1")
    assert "instead of the 624 images asked for, it checks itself on 747" in said(app)


def test_images_that_are_shown_are_not_loaded_again_to_be_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened({"about": "Images"}, preset="dense-128", validation_split="0.1")
    sys.modules["digitapp.ui.shared.resources"].kept_dataset.clear()
    monkeypatch.setattr(catalogue, "dataset", lambda *_: pytest.fail("it was loaded"))
    app.selectbox(key="validation_split-0").select("0.2")
    assert "learns from 160 images, checks itself on 40 and is tested on 50" in said(app.run())


def test_random_labels_are_told_before_training() -> None:
    app = opened({"about": "Images"}, random_labels="1", epochs="3")
    assert "learns from MNIST with 100 % random labels: 3 epochs" in said(app)
    assert "For every training image it is told a label drawn at random." in said(app)
    assert app.sidebar.expander[0].proto.expanded


@pytest.mark.parametrize("wanted", ODD_SPECS.values(), ids=ODD_SPECS)
def test_a_link_gives_the_settings_it_was_made_of(wanted: TrainingSpec) -> None:
    address = link(wanted, "dense-128")
    app = opened(**address)
    assert spec(app) == wanted
    assert app.query_params == address
    assert not refusals(app)


def test_what_is_set_in_the_sidebar_stands_in_the_address() -> None:
    app = opened(preset="dense-128")
    app.slider(key="layers-0").set_value(3)
    app.selectbox(key="optimizer-0").select("sgd")
    write(app, "learning_rate-0", "0.0123")
    app.selectbox(key="validation_split-0").select("0.2")
    write(app, "early_stopping-0", "4")
    app.number_input(key="epochs-0").set_value(33)
    app.slider(key="dropout-0").set_value(0.25)
    app.slider(key="random_labels-0").set_value(0.5)
    app.toggle(key="cosine_decay-0").set_value(True)
    app.slider(key="rotate-0").set_value(12.0)
    checked(app.run())
    app.slider(key="momentum-0").set_value(0.9)
    app.number_input(key="layer-2-0").set_value(77)
    checked(app.run())
    wanted = TrainingSpec(
        hidden=(128, 32, 77),
        optimizer="sgd",
        learning_rate=0.0123,
        momentum=0.9,
        validation_split=0.2,
        early_stopping=4,
        epochs=33,
        dropout=0.25,
        random_labels=0.5,
        cosine_decay=True,
        augmentation=Augmentation(rotate=12.0),
    )
    assert spec(app) == wanted
    assert app.query_params == link(wanted, "dense-128")
    assert spec(opened(**app.query_params)) == wanted


def test_another_preset_takes_the_place_of_all_settings() -> None:
    app = opened(preset="dense-128", epochs=3, train_size=100)
    checked(app.selectbox(key="preset-0").select("dense-512").run())
    assert spec(app) == PRESETS["dense-512"]
    assert app.query_params == {"preset": "dense-512"}
    assert "512 hidden nodes learns from MNIST: 10 epochs, 128 images a step" in said(app)


@pytest.mark.parametrize(("name", "value"), BAD_ADDRESSES.items(), ids=BAD_ADDRESSES)
def test_an_address_that_cannot_be_used_is_explained(name: str, value: str) -> None:
    app = opened(**{name: value})
    assert "The address of this page holds a setting that cannot be used." in refusals(app)
    assert value in refusals(app) or name in refusals(app)
    assert spec(app) == PRESETS["nodes-and-layers"]
    checked(app.number_input(key="epochs-0").set_value(3).run())
    assert not refusals(app)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"lr": "0.5"}, "Unknown setting 'lr' in the address of this page. Did you mean learning_"),
        ({"learning-rat": "0.5"}, "Did you mean learning_rate?"),
        ({"epoch": "3"}, "Did you mean epochs?"),
        ({"batch": "3"}, "Did you mean batch_size?"),
        ({"quux": "3"}, "Unknown setting 'quux' in the address of this page. Available: preset, "),
        ({"dataset": "minst"}, "Did you mean mnist or kmnist?"),
        ({"preset": "dense-129"}, "Did you mean dense-512 or dense-128?"),
        ({"seed": "x"}, "seed is 'x'; it must be a whole number."),
        ({"dropout": "2"}, "dropout is 2.0; it must be from 0.0 to 0.9."),
        ({"momentum": "0.9"}, "only sgd supports momentum."),
        (
            {"early_stopping": "3", "validation_split": "0"},
            "no images are held back for validation",
        ),
        ({"run": "x"}, "run is 'x'; it must be the number of a run."),
    ],
)
def test_what_a_link_says_wrong_is_told_and_the_rest_is_used(
    address: dict[str, str], told: str
) -> None:
    app = opened(**address, epochs=3, hidden="31")
    assert told in refusals(app)
    assert (spec(app).epochs, spec(app).hidden) == (3, (31,))
    assert "Everything else in it is used." in refusals(app)
    assert not app.button(key="train").disabled
    checked(app.number_input(key="epochs-0").set_value(4).run())
    assert not refusals(app)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_link_may_be_spelled_as_the_command_line_is(name: str) -> None:
    wanted = as_text(EVERYTHING, name)
    needed = {"momentum": {"optimizer": "sgd"}, "base": {"architecture": "deeper-cnn"}}
    others = needed.get(name, {})
    app = opened(preset="dense-128", **others, **{name.replace("_", "-").upper(): wanted})
    assert not refusals(app)
    assert getattr(spec(app), name) == getattr(EVERYTHING, name)


def test_a_setting_that_a_link_gives_twice_is_told() -> None:
    app = opened(**{"batch-size": "64", "batch_size": "100"})
    assert "batch_size is given as '64' and '100'; the last one is used." in refusals(app)
    assert spec(app).batch_size == 100


@pytest.mark.parametrize("value", ["abc", "", "-1", "1.5", "٣", "1" * 30, "0x1"])
def test_a_run_that_is_no_number_is_left_out(value: str) -> None:
    app = opened(run=value)
    assert "Train" in labels(app) or refusals(app) == "There is no run 3."


def test_an_unknown_run_is_a_sentence_with_a_way_out() -> None:
    app = opened(run=99)
    assert refusals(app) == "There is no run 99."
    press(app, "new")
    assert "Train" in labels(app)
    assert "run" not in app.query_params


def test_settings_that_do_not_go_together_are_refused_at_once() -> None:
    app = opened(preset="dense-128", validation_split="0.1")
    app.selectbox(key="early_stopping-0").select("3")
    checked(app.selectbox(key="validation_split-0").select("0").run())
    assert "Early stopping is 3, but no images are held back for validation" in refusals(app)
    assert "Nothing can be trained with these settings yet." in refusals(app)
    assert app.button(key="train").disabled
    checked(app.selectbox(key="validation_split-0").select("0.2").run())
    assert not refusals(app)
    assert not app.button(key="train").disabled


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("learning_rate", "abc", "Learning rate is 'abc'; it must be a number."),
        ("learning_rate", "1e9", "Learning rate is 1000000000.0; it must be from 1e-06 to 10.0."),
        ("learning_rate", "nan", "Learning rate is nan; it must be from"),
        ("learning_rate", "  ", "Learning rate is ''; it must be a number."),
        ("batch_size", "0", "Batch size is 0; it must be from 1 to 4096."),
        ("batch_size", "12.5", "Batch size is '12.5'; it must be a whole number."),
        ("train_size", "many", "Training images are 'many'; they must be a whole number, or all"),
        ("validation_split", "-0.5", "Validation split is -0.5; it must be a fraction"),
        ("early_stopping", "0", "Early stopping is 0; it must be from 1 to 1000."),
        ("l2", "1", "L2 is 1.0; it must be from 0.0 to 0.1."),
    ],
)
def test_a_typed_value_that_is_none_is_explained(field: str, typed: str, reason: str) -> None:
    app = opened(preset="nodes-and-layers")
    write(app, f"{field}-0", typed)
    checked(app.run())
    assert reason in beside(app, field)
    assert reason in " ".join(str(error.value) for error in app.main.error)
    assert app.button(key="train").disabled


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (
            {"train_size": 181},
            "Training images are 181, but 180 of the 200 images are left after 20",
        ),
        ({"validation_split": 200}, "Validation split is 200"),
        (
            {"early_stopping": 3, "validation_split": 0.002},
            "Early stopping is 3, but validation split is 0.002, which holds back none of the 200",
        ),
        ({"hidden": "4096,4096,4096"}, "36,818,954 weights; at most 20,000,000 are allowed"),
    ],
)
def test_what_cannot_be_trained_is_not(
    address: dict[str, object], reason: str, launched: list[int], store: RunStore
) -> None:
    app = opened(**address)
    assert reason in refusals(app)
    assert app.button(key="train").disabled
    assert (store.all(), launched) == ([], [])


def test_what_does_not_fit_the_images_is_told_at_its_field_and_at_the_button() -> None:
    app = opened(preset="dense-128")
    write(app, "train_size-0", "201")
    checked(app.run())
    reason = "Training images are 201, but 200 of the 200 images are left"
    assert reason in beside(app, "train_size")
    assert reason in " ".join(str(error.value) for error in app.main.error)
    assert app.button(key="train").disabled
    assert app.query_params == {"preset": "dense-128", "train_size": "201"}
    write(app, "train_size-0", "200")
    assert not refusals(checked(app.run()))


def test_the_first_screen_has_what_is_changed_most_and_the_rest_is_under_more() -> None:
    app = opened(preset="dense-128")
    more, augmentation = app.sidebar.expander
    assert [each.label for each in (more, augmentation)] == ["More", "Augmentation"]
    assert not more.proto.expanded
    folded = {str(each.key) for each in [*more, *augmentation]}
    first = [str(each.key) for each in app.sidebar if str(each.key).endswith("-0")]
    assert [key for key in first if key not in folded and not key.startswith("typed-")] == [
        *("preset-0", "dataset-0", "train_size-0", "layers-0", "layer-0-0", "epochs-0"),
        "learning_rate-0",
    ]
    assert opened(preset="dense-128", l2="0.01").sidebar.expander[0].proto.expanded


def test_a_network_with_layers_of_its_own_says_where_to_choose_others() -> None:
    app = opened(architecture="lenet-5")
    assert "LeNet-5 has layers of its own." in said(app)
    checked(app.selectbox(key="architecture-0").select("dense").run())
    assert app.slider(key="layers-0").value == 2


@pytest.mark.parametrize("preset", ["dense-128", "dense-512"])
def test_a_preset_without_validation_says_so_and_is_given_some_by_a_press(preset: str) -> None:
    app = opened(preset=preset, epochs=3)
    assert "No images are held back for validation" in said(app)
    assert "The preset does it as its source does" in said(app)
    app = press(app, "hold-back")
    assert spec(app) == replace(PRESETS[preset], epochs=3, validation_split=0.1)
    assert "No images are held back" not in said(app)
    assert app.query_params == {"preset": preset, "epochs": "3", "validation_split": "0.1"}


def test_a_dataset_that_is_not_there_is_explained_and_pen_is_offered(
    no_datasets: Path, launched: list[int], monkeypatch: pytest.MonkeyPatch, store: RunStore
) -> None:
    monkeypatch.delenv("DIGITAPP_DATASETS")
    monkeypatch.setattr("digitapp.data.pen.COUNTS", (100, 20))
    monkeypatch.setattr("digitapp.data.pen.load", _small_pen)
    app = press(opened({"about": "Images"}, dataset="fashion_mnist"), "train")
    assert "Fashion-MNIST is not on this machine and could not be downloaded" in refusals(app)
    assert f"{no_datasets}/.keras/datasets" in refusals(app)
    assert "choose the dataset pen, which is built in" in refusals(app)
    assert (store.all(), launched) == ([], [])
    checked(app.selectbox(key="dataset-0").select("pen").run())
    assert not refusals(app)
    press(app, "train")
    assert launched == [1]


def _small_pen() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    labels = (np.arange(120) % 10).astype(np.uint8)
    images = np.zeros((120, 28, 28), dtype=np.uint8)
    return images[:100], labels[:100], images[100:], labels[100:]


def test_train_makes_one_run_and_starts_it(launched: list[int], store: RunStore) -> None:
    app = press(opened(preset="dense-128", epochs=3), "train")
    run = store.get(1)
    assert (run.spec, run.preset) == (replace(DENSE, epochs=3), "dense-128")
    assert (len(store.all()), launched) == (1, [1])
    assert app.query_params == {"run": "1"}
    assert "Run 1: dense 128" in said(app)


def test_a_double_click_on_train_makes_one_run(
    launched: list[int], store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(preset="dense-128")
    monkeypatch.setattr(ONE_CLICK_FOR, 600.0)  # however slow the machine is
    press(app, "train")
    press(app, "new")
    press(app, "train")
    assert (len(store.all()), launched) == (1, [1])
    assert app.query_params["run"] == "1"


def test_a_press_that_asks_for_something_else_is_no_double_click(
    launched: list[int], store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ONE_CLICK_FOR, 600.0)
    app = press(press(opened(preset="dense-128"), "train"), "new")
    epochs = next(each for each in app.number_input if each.label == "Epochs")
    press(checked(epochs.set_value(3).run()), "train")
    assert (launched, app.query_params["run"]) == ([1, 2], "2")
    change(store, 2, status=STOPPED)
    press(press(app, "new"), "train")  # the same settings, but that run is over
    assert (launched, app.query_params["run"]) == ([1, 2, 3], "3")
    press(app, "new")
    press(checked(app.toggle(key="wait-first").set_value(True).run()), "train")
    assert launched == [1, 2, 3, 4]
    assert store.get(4).request == PAUSE
    change(store, 4, spec="damaged")
    press(press(app, "new"), "train")
    assert launched[-1] == 5


def test_a_pinned_digit_goes_into_the_run_until_it_is_unpinned(
    launched: list[int], store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    digit = np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28)
    app = opened({"pinned": digit})
    monkeypatch.setattr(ONE_CLICK_FOR, 0.0)
    assert "Your pinned digit: the network reads it after every epoch." in said(app)
    press(press(app, "train"), "new")
    checked(next(button for button in app.button if button.label == "Unpin").click().run())
    assert "Tip: pin a digit on the Draw page" in said(app)
    press(app, "train")
    assert [watched(store, run) for run in (1, 2)] == [digit.tobytes(), None]


def watched(store: RunStore, run: int) -> bytes | None:
    """Return the pinned digit of a run, as stored."""
    with store.database.begin() as connection:
        return connection.execute(sa.select(runs.c.watched).where(runs.c.id == run)).scalar()


def test_a_damaged_store_is_a_sentence(store_url: str) -> None:
    Path(store_url.removeprefix("sqlite:///")).write_bytes(b"this is no database" * 500)
    app = opened()
    assert "is damaged. It was not changed" in refusals(app)


def test_a_locked_store_is_a_sentence_and_the_next_press_works(
    store: RunStore, launched: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitapp.runs.database.LOCK_TIMEOUT", 0.2)
    app = opened(preset="dense-128")
    with sqlite3.connect(store.database.url.removeprefix("sqlite:///")) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        press(app, "train")
        assert "has been locked by another program" in refusals(app)
        assert time.monotonic() - began < 5
        other.rollback()
    press(app, "train")
    assert launched == [1]


def test_no_image_is_loaded_when_train_is_pressed(
    launched: list[int], toy_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(*arguments: object) -> None:
        raise AssertionError("the images were loaded")

    app = opened(preset="recogniser")
    monkeypatch.setattr("digitapp.library.catalogue.dataset", loaded)
    press(app, "train")
    assert len(launched) == 1
