"""Networks of a run after its epochs: cheap addresses, and what is found there."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from digitapp.errors import BadFile, UnknownName
from digitapp.live import epoch_networks, packing
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import STOPPED
from digitapp.training import checkpoints, snapshots
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.stores import on_both
from tests.tiny_runs import EPOCH, TINY, ran
from tests.untrained import random_values

CNN = replace(TINY, architecture="deep-cnn", dropout=0.2)
LAYERS = np.random.default_rng(1).normal(size=(3, 16, 28, 28)).astype(np.float16)


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Start as a server does that was restarted."""
    with (
        patch.object(epoch_networks, "_networks", RecentlyUsed(2)),
        patch.object(epoch_networks, "_first_layers", RecentlyUsed(2)),
    ):
        yield


def stopped(store: RunStore, spec: TrainingSpec = TINY) -> int:
    """Add a stopped run that kept its weights before the first epoch and after the second."""
    run, lease = ran(store, spec, epochs=0)
    start, end = random_values(spec, 10), [1 + each for each in random_values(spec, 10)]
    lease.built(7, 0, _layer(0), snapshots.pack(start))
    lease.keep(replace(EPOCH, number=1), b"checkpoint", _layer(1))
    lease.keep(replace(EPOCH, number=2), b"checkpoint", _layer(2), snapshots.pack(end))
    lease.finish(Outcome(STOPPED, model=b"model", test_loss=0.5, test_accuracy=0.5))
    return run


def _layer(epoch: int) -> bytes:
    return checkpoints.pack({"weights": LAYERS[epoch]})


def _unzipped(name: str, epoch: int, address: str, store: RunStore) -> packing.Packed:
    found = epoch_networks.gzipped(name, str(epoch), Path(address).stem, store)
    return packing.Packed(*map(gzip.decompress, (found.description, found.weights)))


@on_both
@pytest.mark.parametrize("spec", [TINY, CNN], ids=["dense", "batch normalisation"])
def test_the_network_of_an_epoch_is_packed_like_any_other(
    store: RunStore, spec: TrainingSpec
) -> None:
    run = store.get(stopped(store, spec))
    addresses = epoch_networks.addresses(run, store)
    assert list(addresses) == [0, 2]
    assert addresses[2].startswith("live/networks/run-1/epoch-2/")
    found = _unzipped("run-1", 0, addresses[0], store)
    rounded = [each.astype(np.float16).astype(each.dtype) for each in random_values(spec, 10)]
    with patch.object(packing, "digest", return_value=Path(addresses[0]).stem):
        assert found == _packed(spec, rounded)
    assert found.weights != _unzipped("run-1", 2, addresses[2], store).weights


def _packed(spec: TrainingSpec, values: list[np.ndarray]) -> packing.Packed:
    names = tuple("0123456789")
    return packing.packed(onnx_model(spec, names, values), names, "mnist")


def test_an_address_costs_no_weights(store: RunStore) -> None:
    run = store.get(stopped(store))
    with patch.object(RunStore, "blob", return_value=None) as read:
        assert len(epoch_networks.addresses(run, store)) == 2
        assert len(epoch_networks.first_layers(run, store)[0]) == 3
    assert {call.args[1] for call in read.call_args_list} <= {"classes"}


def test_a_run_that_trained_on_has_other_addresses_and_the_old_ones_are_gone(
    store: RunStore,
) -> None:
    number = stopped(store)
    before, first = (
        epoch_networks.addresses(store.get(number), store),
        epoch_networks.first_layers(store.get(number), store)[1],
    )
    store.resume(number)
    lease = Lease(store, number)
    lease.take()
    assert lease.turn(64)
    lease.keep(replace(EPOCH, number=3), b"checkpoint", _layer(2), snapshots.pack([np.ones(3)]))
    lease.finish(Outcome(STOPPED, model=b"model", test_loss=0.4, test_accuracy=0.5))
    after = epoch_networks.addresses(store.get(number), store)
    assert list(after) == [0, 2, 3]
    assert not {*after.values()} & {*before.values()}
    with pytest.raises(UnknownName, match="after epoch 2 is no longer the same"):
        _unzipped("run-1", 2, before[2], store)
    with pytest.raises(UnknownName, match="Run 1 is no longer the same"):
        epoch_networks.gzipped_first_layers("run-1", Path(first).stem, store)


def test_another_store_has_its_own_addresses(store: RunStore, tmp_path: Path) -> None:
    other = RunStore(f"sqlite:///{tmp_path / 'other.db'}")
    found = [epoch_networks.addresses(each.get(stopped(each)), each)[0] for each in (store, other)]
    assert found[0] != found[1]


@pytest.mark.parametrize("epoch", ["1", "3", "02", "-1", "9" * 5000, "", "²"])
def test_an_epoch_that_was_not_kept_is_unknown(epoch: str, store: RunStore) -> None:
    run = store.get(stopped(store))
    digest = Path(epoch_networks.addresses(run, store)[2]).stem
    with pytest.raises(UnknownName):
        epoch_networks.gzipped("run-1", epoch, digest, store)


@pytest.mark.parametrize("name", ["run-7", "recogniser", "none", ""])
def test_an_unknown_network_is_unknown(name: str, store: RunStore) -> None:
    with pytest.raises(UnknownName):
        epoch_networks.gzipped(name, "0", "0" * 24, store)
    with pytest.raises(UnknownName):
        epoch_networks.gzipped_first_layers(name, "0" * 24, store)


def test_damaged_weights_are_said(store: RunStore) -> None:
    number = stopped(store)
    store.resume(number)
    lease = Lease(store, number)
    lease.take()
    lease.built(7, 0, b"damaged", b"damaged")
    lease.built(7, 1, b"damaged", snapshots.pack([np.ones(3, np.float32)]))
    run = store.get(number)
    addresses = epoch_networks.addresses(run, store)
    for epoch in (0, 1):
        with pytest.raises(BadFile, match=rf"^The network of run 1 after epoch {epoch} cannot be"):
            _unzipped("run-1", epoch, addresses[epoch], store)
    first = Path(epoch_networks.first_layers(run, store)[1]).stem
    with pytest.raises(BadFile, match=r"^The first layer of run 1 is damaged"):
        epoch_networks.gzipped_first_layers("run-1", first, store)


@on_both
def test_the_first_layers_of_all_epochs_come_at_once(store: RunStore) -> None:
    run = store.get(stopped(store))
    epochs, address = epoch_networks.first_layers(run, store)
    assert epochs == [0, 1, 2]
    assert address.startswith("live/networks/run-1/first-layer/")
    found = epoch_networks.gzipped_first_layers("run-1", Path(address).stem, store)
    values = np.frombuffer(gzip.decompress(found), "<f4")
    np.testing.assert_array_equal(values, LAYERS.astype(np.float32).ravel())


def test_a_run_that_kept_nothing_has_no_addresses(store: RunStore) -> None:
    run = store.get(store.create(TINY))
    assert epoch_networks.addresses(run, store) == {}
    assert epoch_networks.first_layers(run, store) == ([], "")
