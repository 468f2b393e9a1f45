"""The race of a room: who stands where on each dataset."""

from dataclasses import replace

import pytest

from digitapp.library.class_race import race, races, title_of
from digitapp.runs import Run, RunStore
from digitapp.runs.classroom_datasets import full_name
from digitapp.runs.classroom_race import Entry
from tests.tiny_runs import TINY

SIGNS = full_name("Our signs", "K7M2P")


@pytest.fixture
def run() -> Run:
    store = RunStore()
    return replace(store.get(store.create(TINY)), status="done", parameters=100, test_accuracy=0.5)


def entry(run: Run, person: str, score: float | None, **known: object) -> Entry:
    spec = replace(run.spec, dataset=str(known.pop("dataset", "mnist")))
    return Entry(replace(run, spec=spec, test_accuracy=score, **known), person, person.title())  # type: ignore[arg-type]


def test_each_has_a_place_by_her_best_run_and_equals_share_one(run: Run) -> None:
    found = race(
        "mnist",
        [
            entry(run, "ada", 0.8, id=1),
            entry(run, "bo", 0.9, id=2),
            entry(run, "ada", 0.95, id=3),
            entry(run, "cy", 0.9, id=4),
            entry(run, "di", 0.7, id=5),
        ],
    )
    told = [(each.place, each.entry.person, each.entry.run.id) for each in found.standings]
    assert told == [(1, "ada", 3), (2, "bo", 2), (2, "cy", 4), (4, "di", 5)]
    assert [each.run.id for each in found.placed] == [3, 2, 4, 5, 1]


def test_of_equal_runs_the_smaller_network_counts(run: Run) -> None:
    runs = [entry(run, "ada", 0.9, id=1), entry(run, "ada", 0.9, id=2, parameters=10)]
    (first,) = race("mnist", runs).standings
    assert first.entry.run.id == 2


def test_a_run_that_is_not_over_has_no_place(run: Run) -> None:
    going = entry(run, "ada", 0.9, id=1, status="running")
    failed = entry(run, "bo", None, id=2, status="failed")
    found = race("mnist", [going, failed])
    assert (found.standings, found.under_way) == ((), 1)


def test_there_is_a_race_for_each_dataset_that_people_share(run: Run) -> None:
    found = races(
        [
            entry(run, "ada", 0.9, dataset="mnist"),
            entry(run, "bo", 0.9, dataset="mnist"),
            entry(run, "ada", 0.9, dataset=SIGNS),
            entry(run, "ada", 0.9, dataset="signs"),
            entry(run, "bo", 0.9, dataset="signs"),  # another one, of the same name
        ]
    )
    assert {title_of(name): len(each.entries) for name, each in found.items()} == {
        "MNIST": 2,
        "Our signs": 1,
        "signs of Ada": 1,
        "signs of Bo": 1,
    }
    assert next(iter(found)) == "mnist"


def test_it_is_known_when_not_all_were_tested_with_the_same_images(run: Run) -> None:
    same = [entry(run, who, 0.9, fingerprint="a") for who in ("ada", "bo")]
    assert not race("mnist", same).differ
    assert race("mnist", [*same, entry(run, "cy", 0.9, fingerprint="b")]).differ


def test_runs_that_were_tested_again_stand_by_their_new_scores(run: Run) -> None:
    runs = [entry(run, "ada", 0.9, id=1, fingerprint="a"), entry(run, "bo", 0.8, id=2)]
    found = race(SIGNS, runs, {1: 0.5, 2: 0.75})
    assert [(each.entry.person, each.score) for each in found.standings] == [
        ("bo", 0.75),
        ("ada", 0.5),
    ]
    assert not found.differ
    assert race(SIGNS, runs, {2: 0.75}).standings[0].entry.person == "bo"
