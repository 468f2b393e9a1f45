"""`recogniser`, and what `evaluate` reports beyond accuracy: the card has all measurements."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.cli import main
from digitapp.data import datasets, hands, non_digits, picture_pool, stroke_examples
from digitapp.data.datasets import DATASETS, DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.data.pen import generate
from digitapp.data.picture_pool import Figures, Group
from digitapp.drawing.strokes import from_points, paint
from digitapp.errors import BadFile
from digitapp.evaluation import (
    non_digit_drawings,
    number_fitting,
    number_readings,
    scoring,
    second_stage,
    side_by_side,
    stroke_stage,
)
from digitapp.evaluation.number_strings import HARDER, SPACINGS, WITH_SIGNS
from digitapp.evaluation.ways import COMBINED, MOVEMENT, PICTURE
from digitapp.library.models import MODELS
from digitapp.reading.number_weights import NumberWeights
from digitapp.reading.prediction import Predictor
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.runs import RunStore
from digitapp.training import picture_stage, stroke_network
from digitapp.training.spec import PRESETS, TrainingSpec
from tests.digits import DIGITS

SPEC = TrainingSpec(
    dataset="digits_and_others", hidden=(64,), epochs=3, validation_split=300, batch_size=50
)
FEW = 8  # composed numbers
READERS = (COMBINED, PICTURE, MOVEMENT)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the commands train and evaluate on little data."""
    x, y = generate(2000, seed=1)
    x_test, y_test = generate(200, seed=2)
    x = np.concatenate([x, non_digits.generate(600, seed=3)])
    y = np.concatenate([y, np.full(600, 10, dtype=np.uint8)])
    order = np.random.default_rng(0).permutation(len(x))
    arrays = x[order], y[order], x_test, y_test
    source = replace(DATASETS["digits_and_others"], read=lambda folder: arrays)
    monkeypatch.setitem(datasets.DATASETS, "digits_and_others", source)
    monkeypatch.setitem(PRESETS, "recogniser", SPEC)
    monkeypatch.setattr(side_by_side, "PROCESSES", 1)  # others would not know what is changed here
    monkeypatch.setattr(number_readings, "STRINGS", FEW)
    monkeypatch.setattr(number_readings, "HARDER_STRINGS", FEW)
    monkeypatch.setattr(number_readings, "SIGNED_STRINGS", FEW)
    _shorten_the_second_stage(monkeypatch, Group(x, y, np.full(len(x), -1)))
    _shorten_the_stroke_reader(monkeypatch)
    drawn = non_digits.generate(20, seed=4, kept_aside=True).astype(np.float32) / 255
    monkeypatch.setattr(scoring, "NON_DIGITS", {"letters": lambda: drawn})
    strokes = non_digits.write_styles(["E", "star"], 12, np.random.default_rng(0))
    monkeypatch.setattr(non_digit_drawings, "NON_DIGIT_DRAWINGS", {"drawn": lambda: strokes})


def _shorten_the_second_stage(monkeypatch: pytest.MonkeyPatch, images: Group) -> None:
    """Make it draw few images, know few hands, and take a few steps."""
    hands = picture_pool.real_hands()
    some = np.concatenate([np.flatnonzero(hands.writers == writer)[:20] for writer in range(6)])
    few = Figures([hands.paths[n] for n in some], hands.labels[some], hands.writers[some])
    monkeypatch.setattr(picture_pool, "real_hands", lambda: few)
    parts = {"mnist": images.labels < 5, "pen": images.labels < 10, "others": images.labels == 10}
    groups = {name: images.chosen(part) for name, part in parts.items()}
    monkeypatch.setattr(picture_pool, "of_dataset", lambda count: dict(groups))
    for name in ("HANDS", "DIGITS", "SIGNS", "BESIDE"):
        ways = getattr(picture_pool, name)
        monkeypatch.setattr(picture_pool, name, dict.fromkeys(ways, 1 if name == "HANDS" else 60))
    monkeypatch.setattr(picture_pool, "THINGS", 20)
    few_images = 2 * picture_stage.BATCH
    general = replace(picture_stage.GENERAL, images=few_images)
    with_hands = replace(picture_stage.WITH_HANDS[-1], images=few_images)
    monkeypatch.setattr(picture_stage, "GENERAL", general)
    monkeypatch.setattr(picture_stage, "WITH_HANDS", (with_hands,))


