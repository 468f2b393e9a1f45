"""The dispatcher, which starts all training processes: light, alone, replaced, ends when idle.

The dispatchers are real; the processes they start only pretend to train.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.errors import QueueFull, WorkerProblem
from digitapp.jobs import launching, worker
from digitapp.jobs.dispatcher import Dispatcher
from digitapp.runs import Lease, Outcome, RunStore, clock, limits, queue
from digitapp.runs.dispatcher_lock import DispatcherLock
from digitapp.runs.records import DONE, FAILED, GO_ON, PAUSE, PAUSED, QUEUED, RUNNING, STOPPED
from tests import stores
from tests.tiny_runs import ROOT, TINY, age, change, process, ran, until

HEAVY = ("tensorflow", "keras", "scipy", "PIL", "streamlit", "h5py")

# Python runs this first in every process. It replaces each training process with one that waits
# for its turn, records that it started, waits until it is released, and finishes.
PRETENCE = """
import os, sys
if "work" in sys.orig_argv:
    import time
    from pathlib import Path
    from digitapp.jobs import launching
    from digitapp.errors import Superseded
    from digitapp.jobs.heartbeat import Heartbeat
    from digitapp.runs import Lease, Outcome, RunStore
    folder, run, store = Path({folder!r}), int(sys.orig_argv[-1]), RunStore()
    lease = Lease(store, run)
    try:
        lease.take()
        heartbeat = Heartbeat(lease)
        while not lease.turn(launching.at_once()):
            heartbeat.orders()
            time.sleep(0.05)
        with (folder / "begun").open("a") as file:
            file.write(f"{{run}}\\n")
        while not (folder / "go").exists():
            heartbeat.orders()
            time.sleep(0.05)
        lease.finish(Outcome("done"))
        heartbeat.stop()
        launching.look_after(store)
    except Superseded:
        pass
    os._exit(0)
"""
BROKEN = """
import os, sys
if "work" in sys.orig_argv:
    sys.stderr.write("Fatal: one\\nNo module named keras\\n")
    sys.stderr.flush()
    os._exit(3)
