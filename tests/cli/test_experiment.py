"""`experiment`: listed, trained and told what came of it, with tiny networks."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.jobs import worker
from digitapp.runs import RunStore, experiments
from digitapp.runs.records import STOPPED
from digitapp.training.experiments import EXPERIMENTS, Variant
from digitapp.training.spec import TrainingSpec
from tests.tiny_runs import TINY


def tiny(monkeypatch: pytest.MonkeyPatch, name: str, *changes: dict[str, object]) -> None:
    """Let an experiment train tiny networks, all of whose settings but these are the same."""
    found = EXPERIMENTS[name]
    labels = [each.label for each in found.variants]
    specs: list[TrainingSpec] = [TINY.changed(each) for each in changes]
    variants = tuple(map(Variant, labels, specs))
    monkeypatch.setitem(EXPERIMENTS, name, replace(found, variants=variants))


def test_without_a_name_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPERIMENTS)
    assert main(["experiment", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == list(EXPERIMENTS)
    assert rows[1]["variants"] == ["rate 0.001", "rate 0.1", "rate 5"]


def test_a_misspelt_name_is_answered_with_the_right_one(
    toy_mnist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experiment", "tilted"]) == 1
    assert "Unknown experiment 'tilted'. Available: little-data" in capsys.readouterr().err
    assert main(["experiment", "layer"]) == 1
    assert capsys.readouterr().err.endswith("Did you mean layers?\n")
    assert RunStore().all() == []


def test_its_runs_are_trained_and_told(
    toy_mnist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny(monkeypatch, "augmentation", {}, {"hidden": [8]})
    assert main(["experiment", "augmentation", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    store = RunStore()
    runs = store.all()[::-1]
    assert [run.spec.seed for run in runs] == [3, 3]
    assert [run.name for run in runs] == ["Tilted digits: as they are", "Tilted digits: turned"]
    assert experiments.together_with(store, runs[0]) == (1, 2)
    assert f"What to watch for: {EXPERIMENTS['augmentation'].watch}" in err
    assert "Run 1, as they are: test " in err
    assert "Run 2, turned: test " in err
    assert out.startswith("What came of it:\n")
    assert "50 test images, all tilted by 30°" in out


def test_a_rate_at_which_the_loss_is_infinite_is_no_failure(
    toy_mnist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    diverges: dict[str, object] = {"optimizer": "sgd", "learning_rate": 10.0, "batch_size": 10}
    diverges |= {"activation": "elu", "hidden": [64, 64, 64]}
    tiny(monkeypatch, "learning-rate", {"learning_rate": 0.0001}, {}, diverges)
    status = main(["experiment", "learning-rate", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [run["status"] for run in found["runs"]] == ["done", "done", "failed"]
    assert status == 0
    assert any("its loss grew beyond all numbers" in each for each in found["came_of_it"])


def test_what_is_stopped_is_not_compared_and_the_rest_not_started(
    toy_mnist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny(monkeypatch, "layers", {"hidden": []}, {}, {"hidden": [8, 8]})
    trains = worker.execute

    def interrupt(store, run, callbacks, interrupted, owner):  # type: ignore[no-untyped-def]
        import os
        import signal

        os.kill(os.getpid(), signal.SIGINT)
        return trains(store, run, callbacks, interrupted, owner)

    monkeypatch.setattr(worker, "execute", interrupt)
    assert main(["experiment", "layers"]) == 130
    out = capsys.readouterr().out
    (run,) = RunStore().all()
    assert run.status == STOPPED
    assert "“no hidden layer” (run 1) was stopped after epoch 0 of 2." in out
    assert "“one”: it has no run; it was deleted, or never began." in out
    assert "there is nothing to compare" in out
