"""`train` and `runs`, and using their networks; `tests/cli/test_cli.py` has the rest."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digitapp import backend
from digitapp.cli import main
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.jobs import worker
from digitapp.runs import Outcome, RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.records import DONE, MODEL, STOP, STOPPED
from tests.tiny_runs import TINY, process, ran, until, write_mnist

QUICK = ["--preset", "nodes-and-layers", "--epochs", "2"]


def _json(line: str) -> Any:
    """Parse a line as strict JSON, without NaN or Infinity."""

    def refused(name: str) -> None:
        raise AssertionError(f"{name} is not JSON.")

    return json.loads(line, parse_constant=refused)


def _said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """Return the standard output of a command."""
    assert main(arguments) == status
    return capsys.readouterr().out


def _sentence(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the error message of a command that fails."""
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err.removeprefix("digitapp: ").removesuffix("\n")


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory, toy: Dataset
) -> tuple[dict[str, str], RunStore]:
    """The environment and the store of a run made by `train`."""
    folder = tmp_path_factory.mktemp("trained")
    url = f"sqlite:///{folder / 'runs.db'}"
    places = {FOLDER_VARIABLE: str(write_mnist(folder / "ds", toy)), DATABASE_VARIABLE: url}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in places.items():
            patched.setenv(name, value)
        assert main(["train", *QUICK, "--name", "My first", "--out", str(folder / "a.keras")]) == 0
    return places, RunStore(url)


@pytest.fixture
def first(
    trained: tuple[dict[str, str], RunStore], monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunStore]:
    """The store with that run, number 1; other runs are deleted afterwards."""
    for name, value in trained[0].items():
        monkeypatch.setenv(name, value)
    store = trained[1]
    yield store
    for run in store.all():
        if run.id != 1:
            if run.active:
                store.ask(run.id, STOP)
            store.delete(run.id)


@pytest.fixture
def store(toy_mnist: Path) -> RunStore:
    return RunStore()


def test_training_ends_with_one_line_of_json(
    first: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *QUICK, "--json"]) == 0
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    found, run = _json(line), first.all()[0]
    assert found["run"] == run.id
    assert (found["preset"], found["status"], found["epochs"]) == ("nodes-and-layers", DONE, 2)
    for name in ("val_accuracy", "test_loss", "test_accuracy", "parameters"):
        assert found[name] == getattr(run, name) is not None
    assert found["seconds"] == pytest.approx(run.seconds, abs=1e-3)
    assert found["images_per_second"] == pytest.approx(2 * 180 / run.seconds, abs=0.1)
    assert re.findall(r"^Epoch (\d)/2$", err, re.M) == ["1", "2"]


