"""Training compiled by XLA: the same steps as Keras's, only faster."""

from typing import Any

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.training import trainer
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import Trained, is_compiled, train

SPEC = TrainingSpec(hidden=(16,), batch_size=8, epochs=3, learning_rate=0.01, validation_split=0.25)


def _plain(monkeypatch: pytest.MonkeyPatch, spec: TrainingSpec, data: Dataset) -> Trained:
    """The same training with Keras's own train function."""
    with monkeypatch.context() as patch:
        patch.setattr(trainer, "is_compiled", lambda spec: False)
        return train(spec, data)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batch_size": 7},
        {"batch_size": 1, "epochs": 1},
        {"batch_size": 4096},
        {"optimizer": "sgd"},
        {"optimizer": "rmsprop", "loss": "categorical_crossentropy"},
        {"optimizer": "adamw", "cosine_decay": True},
        {"hidden": [8, 8], "activation": "tanh", "l2": 0.01},
    ],
    ids=str,
)
def test_compiled_steps_learn_just_what_plain_ones_do(
    monkeypatch: pytest.MonkeyPatch, toy: Dataset, changes: dict[str, Any]
) -> None:
    spec = SPEC.changed(changes)
    assert is_compiled(spec)
    fast, plain = train(spec, toy), _plain(monkeypatch, spec, toy)
    for ours, theirs in zip(fast.model.get_weights(), plain.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)
    assert fast.history.keys() == plain.history.keys()
    for name, values in fast.history.items():
        np.testing.assert_allclose(values, plain.history[name], rtol=1e-3, atol=1e-4)


def test_dropout_is_drawn_anew_in_each_step(toy: Dataset) -> None:
    losses = train(SPEC.changed({"dropout": 0.5, "learning_rate": 1e-6}), toy).history["loss"]
    assert len(set(losses)) == len(losses)


def test_callbacks_hear_of_each_call_and_can_stop_the_training(toy: Dataset) -> None:
    import keras

    heard: list[int] = []

    class Stopper(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            assert logs is not None
            assert 0 <= logs["accuracy"] <= 1
            heard.append(batch)
            self.model.stop_training = len(heard) == 2

    trained = train(SPEC.changed({"batch_size": 1}), toy, [Stopper()])
    assert len(heard) == 2
    assert len(trained.history["loss"]) == 1


@pytest.mark.parametrize(
    "changes", [{"architecture": "simple-cnn"}, {"augmentation": {"shift": 1}}], ids=str
)
def test_what_xla_does_badly_or_not_at_all_is_left_to_keras(changes: dict[str, Any]) -> None:
    assert not is_compiled(SPEC.changed(changes))
