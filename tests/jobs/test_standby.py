"""A process that stands by: it takes the next run at once, and is left behind by nobody.

Those of the first tests only pretend: they wait to be told, and note what they were told.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import Dataset
from digitapp.errors import InvalidSetting
from digitapp.jobs import launching, standby, worker
from digitapp.jobs.standby import Standby
from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import DONE, QUEUED, STOPPED
from digitapp.training.architectures import build
from digitapp.training.rehearsal import rehearse
from digitapp.training.trainer import train
from tests.tiny_runs import ROOT, TINY, equal, over, ran, until, variables, weights

# Python runs this first in every process. It replaces processes that stand by, and dispatchers.
PRETENCE = """
import os, sys
from pathlib import Path
folder = Path({folder!r})
if "--when-told" in sys.orig_argv:
    (folder / "ready").write_text(str(os.getpid()))
    told = sys.stdin.readline()
    (folder / "ready").unlink()
    if told:
        (folder / "told").write_text(told)
        while not (folder / "go").exists():
            __import__("time").sleep(0.02)
    os._exit(0)
if "digitapp.jobs.dispatcher" in sys.orig_argv:
    (folder / "dispatched").touch()
    os._exit(0)
"""


class Stage:
    """A store, a standby, and what the pretended processes have written."""

    def __init__(self, store: RunStore, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.standby = standby.of(store.database.url)

    def ready(self) -> int:
        """Have a process stand by; return its id."""
        self.standby.warm_up()
        return int(until(lambda: self.read("ready")))

    def read(self, name: str) -> str:
        with suppress(FileNotFoundError):
            return (self.folder / name).read_text()
        return ""

    @property
    def dispatched(self) -> bool:
        return (self.folder / "dispatched").exists()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    found = Stage(RunStore(), tmp_path)
    (tmp_path / "sitecustomize.py").write_text(PRETENCE.format(folder=str(tmp_path)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    monkeypatch.setenv(standby.VARIABLE, "yes")
    yield found
    (tmp_path / "go").touch()
    found.standby.close()


def runs(number: int) -> bool:
    """Return whether the process exists and has not ended."""
    with suppress(FileNotFoundError):
        stat = Path(f"/proc/{number}/stat").read_text("utf-8")
        return stat.rpartition(")")[2].split()[0] != "Z"
    return False


def test_it_is_told_the_run_whose_turn_has_come_and_no_dispatcher_is_started(stage: Stage) -> None:
    stage.ready()
    run = stage.store.create(TINY)
    worker.launch(stage.store, run)
    until(lambda: stage.read("told") == f"{run}\n")
    launching.look_after(stage.store)  # as a page does until the process has taken the run
    assert not stage.dispatched
    assert stage.standby.process is None


def test_a_run_that_it_did_not_take_is_left_to_a_dispatcher(stage: Stage) -> None:
    stage.ready()
    run = stage.store.create(TINY)
    worker.launch(stage.store, run)
    until(lambda: stage.read("told"))
    (stage.folder / "go").touch()  # it ends without a word
    until(lambda: stage.dispatched)
    assert stage.store.get(run).status == QUEUED


@pytest.mark.parametrize("before", ["waiting", "training"])
def test_a_run_that_has_to_wait_does_not_get_it(before: str, stage: Stage) -> None:
    stage.ready()
    if before == "training":
        ran(stage.store)
    else:
        stage.store.create(TINY)
    worker.launch(stage.store, stage.store.create(TINY))
    until(lambda: stage.dispatched)
    assert stage.standby.process
    assert stage.read("told") == ""


def test_without_one_a_dispatcher_is_started(stage: Stage) -> None:
    worker.launch(stage.store, stage.store.create(TINY))
    until(lambda: stage.dispatched)


def test_one_that_was_killed_is_no_harm(stage: Stage) -> None:
    os.kill(stage.ready(), 9)
    until(lambda: stage.standby.process is None)
    worker.launch(stage.store, stage.store.create(TINY))
    until(lambda: stage.dispatched)


def test_there_is_one_however_often_it_is_asked_for(stage: Stage) -> None:
    first = stage.ready()
    assert stage.ready() == first
    worker.launch(stage.store, stage.store.create(TINY))
    until(lambda: stage.read("told"))
    assert stage.ready() != first, "the next run has one of its own"


def test_one_that_ends_by_itself_is_not_started_again_and_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.kill(stage.ready(), 9)
    until(lambda: stage.standby.process is None)
    stage.standby.warm_up()
    assert stage.standby.process is None
    monkeypatch.setattr(stage.standby, "_not_before", 0.0)  # as a minute later
    stage.standby.warm_up()
    assert stage.standby.process


def test_it_is_given_back_when_nobody_needs_it_for_a_while(stage: Stage) -> None:
    mine = Standby(stage.store.database.url, kept_for=0.05)
    mine.warm_up()
    until(lambda: mine.process is None)


def test_it_may_be_forbidden(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(standby.VARIABLE, "no")
    worker.warm_up(stage.store)
    assert stage.standby.process is None
    monkeypatch.setenv(standby.VARIABLE, "perhaps")
    with pytest.raises(InvalidSetting, match="DIGITAPP_STANDBY is 'perhaps'; it must be yes or no"):
        worker.warm_up(stage.store)


@pytest.mark.parametrize("how", ["ends", "is killed"])
def test_it_ends_with_the_process_that_started_it(how: str, stage: Stage) -> None:
    ending = "" if how == "ends" else "os.kill(os.getpid(), 9)"
    script = (
        "import os, time\nfrom pathlib import Path\nfrom digitapp.jobs import standby\n"
        f"standby.of({stage.store.database.url!r}).warm_up()\n"
        f"while not (Path({str(stage.folder)!r}) / 'ready').exists(): time.sleep(0.02)\n"
        f"{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == (0 if how == "ends" else -9)
    until(lambda: stage.read("ready") == "" or not runs(int(stage.read("ready"))))


def test_a_dispatcher_has_one_stand_by_while_a_run_waits_for_its_turn(stage: Stage) -> None:
    from digitapp.jobs.dispatcher import Dispatcher
    from digitapp.runs.dispatcher_lock import DispatcherLock

    url = stage.store.database.url
    dispatcher = Dispatcher(stage.store, DispatcherLock(url))
    dispatcher.step()
    assert stage.read("ready") == ""
    _, lease = ran(stage.store)
    run = stage.store.create(TINY)
    dispatcher.step()
    until(lambda: stage.read("ready"))
    lease.finish(Outcome(DONE))
    dispatcher.step()
    until(lambda: stage.read("told") == f"{run}\n")


def test_a_process_that_stood_by_trains_the_same_network_and_outlives_its_server(
    toy_mnist: Path, toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    store = RunStore()
    spec = TINY.changed({"dropout": 0.3})
    mine = Standby(store.database.url)
    mine.warm_up()
    process = mine.process
    assert process
    until(lambda: _loaded(process.id) or process.over)
    run = store.create(spec)
    assert mine.take(run) is process
    mine.close()  # as at the server's end
    assert over(store, run).status == DONE
    assert process.wait() == 0
    assert equal(weights(store, run), variables(train(spec, toy).model))


def _loaded(number: int) -> bool:
    """Return whether a process has loaded TensorFlow."""
    return "libtensorflow" in Path(f"/proc/{number}/maps").read_text("utf-8")


def test_a_rehearsal_changes_nothing_that_is_trained_later(toy: Dataset) -> None:
    spec = TINY.changed({"dropout": 0.3, "epochs": 1})
    before, names = train(spec, toy), [each.name for each in build(spec).layers]
    rehearse()
    after = train(spec, toy)
    assert equal(variables(before.model), variables(after.model))
    assert np.array_equal(before.test_probabilities, after.test_probabilities)
    assert [each.name for each in build(spec).layers][-1] == names[-1]


@pytest.mark.parametrize("line", ["", "\n", "one\n"])
def test_one_that_is_told_no_run_ends(line: str, store_url: str) -> None:
    RunStore()
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "digitapp", "work", "--when-told"],
        cwd=ROOT,
        input=line,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert time.monotonic() - begun < 120


def test_work_needs_a_run_or_to_be_told_one(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["work"], ["work", "1", "--when-told"]):
        with pytest.raises(SystemExit):
            main(words)
    assert capsys.readouterr().err.count("--when-told") >= 2


def test_a_run_that_was_stopped_meanwhile_is_not_trained(stage: Stage) -> None:
    run = stage.store.create(TINY)
    stage.store.ask(run, "stop")
    stage.ready()
    worker.launch(stage.store, run)
    assert stage.standby.process, "it waits for another"
    assert stage.store.get(run).status == STOPPED
