"""Exported code runs in an empty folder, or reports in a sentence what it lacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.drawing.strokes import from_points, paint
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.takehome.code.picture_code import READ_PICTURE, read_picture_file
from digitapp.takehome.code.scripts import FIGURE_FILE
from digitapp.takehome.exports import export
from digitapp.training.spec import TrainingSpec
from tests import own_data
from tests.digits import DIGITS
from tests.hostile import BIDI, MARKUP
from tests.pages import hostile_store
from tests.takehome.bundle import run_files
from tests.tiny_runs import write_datasets

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TINY = TrainingSpec(hidden=(), epochs=1, batch_size=50)
ALONE = ("mnist", "fashion_mnist")  # need no digitapp
OURS = ("pen", "mnist_and_pen", "digits_and_others", "uji", "mine", "taught")
# Drawing all built-in digits would take long; the toy replaces them.
SMALLER = """
import dataclasses
from digitapp.data.datasets import DATASETS
for name in ("pen", "mnist_and_pen", "digits_and_others"):
    DATASETS[name] = dataclasses.replace(DATASETS["mnist"], class_names=DATASETS[name].class_names)
"""
# Runs lists of scripts, each list with its own settings and code before it, in one process.
RUN = """
import contextlib, json, os, runpy, sys
ends = []
for names, before, settings in json.loads(sys.argv[1]):
    os.environ.update(settings)
    exec(before)
    said = {}
    for name in names:
        os.chdir(name)
        with open("output.txt", "w") as output, contextlib.redirect_stdout(output):
            try:
                runpy.run_path("train.py")
            except SystemExit as end:
                said[name] = str(end)
        os.chdir("..")
    ends.append(said)
