"""The process for what needs TensorFlow: on demand, one call at a time, bounded, never missed."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from digitapp.errors import DigitappError, InvalidSetting, TensorFlowMissing, WorkerProblem
from digitapp.files import error_log
from digitapp.files.folders import ROOT
from digitapp.jobs import called_process, tensorflow_process
from digitapp.jobs.priority import POLITENESS
from digitapp.jobs.tensorflow_process import TensorFlowProcess
from digitapp.runs import RunStore
from tests.jobs import called
from tests.tiny_runs import TINY, until

LIGHT = "tests.jobs.called"
SOON = 20.0  # seconds
MISSING = "TensorFlow is not installed."


@pytest.fixture(scope="module")
def light() -> Iterator[TensorFlowProcess]:
    """A process without TensorFlow, which starts quickly."""
    found = TensorFlowProcess(LIGHT)
    yield found
    found.end()


@pytest.fixture
def made() -> Iterator[Callable[..., TensorFlowProcess]]:
    """A function that makes such processes with other limits."""
    found = []

    def make(**limits: float) -> TensorFlowProcess:
        found.append(TensorFlowProcess(LIGHT, **limits))
        return found[-1]

    yield make
    for each in found:
        each.end()


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The error log of this test alone, for processes started in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "digitapp" / error_log.LOG


@pytest.fixture
def without_tensorflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes started in this test do not find TensorFlow."""
    absent = "raise ModuleNotFoundError(f'No module named {__name__!r}', name=__name__)"
    for name in ("tensorflow", "keras"):
        (tmp_path / f"{name}.py").write_text(absent)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def _call(process: TensorFlowProcess, function: Callable[..., Any], *arguments: Any) -> Any:
    return process.call(function, *arguments, timeout=SOON)


def _all_errors(kind: type[DigitappError] = DigitappError) -> Iterator[type[DigitappError]]:
    if kind.__module__.startswith("digitapp."):
        yield kind
    for each in kind.__subclasses__():
        yield from _all_errors(each)


