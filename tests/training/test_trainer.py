"""Training: the validation split, the stream of batches, and networks that learn."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.data.datasets import Dataset
from digitapp.errors import InvalidSetting, UnknownName
from digitapp.training.architectures import ARCHITECTURES, build
from digitapp.training.batching import as_input, batches, split, steps_per_epoch
from digitapp.training.spec import LOSSES, Augmentation, TrainingSpec
from digitapp.training.trainer import OPTIMIZERS, Trained, compile_model, train

TINY = TrainingSpec(hidden=(16,), batch_size=20, epochs=2, learning_rate=0.01)


def _numbered(size: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Images that carry their own number in every pixel, and matching labels."""
    numbers = np.arange(size)
    images = np.ones((size, 28, 28), np.float32) * numbers[:, None, None].astype(np.float32)
    return images, (numbers % 10).astype(np.uint8)


def _epochs(spec: TrainingSpec, size: int, count: int, first: int = 0) -> list[list[list[int]]]:
    """Return the numbers of the images, by batch, by epoch."""
    stream = iter(batches(spec, *_numbered(size), 10, first_epoch=first).as_numpy_iterator())
    steps = steps_per_epoch(spec, size)
    return [
        [next(stream)[0][:, 0, 0].astype(int).tolist() for _ in range(steps)] for _ in range(count)
    ]


def _joined(epoch: list[list[int]]) -> list[int]:
    return [number for batch in epoch for number in batch]


def _trained(toy: Dataset, **settings: Any) -> Trained:
    return train(TINY.changed(settings), toy)


@pytest.mark.parametrize(
    ("size", "batch_size", "lengths"),
    [(10, 4, [4, 4, 2]), (32, 32, [32]), (33, 8, [8, 8, 8, 8, 1]), (7, 1, [1] * 7), (5, 32, [5])],
)
def test_an_epoch_has_each_image_exactly_once_the_last_partial_batch_included(
    size: int, batch_size: int, lengths: list[int]
) -> None:
    for epoch in _epochs(replace(TINY, batch_size=batch_size), size, 3):
        assert [len(batch) for batch in epoch] == lengths
        assert sorted(_joined(epoch)) == list(range(size))


def test_a_single_image_is_a_training_set_too() -> None:
    assert _epochs(TINY, 1, 2) == [[[0]], [[0]]]


def test_each_epoch_has_its_own_order_and_none_is_that_of_the_data() -> None:
    orders = [_joined(epoch) for epoch in _epochs(TINY, 100, 4)]
    assert len({tuple(order) for order in [*orders, list(range(100))]}) == 5


def test_the_seed_decides_the_order() -> None:
    assert _epochs(TINY, 50, 2) == _epochs(TINY, 50, 2)
    assert _epochs(TINY, 50, 2) != _epochs(replace(TINY, seed=1), 50, 2)


@pytest.mark.parametrize("first", [1, 3])
def test_an_interrupted_stream_goes_on_with_the_batches_it_would_have_had(first: int) -> None:
    assert _epochs(TINY, 50, 2, first) == _epochs(TINY, 50, first + 2)[first:]


def test_an_interrupted_stream_goes_on_with_the_same_random_changes(toy: Dataset) -> None:
    spec = replace(TINY, augmentation=Augmentation(rotate=15, shift=2, thickness=0.5))
    data = as_input(toy.x_train[:40]), toy.y_train[:40], 10
    whole = list(batches(spec, *data).take(6).as_numpy_iterator())
    rest = list(batches(spec, *data, first_epoch=2).take(2).as_numpy_iterator())
    for (images, labels), (expected_images, expected_labels) in zip(rest, whole[4:], strict=True):
        np.testing.assert_array_equal(images, expected_images)
        np.testing.assert_array_equal(labels, expected_labels)


def test_an_image_is_changed_anew_in_each_epoch_and_its_label_never(toy: Dataset) -> None:
    spec = replace(TINY, augmentation=Augmentation(shift=3))
    stream = batches(spec, as_input(toy.x_train[7:8]), toy.y_train[7:8], 10)
    (first, label), (second, same_label) = stream.take(2).as_numpy_iterator()
    assert (first != second).any()
    assert label.tolist() == same_label.tolist() == [7]


@pytest.mark.parametrize("loss", LOSSES)
def test_labels_stay_with_their_images_in_the_form_that_the_loss_takes(loss: str) -> None:
    stream = batches(replace(TINY, loss=loss), *_numbered(33), 10)
    for images, targets in stream.take(4).as_numpy_iterator():
        expected = images[:, 0, 0].astype(int) % 10
        if loss == "categorical_crossentropy":
            expected = (np.arange(10) == expected[:, None]).astype(int)
        np.testing.assert_array_equal(targets, expected)


@pytest.mark.parametrize(
    ("settings", "trained_on", "validated_on"),
    [
        ({"validation_split": 0}, range(200), range(0)),
        ({"validation_split": 0.1}, range(180), range(180, 200)),
        ({"validation_split": 50}, range(150), range(150, 200)),
        ({"validation_split": 1}, range(199), range(199, 200)),
        ({"validation_split": 0.25, "train_size": 30}, range(30), range(150, 200)),
        ({"validation_split": 50, "train_size": 150}, range(150), range(150, 200)),
    ],
)
def test_the_last_images_validate_and_the_first_train(
    settings: dict[str, Any], trained_on: range, validated_on: range, toy: Dataset
) -> None:
    parts = split(TINY.changed(settings), toy)
    for images, labels, chosen in [
        (parts.x_train, parts.y_train, list(trained_on)),
        (parts.x_validation, parts.y_validation, list(validated_on)),
    ]:
        np.testing.assert_allclose(images, toy.x_train[chosen] / 255, atol=1e-7)
        np.testing.assert_array_equal(labels, toy.y_train[chosen])


