"""The models that can read a drawing, by name."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from digitapp import backend
from digitapp.datasets import DIGIT_NAMES
from digitapp.errors import BadFile
from digitapp.prediction import Predictor
from digitapp.registry import lookup

DEFAULT = "recogniser"
ASSETS = Path(__file__).resolve().parent.parent / "assets"


@dataclass(frozen=True)
class Entry:
    """A trained model on disk, and how its images were prepared."""

    title: str
    path: Path
    class_names: tuple[str, ...]
    preparation: str


def load(name: str) -> Predictor:
    """Load a model by name; the first call imports TensorFlow, which takes seconds.

    Raises:
        UnknownName: when it is not in `MODELS`.
        BadFile: when its file is missing or damaged.
    """
    entry = lookup(MODELS, "model", name)
    backend.start()
    import keras

    try:
        model = keras.models.load_model(entry.path, compile=False)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadFile(f"{entry.path}: cannot be loaded as a Keras model ({error}).") from None
    return Predictor(model, entry.class_names)


MODELS: dict[str, Entry] = {
    "recogniser": Entry(
        title="The built-in network",
        path=ASSETS / "recogniser.keras",
        class_names=DIGIT_NAMES,
        preparation="mnist",
    ),
}