def test_without_validation_its_accuracy_is_null(
    first: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ["--epochs", "1", "--validation-split", "0", "--train-size", "20"]
    found = _json(_said(capsys, "train", *settings, "--json"))
    assert found["val_accuracy"] is None
    assert found["test_accuracy"] > 0


def test_a_training_that_fails_is_a_sentence_and_its_run_says_so(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    wild = "--optimizer sgd --learning-rate 10 --activation elu --hidden 64,64,64"
    assert main(["train", *QUICK, *wild.split(), "--batch-size", "10", "--json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    (told,) = [line for line in err.splitlines() if not line.startswith("Epoch")]
    assert json.loads(told)["error"].startswith("Run 1 failed. The loss became NaN")
    (line,) = _said(capsys, "runs", "list").splitlines()
    assert re.search(r"failed +dense 64-64-64 elu .*0/2 epochs$", line)
    assert "\nThe loss became NaN" in _said(capsys, "runs", "show", "1")


def test_a_training_that_breaks_says_where_and_so_does_its_run(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("something odd")

    monkeypatch.setattr("digitapp.jobs.recorder.Recorder.keep", broken)
    assert main(["train", *QUICK]) == 1
    out, err = capsys.readouterr()
    last = err.splitlines()[-1]
    assert last == "digitapp: Run 1 failed. Unexpected error: RuntimeError: something odd"
    assert "\nTraceback (most recent call last):\n" in err
    assert out == ""
    shown = _said(capsys, "runs", "show", "1")
    assert "Unexpected error: RuntimeError: something odd\nTraceback (most" in shown
    assert 'raise RuntimeError("something odd")' in shown
    kept = _json(_said(capsys, "runs", "show", "1", "--json"))["traceback"]
    assert kept.endswith("RuntimeError: something odd")
    assert kept in shown


def test_settings_that_cannot_be_trained_leave_no_run(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    _sentence(capsys, "train", "--train-size", "5000")
    _sentence(capsys, "train", "--optimizer", "adem")
    assert store.all() == []


def test_one_that_must_wait_says_for_whom(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(worker.AT_ONCE_VARIABLE, "1")
    ran(store)
    monkeypatch.setattr(worker, "execute", lambda store, run, *rest: store.get(1))
    main(["train", *QUICK])
    assert "Run 2 is waiting for its turn, behind run 1 (running).\n" in capsys.readouterr().err


def test_ctrl_c_stops_a_training_and_keeps_what_it_learned(store: RunStore) -> None:
    training = process(store, "train", "--epochs", "1000", "--json")
    until(lambda: any(run.epoch for run in store.all()))
    training.send_signal(signal.SIGINT)
    out, err = training.communicate()
    assert training.returncode == 130
    assert "Traceback" not in err
    (run,) = store.all()
    assert (run.status, run.error) == (STOPPED, "")
    assert 0 < run.epoch < 1000
    assert store.blob(run.id, MODEL)
    found = _json(out)
    assert (found["run"], found["status"], found["epochs"]) == (run.id, STOPPED, run.epoch)
    assert found["test_accuracy"] == run.test_accuracy is not None


def test_the_list_has_a_line_a_run(first: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    first.create(TINY, "dense-128")
    waiting, done = _said(capsys, "runs", "list").splitlines()
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.fullmatch(rf" +\d+  {when}  queued +dense 16 +0/2 epochs", waiting)
    accuracy = f"{(first.get(1).test_accuracy or 0) * 100:.2f} %"
    assert re.fullmatch(rf" +1  {when}  done +My first +2/2 epochs +{accuracy}", done)


def test_the_list_as_json_has_an_object_a_line(
    first: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    made = first.create(TINY)
    waiting, done = map(_json, _said(capsys, "runs", "list", "--json").splitlines())
    assert (waiting["run"], waiting["status"], waiting["epochs"]) == (made, "queued", 0)
    assert waiting["test_accuracy"] is waiting["images_per_second"] is None
    assert (done["run"], done["name"], done["preset"]) == (1, "My first", "nodes-and-layers")
    assert done["test_accuracy"] == first.get(1).test_accuracy


def test_an_empty_list_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert "python -m digitapp train" in _said(capsys, "runs", "list")
    assert _said(capsys, "runs", "list", "--json") == ""


def test_a_run_is_shown_with_its_settings_and_epochs(
    first: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    line, settings, *epochs = _said(capsys, "runs", "show", "1").splitlines()
    assert "My first" in line
    assert _json(settings) == json.loads(first.get(1).spec.to_json())
    assert epochs[::2] == ["Epoch 1/2", "Epoch 2/2"]
    assert all(re.match(r"2/2 ━{20} \d+s .*val_loss: \d\.\d{4}$", line) for line in epochs[1::2])
    found = _json(_said(capsys, "runs", "show", "1", "--json"))
    assert (found["run"], found["epochs"], found["spec"]["epochs"]) == (1, 2, 2)
    assert [epoch["number"] for epoch in found["history"]] == [1, 2]
    assert found["history"][1]["val_accuracy"] == found["val_accuracy"]


@pytest.mark.parametrize("command", ["show", "stop", "resume", "delete"])
def test_a_run_that_is_not_there_is_a_sentence(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _sentence(capsys, "runs", command, "7") == "There is no run 7."


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "", "9" * 30, str(2**31)])
def test_what_is_no_run_number_is_wrong_usage(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["runs", "show"], ["work"], ["evaluate", "--run"]):
        with pytest.raises(SystemExit) as ended:
            main([*command, number])
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith("usage: digitapp")


def test_a_run_is_stopped_resumed_and_deleted(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    run = store.create(TINY, "dense-128")
    worker.execute(store, run, interrupted=lambda: store.get(run).epoch == 1)
    assert (store.get(run).status, store.get(run).epoch) == (STOPPED, 1)
    assert _sentence(capsys, "runs", "stop", "1") == "Run 1 is stopped; it cannot be stopped."
    assert main(["runs", "resume", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    assert (_json(out)["run"], _json(out)["status"], _json(out)["epochs"]) == (1, DONE, 2)
    assert re.findall(r"^Epoch (\d)/2$", err, re.M) == ["2"]
    said = "Run 1 is done; only a run that is stopped or failed or lost can be resumed."
    assert _sentence(capsys, "runs", "resume", "1") == said
    said = _said(capsys, "runs", "delete", "1")
    assert said.startswith("Run 1 is deleted. For seven days it can be brought back with:")
    assert store.all() == []
    assert main(said.split(": python -m digitapp ")[1].split()) == 0
    assert store.get(1).epoch == 2


def test_a_running_one_is_asked_to_stop_and_not_deleted(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    run, lease = ran(store)
    assert "Run 1 is still active" in _sentence(capsys, "runs", "delete", str(run))
    assert _said(capsys, "runs", "stop", str(run)).startswith("Run 1 stops, and keeps")
    assert lease.beat().request == "stop"


def test_a_run_can_go_on_in_the_background(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, lease = ran(store)
    lease.finish(Outcome(STOPPED))
    launched: list[int] = []
    monkeypatch.setattr(worker, "launch", lambda store, run: launched.append(run))
    assert f"runs show {run}" in _said(capsys, "runs", "resume", str(run), "--background")
    assert launched == [run]
    assert store.get(run).status == "queued"


def test_a_runs_network_is_evaluated_on_its_own_test_images(
    first: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _json(_said(capsys, "evaluate", "--run", "1", "--json"))
    assert (found["model"], found["test"]["dataset"], found["test"]["total"]) == (
        "run-1",
        "mnist",
        50,
    )
    assert found["test"]["accuracy"] == pytest.approx(first.get(1).test_accuracy)
    assert "mnist, test part: 50 images" in _said(capsys, "evaluate", "--run", "1")


def test_a_runs_network_reads_pictures(
    first: RunStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = Image.new("L", (90, 90), 255)
    picture.paste(0, (40, 20, 50, 70))
    picture.save(tmp_path / "one.png")
    said = _said(capsys, "predict", str(tmp_path / "one.png"), "--model", "run-1", "--json")
    assert len(_json(said)["probabilities"]) == 10


def test_a_run_without_a_network_has_none_to_read_with(
    first: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    made = first.create(TINY)
    said = f"Run {made} has no trained network: it is queued."
    assert _sentence(capsys, "predict", "x.png", "--model", f"run-{made}") == said
    assert _sentence(capsys, "evaluate", "--run", str(made)) == said
    assert _sentence(capsys, "predict", "x.png", "--model", "run-99") == "There is no run 99."


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--epochs", "-3", "epochs is -3"),
        ("--learning-rate", "fast", "learning_rate"),
        ("--validation-split", "2.5", "validation_split"),
        ("--dataset", "minst", "Unknown dataset 'minst'"),
        ("--architecture", "denser", "Unknown architecture 'denser'"),
        ("--optimizer", "adamm", "Unknown optimizer 'adamm'"),
        ("--preset", "dense-127", "Unknown preset 'dense-127'"),
        ("--base", "run-77", "77"),
        ("--out", "model.h5", "must end in .keras"),
    ],
)
def test_a_wrong_setting_is_refused_before_tensorflow_is_started(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    value: str,
    told: str,
) -> None:
    def started() -> None:
        raise AssertionError("TensorFlow was started.")

    monkeypatch.setattr(backend, "start", started)
    assert told in _sentence(capsys, "train", option, value)
