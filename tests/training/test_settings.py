"""Settings as text: the basis of the command line and the page's links."""

import dataclasses

import pytest

from digitapp.errors import InvalidSetting
from digitapp.training.settings import SETTINGS, as_text, from_text, understood
from digitapp.training.spec import PRESETS, Augmentation, TrainingSpec

FIELDS = [field.name for field in dataclasses.fields(TrainingSpec)]


def test_every_setting_of_a_spec_is_there_and_no_other() -> None:
    assert sorted(SETTINGS) == sorted(FIELDS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_explained_in_one_sentence(name: str) -> None:
    assert SETTINGS[name].about.endswith(".")
    assert len(SETTINGS[name].about) < 100


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_survives_the_journey_through_text(preset: str) -> None:
    spec = PRESETS[preset]
    texts = {name: as_text(spec, name) for name in SETTINGS}
    assert from_text(texts, TrainingSpec(seed=99)) == spec


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hidden", "300,100", (300, 100)),
        ("hidden", "none", ()),
        ("cosine_decay", "Yes", True),
        ("validation_split", "5000", 5000),
        ("validation_split", "0.1", 0.1),
        ("train_size", "all", None),
        ("train_size", "100", 100),
        ("early_stopping", "no", None),
        ("random_labels", "0.25", 0.25),
        ("augmentation", "none", Augmentation()),
        ("augmentation", "rotate=15, shift=2", Augmentation(rotate=15, shift=2)),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: object) -> None:
    assert getattr(from_text({name: text}, TrainingSpec()), name) == value


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("epochs", "many", "a whole number"),
        ("learning_rate", "fast", "a number"),
        ("cosine_decay", "perhaps", "yes or no"),
        ("hidden", "300;100", "300,100"),
        ("validation_split", "half", "a fraction below 1"),
        ("train_size", "some", "a whole number, or all"),
        ("augmentation", "rotate", "rotate=15"),
    ],
)
def test_text_that_is_no_such_value_is_refused_with_what_is_allowed(
    name: str, text: str, allowed: str
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        from_text({name: text}, TrainingSpec())
    assert f"{name} is {text!r}" in str(caught.value)
    assert allowed in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"momentum": "0.9"}, "only sgd supports momentum"),
        ({"early_stopping": "3", "validation_split": "0"}, "no images are held back"),
    ],
)
def test_settings_that_do_not_go_together_are_refused_with_the_reason(
    texts: dict[str, str], reason: str
) -> None:
    with pytest.raises(InvalidSetting, match=reason):
        from_text(texts, TrainingSpec())


def test_values_are_taken_as_they_are_and_text_is_parsed() -> None:
    given = {"dropout": 0.25, "hidden": (300, 100), "learning_rate": "0.01", "base": ""}
    spec, wrong = understood({**given, "augmentation": Augmentation(rotate=12.0)}, TrainingSpec())
    assert not wrong
    assert (spec.dropout, spec.hidden, spec.learning_rate, spec.base) == (
        0.25,
        (300, 100),
        0.01,
        "",
    )
    assert spec.augmentation == Augmentation(rotate=12.0)


def test_of_many_settings_each_wrong_one_is_named_and_the_rest_is_used() -> None:
    given = {"epochs": 1.5, "seed": "x", "batch_size": 64, "hidden": (300, 0.5)}
    spec, wrong = understood(given, TrainingSpec())
    assert spec == TrainingSpec(batch_size=64)
    assert str(wrong["epochs"]) == "epochs is 1.5; it must be a whole number from 1 to 1000."
    assert str(wrong["seed"]) == "seed is 'x'; it must be a whole number."
    assert str(wrong["hidden"]).startswith("hidden is [300, 0.5]; it must be at most 5 widths")


@pytest.mark.parametrize(("name", "text"), [("train_size", "all"), ("early_stopping", "no")])
def test_no_limit_has_a_word_that_fits_the_setting(name: str, text: str) -> None:
    assert as_text(TrainingSpec(), name) == text
    assert (
        getattr(from_text({name: text}, TrainingSpec(train_size=5, early_stopping=5)), name) is None
    )
