"""The networks of a run as they were after its epochs, for the browser.

As of networks as they are, addresses change with the content, so that a browser may keep what it
fetched. They are made of the run's row, though: no weights are read for them.
"""

from __future__ import annotations

import gzip
import hashlib
import json

import numpy as np

from digitapp.errors import BadFile, UnknownName
from digitapp.library import catalogue, models
from digitapp.live import networks, packing
from digitapp.live.packing import Packed
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import Run, RunStore
from digitapp.runs.records import FIRST_LAYER, SNAPSHOT
from digitapp.training import checkpoints, layer_table, snapshots
from digitapp.training.architectures import layers
from digitapp.training.inference_layers import inference_layers

EPOCHS_KEPT = 32  # networks: those of one run, which a page fetches one after the other
FIRST_LAYERS_KEPT = 2

_networks = RecentlyUsed[str, Packed](EPOCHS_KEPT)
_first_layers = RecentlyUsed[str, bytes](FIRST_LAYERS_KEPT)


def addresses(run: Run, store: RunStore) -> dict[int, str]:
    """Return the addresses of a run's networks by epoch, 0 being before the first.

    They are relative to the app's base URL, like those of `networks.address`. A run of an older
    version, or with a large network, has none.

    Raises:
        UnknownName, StoreProblem: as `models.class_names_of`.
    """
    kept = store.blob_epochs(run.id, SNAPSHOT)
    names = models.class_names_of(store, run) if kept else ()
    below = f"live/networks/{models.of_run(run.id)}"
    return {n: f"{below}/epoch-{n}/{_digest(run, names, n)}.json" for n in kept}


def gzipped(name: str, epoch: str, digest: str, store: RunStore) -> Packed:
    """Return a run's network as it was after an epoch, both parts of it compressed by gzip.

    Args:
        name, epoch, digest: from its address.

    Raises:
        UnknownName: when there is no such run or epoch, or its digest is another one by now.
        BadFile: when its weights are damaged.
        StoreProblem: when the store fails.
    """

    def made() -> Packed:
        run = store.get(_run(name))
        names = models.class_names_of(store, run)
        if digest != _digest(run, names, epoch):
            raise UnknownName(f"{_origin(run, epoch)} is no longer the same. Reload the page.")
        try:
            packed = _packed(run, names, store.blob(run.id, SNAPSHOT, int(epoch)) or b"", digest)
        except BadFile as error:
            raise BadFile(f"{_origin(run, epoch)} cannot be shown. {error}") from None
        return networks.compressed(packed)

    return _networks.get(f"{store.database.url} {name} {epoch} {digest}", made)


def _packed(run: Run, class_names: tuple[str, ...], snapshot: bytes, digest: str) -> Packed:
    classes = len(class_names)
    variables = layer_table.variables(layers(run.spec, classes))
    values = snapshots.unflattened(snapshots.unpack(snapshot), variables)
    made = inference_layers(run.spec, classes, values)
    return packing.packed_layers(made, class_names, catalogue.preparation_of(run), digest)


def first_layers(run: Run, store: RunStore) -> tuple[list[int], str]:
    """Return the epochs after which a run's first layer was kept, and where its weights are.

    Those are float32 values, little-endian: of each epoch, of each of its first 48 nodes, a
    picture as `explaining.nodes.first_layer` makes it.

    Returns:
        The epochs, and the address of the weights; empty when there are none.

    Raises:
        StoreProblem: when the store fails.
    """
    kept = store.blob_epochs(run.id, FIRST_LAYER)
    address = f"live/networks/{models.of_run(run.id)}/first-layer/{_digest(run, (), kept)}.bin"
    return kept, address if kept else ""


def gzipped_first_layers(name: str, digest: str, store: RunStore) -> bytes:
    """Return the weights of a run's first layer after its epochs, compressed by gzip.

    Args:
        name, digest: from their address.

    Raises:
        UnknownName, BadFile, StoreProblem: as `gzipped`.
    """

    def made() -> bytes:
        run = store.get(_run(name))
        kept = store.blob_epochs(run.id, FIRST_LAYER)
        if not kept or digest != _digest(run, (), kept):
            raise UnknownName(f"Run {run.id} is no longer the same. Reload the page.")
        blobs = [store.blob(run.id, FIRST_LAYER, epoch) or b"" for epoch in kept]
        try:
            pictures = np.stack([checkpoints.unpack(blob)["weights"] for blob in blobs])
        except (BadFile, KeyError, ValueError):
            raise BadFile(f"The first layer of run {run.id} is damaged in the store.") from None
        return gzip.compress(pictures.astype("<f4").tobytes(), networks.QUICK, mtime=0)

    return _first_layers.get(f"{store.database.url} {name} {digest}", made)


def _run(name: str) -> int:
    run = models.run_of(name)
    if run is None:
        raise UnknownName(f"There is no run {name!r}.")
    return run


def _origin(run: Run, epoch: str) -> str:
    return f"The network of run {run.id} after epoch {epoch}"


def _digest(run: Run, class_names: tuple[str, ...], epochs: object) -> str:
    about = [packing.FORMAT, run.id, run.created, run.learned, class_names, str(epochs)]
    found = hashlib.blake2b(json.dumps(about).encode(), digest_size=packing.DIGEST_BYTES)
    return found.hexdigest()
