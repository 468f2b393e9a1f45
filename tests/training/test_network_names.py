"""Networks are named for what they are."""

from dataclasses import replace

import pytest

from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.network_names import ARCHITECTURE_TITLES, network_name, preset_title
from digitapp.training.spec import PRESETS, TrainingSpec

WIDE = TrainingSpec(hidden=(300, 100))
NAMES = {
    "dense 300-100": WIDE,
    "dense, no hidden layer": TrainingSpec(hidden=()),
    "dense 300-100 on 300 images": replace(WIDE, train_size=300),
    "dense 300-100 on 1 image": replace(WIDE, train_size=1),
    "dense 300-100 sigmoid": replace(WIDE, activation="sigmoid"),
    "LeNet-5": replace(WIDE, architecture="lenet-5"),
    "LeNet-5 on 2,000 images of Fashion-MNIST": TrainingSpec(
        architecture="lenet-5", dataset="fashion_mnist", train_size=2000
    ),
    "simple CNN from run 12 on my handwriting": TrainingSpec(
        architecture="simple-cnn", base="run-12", dataset="my_handwriting"
    ),
    "dense 300-100 on 300 images with random labels": replace(
        WIDE, train_size=300, random_labels=1
    ),
    "dense 300-100 with 12.5 % random labels": replace(WIDE, random_labels=0.125),
    "lenet-6": TrainingSpec(architecture="lenet-6"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_named_for_what_it_is(name: str) -> None:
    assert network_name(NAMES[name]) == name


def test_how_it_learns_is_not_part_of_its_name() -> None:
    others = replace(WIDE, epochs=3, learning_rate=1.0, optimizer="sgd", seed=5, dropout=0.5)
    assert network_name(others) == network_name(WIDE)


def test_every_architecture_has_a_title() -> None:
    assert ARCHITECTURE_TITLES.keys() == ARCHITECTURES.keys()


def test_presets_have_titles_without_hyphens_but_between_numbers() -> None:
    titles = [preset_title(name) for name in PRESETS]
    assert titles[:3] == ["Nodes and layers", "Fashion 300-100", "Dense 512"]


def test_no_two_presets_have_the_same_name() -> None:
    assert len({network_name(spec) for spec in PRESETS.values()}) == len(PRESETS)


def test_a_class_dataset_is_named_without_the_code_of_its_room() -> None:
    spec = TrainingSpec(dataset="Our signs (class K7M2P)", train_size=None)
    assert "Our signs" in network_name(spec)
    assert "K7M2P" not in network_name(spec)
