"""Training settings: `TrainingSpec`, a frozen dataclass that converts to JSON, and the presets."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from digitapp.errors import InvalidSetting
from digitapp.training import setting_checks

LOSSES = ("sparse_categorical_crossentropy", "categorical_crossentropy")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "gelu")

LEARNING_RATES = (0.000001, 10.0)

# Settings with integer limits must be whole numbers.
_RANGES: dict[str, tuple[float, float]] = {
    "dropout": (0.0, 0.9),
    "l2": (0.0, 0.1),
    "learning_rate": LEARNING_RATES,
    "momentum": (0.0, 0.999),
    "random_labels": (0.0, 1.0),
    "batch_size": (1, 4096),
    "epochs": (1, 1000),
    "seed": (0, 2**31 - 1),
    "frozen": (0, 100),
}
_SWITCHES = ("cosine_decay", "new_output", "none_of_these")
LARGEST_CHANGES = {
    "rotate": 180.0,
    "shift": 14.0,
    "scale": 0.9,
    "slant": 1.0,
    "thickness": 1.0,
    "blur": 3.0,
    "pressure": 1.0,
    "breaks": 1.0,
    "noise": 1.0,
}


@dataclass(frozen=True)
class Augmentation:
    """Data augmentation: the largest random change to a training image, by kind.

    The changes are drawn anew for every image and epoch.

    Attributes:
        rotate: degrees, drawn from -rotate to +rotate.
        shift: pixels of the 28x28 image, in each direction.
        scale: fraction, for width and height separately (0.1: from 90 % to 110 %).
        slant: shear, sideways pixels per pixel of height.
        thickness: 0 to 1; 1 thickens by up to a whole pixel on each side, and thins by half that.
        blur: largest standard deviation of a Gaussian blur, in pixels.
        pressure: 0 to 1; how much weaker the ink may be on one side than on the other.
        breaks: 0 to 1; how far the ink may fade in a few small gaps.
        noise: 0 to 1; largest standard deviation of noise in and around the ink, similar to JPEG
            artefacts.

    Raises:
        InvalidSetting: from the constructor, when a value is not a number or out of range.
    """

    rotate: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    slant: float = 0.0
    thickness: float = 0.0
    blur: float = 0.0
    pressure: float = 0.0
    breaks: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        for name, largest in LARGEST_CHANGES.items():
            setting_checks.number(f"augmentation {name}", getattr(self, name), 0, largest)

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@dataclass(frozen=True)
class TrainingSpec:
    """All settings of a run; together with the data they determine its outcome.

    Attributes:
        validation_split: a fraction below 1, or a number of images, taken from the end of the
            training part.
        train_size: number of the remaining images to use; None for all.
        random_labels: share of the training images, from 0 to 1, whose labels are replaced by ones
            drawn at random, evenly from all classes (`training.random_labels`). Validation and test
            images keep theirs.
        momentum: of plain SGD; not allowed with other optimizers.
        early_stopping: patience in epochs: stop after so many without a better validation loss, and
            restore the best epoch's weights; None trains to the end.
        base: the model whose weights it begins with, such as `recogniser` or `run-12`; empty for
            fresh weights. Batch normalisation is then frozen, because a few images would spoil its
            statistics.
        new_output: take from `base` all layers but the last; the output layer is new, with a node
            for each class of the dataset (transfer learning: Yosinski et al., "How transferable are
            features in deep neural networks?", NeurIPS 2014).
        frozen: number of layers with weights, from the first on, that stay as `base` has them.
        none_of_these: learn one class more, `NOT_A_DIGIT`, from built-in shapes that look like none
            of the dataset's classes (`library.other_shapes`).
        cosine_decay: lower the learning rate along half a cosine to zero at the last step.

    Raises:
        InvalidSetting: from the constructor, when a value is out of its range.
    """

    dataset: str = "mnist"
    architecture: str = "dense"
    hidden: tuple[int, ...] = (128,)
    activation: str = "relu"
    dropout: float = 0.0
    l2: float = 0.0
    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.0
    cosine_decay: bool = False
    loss: str = "sparse_categorical_crossentropy"
    batch_size: int = 32
    epochs: int = 10
    validation_split: float = 0.1
    train_size: int | None = None
    augmentation: Augmentation = Augmentation()
    early_stopping: int | None = None
    seed: int = 0
    base: str = ""
    random_labels: float = 0.0
    new_output: bool = False
    frozen: int = 0
    none_of_these: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            setting_checks.number(name, getattr(self, name), low, high, whole=isinstance(low, int))
        for name in ("dataset", "architecture", "optimizer", "base"):
            setting_checks.text(name, getattr(self, name))
        setting_checks.one_of("loss", self.loss, LOSSES)
        setting_checks.one_of("activation", self.activation, ACTIVATIONS)
        setting_checks.hidden_widths(self.hidden)
        setting_checks.split_share(self.validation_split)
        if self.train_size is not None:
            setting_checks.number(
                "train_size", self.train_size, 1, setting_checks.MAX_IMAGES, whole=True
            )
        if self.early_stopping is not None:
            setting_checks.number("early_stopping", self.early_stopping, 1, 1000, whole=True)
        for name in _SWITCHES:
            setting_checks.switch(name, getattr(self, name))
        self._check_combinations()
        if not isinstance(self.augmentation, Augmentation):
            raise InvalidSetting(
                f"augmentation is {self.augmentation!r}; it must be an object with some of: "
                f"{', '.join(LARGEST_CHANGES)}.",
                "augmentation",
            )

    def _check_combinations(self) -> None:
        if self.momentum and self.optimizer != "sgd":
            raise InvalidSetting(
                f"momentum is {self.momentum}, but the optimizer is {self.optimizer!r}; "
                "only sgd supports momentum.",
                "momentum",
                "optimizer",
            )
        if self.early_stopping and not self.validation_split:
            raise InvalidSetting(
                f"early_stopping is {self.early_stopping}, but no images are held back for "
                "validation; set validation_split above 0, or early_stopping to no.",
                "early_stopping",
                "validation_split",
            )
        for name in ("new_output", "frozen"):
            if getattr(self, name) and not self.base:
                raise InvalidSetting(
                    f"{name} is {getattr(self, name)}, but the run begins with fresh weights; it "
                    "needs a network to begin with (base).",
                    name,
                    "base",
                )
        if self.none_of_these and self.base and not self.new_output:
            raise InvalidSetting(
                "none_of_these is on, but the run keeps the classes of the network that it begins "
                "with; it needs an output layer of its own (new_output).",
                "none_of_these",
                "new_output",
            )

    def to_json(self) -> str:
        """Return the spec as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "TrainingSpec":
        """Parse a spec written by `to_json`.

        Raises:
            InvalidSetting: when the text is not a JSON object with this class's settings.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidSetting(f"The settings are not JSON: {error}.") from None
        if not isinstance(values, dict):
            raise InvalidSetting(f"The settings are {values!r}; they must be a JSON object.")
        return cls().changed(values)

    def changed(self, values: Mapping[str, Any]) -> "TrainingSpec":
        """Return a copy with some settings replaced, given as plain JSON values.

        Raises:
            InvalidSetting: when a name is unknown or a value is of the wrong type or range.
        """
        setting_checks.known("setting", values, [field.name for field in fields(self)])
        values = dict(values)
        if isinstance(values.get("hidden"), list):
            values["hidden"] = tuple(values["hidden"])
        if isinstance(values.get("augmentation"), Mapping):
            setting_checks.known("augmentation", values["augmentation"], list(LARGEST_CHANGES))
            values["augmentation"] = Augmentation(**values["augmentation"])
        return replace(self, **values)


PRESETS: dict[str, TrainingSpec] = {
    "nodes-and-layers": TrainingSpec(hidden=(128, 64), batch_size=100, epochs=10),
    "fashion-300-100": TrainingSpec(
        dataset="fashion_mnist",
        hidden=(300, 100),
        optimizer="sgd",
        learning_rate=0.01,
        epochs=30,
        validation_split=5000,
    ),
    "dense-512": TrainingSpec(
        hidden=(512,),
        optimizer="rmsprop",
        loss="categorical_crossentropy",
        batch_size=128,
        epochs=10,
        validation_split=0,
    ),
    "dense-128": TrainingSpec(hidden=(128,), epochs=10, validation_split=0),
    "recogniser": TrainingSpec(
        dataset="digits_and_others",
        architecture="deeper-cnn",
        dropout=0.4,
        cosine_decay=True,
        batch_size=128,
        epochs=28,
        validation_split=6000,
        augmentation=Augmentation(
            rotate=15,
            shift=2,
            scale=0.15,
            slant=0.25,
            thickness=0.8,
            blur=0.6,
            pressure=0.4,
            breaks=0.7,
            noise=0.15,
        ),
        seed=7,
    ),
    # What was measured is in `benchmarks.few_examples`.
    "few-examples": TrainingSpec(
        dataset="fashion_mnist",
        train_size=200,
        architecture="deeper-cnn",
        dropout=0.4,
        base="recogniser",
        new_output=True,
        frozen=5,
        none_of_these=True,
        epochs=30,
        validation_split=0,
        augmentation=Augmentation(rotate=15, shift=2, scale=0.25, slant=0.35, thickness=0.8),
    ),
}
FEW_EXAMPLES = "few-examples"


def preset_for(name: str, spec: TrainingSpec) -> TrainingSpec | None:
    """Return the preset of that name, as it is for the dataset of a spec; None if there is none.

    *Few examples* is for any dataset, and takes all images of one that is not its own.
    """
    found = PRESETS.get(name)
    if found and name == FEW_EXAMPLES and spec.dataset != found.dataset:
        return replace(found, dataset=spec.dataset, train_size=None)
    return found
