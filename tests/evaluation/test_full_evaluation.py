"""`evaluate` and the model card: right, refused and wrong always sum to the total."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.drawing.strokes import CANVAS_SIDE, from_points, paint
from digitapp.errors import Blank
from digitapp.evaluation import full_evaluation, score_table
from digitapp.evaluation.calibration import Calibration
from digitapp.evaluation.labelled_files import read_strokes
from digitapp.evaluation.model_card import ModelCard, Report
from digitapp.evaluation.number_strings import strings
from digitapp.evaluation.scoring import STROKES_BOX
from digitapp.reading import numbers
from tests.digits import DIGITS

LABELS = np.array([3, 3, 3, 7, 7])
SHARES = {"accuracy", "refused", "wrong"}


class Reader:
    """Reads each image as its label, but refuses every third and misreads every fourth.

    Refused images would have been right: an image taken for a non-digit is not read.
    """

    class_names = DIGIT_NAMES

    def __init__(self) -> None:
        self.labels = list(LABELS)

    def answers(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        shares = np.full((len(images), 10), 0.01, np.float32)
        for n in range(len(images)):
            label = self.labels[n % len(self.labels)]
            shares[n, (label + (n % 4 == 3)) % 10] = 0.91
        return shares, np.array([float(n % 3 == 1) for n in range(len(images))], np.float32)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of strokes and one of pictures, five digits each: three 3s and two 7s."""
    folder = tmp_path_factory.mktemp("files")
    scale = STROKES_BOX / CANVAS_SIDE
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
        if "accuracy" in found:
            yield found
        for each in found.values():
            yield from scores(each)


def test_right_refused_and_wrong_make_a_whole(measured: dict[str, Any]) -> None:
    found = list(scores(measured))
    assert len(found) == 1 + 15 + 4
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


def test_a_number_with_an_unread_part_is_refused(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = strings(read_strokes(files["strokes"]), 8, 0)
    said = [(None, "3?", each.text, "no")[place % 4] for place, each in enumerate(written)]
    told = iter(said * 2)  # both ways

    def read(predictor: object, picture: object) -> SimpleNamespace:
        if (text := next(told)) is None:
            raise Blank
        return SimpleNamespace(text=text)

    for name in ("read_drawing", "read_picture"):
        monkeypatch.setattr(numbers, name, read)
    monkeypatch.setattr(full_evaluation, "STRINGS", len(written))
    found = full_evaluation.of_numbers(Reader(), files["strokes"], 0)  # type: ignore[arg-type]
    for way in found["ways"].values():
        assert (way["accuracy"], way["refused"], way["wrong"]) == (0.25, 0.5, 0.25)
        parts = way["spacings"].values()
        for name in SHARES:
            assert sum(part[name] * part["total"] for part in parts) == pytest.approx(way[name] * 8)
    text_told = score_table.as_text({"model": "toy", "numbers": found})
    assert _rows(text_told)
    assert all(sum(row) == pytest.approx(100, abs=0.02) for row in _rows(text_told))


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
    plain = r" +([\d.]+) % +([\d.]+) % +([\d.]+) %   [\d.]+ % to"
    table = r"\| ([\d.]+) % \([\d.]+ to [\d.]+\) \| ([\d.]+) % \| ([\d.]+) % \|"
    return [
        tuple(map(float, row)) for row in re.findall(f"{plain}", text) + re.findall(table, text)
    ]
