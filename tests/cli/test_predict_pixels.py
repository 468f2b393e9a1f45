"""`predict` of a file of many images: ImageId,Label, and the same figure as `evaluate`'s."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import load
from digitapp.evaluation import full_evaluation
from digitapp.reading.prediction import Predictor

COUNT = 200


def sum_of(figure: dict[str, Any], share: str) -> int:
    """Return how many images a share of them is."""
    return round(figure[share] * figure["total"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: digits by people, with labels and without."""
    monkeypatch.chdir(tmp_path)
    data = load("hands")
    rows = data.x_test[:COUNT].reshape(COUNT, -1)
    head = ",".join(f"pixel{n}" for n in range(784))
    np.savetxt("test.csv", rows, fmt="%d", delimiter=",", header=head, comments="")
    parts = {name: getattr(data, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez("hands.npz", allow_pickle=False, **parts)
    return tmp_path


def test_a_row_is_written_for_each_image(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "test.csv"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == "ImageId,Label"
    assert [line.split(",")[0] for line in lines[1:]] == [str(n) for n in range(1, COUNT + 1)]
    read = np.array([int(line.split(",")[1]) for line in lines[1:]])
    assert (read == load("hands").y_test[:COUNT]).mean() > 0.95
    assert f"test.csv: Read {COUNT} images." in err
    assert "labels" not in err

    assert main(["predict", "test.csv", "--out", "answers.csv"]) == 0
    assert capsys.readouterr().out == ""
    assert Path("answers.csv").read_text("utf-8") == out


def test_the_figure_is_the_one_of_evaluate(
    folder: Path, recogniser: Predictor, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "hands.npz"]) == 0
    out, err = capsys.readouterr()
    data = load("hands")
    assert len(out.splitlines()) == len(data.x_test) + 1
    figure = full_evaluation.of_test(recogniser, data)
    right, refused = (sum_of(figure, share) for share in ("accuracy", "refused"))
    assert f"{right:,} of {len(data.x_test):,} are read right" in err
    read = np.array([int(line.split(",")[1]) for line in out.splitlines()[1:]])
    assert right <= (read == data.y_test).sum() <= right + refused


def test_the_same_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "test.csv", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == COUNT
    assert rows[0].keys() == {"file", "image", "class", "confidence", "refused"}
    assert (rows[0]["image"], rows[-1]["image"]) == (1, COUNT)
    assert 0 < rows[0]["confidence"] <= 1


def test_labels_that_the_network_does_not_know_are_no_obstacle(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = load("hands").x_test[:20]
    np.savez("named.npz", allow_pickle=False, images=images, labels=np.array(["sun", "moon"] * 10))
    assert main(["predict", "named.npz"]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 21
    assert "The labels in the file are not used. The network knows the classes 0, 1," in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("missing.csv", "missing.csv: cannot be read (No such file"),
        ("test.csv --out nowhere/a.csv", "nowhere/a.csv: cannot be written (No such file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: str, sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", *arguments.split()]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith(f"digitapp: {sentence}")


@pytest.mark.parametrize("arguments", ["test.csv hands.npz", "test.csv --number", "a.png --as-is"])
def test_options_that_do_not_belong_together_are_told(
    arguments: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["predict", *arguments.split()])
    assert "of many images" in capsys.readouterr().err
