"""The weights by which numbers are read: what the file says is what is used."""

import json
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.reading import number_weights
from digitapp.reading.number_weights import FILE, NAMES, NumberWeights, bundled


def test_weights_written_are_weights_read() -> None:
    rng = np.random.default_rng(1)
    made = NumberWeights(**{part: rng.normal(size=len(names)) for part, names in NAMES.items()})
    again = NumberWeights.from_json(made.to_json())
    for part in NAMES:
        np.testing.assert_array_equal(getattr(again, part), getattr(made, part))


def test_the_bundled_file_is_as_it_would_be_written() -> None:
    assert FILE.read_text("utf-8") == bundled().to_json()


@pytest.mark.parametrize("part", NAMES)
def test_weights_of_other_features_are_rejected(part: str) -> None:
    named = json.loads(FILE.read_text("utf-8"))
    named[part] = {f"new {name}": value for name, value in named[part].items()}
    with pytest.raises(BadFile, match="instead of"):
        NumberWeights.from_json(json.dumps(named))


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", '{"drawn_digit": 3}'])
def test_something_else_is_rejected(text: str) -> None:
    with pytest.raises(BadFile, match="does not have the weights"):
        NumberWeights.from_json(text)


def test_a_weight_has_to_be_finite() -> None:
    named = json.loads(FILE.read_text("utf-8"))
    named["sign_kind"]["+"] = float("nan")
    with pytest.raises(BadFile, match="finite"):
        NumberWeights.from_json(json.dumps(named))


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_weights, "FILE", tmp_path / "none.json")
    with pytest.raises(BadFile, match=r"none\.json: cannot be read"):
        bundled.__wrapped__()
