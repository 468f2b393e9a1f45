"""Which tries of an experiment stand, seed by seed, beside what came of it."""

import pytest
import streamlit as st

from digitapp.errors import Diverged
from digitapp.runs import Run, RunStore, experiments
from digitapp.runs.experiments import Named
from digitapp.runs.records import DONE, FAILED, STOPPED
from digitapp.text.percent import NO_VALUE
from digitapp.training.experiments import EXPERIMENTS
from digitapp.ui.train import experiment_tries
from tests.queries import asked
from tests.tiny_runs import change

RATES = "learning-rate"
TOO_HIGH = f"{Diverged.BEGINS} infinite in epoch 1."


@pytest.fixture
def store(store_url: str, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    found = RunStore()
    monkeypatch.setattr(experiment_tries, "store", lambda: found)
    st.cache_data.clear()
    return found


def tried(store: RunStore, seed: int, *, diverged: str = "", name: str = RATES) -> list[Run]:
    """Return the runs of a try that came to its end: half right, or diverged with that label."""
    found = EXPERIMENTS[name]
    labels = [each.label for each in found.variants]
    numbers = experiments.start(store, name, list(map(Named, found.specs(seed), labels)))
    for label, run in zip(labels, numbers, strict=True):
        if label == diverged:
            change(store, run, status=FAILED, error=TOO_HIGH)
        else:
            change(store, run, status=DONE, test_accuracy=0.5)
    return [store.get(run) for run in numbers]


def told(shown: list[Run]) -> list[tuple[int, str, bool]]:
    """Return the seed of each try, what its last run came to, and whether it is the one shown."""
    found = experiment_tries.tries(EXPERIMENTS[RATES], RATES, shown)
    return [(each.seed, each.shares[-1], each.shown) for each in found.listed]


def test_a_rate_so_high_that_the_loss_is_infinite_is_a_result(store: RunStore) -> None:
    tried(store, 1, diverged="rate 5")
    shown = tried(store, 2)
    assert [(seed, last) for seed, last, _ in told(shown)] == [(1, "diverged"), (2, "50.0 %")]


def test_a_run_that_was_to_learn_and_diverged_or_was_stopped_is_none(store: RunStore) -> None:
    tried(store, 1, diverged="rate 0.1")
    stopped = tried(store, 2)
    change(store, stopped[0].id, status=STOPPED)
    tried(store, 3)
    assert [seed for seed, *_ in told(tried(store, 4))] == [3, 4]


def test_an_old_try_finds_itself_on_its_own_page(store: RunStore) -> None:
    shown = tried(store, 100)
    for seed in range(experiment_tries.MOST + 2):
        tried(store, seed)
    assert [(seed, here) for seed, _, here in told(shown)] == [
        *((seed, False) for seed in range(3, experiment_tries.MOST + 2)),
        (100, True),
    ]


def test_of_more_tries_than_are_listed_it_is_said_that_there_are_more(store: RunStore) -> None:
    for seed in range(experiment_tries.MOST):
        shown = tried(store, seed)
    found = EXPERIMENTS[RATES]
    assert not experiment_tries.tries(found, RATES, shown).more
    shown = tried(store, 100)
    assert experiment_tries.tries(found, RATES, shown).more


def test_where_networks_read_tilted_digits_the_table_says_how_well(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "augmentation"
    tried(store, 1, name=name)
    shown = tried(store, 2, name=name)
    without_networks = experiment_tries.tries(EXPERIMENTS[name], name, shown).listed
    assert [each.tilted for each in without_networks] == [(NO_VALUE, NO_VALUE)] * 2
    st.cache_data.clear()
    shares = {1: 0.62, 2: 0.93, 3: 0.625, 4: None}
    measured = "digitapp.library.experiment_outcomes.turned"
    monkeypatch.setattr(measured, lambda store, found, run: shares[run.id])
    listed = experiment_tries.tries(EXPERIMENTS[name], name, shown).listed
    assert [each.tilted for each in listed] == [("62.0 %", "93.0 %"), ("62.5 %", NO_VALUE)]


def test_the_same_seed_again_takes_no_place_of_another(store: RunStore) -> None:
    tried(store, 1)
    for _ in range(experiment_tries.MOST):
        shown = tried(store, 2)
    assert [(seed, here) for seed, _, here in told(shown)] == [(1, False), (2, True)]


def test_many_tries_are_read_with_as_few_questions_as_two(store: RunStore) -> None:
    counts = []
    tried(store, 1)
    for seed in range(2, experiment_tries.MOST + 2):
        shown = tried(store, seed)
        change(store, tried(store, seed + 100)[0].id, status=STOPPED)  # looked at in vain
        with asked() as statements:
            told(shown)
        counts.append(len(statements))
    assert len({*counts}) == 1, counts
    assert counts[0] <= 3
