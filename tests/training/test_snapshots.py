"""Snapshots: which epochs are kept, within which space, and that the weights come back."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.training import checkpoints, layer_table, snapshots
from digitapp.training.architectures import layers
from digitapp.training.spec import PRESETS, TrainingSpec
from tests.untrained import random_values


def kept(spec: TrainingSpec) -> list[int]:
    parameters = layer_table.parameters(layers(spec))
    return sorted(snapshots.kept_epochs(parameters, spec.epochs))


@pytest.mark.parametrize(
    ("spec", "epochs"),
    [
        (PRESETS["dense-128"], [*range(11)]),
        (PRESETS["nodes-and-layers"], [*range(11)]),
        (PRESETS["dense-512"], [*range(11)]),
        (PRESETS["fashion-300-100"], [*range(0, 31, 2)]),
        (PRESETS["recogniser"], [*range(0, 28, 3), 28]),
        (TrainingSpec(architecture="simple-cnn", epochs=30), [*range(31)]),
        (TrainingSpec(epochs=1), [0, 1]),
    ],
)
def test_evenly_spaced_epochs_are_kept_and_the_last(spec: TrainingSpec, epochs: list[int]) -> None:
    assert kept(spec) == epochs


@pytest.mark.parametrize("epochs", [1, 2, 29, 30, 31, 32, 61, 1000])
@pytest.mark.parametrize("parameters", [10, 100_000, 266_610, 1_000_000, 2_700_000, 4_000_000])
def test_they_are_few_and_fit(parameters: int, epochs: int) -> None:
    found = snapshots.kept_epochs(parameters, epochs)
    assert {0, epochs} <= found
    assert len(found) <= snapshots.MOST_SNAPSHOTS
    assert 2 * parameters * len(found) <= snapshots.MOST_BYTES


def test_of_a_network_too_large_for_two_none_is_kept() -> None:
    assert not snapshots.kept_epochs(4_000_001, 10)


@pytest.mark.parametrize("architecture", ["dense", "deep-cnn"])
def test_weights_come_back_rounded_to_half_the_bits(architecture: str) -> None:
    spec = TrainingSpec(architecture=architecture, dropout=0.5, hidden=(16,))
    wanted = layer_table.variables(layers(spec))
    values = random_values(spec, 10)
    data = snapshots.pack(values)
    assert len(data) < 2 * layer_table.parameters(layers(spec)) + 400
    found = snapshots.unflattened(snapshots.unpack(data), wanted)
    for before, after, variable in zip(values, found, wanted, strict=True):
        assert (after.shape, after.dtype) == (variable.shape, variable.dtype)
        if variable.parameters:
            np.testing.assert_array_equal(after, before.astype(np.float16).astype(np.float32))


def test_a_weight_too_large_for_half_the_bits_keeps_them_all() -> None:
    values = [np.array([[70_000, 1e-9]], np.float32), np.array([1], np.float32)]
    found = snapshots.unpack(snapshots.pack(values))
    np.testing.assert_array_equal(found, np.float32([70_000, 1e-9, 1]))


def test_weights_of_another_network_and_damaged_ones_are_refused() -> None:
    spec = TrainingSpec(hidden=(16,))
    other = layer_table.variables(layers(replace(spec, hidden=(17,))))
    data = snapshots.pack(random_values(spec, 10))
    with pytest.raises(BadFile, match="do not fit"):
        snapshots.unflattened(snapshots.unpack(data), other)
    for damaged in (b"", data[:-100], checkpoints.pack({"weights": np.array(["x"])})):
        with pytest.raises(BadFile, match="damaged"):
            snapshots.unpack(damaged)
