"""The models as Keras networks, to train further, calibrate or convert.

This needs TensorFlow, so only processes that train or convert import it; `library.models` has what
reads.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitapp import backend
from digitapp.errors import BadFile
from digitapp.library import models
from digitapp.library.stored_networks import stored_network
from digitapp.registry import lookup
from digitapp.runs import Run, RunStore
from digitapp.runs.records import TEST
from digitapp.training import checkpoints
from digitapp.training.architectures import build
from digitapp.training.history import as_keras
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

    from digitapp.training.trainer import Trained


def network(name: str, store: RunStore | None = None) -> keras.Model:
    """Load the Keras model itself, not compiled.

    Raises:
        UnknownName: when there is no such model.
        BadFile: when its file is missing or damaged.
        StoreProblem: when the store fails.
    """
    run = models.run_of(name)
    if run is not None and store:
        return trained_by(store, store.get(run))
    return loaded(lookup(models.MODELS, "model", name).path)


def loaded(path: Path) -> keras.Model:
    """Load a `.keras` file, not compiled.

    Raises:
        BadFile: when it is missing or damaged.
    """
    backend.start()
    import keras

    try:
        return keras.models.load_model(path, compile=False)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadFile(f"{path}: cannot be loaded as a Keras model ({error}).") from None


def trained_by(store: RunStore, run: Run) -> keras.Model:
    """Rebuild a run's network from its settings and stored weights; not compiled.

    Raises:
        UnknownName: when it has no network.
        BadFile: when the stored weights are damaged.
    """
    return stored_network(store, run).built()


def trained_elsewhere(path: Path, spec: TrainingSpec, classes: int) -> Trained:
    """Return the network in a `.keras` file as if it had just been trained; its scores are unknown.

    Args:
        spec: the settings that it was trained with.
        classes: number of its outputs.

    Raises:
        BadFile: when the file is missing or damaged, or its network has other layers.
    """
    from digitapp.training.trainer import Trained

    model = build(spec, classes)
    checkpoints.inherit(model, loaded(path))
    return Trained(spec, model, {}, 0.0, 0.0, np.zeros((0, classes), np.float32), 0.0, 0)


def trained(store: RunStore, run: Run) -> Trained:
    """Return all results of a run's training.

    Raises:
        UnknownName, BadFile: as `trained_by`.
    """
    from digitapp.training.trainer import Trained

    model, test = trained_by(store, run), store.blob(run.id, TEST)
    return Trained(
        spec=run.spec,
        model=model,
        history=as_keras(store.epochs(run.id)),
        test_loss=run.test_loss or 0.0,
        test_accuracy=run.test_accuracy or 0.0,
        test_probabilities=checkpoints.unpack(test or b"")["probabilities"],
        seconds=run.seconds,
        images=run.images,
    )
