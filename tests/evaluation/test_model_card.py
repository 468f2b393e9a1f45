"""Saving a model, and the card that describes it and how to reproduce it."""

import datetime
import io
import json
import re
import shlex
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile
from digitapp.evaluation import model_card
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import Trained, train

SPEC = TrainingSpec(hidden=(16,), batch_size=50, epochs=2, seed=11)


@pytest.fixture(scope="module")
def trained(toy: Dataset) -> Trained:
    return train(SPEC, toy)


@pytest.fixture(scope="module")
def saved(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "small.keras"
    model_card.save(trained, path, "dense-128")
    return path


@pytest.fixture
def rows(saved: Path) -> dict[str, str]:
    """Return the table of the card."""
    card = saved.with_suffix(".md").read_text("utf-8")
    return dict(re.findall(r"^\| (\w[^|]*) \| (.*) \|$", card, re.MULTILINE))


def test_a_saved_model_reads_as_before(saved: Path, trained: Trained, toy: Dataset) -> None:
    import keras

    images = toy.x_test.astype(np.float32) / 255
    again = keras.models.load_model(saved)
    np.testing.assert_allclose(again(images), trained.model(images), atol=1e-6)
    assert not getattr(again, "optimizer", None)


def test_a_saved_model_is_without_the_optimizers_numbers(saved: Path) -> None:
    import h5py

    with zipfile.ZipFile(saved) as archive:
        weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    assert "layers" in weights
    assert "optimizer" not in weights


def test_the_card_has_the_name_of_the_model(saved: Path) -> None:
    assert saved.with_suffix(".md").read_text("utf-8").startswith("# Model card: small\n")


def test_the_card_tells_how_good_the_model_is(rows: dict[str, str], trained: Trained) -> None:
    assert rows["Test accuracy"] == f"{100 * trained.test_accuracy:.2f} %"
    assert float(rows["Test loss"]) == pytest.approx(trained.test_loss, abs=1e-4)
    for name, values in trained.history.items():
        assert f"{name} {values[-1]:.4f}" in rows["Last epoch"]


def test_the_card_tells_what_the_model_is(rows: dict[str, str], saved: Path) -> None:
    assert rows["Network"] == f"dense, {784 * 16 + 16 + 16 * 10 + 10:,} weights"
    assert rows["Data"].startswith(DATASETS[SPEC.dataset].title)
    assert rows["Seed"] == "11"
    assert "28, 28" in rows["Input"]
    assert "10 classes" in rows["Output"]
    assert float(rows["File"].removesuffix(" MB")) == pytest.approx(
        saved.stat().st_size / 1024**2, abs=0.01
    )


def test_the_card_has_the_day_and_the_versions(rows: dict[str, str]) -> None:
    import keras
    import tensorflow as tf

    age = datetime.datetime.now(datetime.UTC).date() - datetime.date.fromisoformat(rows["Date"])
    assert age.days in (0, 1)
    assert f"TensorFlow {tf.__version__}, Keras {keras.__version__}" in rows["Made with"]


def test_the_card_has_all_settings_as_they_can_be_read_again(saved: Path) -> None:
    block = re.search(r"```json\n(.*)\n```", saved.with_suffix(".md").read_text("utf-8"))
    assert block
    assert TrainingSpec.from_json(block[1]) == SPEC
    assert json.loads(block[1])["seed"] == 11


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({}, {}),
        ({"epochs": 3}, {"--epochs": "3"}),
        ({"seed": 5}, {"--seed": "5"}),
        ({"dataset": "fashion_mnist"}, {"--dataset": "fashion_mnist"}),
    ],
)
def test_the_command_on_the_card_makes_the_same_model_again(
    changes: dict[str, Any], options: dict[str, str], saved: Path
) -> None:
    spec = PRESETS["dense-128"].changed(changes)
    facts = model_card.ModelFacts(spec, 10, 1000, 60000, {}, test_loss=0.1, test_accuracy=0.9)
    card = model_card.card(facts, saved, "dense-128")
    assert not {"File", "Made with", "Last epoch"} & {*card.rows}  # unknown, so left out
    (command,) = re.findall(r"^python -m digitapp train (.*)$", card.markdown(), re.MULTILINE)
    words = shlex.split(command)
    found = dict(zip(words[::2], words[1::2], strict=True))
    assert found == {"--preset": "dense-128", "--out": "small.keras"} | options


def test_the_card_says_which_labels_were_random(saved: Path) -> None:
    for share, row in ((0.5, "50 % of the training images had random ones"), (0.0, None)):
        spec = PRESETS["dense-128"].changed({"random_labels": share})
        facts = model_card.ModelFacts(spec, 10, 1, 60000, {}, test_loss=0.1, test_accuracy=0.9)
        assert model_card.card(facts, saved, "dense-128").rows.get("Labels") == row


def test_the_card_of_few_examples_says_what_it_begins_with_and_can_be_typed(saved: Path) -> None:
    spec = PRESETS["few-examples"].changed({"dataset": "secret signs", "train_size": None})
    facts = model_card.ModelFacts(spec, 4, 1000, 248, {}, test_loss=0.1, test_accuracy=0.9)
    card = model_card.card(facts, saved, "few-examples")
    assert card.rows["Begins with"] == (
        "recogniser: its layers but the output layer, which is new; the first 5 stay as they are"
    )
    assert "248 images: those of its training part, and built-in shapes" in card.rows["Data"]
    assert shlex.split(card.command)[6:10] == ["--dataset", "secret signs", "--train-size", "all"]
    assert card.credits  # of the handwriting that the bundled network learned from


@pytest.mark.parametrize("place", ["no/such/folder.keras", "folder.keras"])
def test_a_place_that_cannot_be_written_is_named(
    place: str, trained: Trained, tmp_path: Path
) -> None:
    (tmp_path / "folder.keras").mkdir()
    with pytest.raises(BadFile, match="cannot be written") as caught:
        model_card.save(trained, tmp_path / place, "dense-128")
    assert str(tmp_path / place) in str(caught.value)