"""


class Stage:
    """A store whose training processes only pretend to train.

    Attributes:
        lock: the dispatcher's lock.
    """

    def __init__(self, store: RunStore, folder: Path) -> None:
        self.store, self.folder, self.lock = store, folder, DispatcherLock(store.database.url)

    def go(self) -> None:
        """Let the pretended training processes finish."""
        (self.folder / "go").touch()

    def begun(self) -> list[int]:
        """Return the runs in the order in which they were started."""
        with suppress(FileNotFoundError):
            return [int(line) for line in (self.folder / "begun").read_text("utf-8").split()]
        return []

    def dispatcher(self) -> int:
        """Wait for the dispatcher, and return its process id."""
        return int(until(lambda: self.lock.taken() and self.lock.path.read_text("utf-8").strip()))

    def statuses(self) -> list[str]:
        return [run.status for run in self.store.all()[::-1]]


@pytest.fixture
def stage(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    found = Stage(RunStore(store_url), tmp_path)
    (tmp_path / "sitecustomize.py").write_text(PRETENCE.format(folder=str(tmp_path)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    yield found
    found.go()
    for run in found.store.all():
        if run.status == QUEUED:
            found.store.ask(run.id, "stop")
    until(lambda: not found.lock.taken())
    until(lambda: not any(run.active for run in found.store.all()))


def test_it_imports_nothing_that_trains() -> None:
    script = f"import digitapp.jobs.dispatcher, sys; print(*({set(HEAVY)!r} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []


@stores.on_both
def test_runs_are_started_one_after_the_other_in_their_order_and_then_it_ends(
    stage: Stage,
) -> None:
    made = [stage.store.create(TINY) for _ in range(4)]
    for run in made:
        launching.launch(stage.store, run)
    first = stage.dispatcher()
    until(lambda: stage.begun() == [1])
    stage.store.ask(3, "stop")
    assert stage.statuses() == [RUNNING, QUEUED, STOPPED, QUEUED]
    assert [run.ahead for run in stage.store.all()[::-1]] == [0, 0, 0, 1]
    assert stage.dispatcher() == first
    stage.go()
    until(lambda: not any(run.active for run in stage.store.all()))
    assert stage.statuses() == [DONE, DONE, STOPPED, DONE]
    assert stage.begun() == [1, 2, 4]
    until(lambda: not stage.lock.path.exists())


def test_of_many_only_one_stays(stage: Stage) -> None:
    for _ in range(3):
        stage.store.create(TINY)
    many = [process(stage.store, program=("-m", "digitapp.jobs.dispatcher")) for _ in range(5)]
    try:
        until(lambda: sum(each.poll() is None for each in many) == 1)
        (left,) = [each for each in many if each.poll() is None]
        assert stage.dispatcher() == left.pid
        assert {each.communicate() for each in many if each is not left} == {("", "")}
        stage.go()
        assert left.communicate() == ("", "")
        assert {each.returncode for each in many} == {0}
        until(lambda: stage.statuses() == [DONE] * 3)
        assert sorted(stage.begun()) == [1, 2, 3]
    finally:
        for each in many:
            each.kill()
            each.wait()


def test_who_looks_starts_another_in_the_place_of_one_that_was_killed(stage: Stage) -> None:
    made = [stage.store.create(TINY) for _ in range(3)]
    launching.launch(stage.store, made[0])
    until(lambda: stage.begun() == [1])
    killed = stage.dispatcher()
    os.kill(killed, signal.SIGKILL)
    until(lambda: not stage.lock.taken())
    assert stage.statuses() == [RUNNING, QUEUED, QUEUED]
    until(lambda: launching.look_after(stage.store) or stage.lock.taken())
    assert stage.dispatcher() != killed
    stage.go()
    until(lambda: stage.statuses() == [DONE] * 3)
    assert stage.begun() == [1, 2, 3]


def test_a_process_that_ends_sees_to_it_that_the_others_go_on(stage: Stage) -> None:
    made = [stage.store.create(TINY) for _ in range(2)]
    launching.launch(stage.store, made[0])
    until(lambda: stage.begun() == [1])
    os.kill(stage.dispatcher(), signal.SIGKILL)
    stage.go()  # nobody checks except the process of run 1 when it ends
    until(lambda: stage.statuses() == [DONE, DONE])


@pytest.mark.parametrize("command", ["work", "train"])
def test_every_training_process_looks_after_the_others_when_it_ends(
    command: str, toy_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, looked = RunStore(), []
    run = store.create(TINY)

    def executed(store: RunStore, run: int, *rest: object, **more: object) -> object:
        raise WorkerProblem("It broke.")

    monkeypatch.setattr(worker, "execute", executed)
    monkeypatch.setattr(worker, "look_after", looked.append)
    main(["work", str(run)] if command == "work" else ["train", "--train-size", "20"])
    assert len(looked) == 1


def test_one_that_is_suspended_is_replaced_and_ends_when_it_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        stage.store.create(TINY)
    launching.look_after(stage.store)
    until(lambda: stage.begun() == [1])
    suspended = stage.dispatcher()
    with _suspended(suspended):
        os.utime(stage.lock.path, (1, 1))  # long ago
        assert not stage.lock.taken()
        monkeypatch.setattr(launching, "COMES_WITHIN", 0.0)  # as if that one began long ago
        launching.look_after(stage.store)
        assert until(lambda: stage.lock.taken() and stage.dispatcher()) != suspended
    until(lambda: not _runs(suspended))
    stage.go()
    until(lambda: stage.statuses() == [DONE, DONE])
    assert stage.begun() == [1, 2]


@contextmanager
def _suspended(number: int) -> Iterator[None]:
    os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(number, signal.SIGCONT)


def _runs(number: int) -> bool:
    """Return whether the process exists and has not ended."""
    with suppress(FileNotFoundError):
        state = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        return state != "Z"
    return False


def test_a_process_that_cannot_start_says_why_and_holds_up_nobody(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    made = [stage.store.create(TINY) for _ in range(2)]
    launching.launch(stage.store, made[0])
    until(lambda: stage.statuses() == [FAILED, FAILED])
    for run in made:
        error = "The training process could not start: No module named keras"
        assert stage.store.get(run).error == error
        assert stage.store.traceback(run) == "Fatal: one\nNo module named keras"


class Started:
    """Replaces `Process`: records what would have been started."""

    made: list[str]
    over = False

    def __init__(self, *arguments: str, url: str) -> None:
        self.made.append(arguments[-1])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that a dispatcher in this process would have started; none is started."""
    Started.made = []
    monkeypatch.setattr("digitapp.jobs.dispatcher.Process", Started)
    return Started.made