def test_grey_levels_become_float32_from_0_to_1() -> None:
    found = as_input(np.array([[[0, 51, 255]]], dtype=np.uint8))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [[[0, 0.2, 1]]], rtol=1e-6)


@pytest.mark.parametrize(
    ("settings", "arrived"),
    [
        ({"validation_split": 200}, "validation_split"),
        ({"validation_split": 5000}, "validation_split"),
        ({"validation_split": 0.999}, "validation_split"),
        ({"validation_split": 0, "train_size": 201}, "train_size is 201"),
        ({"validation_split": 50, "train_size": 151}, "train_size is 151"),
        ({"validation_split": 0.002, "early_stopping": 3}, "validation_split is 0.002"),
    ],
)
def test_a_split_that_leaves_too_little_is_refused_by_the_setting_at_fault(
    settings: dict[str, Any], arrived: str, toy: Dataset
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        train(TINY.changed(settings), toy)
    message = str(caught.value)
    assert arrived in message
    assert "200" in message
    assert "is -" not in message  # nobody asked for a negative number


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_learns(name: str, toy: Dataset) -> None:
    rate = 0.2 if name == "sgd" else 0.01
    found = _trained(toy, optimizer=name, learning_rate=rate, epochs=6)
    assert found.test_accuracy > 0.8  # chance: 0.1
    assert found.history["loss"][-1] < found.history["loss"][0]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_learns(name: str, toy: Dataset) -> None:
    found = _trained(toy, architecture=name, learning_rate=0.003, epochs=6, activation="tanh")
    assert found.history["accuracy"][-1] > 0.8


def test_the_history_has_an_entry_an_epoch_for_each_metric(toy: Dataset) -> None:
    found = _trained(toy, epochs=3).history
    assert set(found) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert {len(values) for values in found.values()} == {3}
    assert set(_trained(toy, validation_split=0).history) == {"loss", "accuracy"}


def test_the_test_score_is_that_of_the_model_on_the_test_part(toy: Dataset) -> None:
    found = _trained(toy)
    probabilities = np.asarray(found.model(toy.x_test.astype(np.float32) / 255))
    assert found.test_accuracy == pytest.approx((probabilities.argmax(1) == toy.y_test).mean())
    chosen = probabilities[np.arange(50), toy.y_test]
    assert found.test_loss == pytest.approx(-np.log(chosen).mean(), rel=1e-4)


def test_the_two_losses_train_the_same_network(toy: Dataset) -> None:
    sparse, one_hot = (_trained(toy, loss=loss) for loss in LOSSES)
    np.testing.assert_allclose(sparse.history["loss"], one_hot.history["loss"], rtol=1e-4)
    assert sparse.test_accuracy == one_hot.test_accuracy
    assert sparse.test_loss == pytest.approx(one_hot.test_loss, rel=1e-4)


def test_the_same_spec_trains_the_same_network(toy: Dataset) -> None:
    settings = {"dropout": 0.3, "augmentation": {"shift": 1.0}}
    first, second = _trained(toy, **settings), _trained(toy, **settings)
    assert first.history == second.history
    assert first.history != _trained(toy, **settings, seed=1).history


def test_callbacks_watch_the_training(toy: Dataset) -> None:
    import keras

    seen: list[int] = []
    watcher = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    train(TINY, toy, [watcher])
    assert seen == [0, 1]


def test_cosine_decay_falls_from_the_rate_through_its_half_to_zero() -> None:
    spec = replace(TINY, cosine_decay=True, epochs=4)
    model = build(spec)
    compile_model(model, spec, 90)  # 5 batches per epoch, the last with 10 images
    rates = []
    for step in (0, 10, 20):
        model.optimizer.iterations.assign(step)
        rates.append(float(model.optimizer.learning_rate))
    assert rates == pytest.approx([0.01, 0.005, 0], abs=1e-8)


def test_an_unknown_optimizer_is_answered_with_those_that_exist(toy: Dataset) -> None:
    with pytest.raises(UnknownName, match=r"optimizer 'adem'. Available: sgd, rmsprop, adam"):
        _trained(toy, optimizer="adem")


def test_a_training_stops_early_when_validation_gets_no_better(toy: Dataset) -> None:
    found = _trained(toy, learning_rate=3.0, epochs=30, early_stopping=2, validation_split=0.3)
    losses = found.history["val_loss"]
    assert found.epochs == len(losses) < 30
    assert min(losses) not in losses[-2:]


def test_momentum_changes_what_is_learned(toy: Dataset) -> None:
    without, with_it = (_trained(toy, optimizer="sgd", momentum=m) for m in (0.0, 0.9))
    assert any((a != b).any() for a, b in zip(_weights(without), _weights(with_it), strict=True))


def _weights(trained: Trained) -> list[NDArray[np.float32]]:
    return trained.model.get_weights()
