"""All formats: a file or a clear error, and no temporary files left."""

import ast
import errno
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import ExportProblem, UnknownName, WorkerProblem
from digitapp.files.folders import ROOT
from digitapp.jobs import tensorflow_process
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports import EXPORTS, Export, export, file_name, networks
from digitapp.training.spec import TrainingSpec
from tests.jobs.called import temporary_files
from tests.takehome.exports.conftest import DENSE, SMALL, Kept

OF_NETWORK = [name for name, entry in EXPORTS.items() if entry.of_network]
OTHERS = [name for name, entry in EXPORTS.items() if not entry.of_network]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, which is also the current folder."""
    tensorflow_process.warm_up()  # its own folder of temporary files is elsewhere
    found = tmp_path / "place"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    monkeypatch.chdir(found)
    return found


def _left(place: Path) -> list[str]:
    """Return all files left here, except code that AutoGraph writes once per process."""
    return [each.name for each in place.iterdir() if not each.name.startswith("__autograph")]


def _full(store: RunStore, run: Run) -> bytes:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_no_two_formats_write_files_of_the_same_name() -> None:
    assert len({entry.suffix for entry in EXPORTS.values()}) == len(EXPORTS)


@pytest.mark.parametrize("entry", EXPORTS.values(), ids=list(EXPORTS))
def test_a_format_says_what_it_is_good_for(entry: Export) -> None:
    assert entry.title
    assert entry.about.endswith(".")


def test_every_format_leaves_nothing_behind(kept: Kept, place: Path) -> None:
    run = kept.run(DENSE)
    for name in EXPORTS:
        found = export(kept.store, run, name)
        assert found.data
        assert found.file_name == file_name(run, name) == f"run-{run.id}{EXPORTS[name].suffix}"
        assert _left(place) == tensorflow_process.call(temporary_files) == [], name


def test_exports_at_the_same_time_do_not_disturb_each_other(kept: Kept, place: Path) -> None:
    asked = [(DENSE, "tflite"), (SMALL, "tflite"), (DENSE, "onnx"), (DENSE, "savedmodel")]
    with ThreadPoolExecutor(len(asked)) as pool:
        work = [pool.submit(export, kept.store, kept.run(run), kind) for run, kind in asked]
        files = [each.result().data for each in work]
    for (run, kind), data in zip(asked, files, strict=True):
        assert len(data) == pytest.approx(len(kept.exported(run, kind).data), rel=0.05)
        if kind == "tflite":
            difference = networks.lite_answers(data, kept.images[:50]) - kept.answers(run)[:50]
            assert np.abs(difference).max() < 1e-5
    assert _left(place) == []


@pytest.mark.parametrize("kind", OF_NETWORK)
def test_a_run_without_a_network_says_so(kind: str, kept: Kept, place: Path) -> None:
    queued = kept.store.get(kept.store.create(TrainingSpec()))
    with pytest.raises(UnknownName) as caught:
        export(kept.store, queued, kind)
    assert str(caught.value) == f"Run {queued.id} has no trained network: it is queued."
    assert _left(place) == []


@pytest.mark.parametrize("kind", sorted({*OTHERS} - {"tensorboard"}))
def test_a_run_without_a_network_has_its_code_and_its_table(kind: str, kept: Kept) -> None:
    queued = kept.store.get(kept.store.create(TrainingSpec()))
    assert export(kept.store, queued, kind).data


def test_the_code_is_that_of_the_run(kept: Kept) -> None:
    run = kept.run(DENSE)
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(export(kept.store, run, "script").data))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    assert values["batch_size"] == run.spec.batch_size
    assert values["epochs"] == run.spec.epochs


def test_an_unknown_format_is_answered_with_those_that_exist(kept: Kept) -> None:
    with pytest.raises(UnknownName, match="Unknown format 'pickle'") as caught:
        export(kept.store, kept.run(DENSE), "pickle")
    assert all(name in str(caught.value) for name in EXPORTS)


def test_a_full_disk_is_told_in_a_sentence(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXPORTS, "onnx", replace(EXPORTS["onnx"], write=_full))
    with pytest.raises(ExportProblem, match=r"as onnx \(No space left on device\)\.$"):
        export(kept.store, kept.run(DENSE), "onnx")


@pytest.mark.parametrize("kind", ["keras", "savedmodel", "tflite", "tensorboard"])
def test_what_tensorflow_cannot_write_is_told_in_a_sentence(
    kind: str, kept: Kept, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras
    import tensorflow as tf

    def full(*arguments: object, **more: object) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "/tmp/x; No space left on device")

    def full_for_keras(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tf.saved_model, "save", full)
    monkeypatch.setattr(tf.io, "TFRecordWriter", full)
    monkeypatch.setattr(keras.Model, "save", full_for_keras)
    monkeypatch.setattr(tensorflow_process, "call", lambda function, *given: function(*given))
    with pytest.raises(ExportProblem, match=r"cannot be written \(No space left on device\)\.$"):
        export(kept.store, kept.run(DENSE), kind)
    assert _left(place) == []


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_format_says_whether_it_needs_tensorflow(
    kind: str, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*call: object, **limits: object) -> None:
        raise WorkerProblem("It ended unexpectedly.")

    monkeypatch.setattr(tensorflow_process, "call", broken)
    if EXPORTS[kind].needs_tensorflow:
        with pytest.raises(WorkerProblem, match="It ended unexpectedly"):
            export(kept.store, kept.run(DENSE), kind)
    else:
        assert export(kept.store, kept.run(DENSE), kind).data


WITHOUT = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from digitapp.runs import RunStore
from digitapp.takehome.exports import EXPORTS, export
store = RunStore(sys.argv[1])
for name, each in EXPORTS.items():
    if not each.needs_tensorflow:
        assert export(store, store.get(int(sys.argv[2])), name).data
        print(name)
"""


def test_the_other_formats_are_written_where_tensorflow_cannot_be_imported(kept: Kept) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, kept.store.database.url, str(kept.ids[SMALL])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == [
        "onnx",
        "webpage",
        "tfjs",
        "script",
        "notebook",
        "history",
        "report",
    ]