print(json.dumps(ends))
"""
Ends = list[dict[str, str]]


@dataclass(frozen=True)
class Desk:
    """A folder with a folder for each exported run, which holds only its code.

    Attributes:
        settings: environment variables for all of them.
    """

    home: Path
    settings: dict[str, str]

    def run(self, *lists: tuple[tuple[str, ...], str, dict[str, str]], **settings: str) -> Ends:
        """Run scripts one after the other in one process, so that TensorFlow is imported once.

        Args:
            lists: script names, code to run before them, and their settings.
            settings: environment variables of the process.

        Returns:
            the early endings of each list's scripts.
        """
        done = subprocess.run(
            [sys.executable, "-c", RUN, json.dumps(lists)],
            cwd=self.home,
            env={**self.settings, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return list(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def desk(toy: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = tmp_path_factory.mktemp("taken")
    write_datasets(toy, home / "datasets")
    store = RunStore(f"sqlite:///{home / 'runs.db'}")
    names = {"class_names": hostile_store.NAMES, "name": MARKUP[2]}
    base = run_files.added(store, TINY.changed({"seed": 3}), **names).id
    np.savez(home / "mine.npz", x_train=toy.x_train, y_train=toy.y_train)
    own_data.kept(store, home / "mine.npz", "mine")
    specs = {name: TINY.changed({"dataset": name}) for name in (*ALONE, *OURS[:-1])}
    specs["taught"] = TINY.changed({"dataset": "mine", "base": f"run-{base}"})
    for place, (name, spec) in enumerate(specs.items()):
        run = run_files.added(store, spec, hostile_store.NAMES, name=MARKUP[place])
        (home / name).mkdir()
        (home / name / "train.py").write_bytes(export(store, run, "script").data)
        (home / f"{name}.ipynb").write_bytes(export(store, run, "notebook").data)
    for name in (*ALONE, "mine", "pen"):
        for folder in (home / name, home / "notebooks" / name):
            (folder / "pictures").mkdir(parents=True)
            paint(from_points(DIGITS[7], 20)).save(folder / "pictures" / "seven.png")
            (folder / "pictures" / "notes.txt").write_text("Buy milk.")
    for name in (*ALONE, "mine"):
        (home / name / READ_PICTURE).write_text(read_picture_file(), "utf-8")
    (home / "nothing").mkdir()
    nowhere = "http://127.0.0.1:9"  # nobody answers there, so that nothing is downloaded
    settings = {
        **{name: text for name, text in os.environ.items() if "PYTHONPATH" not in name},
        **{"HTTPS_PROXY": nowhere, "https_proxy": nowhere, "HOME": str(home / "nothing")},
        **{"KERAS_HOME": str(home / "nothing"), FOLDER_VARIABLE: str(home / "datasets")},
        DATABASE_VARIABLE: store.database.url,
    }
    return Desk(home, settings)


def ended_well(folder: Path) -> bool:
    """Return whether a script has run to its end, with its score and figure."""
    said = (folder / "output.txt").read_text("utf-8")
    return "Test accuracy: " in said and (folder / FIGURE_FILE).exists()


@pytest.fixture(scope="module")
def without(desk: Desk) -> Ends:
    """Run without digitapp: all scripts without datasets, then those that can with them."""
    nothing = {FOLDER_VARIABLE: str(desk.home / "nothing")}
    there = {FOLDER_VARIABLE: desk.settings[FOLDER_VARIABLE]}
    return desk.run(((*ALONE, *OURS), "", nothing), (ALONE, "", there))


@pytest.fixture(scope="module")
def beside(desk: Desk, without: Ends) -> Ends:
    """Run with digitapp: some without what they need, then all that need it."""
    names = (FOLDER_VARIABLE, DATABASE_VARIABLE)
    nothing = dict(
        zip(names, (str(desk.home / "nothing"), f"sqlite:///{desk.home / 'empty.db'}"), strict=True)
    )
    there = {name: desk.settings[name] for name in names}
    lacking = ("mnist_and_pen", "mine", "taught")
    return desk.run((lacking, "", nothing), (OURS, SMALLER, there), PYTHONPATH=str(ROOT))


def test_scripts_that_need_no_digitapp_run_alone(desk: Desk, without: Ends) -> None:
    assert without[1] == {}
    assert all(ended_well(desk.home / name) for name in ALONE)


def test_scripts_that_need_digitapp_run_with_it(desk: Desk, beside: Ends) -> None:
    assert beside[1].keys() == {"pen"}
    assert all(ended_well(desk.home / name) for name in OURS)


@pytest.mark.parametrize("name", [*ALONE, "mine"])
def test_a_script_reads_the_pictures_beside_it(
    name: str, desk: Desk, without: Ends, beside: Ends
) -> None:
    *_, notes, seven = (desk.home / name / "output.txt").read_text("utf-8").splitlines()
    assert notes.startswith("pictures/notes.txt: This is text, not a picture")
    assert seven.startswith("pictures/seven.png: ")
    assert seven.count("%") == 1


def test_a_script_without_the_file_that_prepares_pictures_says_so(beside: Ends) -> None:
    assert beside[1]["pen"] == (
        "To read pictures, read_picture.py must be beside this file, and SciPy and Pillow be "
        "installed (No module named 'read_picture')."
    )


def test_a_script_says_what_it_lacks(without: Ends) -> None:
    found = without[0]
    assert found.keys() == {*ALONE, *OURS}
    assert found["mnist"].startswith("mnist.npz is not on this computer, and cannot be downloaded")
    assert found["fashion_mnist"].startswith("fashion-mnist/train-images-idx3-ubyte.gz is not on")
    for name in ALONE:
        assert found[name].endswith("put it into the folder that DIGITAPP_DATASETS names.")
    for name in OURS:
        assert found[name].startswith("This code needs digitapp (No module named 'digitapp'): sav")


def test_a_script_with_digitapp_says_what_is_gone(beside: Ends) -> None:
    found = beside[0]
    assert "mnist" in found["mnist_and_pen"]
    assert found["mine"].startswith("Unknown dataset 'mine'. Available: ")
    assert found["taught"].startswith("There is no run 1")


@pytest.fixture(scope="module")
def outputs(desk: Desk) -> dict[str, str]:
    """The outputs of each notebook's cells, as JSON.

    All run in an empty folder, as one notebook with nothing kept from one to the next, so that
    TensorFlow, which takes seconds, is imported once.
    """
    joined, ends = nbformat.v4.new_notebook(), {}
    for name in (*ALONE, *OURS):
        book = nbformat.read(desk.home / f"{name}.ipynb", as_version=4)
        (desk.home / "notebooks" / name).mkdir(parents=True, exist_ok=True)
        begin = (
            f"%reset -f\n{SMALLER}\nimport os\nos.chdir({str(desk.home / 'notebooks' / name)!r})"
        )
        begin += "\ndel DATASETS, dataclasses, name, os"
        joined.cells += [nbformat.v4.new_code_cell(begin), *book.cells]
        ends[name] = len(joined.cells), len(book.cells)
    for number, cell in enumerate(joined.cells):
        cell["id"] = f"cell-{number}"
    settings = {**desk.settings, "PYTHONPATH": str(ROOT)}
    NotebookClient(joined, timeout=300, kernel_name="python3").execute(env=settings)
    return {
        name: json.dumps([each.get("outputs", []) for each in joined.cells[end - count : end]])
        for name, (end, count) in ends.items()
    }


@pytest.mark.parametrize("name", [*ALONE, *OURS])
def test_a_notebook_runs_from_its_first_cell_to_its_last(
    name: str, desk: Desk, outputs: dict[str, str]
) -> None:
    assert "Test accuracy: " in outputs[name]
    assert ("pictures/seven.png: " in outputs[name]) is (name in (*ALONE, "mine", "pen"))
    assert (desk.home / "notebooks" / name / FIGURE_FILE).exists()


@pytest.mark.parametrize("text", [*MARKUP, BIDI])
def test_hostile_names_leave_the_code_as_it_is(text: str, tmp_path: Path) -> None:
    from digitapp.takehome.code.scripts import notebook, script

    plain, named = script(TINY), script(TINY, text)
    assert named.partition("# -----")[2] == plain.partition("# -----")[2]
    assert compile(named, "train.py", "exec").co_code == compile(plain, "train.py", "exec").co_code
    nbformat.validate(nbformat.reads(notebook(TINY, text), as_version=4))