def _ended(pid: int) -> bool:
    """Whether no such process runs; a zombie has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_process_that_dies_in_a_call_is_a_sentence_and_the_next_call_starts_another(
    number: signal.Signals, made: Callable[..., TensorFlowProcess], log: Path
) -> None:
    process = made()
    with pytest.raises(WorkerProblem) as caught:
        _call(process, called.killed, number)
    assert str(caught.value) == (
        f"The process that needs TensorFlow ended unexpectedly: it was ended by {number.name}. "
        "Perhaps there was not enough memory. Try again."
    )
    assert f"was ended by {number.name}" in log.read_text()
    assert (number == signal.SIGKILL) or "tests/jobs/called.py" in log.read_text()
    assert _call(process, called.slow, 0) != os.getpid()


def test_a_function_that_ends_the_process_is_a_sentence(
    made: Callable[..., TensorFlowProcess], log: Path
) -> None:
    with pytest.raises(WorkerProblem, match="it ended with status 3"):
        _call(made(), os._exit, 3)


@pytest.mark.parametrize("late", [False, True], ids=["before the call", "as the call arrives"])
def test_a_call_that_meets_an_ending_process_is_answered_by_another(
    late: bool, made: Callable[..., TensorFlowProcess], log: Path
) -> None:
    process = made()
    first = _call(process, called.slow, 0)
    os.kill(first, signal.SIGSTOP)  # from now on it begins nothing
    if late:
        threading.Timer(0.3, os.kill, (first, signal.SIGKILL)).start()
    else:
        os.kill(first, signal.SIGKILL)
    assert _call(process, called.slow, 0) not in (first, os.getpid())


def test_a_call_is_tried_no_more_than_twice(
    made: Callable[..., TensorFlowProcess], log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process, asked = made(), []

    def ends(self: Any, message: bytes, timeout: float) -> None:
        asked.append(message)
        raise called_process.EndedBefore("It ended.")

    monkeypatch.setattr(called_process.CalledProcess, "answer", ends)
    with pytest.raises(WorkerProblem, match="It ended"):
        _call(process, called.slow, 0)
    assert len(asked) == 2


def test_a_call_that_takes_too_long_is_stopped(made: Callable[..., TensorFlowProcess]) -> None:
    process = made()
    pid = _call(process, called.slow, 0)
    with pytest.raises(WorkerProblem) as caught:
        process.call(called.slow, 60.0, timeout=0.2)
    assert str(caught.value) == (
        "This took longer than 0 seconds, and was stopped. "
        "Try again when the machine has less to do."
    )
    assert _ended(pid)
    assert _call(process, called.slow, 0) != pid


def test_loading_that_takes_too_long_is_stopped(
    made: Callable[..., TensorFlowProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(called.LOADING, "60")
    monkeypatch.setattr(called_process, "LOADS_WITHIN", 0.4)
    with pytest.raises(WorkerProblem, match="Loading TensorFlow took longer than 0 seconds"):
        _call(made(), called.slow, 0)


def test_a_process_that_cannot_start_is_a_sentence(
    made: Callable[..., TensorFlowProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    process = made()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/no/such/python")
        process.warm_up()
        with pytest.raises(WorkerProblem, match="could not be started: No such file or directory"):
            _call(process, called.slow, 0)
    assert _call(process, called.slow, 0)


def test_what_a_call_leaves_half_done_is_deleted(
    made: Callable[..., TensorFlowProcess], tmp_path: Path, log: Path
) -> None:
    told = tmp_path / "told"
    with pytest.raises(WorkerProblem):
        _call(made(), called.left_in_the_middle, told)
    file = Path(told.read_text())
    assert file.is_relative_to(tempfile.gettempdir())
    assert not file.parent.parent.exists()


def test_a_call_that_is_interrupted_leaves_no_answer_to_the_next(
    made: Callable[..., TensorFlowProcess],
) -> None:
    process = made()
    first = _call(process, called.slow, 0)
    # Where the tests run in the background, Ctrl-C may be ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.2, signal.raise_signal, (signal.SIGINT,)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            _call(process, called.slow, 1.0)
    finally:
        signal.signal(signal.SIGINT, before)
    assert _call(process, len, "four") == 4
    assert _ended(first)


def test_every_error_arrives_as_it_was_raised(light: TensorFlowProcess) -> None:
    for kind in {*_all_errors()}:
        with pytest.raises(kind) as caught:
            _call(light, called.raise_it, kind("A sentence, 100 %."))
        assert type(caught.value) is kind
        assert str(caught.value) == "A sentence, 100 %."


def test_an_error_keeps_what_it_holds_beside_its_sentence(light: TensorFlowProcess) -> None:
    with pytest.raises(InvalidSetting) as caught:
        _call(light, called.raise_it, InvalidSetting("Too many.", "epochs", "hidden"))
    assert (str(caught.value), caught.value.settings) == ("Too many.", ("epochs", "hidden"))


@pytest.mark.parametrize(
    "error", [ValueError("broke\nin two"), MemoryError(), SystemExit(3), KeyboardInterrupt()]
)
def test_an_unexpected_error_is_a_sentence_and_its_traceback_is_in_the_log(
    error: BaseException, made: Callable[..., TensorFlowProcess], log: Path
) -> None:
    process = made()
    pid = _call(process, called.slow, 0)
    with pytest.raises(error_log.Unexpected) as caught:
        _call(process, called.raise_it, error)
    said = str(caught.value)
    assert said.startswith(f"Something went wrong unexpectedly ({type(error).__name__}:")
    assert str(log) in said
    assert "\n" not in said
    assert "Traceback" not in said
    assert "in raise_it\n" in log.read_text()
    assert _call(process, called.slow, 0) == pid


def test_a_result_that_cannot_come_back_is_a_sentence(
    made: Callable[..., TensorFlowProcess], log: Path
) -> None:
    process = made()
    with pytest.raises(error_log.Unexpected, match="Something went wrong unexpectedly"):
        _call(process, called.unpicklable)
    assert _call(process, len, "four") == 4


def test_what_cannot_be_sent_disturbs_no_later_call(light: TensorFlowProcess) -> None:
    with pytest.raises((pickle.PicklingError, AttributeError)):
        _call(light, lambda: 1)
    assert _call(light, len, "four") == 4


def test_what_libraries_print_and_read_disturbs_nothing(light: TensorFlowProcess) -> None:
    for _ in range(2):
        assert _call(light, called.chatter) == "undisturbed"


def test_large_values_go_both_ways(light: TensorFlowProcess) -> None:
    data = os.urandom(3_000_000)
    assert _call(light, bytes.upper, data) == data.upper()


def test_it_is_started_on_demand_and_stays(made: Callable[..., TensorFlowProcess]) -> None:
    process = made()
    pid = _call(process, called.slow, 0)
    assert pid != os.getpid()
    process.warm_up()
    assert _call(process, called.slow, 0) == pid


def test_warming_up_waits_for_nothing(
    made: Callable[..., TensorFlowProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(called.LOADING, "2")
    process = made()
    began = time.monotonic()
    for _ in range(3):
        process.warm_up()
    assert time.monotonic() - began < 1.5
    assert _call(process, len, "four") == 4


def test_warming_up_does_not_wait_for_a_call_either(light: TensorFlowProcess) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(_call, light, called.slow, 1.0)
        until(lambda: light._turns.taken)
        light.warm_up()
        assert not running.done()


def test_it_gives_way_to_the_server(light: TensorFlowProcess) -> None:
    assert _call(light, called.priority) == min(19, os.nice(0) + POLITENESS)


def test_it_finds_what_the_server_finds(
    made: Callable[..., TensorFlowProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/some/modules")
    monkeypatch.setenv("SOMETHING", "here")
    process = made()
    assert _call(process, called.environment, "SOMETHING") == "here"
    assert _call(process, called.environment, "PYTHONPATH") == f"{ROOT}:/some/modules"


def test_many_calls_at_once_use_one_process_one_after_another(
    light: TensorFlowProcess, tmp_path: Path
) -> None:
    note = tmp_path / "note"
    with ThreadPoolExecutor(30) as pool:
        found = [pool.submit(_call, light, called.slow, 0.01) for _ in range(30)]
        for number in range(6):
            waiting = len(light._turns._queue)
            pool.submit(_call, light, called.slow_note, note, str(number), 0.05)
            until(lambda waiting=waiting: len(light._turns._queue) != waiting)
    assert len({each.result() for each in found}) == 1
    lines = note.read_text().splitlines()
    assert lines[::2] == [line.replace("ends", "begins") for line in lines[1::2]]
    assert len(lines) == 12


def test_a_call_whose_turn_does_not_come_is_a_sentence_and_the_others_are_answered(
    made: Callable[..., TensorFlowProcess],
) -> None:
    process = made(waits=0.3)
    pid = _call(process, called.slow, 0)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_call, process, called.slow, 1.5)
        until(lambda: process._turns.taken)
        with pytest.raises(WorkerProblem) as caught:
            _call(process, called.slow, 0)
    assert str(caught.value) == (
        "Work that needs TensorFlow is done one after another, and after 0 seconds it was not "
        "your turn yet. Try again in a few minutes."
    )
    assert first.result() == _call(process, called.slow, 0) == pid


def test_it_is_given_back_when_nobody_uses_it_and_not_before(
    made: Callable[..., TensorFlowProcess],
) -> None:
    process = made(kept_for=0.5)
    first = _call(process, called.slow, 1.0)
    assert _call(process, called.slow, 0) == first  # not given back during the call
    until(lambda: _ended(first), SOON)
    assert _call(process, called.slow, 0) != first


def test_one_that_was_only_warmed_up_is_given_back_too(
    made: Callable[..., TensorFlowProcess],
) -> None:
    process = made(kept_for=0.5)
    process.warm_up()
    assert process._process
    running = process._process._process
    until(lambda: running.poll() is not None, SOON)


SERVER = """
import os, sys, threading, time
from digitapp.jobs.tensorflow_process import TensorFlowProcess
from tests.jobs import called
process = TensorFlowProcess("tests.jobs.called")
print(process.call(called.slow, 0, timeout=20), flush=True)
print(process.call(called.environment, "TMPDIR", timeout=20), flush=True)
if "busy" in sys.argv:
    threading.Thread(target=process.call, args=(called.slow, 120), kwargs={"timeout": 200}).start()
    time.sleep(0.3)
