"""`evaluate` and the model card: right, refused and wrong always sum to the total."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.data.hand_files import BOX
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing.strokes import CANVAS_SIDE, from_points, paint
from digitapp.evaluation import full_evaluation, number_readings, score_table
from digitapp.evaluation.calibration import Calibration
from digitapp.evaluation.model_card import ModelCard, Report
from digitapp.evaluation.number_readings import ReadNumber
from digitapp.evaluation.number_strings import SPACINGS
from tests.digits import DIGITS

LABELS = np.array([3, 3, 3, 7, 7])
SHARES = {"accuracy", "refused", "wrong"}
NUMBER_SHARES = ("accuracy", "refused", "doubted", "surely_wrong")


class Reader:
    """Reads each image as its label, but refuses every third and misreads every fourth.

    Refused images would have been right: an image taken for a non-digit is not read.
    """

    class_names = DIGIT_NAMES
    strokes = None

    def __init__(self) -> None:
        self.labels = list(LABELS)

    def answers(self, images: np.ndarray, paths: object = None) -> tuple[np.ndarray, np.ndarray]:
        shares = np.full((len(images), 10), 0.01, np.float32)
        for n in range(len(images)):
            label = self.labels[n % len(self.labels)]
            shares[n, (label + (n % 4 == 3)) % 10] = 0.91
        return shares, np.array([float(n % 3 == 1) for n in range(len(images))], np.float32)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of strokes and one of pictures, five digits each: three 3s and two 7s."""
    folder = tmp_path_factory.mktemp("files")
    scale = BOX / CANVAS_SIDE
    strokes = [
        {"label": int(n), "strokes": [[[x * scale, y * scale] for x, y in s] for s in DIGITS[n]]}
        for n in LABELS
    ]
    pictures: list[dict[str, Any]] = []
    for place, n in enumerate(LABELS):
        name = f"{place}.png"
        paint(from_points(DIGITS[n], 20)).save(folder / name)
        pictures.append(
            {
                "label": int(n),
                "file": name,
                "hand": place,
                "kind": "paint" if place < 3 else "photo",
            }
        )
    Image.new("RGB", (60, 60), "white").save(folder / "other.png")
    pictures.append({"label": None, "file": "other.png"})
    (folder / "strokes.json").write_text(json.dumps(strokes), "utf-8")
    (folder / "labels.json").write_text(json.dumps(pictures), "utf-8")
    return {"strokes": folder / "strokes.json", "labels": folder / "labels.json"}


@pytest.fixture(scope="module")
def measured(files: dict[str, Path]) -> dict[str, Any]:
    reader: Any = Reader()
    images = np.ones((5, 28, 28), np.uint8)
    none, no_labels = images[:0], np.zeros(0, np.uint8)
    data = Dataset("toy", DIGIT_NAMES, none, no_labels, images, LABELS.astype(np.uint8))
    return {
        "model": "toy",
        "test": full_evaluation.of_test(reader, data),
        "strokes": full_evaluation.of_strokes(reader, files["strokes"], 0),
        "images": full_evaluation.of_pictures(reader, files["labels"]),
        "others": {"letters": full_evaluation.of_refusals(reader, images.astype(np.float32))},
    }


def scores(found: Any) -> Iterator[dict[str, Any]]:
    """Yield every score in nested measurements."""
    if isinstance(found, dict):
        if "wrong" in found:
            yield found
        for each in found.values():
            yield from scores(each)


def test_right_refused_and_wrong_make_a_whole(measured: dict[str, Any]) -> None:
    found = list(scores(measured))
    assert len(found) == 1 + 15 + len(VARIATIONS) + 4
    for each in found:
        assert sum(each[name] for name in SHARES) == pytest.approx(1, abs=1e-5)


def test_what_would_have_been_right_is_refused_all_the_same(measured: dict[str, Any]) -> None:
    for each in (measured["test"], measured["images"]["prepared"]):
        assert (each["accuracy"], each["refused"], each["wrong"]) == (0.4, 0.4, 0.2)
        low, high = each["interval_95"]
        assert low <= 0.4 <= high < 1
        assert each["per_class"][3] == pytest.approx(2 / 3, abs=1e-5)
        assert each["refusals"][3] == each["refusals"][7] == 1
        assert np.sum(each["confusion"]) == 3


def test_a_number_is_right_or_refused_or_doubted_or_surely_wrong(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, count in (("STRINGS", 8), ("HARDER_STRINGS", 4), ("SIGNED_STRINGS", 8)):
        monkeypatch.setattr(number_readings, name, count)
    monkeypatch.setattr(
        number_readings, "_read", lambda predictor, way, written: next(told)(written)
    )
    told = itertools.cycle(
        [
            lambda written: ReadNumber(written, "?", 0.0),
            lambda written: ReadNumber(written, "3?", 0.1),
            lambda written: ReadNumber(written, written.text, 0.4),
            lambda written: ReadNumber(written, "no", 0.4),
            lambda written: ReadNumber(written, "no", 0.9),
        ]
    )
    found = full_evaluation.of_numbers(Reader(), files["strokes"], 0)  # type: ignore[arg-type]
    assert found["numbers"] == 20
    for way in found["ways"].values():
        assert sum(way["all"][name] for name in NUMBER_SHARES) == pytest.approx(1)
        every = way["spacings"].values()
        counts = {name: sum(part[name] * part["total"] for part in every) for name in NUMBER_SHARES}
        expected = {"accuracy": 4, "refused": 8, "doubted": 4, "surely_wrong": 4}
        assert counts == pytest.approx(expected, abs=1e-4)
        assert way["all"]["total"] == sum(way["spacings"][name]["total"] for name in SPACINGS) == 8
        assert sum(part["total"] for part in way["signs"].values()) == 8
    text_told = score_table.as_text({"model": "toy", "numbers": found})
    rows = re.findall(r"^(?:strokes|pixels) +.*?((?: +[\d.]+ %){5})   ", text_told, re.M)
    assert len(rows) == 2 * (1 + 7 + 8)
    for row in rows:
        right, refused, doubted, wrong, _ = map(float, re.findall(r"[\d.]+", row))
        assert right + refused + doubted + wrong == pytest.approx(100, abs=0.02)


def test_every_row_of_the_report_and_of_the_card_makes_a_whole(measured: dict[str, Any]) -> None:
    text = score_table.as_text(measured)
    assert len(_rows(text)) == len(list(scores(measured)))
    report = Report(Calibration(1.3, 0.3, 0.005), measured)
    card = ModelCard("x", {}, "{}", "", report).markdown()
    for told in (text, card):
        assert all(sum(row) == pytest.approx(100, abs=0.02) for row in _rows(told))
    assert len(_rows(card)) == len(list(scores(measured))) - 1  # MNIST's is given in a sentence
    assert "40.00 % refused, 20.00 % wrong" in card


def _rows(text: str) -> list[tuple[float, ...]]:
    """Return right, refused and wrong of every row that has all three, in text and Markdown."""
    plain = r" +([\d.]+) % +([\d.]+) % +([\d.]+) % +[\d.]+ %   [\d.]+ % to"
    table = r"\| ([\d.]+) % \([\d.]+ to [\d.]+\) \| ([\d.]+) % \| ([\d.]+) % \|"
    return [
        tuple(map(float, row)) for row in re.findall(f"{plain}", text) + re.findall(table, text)
    ]
