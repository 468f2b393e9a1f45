"""Why a run of an experiment cannot be compared."""

from digitapp.library import experiment_outcomes
from digitapp.runs import RunStore
from digitapp.training.experiments import EXPERIMENTS
from tests.tiny_runs import age, ran


def test_of_a_lost_run_it_is_said_what_that_means_and_what_to_do(store_url: str) -> None:
    store, variant = RunStore(store_url), EXPERIMENTS["layers"].variants[0]
    run, _ = ran(store, variant.spec)
    assert experiment_outcomes.problem(variant, store.get(run)).endswith("is still running.")
    age(store, run)
    said = experiment_outcomes.problem(variant, store.get(run))
    assert f"(run {run}) is lost: nothing is heard any more" in said
    assert said.endswith("resume it on its page.")
