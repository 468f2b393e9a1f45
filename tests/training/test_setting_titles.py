"""Error messages about settings, with the titles of the fields instead of the option names."""

import re

import pytest

from digitapp.errors import BadFile, DigitappError, InvalidSetting
from digitapp.training.setting_titles import titled
from digitapp.training.settings import SETTINGS, from_text
from digitapp.training.spec import TrainingSpec

SAID = {
    "batch_size=0": "Batch size is 0; it must be from 1 to 4096.",
    "epochs=x": "Epochs are 'x'; they must be a whole number.",
    "hidden=a": (
        "Hidden layers are 'a'; they must be whole numbers with commas between them, such as "
        "300,100; or none."
    ),
    "train_size=batch_size": (
        "Training images are 'batch_size'; they must be a whole number, or all for no limit."
    ),
    "epochs=epochs is; it must": "Epochs are 'epochs is; it must'; they must be a whole number.",
    "seed=it's seed": 'Seed is "it\'s seed"; it must be a whole number.',
    "loss=mse": "Loss is 'mse'; it must be one of: sparse_categorical_crossentropy, "
    "categorical_crossentropy.",
    "l2=7": "L2 is 7.0; it must be from 0.0 to 0.1.",
    "augmentation=rotate=999": "Augmentation rotate is 999.0; it must be from 0 to 180.0.",
    "early_stopping=3 validation_split=0": (
        "Early stopping is 3, but no images are held back for validation; set validation split "
        "above 0, or early stopping to no."
    ),
    "momentum=0.5": "Momentum is 0.5, but the optimizer is 'adam'; only sgd supports momentum.",
}


def _error(given: str) -> InvalidSetting:
    texts = dict(part.split("=", 1) for part in re.split(r" (?=\w+=)", given))
    with pytest.raises(InvalidSetting) as caught:
        from_text(texts, TrainingSpec())
    return caught.value


@pytest.mark.parametrize("given", SAID)
def test_settings_are_called_by_their_titles(given: str) -> None:
    assert titled(_error(given)) == SAID[given]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_option_name_of_no_setting_is_left(name: str) -> None:
    error = InvalidSetting(f"{name} is 7; it must be less. Set {name} to 3.", name)
    said = titled(error)
    title = SETTINGS[name].title
    assert said.startswith(title)
    assert title.lower() in said.removeprefix(title).lower()
    assert "_" not in said


@pytest.mark.parametrize(
    "error", [BadFile("batch_size is no file."), InvalidSetting("The epochs are over.")]
)
def test_other_messages_stay_as_they_are(error: DigitappError) -> None:
    assert titled(error) == str(error)