print("on", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("busy", ["idle", "busy"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_server(number: signal.Signals, busy: str) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, busy], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    ) as server:
        assert server.stdout
        pid, folder = int(server.stdout.readline()), Path(server.stdout.readline().strip())
        assert folder.is_dir()
        assert server.stdout.readline() == "on\n"
        assert not _ended(pid)
        server.send_signal(number)
        server.wait()
    until(lambda: _ended(pid), SOON)
    assert not folder.exists()


def test_a_command_that_used_it_leaves_nothing_and_says_nothing(tmp_path: Path) -> None:
    code = "from digitapp.jobs import tensorflow_process; tensorflow_process.warm_up()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        timeout=SOON,
        check=True,
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert not [*tmp_path.iterdir()]


@pytest.mark.usefixtures("without_tensorflow")
def test_a_missing_tensorflow_is_a_sentence_that_says_what_to_do(log: Path) -> None:
    process = TensorFlowProcess()
    for _ in range(2):
        with pytest.raises(TensorFlowMissing) as caught:
            _call(process, len, "four")
        assert str(caught.value).startswith(MISSING)
        assert "pip install -r requirements.txt" in str(caught.value)
    assert not log.exists()


@pytest.mark.usefixtures("without_tensorflow", "toy_mnist")
def test_a_training_without_tensorflow_fails_with_that_sentence(store_url: str) -> None:
    store = RunStore(store_url)
    run = store.create(TINY)
    done = subprocess.run(
        [sys.executable, "-m", "digitapp", "work", str(run)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("", "")
    found = store.get(run)
    assert (found.status, found.resumable) == ("failed", True)
    assert found.error.startswith(MISSING)
    assert not store.traceback(run)


def test_what_is_shared_has_tensorflow_loaded() -> None:
    tensorflow_process.warm_up()
    assert tensorflow_process.call(called.loaded, "tensorflow", "keras") == ["tensorflow", "keras"]
    assert tensorflow_process.call(os.getpid) == tensorflow_process.call(os.getpid)
