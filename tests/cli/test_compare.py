"""`runs compare`: one column per run, with settings that differ and results."""

import json
import math
from dataclasses import replace

import pytest

from digitapp.cli import main
from digitapp.runs import RunStore
from digitapp.training.spec import TrainingSpec
from tests.tiny_runs import EPOCH

WIDE = TrainingSpec(hidden=(300, 100))


def add(store: RunStore, spec: TrainingSpec, name: str = "", loss: float = 0.25) -> int:
    """A run that was trained for two epochs."""
    return store.add(
        spec,
        name=name,
        epochs=[EPOCH, replace(EPOCH, number=2, val_accuracy=0.75)],
        model=b"weights",
        test=None,
        test_loss=loss,
        test_accuracy=0.5,
        images=100,
        batches=4,
        parameters=101_770,
    )


@pytest.fixture
def store(store_url: str) -> RunStore:
    found = RunStore(store_url)
    add(found, TrainingSpec(), "plain")
    add(found, WIDE, "wide")
    add(found, WIDE, "wide again", math.nan)
    return found


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(["runs", "compare", *arguments]) == status
    out, err = capsys.readouterr()
    return err if status else out


def test_what_differs_and_the_scores_stand_in_a_column_a_run(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line.split("  ") for line in said(capsys, "1", "2").splitlines()]
    told = {words[0]: [word.strip() for word in words[1:] if word.strip()] for words in lines}
    assert told["Hidden layers"] == ["128", "300,100"]
    assert told["Test accuracy"] == ["50.00 %", "50.00 %"]
    assert told["Best validation accuracy"] == ["75.00 %", "75.00 %"]
    assert "Epochs" not in told


def test_equal_settings_are_told_to_be_so(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "2", "3").endswith("Their settings are the same.\n")


def test_json_has_the_same(store: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "1", "3", "--json"), parse_constant=pytest.fail)
    assert found["differs"] == {"hidden": {"1": "128", "3": "300,100"}}
    assert found["scores"]["1"]["test_loss"] == 0.25
    assert found["scores"]["3"]["test_loss"] is None
    assert found["scores"]["3"]["parameters"] == 101_770


@pytest.mark.parametrize("arguments", [["2"], ["2", "2"]])
def test_one_run_alone_cannot_be_compared(
    store: RunStore, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    sentence = said(capsys, *arguments, status=1)
    assert sentence == (
        "digitapp: Only run 2 is named; name two or more to compare, such as: runs compare 2 3\n"
    )


def test_a_run_that_is_not_there_is_told(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "There is no run 77." in said(capsys, "1", "77", status=1)
