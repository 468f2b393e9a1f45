"""Starting training processes: how many at once, and the error when one does not start."""

import os
import sys
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.errors import InvalidSetting, WorkerProblem
from digitapp.files.folders import ROOT
from digitapp.jobs import worker
from digitapp.runs import RunStore
from tests.tiny_runs import TINY, over, ran


@pytest.fixture
def store(toy_mnist: Path) -> RunStore:
    return RunStore()


def test_cores_less_one_are_trained_at_once_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for cores, expected in ((None, 1), (1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert worker.at_once() == expected
    for text, expected in (("", 7), ("1", 1), ("64", 64)):
        monkeypatch.setenv(worker.AT_ONCE_VARIABLE, text)
        assert worker.at_once() == expected


@pytest.mark.parametrize("text", ["0", "65", "-1", "two", "1.5", " "])
def test_a_bad_number_of_workers_is_a_sentence_and_no_run_is_left_waiting(
    text: str, store: RunStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = store.create(TINY)
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, text)
    sentence = f"DIGITAPP_WORKERS is {text!r}; it must be a whole number from 1 to 64."
    with pytest.raises(InvalidSetting) as caught:
        worker.at_once()
    assert str(caught.value) == sentence
    found = worker.execute(store, run)
    assert (found.status, found.error) == ("failed", sentence)
    assert main(["runs", "resume", str(run)]) == 1
    assert main(["train", "--epochs", "1"]) == 1
    assert capsys.readouterr().err == f"digitapp: {sentence}\n" * 2
    assert [each.status for each in store.all()] == ["failed"]


def test_one_that_is_interrupted_while_it_waits_is_stopped_and_can_go_on(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    ran(store)
    waiting = store.create(TINY)
    found = worker.execute(store, waiting, interrupted=lambda: True)
    assert (found.status, found.error, found.epoch, found.resumable) == ("stopped", "", 0, True)


def test_a_program_that_is_not_there_is_a_sentence(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    run = store.create(TINY)
    with pytest.raises(WorkerProblem, match="could not be started: No such file or directory"):
        worker.launch(store, run)
    found = store.get(run)
    assert (found.status, found.resumable) == ("failed", True)
    assert found.error == "The training process could not be started: No such file or directory."


@pytest.mark.parametrize(
    ("script", "reason", "kept"),
    [
        (
            "echo one >&2; echo 'No module named keras' >&2; exit 1",
            "No module named keras",
            "one\nNo module named keras",
        ),
        ("exit 3", "it ended with status 3", ""),
        ("kill -9 $$", "it ended with status -9", ""),
    ],
)
def test_a_process_that_ends_before_it_begins_is_a_sentence(
    script: str,
    reason: str,
    kept: str,
    store: RunStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    run = store.create(TINY)
    worker.launch(store, run)
    assert over(store, run).status == "failed"
    assert store.get(run).error == f"The training process could not start: {reason}"
    assert store.traceback(run) == kept


def test_what_a_process_finds_is_found_by_those_it_starts(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text('#!/bin/sh\necho "$PYTHONPATH, $DIGITAPP_DATABASE_URL, $*" >&2; exit 1\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("PYTHONPATH", "/some/modules")
    run = store.create(TINY)
    worker.launch(store, run)
    said = f"{ROOT}:/some/modules, {store.database.url}, -m digitapp.jobs.dispatcher"
    assert over(store, run).error.endswith(said)
