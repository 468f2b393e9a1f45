"""The command `room race`."""

import json

import pytest

from digitapp.cli import main
from digitapp.runs import RunStore
from digitapp.runs.classroom_race import enter
from tests.a_class import Class, a_class
from tests.runs.test_classroom_race import trained


@pytest.fixture
def seven(store_url: str) -> Class:
    return a_class(RunStore(store_url))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["room", "race", *arguments]) == 0
    return capsys.readouterr().out


def test_it_says_who_stands_where(seven: Class, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No run is in the race" in said(capsys, seven.room)
    assert said(capsys, seven.room, "--json") == ""
    for store, score in ((seven.ada, 0.75), (seven.ada, 0.5), (seven.bo, 0.9)):
        enter(store, seven.room, trained(store, score))
    lines = said(capsys, seven.room.lower()).splitlines()
    assert lines[0] == "MNIST: 3 runs, 0 under way"
    assert [line.split()[:3] for line in lines[1:]] == [["1", "Bo", "90.00"], ["2", "Ada", "75.00"]]
    first = json.loads(said(capsys, seven.room, "--json").splitlines()[0])
    assert (first["place"], first["name"], first["test_accuracy"]) == (1, "Bo", 0.9)


def test_a_room_that_is_not_there_is_a_sentence(
    seven: Class, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["room", "race", "CDFGH"]) == 1
    assert "Traceback" not in capsys.readouterr().err
