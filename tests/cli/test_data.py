"""`data import`, and commands that use the imported dataset."""

import json
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.library.handwriting_datasets import MIXED, OWN
from digitapp.runs import RunStore, corrected_drawings


@pytest.fixture
def file(toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A dataset without a test split, in the current folder."""
    monkeypatch.chdir(tmp_path)
    np.savez("mine.npz", allow_pickle=False, x_train=toy.x_train, y_train=toy.y_train)
    return "mine.npz"


def test_a_dataset_is_imported_listed_trained_on_and_deleted(
    file: str, toy_mnist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", file, "--name", "mine"]) == 0
    out, _ = capsys.readouterr()
    kept = out.splitlines()[-1]
    assert kept.startswith("mine: 170 training and 30 test images of 10 classes.")
    assert kept.endswith("train --dataset mine")

    assert main(["data", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == [*DATASETS, "mine"]
    assert rows[-1]["where"] == "from mine.npz"

    training = ["train", "--dataset", "mine", "--epochs", "1", "--out", "mine.keras", "--json"]
    assert main(training) == 0
    run = json.loads(capsys.readouterr().out)["run"]
    assert RunStore().get(run).images == 170
    assert "mine, a user's own dataset." in Path("mine.md").read_text("utf-8")

    assert main(["data", "show", "mine", "--out", "mine.png"]) == 0
    assert "170 training and 30 test images" in capsys.readouterr().out
    assert main(["evaluate", "--run", str(run)]) == 0
    assert "mine, test part: 30 images" in capsys.readouterr().out

    assert main(["data", "delete", "mine"]) == 0
    assert capsys.readouterr().out == "Deleted mine.\n"
    assert main(["train", "--dataset", "mine"]) == 1
    assert "Unknown dataset 'mine'. Available: mnist" in capsys.readouterr().err
    assert main(["evaluate", "--run", str(run)]) == 1
    assert "Unknown dataset 'mine'" in capsys.readouterr().err


def test_a_test_part_is_kept_as_it_is(
    toy: Dataset, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {name: getattr(toy, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez("whole.npz", allow_pickle=False, **parts)
    assert main(["data", "import", "whole.npz", "--name", "whole"]) == 0
    kept = capsys.readouterr().out.splitlines()[-1]
    assert kept.startswith("whole: 200 training and 50 test images of 10 classes.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("import missing.npz --name mine", "missing.npz: cannot be read (No such file"),
        ("show pen --out nowhere/pen.png", "nowhere/pen.png: cannot be written (No such file"),
        ("import notes.txt --name mine", "notes.txt: "),
        ("import mine.npz --name a/b", "The name 'a/b' contains /"),
        ("import mine.npz --name mnist", "The name 'mnist' is taken by a built-in dataset"),
        ("import small.npz --name mine", "3 images, one of a class, are too few"),
        ("delete mnist", "The dataset 'mnist' is built in and cannot be deleted."),
        ("delete yours", "Unknown dataset of yours 'yours'."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: str, sentence: str, toy: Dataset, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("notes.txt").write_text("milk, eggs")
    np.savez("small.npz", allow_pickle=False, x_train=toy.x_train[:3], y_train=toy.y_train[:3])
    assert main(["data", *arguments.split()]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"digitapp: {sentence}")
    assert err.count("\n") == 1
    assert "Errno" not in err


def test_ones_own_handwriting_is_listed_and_shown_and_not_deleted_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for label in (4, 7, 2, 1):
        corrected_drawings.add(RunStore(), np.eye(28, dtype=np.float32), label, "9", "recogniser")
    assert main(["data", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == [*DATASETS, OWN, MIXED]
    assert (rows[-2]["title"], rows[-2]["where"]) == ("My handwriting", "kept on the Draw page")
    assert main(["data", "show", OWN, "--out", str(tmp_path / "mine.png")]) == 0
    assert "3 training and 1 test images" in capsys.readouterr().out
    assert main(["data", "delete", OWN]) == 1
    assert "delete them on the page My handwriting" in capsys.readouterr().err
