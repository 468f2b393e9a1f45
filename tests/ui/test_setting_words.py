"""The settings of a run in words: those that count, and what is unlike the preset."""

from dataclasses import replace

from digitapp.library import few_examples
from digitapp.runs import RunStore
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.ui.train.setting_words import in_words


def words(spec: TrainingSpec, preset: str) -> dict[str, tuple[str, str]]:
    store = RunStore()
    run = store.get(store.create(spec, preset))
    return {each.title: (each.value, each.instead_of) for each in in_words(run)}


def test_what_it_takes_from_another_network_is_told_where_it_takes_something() -> None:
    found = words(PRESETS["few-examples"], "few-examples")
    assert found["Begin with"] == ("The built-in network", "")
    assert found["New output layer"] == ("yes", "")
    assert found["Frozen layers"] == ("5", "")
    assert found["None of these"] == ("yes", "")
    plain = words(PRESETS["dense-128"], "dense-128")
    assert not {"New output layer", "Frozen layers", "None of these"} & {*plain}


def test_a_dataset_of_ones_own_is_no_change_of_the_preset_for_few_examples() -> None:
    own = replace(PRESETS["few-examples"], dataset="secret signs", train_size=None)
    assert not any(instead for _, instead in words(own, "few-examples").values())
    less = words(replace(own, train_size=30), "few-examples")
    assert less["Training images"] == ("30", "all")


def test_fresh_weights_instead_of_the_built_in_network_are_unlike_the_preset() -> None:
    spec = few_examples.with_fresh_weights(PRESETS["few-examples"])
    found = words(spec, "few-examples")
    assert found["Begin with"] == ("fresh weights", "The built-in network")
    assert "Frozen layers" not in found