def _shorten_the_stroke_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it know few hands and learn for a moment."""
    some = tuple(digit for digit in hands.read("uji") if digit.writer < 42)[::3]
    monkeypatch.setattr(hands, "read", lambda name="": some)
    for name, count in {"TIMES": 1, "PEN_DIGITS": 100, "OTHERS": 40, "MADE_UP": 5}.items():
        monkeypatch.setattr(stroke_examples, name, count)
    for module in (hands, second_stage):
        monkeypatch.setattr(module, "FOLDS", 2)
    monkeypatch.setattr(stroke_network, "EPOCHS", 2)
    monkeypatch.setattr(stroke_network, "SETS", 1)
    monkeypatch.setattr(stroke_stage, "UNKNOWN", 12)
    monkeypatch.setattr(stroke_stage, "KNOWN", 12)
    for name in ("DRAWN", "SIGNED", "PAINTED"):
        monkeypatch.setattr(number_fitting, name, 4)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Options that name a file of strokes and one of labelled pictures, by two writers."""
    entries = [
        {"label": digit, "strokes": [[[x / 0.56, y / 0.56] for x, y in each] for each in strokes]}
        for digit, strokes in DIGITS.items()
    ]
    (tmp_path / "strokes.json").write_text(json.dumps(entries))
    labels = []
    for digit, strokes in DIGITS.items():
        paint(from_points(strokes, 20)).save(tmp_path / f"{digit}.png")
        kind = "photo" if digit % 2 else "paint"
        labels.append({"file": f"{digit}.png", "label": digit, "hand": digit % 3, "kind": kind})
    Image.fromarray(255 - non_digits.generate(1, seed=9)[0]).save(tmp_path / "other.png")
    labels.append({"file": "other.png", "label": None})
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    return ["--strokes", str(tmp_path / "strokes.json"), "--images", str(tmp_path / "labels.json")]


def _cells(card: str, start: str) -> list[str]:
    (line,) = re.findall(rf"^\| {re.escape(start)} \|(.*)\|$", card, re.MULTILINE)
    return [cell.strip() for cell in line.split("|")]


def test_one_command_makes_the_network_its_card_and_its_diagram(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new.keras"
    assert main(["recogniser", "--out", str(out), *files]) == 0
    said = capsys.readouterr().err
    assert "stroke_reader.onnx and number_weights.json, and the model card" in said
    assert f"{hands.FOLDS + 1} of {hands.FOLDS + 1} networks have learned from real hands" in said
    assert f"{hands.FOLDS + 1} of {hands.FOLDS + 1} stroke readers are trained" in said
    StrokeReader((tmp_path / "stroke_reader.onnx").read_bytes())
    NumberWeights.from_json((tmp_path / "number_weights.json").read_text("utf-8"))
    card, diagram = (out.with_suffix(each).read_text("utf-8") for each in (".md", ".svg"))
    assert diagram.startswith("<svg ")
    assert "(new.svg)" in card
    three = r"[\d.]+ % \([\d.]+ to [\d.]+\) \| [\d.]+ % \| [\d.]+ %"
    assert re.search(
        rf"^\| as drawn \| picture alone \| {three} \| [\d.]+ % \|  \|  \|$", card, re.M
    )
    assert "95 % interval" in card
    assert _cells(card, "letters")[0] == "20"
    assert _cells(card, "all, prepared")[0] == "10"
    assert _cells(card, "photo, prepared")[0] == "5"
    assert f"{3 * FEW} numbers, put together from the strokes" in card
    assert "python -m digitapp recogniser --out" in card
    assert re.search(r"Temperature \d\.\d{3}", card)
    assert "Real hands of 90 people" in _cells(card, "Second stage")[0]
    assert "by writers whom the networks of the folds had not seen" in card


def test_what_was_trained_before_a_failure_need_not_be_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["train", "--preset", "recogniser"]) == 0
    out, folder = tmp_path / "again.keras", tmp_path / "kept"
    command = ["recogniser", "--from-run", "1", "--out", str(out), "--keep", str(folder)]
    with monkeypatch.context() as patched:
        patched.setattr(stroke_stage, "measured", _goes_wrong)
        assert main(command) == 1
    assert not out.exists()
    kept = {file.name.rpartition("-")[0] for file in folder.iterdir()}
    folds = {f"{kind}-fold-{n}" for kind in ("pictures", "strokes") for n in range(hands.FOLDS)}
    assert kept == {"pictures-without-hands", "pictures-all", "strokes-all", *folds}

    monkeypatch.setattr(picture_stage, "train", lambda *_: pytest.fail("it is there"))
    monkeypatch.setattr(stroke_network, "trained", lambda *_: pytest.fail("it is there"))
    assert main(command) == 0
    assert len(RunStore().all()) == 1
    _is_calibrated_and_refuses_what_the_card_says(out)
    StrokeReader((tmp_path / "stroke_reader.onnx").read_bytes())


