"""Generate the code that prepares images and labels: grey levels, validation, one-hot labels."""

from __future__ import annotations

from digitapp.data.datasets import DATASETS
from digitapp.training.spec import TrainingSpec

_HELD_BACK = """\
# Keep the last {shown} of the training images for validation: the network does not learn from
# them, so after every epoch they show how well it does on new images.
cut = len(x_train) - {count}
x_validation, y_validation = x_train[cut:], y_train[cut:]
x_train, y_train = x_train[:cut], y_train[:cut]"""

_HELD_BACK_WRITERS = """\
# Keep the last people's images for validation: the network does not learn from them, so after
# every epoch they show how well it reads people whom it does not know. Nobody's images are cut in
# two, so as many people are kept as come nearest to {shown} of the training images.
wanted = len(x_train) - {count}
ends = data.writers.ends[:-1]  # the number of images up to each person's last one
cut = min(ends, key=lambda end: (abs(end - wanted), -end))
x_validation, y_validation = x_train[cut:], y_train[cut:]
x_train, y_train = x_train[:cut], y_train[:cut]"""


_OTHER_SHAPES = """\
# Shapes that look like none of the classes, as the last class: "none of these".
size = len(x_train)
others = beside(data.x_train[:size], data.y_train[:size], seed)
x_train = np.concatenate([x_train, others.astype("float32") / 255])
y_train = np.concatenate([y_train, np.full(len(others), classes - 1, y_train.dtype)])"""


def lines(*code: str) -> str:
    """Join the lines that are not empty."""
    return "\n".join(line for line in code if line)


def scaled_and_split(spec: TrainingSpec) -> str:
    """Return the code that scales the images and takes the validation and training images."""
    return lines(
        "# Grey levels from 0 to 255 become numbers from 0 to 1.",
        'x_train = x_train.astype("float32") / 255',
        'x_test = x_test.astype("float32") / 255',
        _held_back(spec),
        f"# Train on the first {spec.train_size:,} images only." if spec.train_size else "",
        f"x_train = x_train[:{spec.train_size}]" if spec.train_size else "",
        f"y_train = y_train[:{spec.train_size}]" if spec.train_size else "",
    )


def other_shapes(spec: TrainingSpec) -> str:
    """Return the code that adds shapes of none of the classes; empty if they are not learned."""
    return _OTHER_SHAPES if spec.none_of_these else ""


def one_hot(spec: TrainingSpec, classes: str) -> str:
    """Return the code that makes labels one-hot; empty if the loss takes them as they are."""
    if spec.loss != "categorical_crossentropy":
        return ""
    parts = ("train", *(["validation"] if spec.validation_split else []), "test")
    return lines(
        "# One-hot labels: 3 becomes 0, 0, 0, 1, 0, ...",
        *(f"y_{part} = keras.utils.to_categorical(y_{part}, {classes})" for part in parts),
    )


def _held_back(spec: TrainingSpec) -> str:
    """Return the code that splits validation images off the end; empty if there are none."""
    share, known = spec.validation_split, DATASETS.get(spec.dataset)
    code = _HELD_BACK_WRITERS if known and known.writers else _HELD_BACK
    if not share:
        return ""
    if share < 1:
        return code.format(shown=f"{share * 100:g} %", count=f"round({share} * len(x_train))")
    return code.format(shown=f"{share:,.0f}", count=f"{share:.0f}")
