"""Experiments: a few runs that differ in one thing, what to watch for, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitapp.errors import UnknownName, did_you_mean
from digitapp.registry import lookup
from digitapp.training import experiment_data_rules as of_data
from digitapp.training import experiment_network_rules as of_networks
from digitapp.training.experiment_results import Result, Rule
from digitapp.training.spec import Augmentation, TrainingSpec

TURNED, CERTAINTY = "turned", "certainty"  # what else is measured of each network
NOTHING_LEFT = "So there is nothing to compare. Train them once more, to their end."


@dataclass(frozen=True)
class Variant:
    """One run of an experiment: what is special about it, and its settings."""

    label: str
    spec: TrainingSpec


@dataclass(frozen=True)
class Experiment:
    """Runs that differ in one thing.

    Attributes:
        about: what it is about, in a line.
        watch: what to watch for while they train.
        variants: its runs, in order; their settings differ, and not only in the seed.
        rule: says what came of it, given the results of all variants, trained to their end.
        measured: what the rule needs beside the scores: `TURNED`, `CERTAINTY` or nothing.
        seconds: that it takes on a quiet laptop: an estimate from its processor time, rounded.
        highest_loss: that is to be expected, where its axis ends; 0 for that of guessing.
    """

    title: str
    about: str
    watch: str
    variants: tuple[Variant, ...]
    rule: Rule
    seconds: int
    measured: str = ""
    highest_loss: float = 0.0

    def specs(self, seed: int) -> list[TrainingSpec]:
        """Return the settings of its runs, all with this seed."""
        return [replace(each.spec, seed=seed) for each in self.variants]

    def variant_of(self, spec: TrainingSpec) -> int | None:
        """Return the index of the variant with these settings, whatever the seed; None if none."""
        plain = [replace(each.spec, seed=0) for each in self.variants]
        wanted = replace(spec, seed=0)
        return plain.index(wanted) if wanted in plain else None

    @property
    def epochs(self) -> int:
        """The number of epochs of its longest run."""
        return max(each.spec.epochs for each in self.variants)


def experiment(name: str) -> Experiment:
    """Return the experiment of that name.

    Raises:
        UnknownName: when there is none, with similar names.
    """
    try:
        return lookup(EXPERIMENTS, "experiment", name)
    except UnknownName as error:
        raise UnknownName(f"{error}{did_you_mean(name, EXPERIMENTS)}") from None


def came_of_it(found: Experiment, results: Sequence[Result]) -> list[str]:
    """Return what came of an experiment, in sentences.

    Unless all runs trained to their end, there is nothing to compare: it says why, and what those
    that did are able to do. A run that diverged has come to its end, where that is the lesson.

    Args:
        results: of all variants, in order.
    """
    unusable = [each for each in results if each.problem and not _tells(found, each)]
    if not unusable:
        return [said for said in found.rule(results) if said]
    alone = [
        f"{each.label[0].upper()}{each.label[1:]}: {each.test_in_words} of the test images right."
        for each in results
        if not each.problem
    ]
    return [*(each.problem for each in unusable), *alone, NOTHING_LEFT]


def unexpected(sentences: Sequence[str]) -> bool:
    """Whether what came of it, in sentences, was not all as expected; the rules then say so."""
    return any("this time" in each.lower() for each in sentences)


def may_diverge(found: Experiment, label: str) -> bool:
    """Whether it is a result of this experiment that the run of this variant diverges."""
    return found.rule is of_networks.learning_rate and label == found.variants[-1].label


def _tells(found: Experiment, result: Result) -> bool:
    """Whether a diverged run is a result of this experiment."""
    return result.diverged and may_diverge(found, result.label)


_HELD_BACK = TrainingSpec(validation_split=1000)
_MANY = replace(_HELD_BACK, train_size=5000, epochs=40)
_RATES = replace(_HELD_BACK, hidden=(64,), optimizer="sgd", train_size=3000, epochs=15)
_DEPTHS = replace(_HELD_BACK, train_size=4000, epochs=20)
_DEEP = replace(
    _HELD_BACK, hidden=(64,) * 5, optimizer="sgd", learning_rate=0.1, train_size=3000, epochs=15
)
_UPRIGHT = replace(_HELD_BACK, hidden=(256,), train_size=4000, epochs=15)
_KINDS = replace(_HELD_BACK, hidden=(300, 100), train_size=5000, epochs=30)
_LABELLED = replace(_HELD_BACK, hidden=(256,), train_size=1000, epochs=60)

EXPERIMENTS: dict[str, Experiment] = {
    "little-data": Experiment(
        title="Little data",
        about="The same network learns from 300 images, and from 5,000.",
        watch=(
            "Each network has two lines: dashed for its own images, solid for images that were "
            "held back. How far apart do they end with 300 images, and with 5,000?"
        ),
        variants=(
            Variant("300 images", replace(_MANY, train_size=300)),
            Variant("5,000 images", _MANY),
        ),
        rule=of_data.little_data,
        seconds=10,
    ),
    "learning-rate": Experiment(
        title="Learning rate",
        about="The same network with three learning rates: steps of three sizes.",
        watch=(
            "All three begin by guessing, at 10 %. The higher the rate, the larger the steps: does "
            "a higher rate get there sooner? Watch the loss in the first epochs, too."
        ),
        variants=(
            Variant("rate 0.001", replace(_RATES, learning_rate=0.001)),
            Variant("rate 0.1", replace(_RATES, learning_rate=0.1)),
            Variant("rate 5", replace(_RATES, learning_rate=5.0)),
        ),
        rule=of_networks.learning_rate,
        seconds=10,
        highest_loss=10.0,
    ),
    "layers": Experiment(
        title="Hidden layers",
        about="No hidden layer, one, and three.",
        watch=(
            "Which network gets furthest? Does a hidden layer make a difference, and do two more "
            "bring as much again?"
        ),
        variants=(
            Variant("no hidden layer", replace(_DEPTHS, hidden=())),
            Variant("one", replace(_DEPTHS, hidden=(128,))),
            Variant("three", replace(_DEPTHS, hidden=(128, 128, 128))),
        ),
        rule=of_networks.layers,
        seconds=10,
    ),
    "activation": Experiment(
        title="Sigmoid or ReLU",
        about="Five hidden layers, once with ReLU and once with sigmoid as their activation.",
        watch=(
            "Both networks have the same layers, the same images and the same learning rate. Does "
            "the loss of each of them fall, or does it stay where guessing is?"
        ),
        variants=(
            Variant("ReLU", _DEEP),
            Variant("sigmoid", replace(_DEEP, activation="sigmoid")),
        ),
        rule=of_networks.activation,
        seconds=10,
    ),
    "augmentation": Experiment(
        title="Tilted digits",
        about="One network learns digits as they are, the other turned at random by up to 40°.",
        watch=(
            "The second network never sees the same picture twice. Whose dashed line, its own "
            "images, is higher, and is that network the better one? Who will read a digit that is "
            "tilted by 30°?"
        ),
        variants=(
            Variant("as they are", _UPRIGHT),
            Variant("turned", replace(_UPRIGHT, augmentation=Augmentation(rotate=40.0))),
        ),
        rule=of_data.augmentation,
        seconds=10,
        measured=TURNED,
    ),
    "wrong-data": Experiment(
        title="The wrong kind of data",
        about="One network learns clothes and is then asked to read digits; the other knows them.",
        watch=(
            "Each learns its own pictures. What will the one that knows only clothes say when it "
            "is shown a 7, and how sure will it be?"
        ),
        variants=(
            Variant("clothes", replace(_KINDS, dataset="fashion_mnist")),
            Variant("digits", _KINDS),
        ),
        rule=of_data.wrong_data,
        seconds=10,
        measured=CERTAINTY,
    ),
    "shuffled-labels": Experiment(
        title="Random labels",
        about="One network is told a random digit for each of its images, the other the true one.",
        watch=(
            "With random labels there is nothing to understand. Does the dashed line, its own "
            "images, climb all the same? And the solid one, images that were held back?"
        ),
        variants=(
            Variant("random labels", replace(_LABELLED, random_labels=1.0)),
            Variant("true labels", _LABELLED),
        ),
        rule=of_data.shuffled_labels,
        seconds=10,
    ),
}