@stores.on_both
def test_one_that_the_command_line_trains_itself_is_not_started_and_has_its_turn(
    store_url: str, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    store = RunStore()
    here, there = store.create(TINY, owner="me"), store.create(TINY)
    dispatcher, lease = Dispatcher(store, DispatcherLock(store_url)), Lease(store, here, "me")
    assert dispatcher.step()
    assert started == []
    with pytest.raises(Exception, match="This process cannot train run"):
        Lease(store, here).take()
    lease.take()
    assert lease.turn(1)
    dispatcher.step()
    assert started == []
    lease.finish(Outcome(DONE))
    dispatcher.step()
    dispatcher.step()
    assert started == [str(there)]


def test_while_the_store_is_held_nobody_is_started_in_the_place_of_one_who_cannot_beat(
    started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    monkeypatch.setattr(clock, "STALE_AFTER", -1.0)  # as after a long time
    store = RunStore()
    run = store.create(TINY)
    change(store, run, status=RUNNING, owner="another")
    waiting = store.create(TINY)
    dispatcher = Dispatcher(store, DispatcherLock(store.database.url))
    with stores.held(store):
        assert dispatcher.step()
    assert started == []
    dispatcher.step()
    assert started == [str(waiting)]


@stores.on_both
def test_no_more_than_a_hundred_may_wait(
    store_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.most("waiting_in_all") == 100
    monkeypatch.setenv(limits.variable("waiting_in_all"), "3")
    store = RunStore()
    stopped, lease = ran(store)
    lease.finish(Outcome(STOPPED))
    for _ in range(3):
        store.create(TINY)
    said = "3 runs are waiting already; at most 3 runs can wait. Stop some of them, or wait"
    attempts: list[Callable[[], object]] = [
        lambda: store.create(TINY),
        lambda: store.resume(stopped),
    ]
    for attempt in attempts:
        with pytest.raises(QueueFull, match=said):
            attempt()
    assert len(store.all()) == 4
    assert store.get(stopped).status == STOPPED
    assert main(["runs", "resume", str(stopped), "--background"]) == 1
    assert said in capsys.readouterr().err
    store.ask(2, "stop")
    store.resume(stopped)


@stores.on_both
def test_a_heartbeat_from_the_future_is_nobodys(store_url: str) -> None:
    """The clock was set back and the process died; a living one renews its heartbeat at once."""
    store = RunStore()
    run, lease = ran(store)
    waiting = store.create(TINY)
    next_one = Lease(store, waiting)
    next_one.take()
    for ahead, status in ((2.0, "running"), (60.0, "lost"), (86_400.0, "lost")):
        change(store, run, heartbeat=time.time() + ahead)
        assert store.get(run).status == status
    assert store.get(waiting).ahead == 0
    assert queue.look(store).busy == 0
    assert next_one.turn(1)
    lease.beat()
    assert store.get(run).status == "running"


@stores.on_both
def test_a_paused_run_gives_its_place_back_and_waits_for_it_in_turn(store_url: str) -> None:
    store = RunStore()
    run, lease = ran(store)
    others = [Lease(store, store.create(TINY)) for _ in range(2)]
    for other in others:
        other.take()
    assert not others[0].turn(1)
    store.ask(run, PAUSE)
    lease.show(PAUSED)
    assert queue.look(store).busy == 0
    assert not lease.turn(1)  # it was not asked to resume
    assert others[0].turn(1)
    store.ask(run, GO_ON)
    assert [(each.run, each.owned) for each in queue.look(store).waiting] == [(3, True), (1, True)]
    assert (store.get(run).waits, store.get(run).ahead) == (True, 1)
    others[0].finish(Outcome(DONE))
    assert not lease.turn(1)
    assert others[1].turn(1)
    others[1].finish(Outcome(DONE))
    assert lease.turn(1)
    assert (store.get(run).status, store.get(run).waits) == (RUNNING, False)


def test_a_run_that_was_lost_while_it_waited_does_not_begin_when_it_is_brought_back() -> None:
    store = RunStore()
    run = store.create(TINY, owner="one that is gone")
    age(store, run)
    assert store.get(run).status == "lost"
    store.delete(run)
    store.restore(run)
    assert store.get(run).status == STOPPED
    assert not queue.look(store).unowned
