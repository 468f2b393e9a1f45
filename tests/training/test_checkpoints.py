"""Checkpoints: resumed training ends with exactly the weights of uninterrupted training."""

import math
from typing import Any

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.errors import BadFile, Diverged
from digitapp.training import checkpoints
from digitapp.training.architectures import build
from digitapp.training.checkpoints import Checkpoint, EarlyStoppingState, pack, unpack
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import Trained, compile_model, train
from tests.tiny_runs import TINY, equal, last, variables

RECIPES: dict[str, dict[str, Any]] = {
    "dense with dropout, compiled": {"dropout": 0.3, "epochs": 3},
    "plain steps with momentum": {
        "optimizer": "sgd",
        "momentum": 0.9,
        "hidden": [],
        "augmentation": {"shift": 1.0, "rotate": 10.0},
    },
    "batch normalisation, dropout and a falling rate": {
        "architecture": "deep-cnn",
        "dropout": 0.4,
        "cosine_decay": True,
        "batch_size": 30,
        "train_size": 60,
        "loss": "categorical_crossentropy",
    },
}
EARLY = TINY.changed(
    {
        "learning_rate": 2.0,
        "optimizer": "sgd",
        "epochs": 12,
        "early_stopping": 2,
        "validation_split": 0.3,
    }
)
DIVERGING = TINY.changed(
    {
        "hidden": [32] * 5,
        "activation": "elu",
        "optimizer": "sgd",
        "momentum": 0.999,
        "learning_rate": 10.0,
        "validation_split": 0,
    }
)


@pytest.fixture(scope="module")
def stopped_early(toy: Dataset) -> tuple[Trained, list[Checkpoint]]:
    """Training that ended before its last epoch, and all its checkpoints."""
    kept: list[Checkpoint] = []
    whole = train(EARLY, toy, keep=kept.append)
    assert whole.epochs == len(kept) < EARLY.epochs
    return whole, kept


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_training_that_goes_on_ends_as_one_that_was_never_left(recipe: str, toy: Dataset) -> None:
    spec = TINY.changed(RECIPES[recipe])
    kept: list[Checkpoint] = []
    whole = train(spec, toy, keep=kept.append)
    assert [each.epoch for each in kept] == list(range(1, spec.epochs + 1))
    rest: list[Checkpoint] = []
    resumed = train(spec, toy, start=last(kept[:1]), keep=rest.append)
    assert equal(variables(resumed.model), variables(whole.model))
    assert equal(rest[-1].optimizer, kept[-1].optimizer)
    assert [each.epoch for each in rest] == [each.epoch for each in kept[1:]]
    assert resumed.history == {name: values[1:] for name, values in whole.history.items()}
    assert (resumed.test_loss, resumed.test_accuracy) == (whole.test_loss, whole.test_accuracy)


def test_early_stopping_goes_on_with_the_patience_that_is_left(
    stopped_early: tuple[Trained, list[Checkpoint]], toy: Dataset
) -> None:
    whole, kept = stopped_early
    memory = [each.patience for each in kept]
    assert [each and each.wait for each in memory[-3:]] == [0, 1, 2]
    resumed = train(EARLY, toy, start=last(kept[:-1]))
    assert resumed.epochs == 1
    assert equal(variables(resumed.model), variables(whole.model))


def test_a_training_that_was_over_only_gives_its_best_weights(
    stopped_early: tuple[Trained, list[Checkpoint]], toy: Dataset
) -> None:
    whole, kept = stopped_early
    again = train(EARLY, toy, start=last(kept))
    assert again.epochs == 0
    assert equal(variables(again.model), variables(whole.model))
    assert again.test_loss == whole.test_loss


def test_a_training_that_had_all_its_epochs_is_only_scored(toy: Dataset) -> None:
    kept: list[Checkpoint] = []
    whole = train(TINY, toy, keep=kept.append)
    again = train(TINY, toy, start=last(kept))
    assert again.epochs == 0
    assert again.test_loss == whole.test_loss
    assert equal(variables(again.model), variables(whole.model))


def test_a_training_that_diverges_says_so_and_leaves_the_checkpoints_before(toy: Dataset) -> None:
    kept: list[Checkpoint] = []
    with pytest.raises(Diverged) as caught:
        train(DIVERGING.changed({"batch_size": 100}), toy, keep=kept.append)
    said = str(caught.value)
    assert said.startswith("The loss became NaN (not a number) in epoch 2: ")
    assert "Train again with a smaller learning rate (it was 10)." in said
    assert [each.epoch for each in kept] == [1]
    assert all(np.isfinite(values).all() for values in kept[0].model)


def test_a_network_that_diverged_in_its_last_steps_is_noticed_by_its_scores(toy: Dataset) -> None:
    with pytest.raises(Diverged, match=r"The loss became .* on the test images: the steps were so"):
        train(DIVERGING.changed({"batch_size": 70, "epochs": 1}), toy)


def test_a_checkpoint_comes_back_from_its_bytes() -> None:
    values = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7, np.int64)]
    patience = EarlyStoppingState(3, 0.25, 4, [np.ones(2, np.float32)])
    for kept in (patience, EarlyStoppingState(0, math.nan, 0, []), None):
        found = Checkpoint.from_bytes(Checkpoint(5, values, values[:1], kept).to_bytes())
        assert (found.epoch, len(found.optimizer)) == (5, 1)
        assert equal(found.model, values)
        assert [each.dtype for each in found.model] == [np.float32, np.int64]
        assert repr(found.patience) == repr(kept)


def test_more_than_ten_arrays_keep_their_order() -> None:
    values = [np.array(number) for number in range(23)]
    assert checkpoints.listed("a", checkpoints.numbered("a", values)) == values
    assert checkpoints.listed("b", checkpoints.numbered("a", values)) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"milk, eggs",
        lambda whole: whole[:100],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-1],
        lambda whole: whole.replace(b"NUMPY", b"NOMPY", 1),
        lambda whole: whole.replace(b"\7\7", b"\7!", 1),
        lambda whole: pack({"other": np.zeros(3)}),
        lambda whole: pack({"epoch": np.array("first")}),
        lambda whole: pack({"epoch": np.array(1), "patience": np.zeros(2)}),
    ],
)
def test_a_damaged_checkpoint_is_a_sentence(damage: Any) -> None:
    whole = Checkpoint(1, [np.full(50, 7, np.uint8)], []).to_bytes()
    with pytest.raises(BadFile, match=r"The stored (arrays are|checkpoint is) damaged"):
        Checkpoint.from_bytes(damage(whole))


def test_python_objects_are_neither_stored_nor_read() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        pack({"object": np.array([{}], object)})
    with pytest.raises(BadFile):
        unpack(b"\x80\x04K\x01.")


@pytest.mark.parametrize("other", [{"hidden": [17]}, {"hidden": [16, 16]}, {"optimizer": "sgd"}])
def test_a_checkpoint_of_another_network_is_refused(other: dict[str, Any], toy: Dataset) -> None:
    checkpoint = checkpoints.capture(_compiled(TINY), 1)
    with pytest.raises(BadFile, match="do not fit the network that their settings describe"):
        checkpoints.restore(_compiled(TINY.changed(other)), checkpoint)


def _compiled(spec: TrainingSpec) -> Any:
    model = build(spec)
    compile_model(model, spec, 100)
    model.optimizer.build(model.trainable_variables)
    return model
