"""Commands with networks of two, three and twenty-six classes."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.cli import main
from digitapp.drawing.strokes import from_points, paint
from digitapp.library import models
from digitapp.runs import RunStore
from digitapp.text.escaping import plain
from tests.digits import DIGITS
from tests.of_classes import NAMES, RUNS, SEEN

pytestmark = pytest.mark.usefixtures("other_classes")


@pytest.fixture
def seven(tmp_path: Path) -> str:
    """A picture."""
    path = tmp_path / "seven.png"
    paint(from_points(DIGITS[7], 20)).save(path)
    return str(path)


def reader(name: str) -> list[str]:
    return ["--model", models.of_run(RUNS[name])]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command prints that succeeds."""
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert _without_progress(err) == ""
    return out


def sentence(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the error message of a command that fails."""
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    err = _without_progress(err)
    assert (out, err.count("\n")) == ("", 1)
    return err


def _without_progress(err: str) -> str:
    return "".join(
        line for line in err.splitlines(True) if not line.startswith(("Reading ", "Putting "))
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", [[], ["--digit"]])
def test_a_picture_is_read_as_one_of_its_classes(
    name: str, way: list[str], seven: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(said(capsys, "predict", seven, "--json", *reader(name), *way))
    names = NAMES[name]
    assert len(found["probabilities"]) == len(names)
    assert found["class"] == names[int(np.argmax(found["probabilities"]))]
    assert found["digit"] == (int(found["class"]) if found["class"] in [*"0123456789"] else None)
    assert not found["refused"]
    line = said(capsys, "predict", seven, *reader(name), *way)
    assert line.startswith(f"{seven}: {plain(found['class'])} (")


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_no_number(name: str, seven: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = sentence(capsys, "predict", seven, "--number", *reader(name))
    assert told.startswith(f"{seven}: The network knows the classes {plain(NAMES[name][0])}, ")
    assert "not all ten digits; it cannot read a number." in told


@pytest.mark.parametrize("name", NAMES)
def test_it_is_measured_on_the_test_images_of_its_dataset(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run, classes = str(RUNS[name]), len(NAMES[name])
    found = json.loads(said(capsys, "evaluate", "--run", run, "--json"))["test"]
    assert (found["dataset"], found["total"]) == (name, SEEN[name])
    assert tuple(found["class_names"]) == NAMES[name]
    assert np.shape(found["confusion"]) == (classes, classes)
    assert found["accuracy"] == pytest.approx(RunStore().get(RUNS[name]).test_accuracy)
    text = said(capsys, "evaluate", "--run", run)
    assert f"{name}, test part: {SEEN[name]} images (0 {plain(NAMES[name][0])}, " in text


@pytest.mark.parametrize("name", NAMES)
def test_it_is_not_measured_on_digits(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [{"label": digit, "strokes": strokes} for digit, strokes in DIGITS.items()]
    file = tmp_path / "strokes.json"
    file.write_text(json.dumps(entries))
    for asked in ("--strokes", "--numbers"):
        told = sentence(capsys, "evaluate", asked, str(file), *reader(name))
        assert told.startswith(f"digitapp: The network knows the classes {plain(NAMES[name][0])}")


@pytest.mark.parametrize("name", NAMES)
def test_its_run_is_shown_compared_and_exported(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(RUNS[name])
    found = json.loads(said(capsys, "runs", "show", run, "--json"))
    assert (found["spec"]["dataset"], found["status"]) == (name, "done")
    assert [len(epoch["watched"]) for epoch in found["history"]] == [len(NAMES[name])] * 2
    others = [str(each) for each in RUNS.values() if str(each) != run]
    assert name in said(capsys, "runs", "compare", run, *others)
    out = tmp_path / "report.html"
    assert main(["runs", "report", run, "--out", str(out)]) == 0
    assert out.is_file()


@pytest.mark.parametrize("name", NAMES)
def test_its_dataset_is_shown_with_a_row_a_class(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheet.png"
    assert main(["data", "show", name, "--out", str(out)]) == 0
    with Image.open(out) as sheet:
        assert sheet.height == len(NAMES[name]) * 2 * 28
    assert name in said(capsys, "data", "list")


@pytest.mark.parametrize("name", ["creatures"])
def test_another_run_may_begin_with_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, out = models.of_run(RUNS[name]), tmp_path / "taught.keras"
    command = ["train", "--base", base, "--dataset", name, "--epochs", "1", "--out", str(out)]
    assert main(command) == 0
    run = RunStore().all()[0]
    assert models.class_names(models.of_run(run.id), RunStore()) == NAMES[name]
    assert "is done. Test accuracy" in capsys.readouterr().out
    card = out.with_suffix(".md").read_text("utf-8")
    assert "<script>" not in card


@pytest.mark.parametrize("other", [name for name in NAMES if name != "letters"])
def test_a_run_does_not_begin_with_a_network_of_other_classes(
    other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    base = models.of_run(RUNS["letters"])
    told = sentence(capsys, "train", "--base", base, "--dataset", other, "--epochs", "1")
    assert told.startswith("digitapp: The network knows the classes A, B, C, ")
    assert f"but the dataset {other} has {plain(NAMES[other][0])}, " in told
    assert len(RunStore().all()) == len(RUNS)
