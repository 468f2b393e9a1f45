"""`runs rename`, `note`, `tag`, `star`, `delete`, `restore`, and the list that shows them."""

import json
import time

import pytest

from digitapp.cli import main
from digitapp.runs import Outcome, RunStore
from digitapp.runs.records import DONE
from tests.tiny_runs import TINY, ran


@pytest.fixture
def store() -> RunStore:
    """A store with run 1, which is done, and run 2, which is queued."""
    found = RunStore()
    _, lease = ran(found)
    lease.finish(Outcome(DONE, "", 0.5, 0.75, b"model", b"test", handwriting=(7, 9)))
    found.create(TINY)
    return found


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]):
    """Return a function that runs a command that succeeds, and returns its output."""

    def _said(*arguments: str) -> str:
        assert main(["runs", *arguments]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return _said


def sentence(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the error message of a command that fails."""
    assert main(["runs", *arguments]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err.removeprefix("digitapp: ").strip()


def test_a_run_is_renamed_noted_tagged_and_starred(store: RunStore, said) -> None:
    assert said("rename", "1", "My", "first") == "Run 1 is called My first.\n"
    assert said("note", "1", "It reads sevens.") == "Note of run 1: It reads sevens.\n"
    assert said("tag", "1", "good", "class 5b") == "Tags of run 1: good, class 5b\n"
    assert said("star", "1") == "Run 1 has a star.\n"
    found = store.get(1)
    assert (found.name, found.note) == ("My first", "It reads sevens.")
    assert (found.tags, found.starred) == (("good", "class 5b"), True)
    assert "\nIt reads sevens.\n" in said("show", "1")


def test_it_can_be_taken_away_again(store: RunStore, said) -> None:
    before = store.get(1)
    for command in ("rename 1 x", "note 1 x", "tag 1 x", "star 1"):
        said(*command.split())
    assert said("rename", "1", "") == f"Run 1 is called {before.title}.\n"
    assert said("note", "1", "") == "Note of run 1: none\n"
    assert said("tag", "1") == "Tags of run 1: none\n"
    assert said("star", "1", "--off") == "Run 1 has no star.\n"
    assert store.get(1) == before


def test_the_list_shows_stars_and_tags_and_is_narrowed_by_them(store: RunStore, said) -> None:
    store.star(1)
    store.tag(1, ["good", "5b"])
    store.tag(2, ["5b"])
    second, first = said("list").splitlines()
    assert first.endswith("75.00 %  ★ [good] [5b]")
    assert second.endswith("[5b]")
    for options, ids in {
        "--starred": [1],
        "--tag 5b": [2, 1],
        "--tag 5b --tag good": [1],
        "--starred --tag 5b": [1],
        "--tag bad": [],
    }.items():
        lines = said("list", "--json", *options.split()).splitlines()
        assert [json.loads(line)["run"] for line in lines] == ids
    assert said("list", "--tag", "bad") == "There are no such runs.\n"


def test_json_carries_all_that_is_known(store: RunStore, said) -> None:
    store.annotate(1, "It is good.")
    store.tag(1, ["good"])
    waiting, done = map(json.loads, said("list", "--json").splitlines())
    assert (done["note"], done["tags"], done["starred"]) == ("It is good.", ["good"], False)
    assert (done["best_val_accuracy"], done["handwriting"]) == (0.25, [7, 9])
    assert (waiting["best_val_accuracy"], waiting["handwriting"]) == (None, None)
    assert json.loads(said("show", "1", "--json"))["note"] == "It is good."


def test_a_deleted_run_is_listed_apart_until_it_comes_back_or_goes(store: RunStore, said) -> None:
    assert "no deleted runs" in said("list", "--deleted")
    said("delete", "1")
    assert len(said("list").splitlines()) == 1
    assert said("list", "--deleted").split()[0] == "1"
    assert said("restore", "1") == "Run 1 is restored, with everything that belongs to it.\n"
    assert len(said("list").splitlines()) == 2
    said("delete", "1")
    assert said("purge") == "1 deleted run was removed for good.\n"
    assert said("purge") == "0 deleted runs were removed for good.\n"
    assert [run.id for run in store.all()] == [2]


@pytest.mark.parametrize(
    "command", ["rename 7 x", "note 7 x", "tag 7 x", "star 7", "delete 7", "restore 7"]
)
def test_a_run_that_is_not_there_is_a_sentence(
    command: str, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence(capsys, *command.split()) == "There is no run 7."


@pytest.mark.parametrize("command", ["show 1", "rename 1 x", "report 1", "delete 1"])
def test_of_a_deleted_run_it_is_said_how_it_comes_back(
    command: str, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    store.delete(1)
    assert sentence(capsys, *command.split()).endswith("python -m digitapp runs restore 1")


def test_what_is_too_long_is_a_sentence(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "has 101 characters; at most 100" in sentence(capsys, "rename", "1", "n" * 101)
    assert "at most 2,000" in sentence(capsys, "note", "1", "n" * 3000)
    assert "at most 20" in sentence(capsys, "tag", "1", *map(str, range(21)))


def test_a_run_with_a_living_process_is_not_deleted(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert store.get(2).created > time.time() - 10
    assert "Run 2 is still active; stop it" in sentence(capsys, "delete", "2")
