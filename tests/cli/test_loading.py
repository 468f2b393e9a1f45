"""Commands whose images or network cannot be loaded at first: a sentence, and then they work."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.drawing.strokes import from_points, paint
from digitapp.errors import DatasetUnavailable
from digitapp.library.models import DEFAULT, MODELS
from digitapp.runs import RunStore
from tests.digits import DIGITS


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err


def test_images_that_cannot_be_fetched_are_a_sentence_and_leave_no_run(
    toy: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    there = tmp_path / "there"

    def read(folder: Path) -> tuple:
        if not there.exists():
            raise DatasetUnavailable("The network is down.")
        return toy.x_train, toy.y_train, toy.x_test, toy.y_test

    monkeypatch.setitem(DATASETS, "far_away", replace(DATASETS["pen"], read=read))
    show = ("data", "show", "far_away", "--out", str(tmp_path / "sheet.png"))
    for command in (show, ("train", "--dataset", "far_away")):
        assert refused(capsys, *command) == "digitapp: The network is down.\n"
    assert RunStore().all() == []
    there.touch()
    assert main(show) == 0
    assert "200 training and 50 test images" in capsys.readouterr().out


def test_a_network_that_cannot_be_loaded_is_a_sentence_and_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, picture = tmp_path / "mending.onnx", tmp_path / "seven.png"
    path.write_bytes(b"not yet")
    paint(from_points(DIGITS[7], 20)).save(picture)
    monkeypatch.setitem(
        MODELS, "mending", replace(MODELS[DEFAULT], path=path.with_suffix(".keras"))
    )
    command = ("predict", str(picture), "--model", "mending")
    assert "mending.onnx: cannot be loaded as a network" in refused(capsys, *command)
    shutil.copy(MODELS[DEFAULT].path.with_suffix(".onnx"), path)
    assert main(command) == 0
    assert capsys.readouterr().out.startswith(f"{picture}: 7 (")