def _goes_wrong(*_: object) -> None:
    raise BadFile("The last minute went wrong.")


def test_a_run_of_other_settings_is_not_its_first_stage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--dataset", "digits_and_others", "--epochs", "1"]
    assert main(["train", "--preset", "dense-128", *options]) == 0
    capsys.readouterr()
    assert main(["recogniser", "--from-run", "1", "--out", str(tmp_path / "new.keras")]) == 1
    assert "Run 1 was not trained with the settings" in capsys.readouterr().err


def _is_calibrated_and_refuses_what_the_card_says(out: Path) -> None:
    card = out.with_suffix(".md").read_text("utf-8")
    predictor = Predictor(out.with_suffix(".onnx").read_bytes(), (*DIGIT_NAMES, NOT_A_DIGIT))
    refused = predictor.answers(scoring.NON_DIGITS["letters"]())[1] >= 0.5
    assert _cells(card, "letters")[1].startswith(f"{100 * refused.mean():.2f} %")
    assert "## Pen strokes" not in card
    test = DATASETS["digits_and_others"].read(out.parent)
    shares, other = predictor.answers(test[2].astype(np.float32) / 255)
    right = (shares.argmax(axis=1) == test[3]) & (other < 0.5)
    assert f"{100 * right.mean():.2f} % (" in card.split("## MNIST's test images")[1]


def test_a_first_stage_of_other_layers_or_that_is_missing_is_said_to_be_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new.keras"
    for file in (MODELS["recogniser"].path, tmp_path / "gone.keras"):
        assert main(["recogniser", "--first-stage", str(file), "--out", str(out)]) == 1
        said = capsys.readouterr().err
        assert "Traceback" not in said
        assert not out.exists()
    assert "gone.keras" in said


def test_a_place_that_cannot_be_written_is_noticed_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recogniser", "--out", str(tmp_path / "no" / "such.keras")]) == 1
    assert "there is no folder" in capsys.readouterr().err
    assert RunStore().all() == []


def test_evaluate_tells_of_numbers_and_of_what_is_no_digit(
    files: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(number_readings, "TOLD_EVERY", 10)
    arguments = ["evaluate", "--numbers", files[1], "--others"]
    assert main([*arguments, "--json"]) == 0
    printed = capsys.readouterr()
    found, lines = json.loads(printed.out), printed.err.splitlines()
    assert lines[1:5] == [
        f"Read {read} of {3 * FEW} numbers from their {way}."
        for way in ("strokes", "pixels")
        for read in (10, 20)
    ]
    assert lines[5:] == ["Reading what is no digit: letters.", "Reading what is no digit: drawn."]
    assert found["numbers"]["numbers"] == 3 * FEW
    assert set(found["numbers"]["ways"]) == {"strokes", "pixels"}
    for way in found["numbers"]["ways"].values():
        parts = [way["spacings"][name] for name in SPACINGS]
        assert sum(part["total"] for part in parts) == way["all"]["total"] == FEW
        right = sum(part["accuracy"] * part["total"] for part in parts)
        assert right == pytest.approx(way["all"]["accuracy"] * FEW, abs=0.01)
        assert set(way["spacings"]) == {*SPACINGS, *HARDER, WITH_SIGNS}
    assert found["numbers"]["ways"]["strokes"]["all"]["accuracy"] > 0.6
    assert found["others"]["letters"]["total"] == 20
    assert found["others"]["letters"]["refused"] > 0.5
    for way in READERS:
        assert found["others"][f"drawn, {way}"]["total"] == 12
    assert found["others"]["drawn, combined"]["refused"] > 0.5
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert f"{3 * FEW} numbers of 2 to 5 digits, or with signs" in text
    assert re.search(r"^letters: [\d.]+ % of 20 refused", text, re.M)
