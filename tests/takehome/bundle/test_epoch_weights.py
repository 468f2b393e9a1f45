"""The weights after a run's epochs travel with it; what is not such weights is refused."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.runs import RunStore
from digitapp.runs.records import SNAPSHOT
from digitapp.takehome import bundle
from digitapp.takehome.bundle import archive, epoch_weights
from digitapp.training import checkpoints, layer_table, snapshots
from digitapp.training.architectures import layers
from tests.stores import on_both
from tests.takehome.bundle.run_files import DIGITS, SPEC, added, parts, zipped

pytestmark = pytest.mark.usefixtures("no_datasets")

VARIABLES = layer_table.variables(layers(SPEC, len(DIGITS)))
SIZE = sum(each.parameters for each in VARIABLES)
FLAT = np.random.default_rng(2).normal(size=(4, SIZE)).astype(np.float16)
KEPT = {epoch: snapshots.packed(FLAT[epoch]) for epoch in (0, 2, 3)}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An exported run that kept its weights after some epochs."""
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'runs.db'}")
    return bundle.keras_bundle(store, added(store, snapshots=KEPT))


def kept(store: RunStore, run: int) -> dict[int, snapshots.Weights]:
    epochs = store.blob_epochs(run, SNAPSHOT)
    return {each: snapshots.unpack(store.blob(run, SNAPSHOT, each) or b"") for each in epochs}


@on_both
def test_the_weights_after_the_epochs_arrive_as_they_were(file: bytes, ours: RunStore) -> None:
    found = kept(ours, bundle.import_run(ours, file))
    assert list(found) == [0, 2, 3]
    for epoch, values in found.items():
        assert values.dtype == np.float16
        np.testing.assert_array_equal(values, FLAT[epoch])


def test_a_damaged_snapshot_stays_behind(ours: RunStore, theirs: RunStore) -> None:
    there = added(theirs, snapshots={**KEPT, 1: b"damaged"})
    run = bundle.import_run(ours, bundle.keras_bundle(theirs, there))
    assert [*kept(ours, run)] == [0, 2, 3]


def test_a_file_of_an_older_version_has_none_and_is_imported(file: bytes, ours: RunStore) -> None:
    older = {name: data for name, data in parts(file).items() if name != archive.EPOCHS}
    run = bundle.import_run(ours, zipped(older))
    assert kept(ours, run) == {}
    assert [epoch.number for epoch in ours.epochs(run)] == [1, 2, 3]


def test_a_run_without_any_is_exported_as_by_older_versions(theirs: RunStore) -> None:
    assert archive.EPOCHS not in parts(bundle.keras_bundle(theirs, added(theirs)))


def test_keras_and_older_versions_find_what_they_look_for(file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "theirs.keras"
    path.write_bytes(file)
    assert keras.models.load_model(path).count_params() == SIZE
    assert {archive.MEMBER, archive.WEIGHTS} < parts(file).keys()
    assert len(parts(file)) <= archive.MOST_MEMBERS


def npz(**arrays: Any) -> bytes:
    """An `.npz` file of these arrays, their names with a dash for each underscore."""
    return checkpoints.pack({name.replace("_", "-"): each for name, each in arrays.items()})


REFUSED = {
    "an epoch that was not trained": (npz(epoch_4=FLAT[0]), "epoch-4; the run has 3 epochs"),
    "a negative epoch": (npz(epoch__1=FLAT[0]), "epoch--1; the run has"),
    "leading zeros": (npz(epoch_01=FLAT[0]), "epoch-01; the run has"),
    "another name": (npz(weights=FLAT[0]), "called weights; the run has"),
    "another network": (npz(epoch_1=FLAT[0][1:]), "epoch-1 in this file belong to another network"),
    "another shape": (npz(epoch_1=FLAT[:1]), "epoch-1 in this file belong to another network"),
    "other numbers": (npz(epoch_1=FLAT[0].astype(np.float64)), "belong to another network"),
    "no numbers": (npz(epoch_1=np.full(SIZE, np.nan, np.float16)), "NaN or infinite"),
    "many": (
        npz(**{f"epoch_{n}": FLAT[0] for n in range(32)}),
        "after 32 epochs; at most 31 are allowed",
    ),
    "no file": (b"nothing", "are damaged"),
    "half a file": (npz(epoch_1=FLAT[0])[:-50], "are damaged"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_anything_else_is_refused_and_nothing_kept(kind: str, file: bytes, ours: RunStore) -> None:
    data, reason = REFUSED[kind]
    with pytest.raises(BadFile) as caught:
        bundle.import_run(ours, zipped({**parts(file), archive.EPOCHS: data}))
    assert reason in str(caught.value)
    assert not ours.all()


def test_one_that_would_fill_the_memory_is_not_unpacked(file: bytes, ours: RunStore) -> None:
    bomb = zipped({**parts(file), archive.EPOCHS: bytes(40 * 2**20)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(BadFile, match="40 MB when unpacked"):
        bundle.import_run(ours, bomb)


def test_weights_too_large_for_half_the_bits_travel_whole() -> None:
    large = FLAT[0].astype(np.float32)
    large[0] = 70_000
    file = io.BytesIO(npz(epoch_0=large))
    found = epoch_weights.read(file.getvalue(), VARIABLES, 0)
    np.testing.assert_array_equal(snapshots.unpack(found[0]), large)


def test_normalisation_and_dropout_travel_too(theirs: RunStore, ours: RunStore) -> None:
    spec = replace(SPEC, architecture="deep-cnn", dropout=0.4)
    size = sum(each.parameters for each in layer_table.variables(layers(spec, len(DIGITS))))
    values = np.random.default_rng(3).normal(size=size).astype(np.float16)
    there = added(theirs, spec, snapshots={1: snapshots.packed(values)})
    run = bundle.import_run(ours, bundle.keras_bundle(theirs, there))
    np.testing.assert_array_equal(kept(ours, run)[1], values)
