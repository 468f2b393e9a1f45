"""Addresses of networks for the browser: cheap, made of the content, answered by any server."""

import gzip
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from digitapp.errors import BadFile, StoreProblem, UnknownName
from digitapp.library import models
from digitapp.live import networks, packing
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore
from tests.live.stored import add_run, add_run_that_combines, give_stroke_reader, learn_more
from tests.stores import on_both
from tests.untrained import stroke_reader


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Start as a server does that was restarted."""
    with (
        patch.object(networks, "_digests", RecentlyUsed(networks.DIGESTS_KEPT)),
        patch.object(networks, "_networks", RecentlyUsed(networks.NETWORKS_KEPT)),
    ):
        yield


def _digest(address: str) -> str:
    return Path(address).stem


def test_the_bundled_network_has_an_address_where_it_is_found(store: RunStore) -> None:
    address = networks.address("recogniser", "", store)
    assert address.startswith("live/networks/recogniser/")
    found = networks.gzipped("recogniser", _digest(address), store)
    description = json.loads(gzip.decompress(found.description))
    assert description["class_names"] == [*models.MODELS["recogniser"].class_names]
    assert f"{_digest(address)}.bin" == description["weights"]
    assert len(gzip.decompress(found.weights)) > 2_000_000


@on_both
def test_a_run_has_another_address_when_it_has_learned_more(store: RunStore) -> None:
    run = add_run(store)
    first = networks.address("run-1", "epoch 1", store)
    assert networks.gzipped("run-1", _digest(first), store).weights
    learn_more(store, run)
    second = networks.address("run-1", "epoch 2", store)
    assert first != second
    assert networks.gzipped("run-1", _digest(second), store).weights
    assert networks.gzipped("run-1", _digest(first), store).weights, "it is still kept"


@on_both
def test_a_runs_stroke_reader_is_beside_its_network_and_changes_the_address(
    store: RunStore,
) -> None:
    run = add_run_that_combines(store, stroke_reader())
    first = networks.address("run-1", "epoch 1", store)
    found = networks.gzipped("run-1", _digest(first), store)
    assert json.loads(gzip.decompress(found.description))["strokes"]["layers"]
    give_stroke_reader(store, run, stroke_reader(seed=1))
    second = networks.address("run-1", "epoch 2", store)
    assert first != second
    assert networks.gzipped("run-1", _digest(second), store).weights != found.weights


def test_the_bundled_network_has_its_stroke_reader_and_one_that_was_trained_has_none(
    store: RunStore,
) -> None:
    add_run(store)
    told = {}
    for name in ("recogniser", "run-1"):
        digest = _digest(networks.address(name, "", store))
        told[name] = json.loads(gzip.decompress(networks.gzipped(name, digest, store).description))
    assert told["recogniser"]["strokes"]["combination"]
    assert told["run-1"]["strokes"] is None


def test_an_earlier_network_that_is_not_kept_is_gone(store: RunStore) -> None:
    run = add_run(store)
    first = networks.address("run-1", "epoch 1", store)
    learn_more(store, run)
    with pytest.raises(UnknownName, match="is no longer the same"):
        networks.gzipped("run-1", _digest(first), store)


def test_an_address_that_is_known_costs_neither_the_store_nor_a_file(store: RunStore) -> None:
    address = networks.address("recogniser", "", store)
    with patch.object(models, "network_file", side_effect=AssertionError):
        assert networks.address("recogniser", "", store) == address


def test_another_store_has_its_own_addresses(store: RunStore, tmp_path: Path) -> None:
    other = RunStore(f"sqlite:///{tmp_path / 'other.db'}")
    add_run(store)
    learn_more(other, add_run(other))
    addresses = {networks.address("run-1", "the same", each) for each in (store, other)}
    assert len(addresses) == 2


def test_a_class_that_asks_at_once_has_it_packed_once(store: RunStore) -> None:
    digest = _digest(networks.address("recogniser", "", store))
    with (
        patch.object(packing, "packed", side_effect=packing.packed) as packed,
        ThreadPoolExecutor(8) as pool,
    ):
        found = [*pool.map(lambda _: networks.gzipped("recogniser", digest, store), range(30))]
    assert packed.call_count == 1
    assert all(each is found[0] for each in found)


def test_what_was_made_ready_is_there(store: RunStore) -> None:
    networks.make_ready("recogniser", store)
    with patch.object(models, "network_file", side_effect=AssertionError):
        digest = _digest(networks.address("recogniser", "", store))
        assert networks.gzipped("recogniser", digest, store).weights


def test_few_networks_are_kept(store: RunStore) -> None:
    names = [models.of_run(add_run(store, seed)) for seed in range(networks.NETWORKS_KEPT + 2)]
    digests = {name: _digest(networks.address(name, "", store)) for name in names}
    for name, digest in digests.items():
        networks.gzipped(name, digest, store)
    with patch.object(packing, "packed", side_effect=packing.packed) as packed:
        for name in reversed(names):
            networks.gzipped(name, digests[name], store)
    assert packed.call_count == 2


@pytest.mark.parametrize("name", ["run-7", "none", "../recogniser", ""])
def test_an_unknown_network_has_no_address(name: str, store: RunStore) -> None:
    for ask in (networks.address, networks.gzipped):
        with pytest.raises(UnknownName):
            ask(name, "0" * 24, store)


def test_after_an_error_the_next_call_tries_again(store: RunStore) -> None:
    with (
        patch.object(models, "network_file", side_effect=StoreProblem("It fails.")),
        pytest.raises(StoreProblem),
    ):
        networks.address("recogniser", "", store)
    assert networks.address("recogniser", "", store)


def test_a_network_that_cannot_run_in_the_browser_says_so(store: RunStore) -> None:
    strange = models.NetworkFile("Run 5", b"\x08\x08", ("a", "b"), "mnist")
    with patch.object(models, "network_file", return_value=strange):
        address = networks.address("run-5", "", store)
        with pytest.raises(BadFile, match=r"^Run 5: cannot run in the browser\. It is not a "):
            networks.gzipped("run-5", _digest(address), store)
