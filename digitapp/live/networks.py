"""The addresses of networks for the browser, and what is found there.

An address is made of a network's content, so that a browser may keep for ever what it fetched, and
any server that has the same store, a restarted one included, can answer.
"""

from __future__ import annotations

import gzip
from pathlib import PurePosixPath

from digitapp.errors import BadFile, UnknownName
from digitapp.library import models
from digitapp.library.models import NetworkFile
from digitapp.live import browser_files, packing
from digitapp.live.packing import Packed
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore

DIGESTS_KEPT = 1000
NETWORKS_KEPT = 12  # as many as a page shows at once
QUICK = 1  # weights hardly shrink: by 7 %, and no further

_digests = RecentlyUsed[str, str](DIGESTS_KEPT)
_networks = RecentlyUsed[str, Packed](NETWORKS_KEPT)


def address(name: str, version: str, store: RunStore) -> str:
    """Return the address of a network's description, relative to the app's base URL.

    Its weights are beside it, under the name that the description gives. Once an address is known,
    neither the store nor a file is read.

    Args:
        name: as for `models.load`.
        version: changes when its run learns more: `Run.learned`; empty for a built-in network.

    Raises:
        UnknownName, BadFile, StoreProblem: as `models.network_file`.
    """

    def made() -> str:
        return packing.digest(*_parts(models.network_file(name, store)))

    digest = _digests.get(f"{store.database.url} {name} {version}", made)
    return f"live/networks/{name}/{digest}.json"


def make_ready(name: str, store: RunStore) -> None:
    """Pack a built-in network, and compress the scripts, before the first browser asks for them.

    Raises:
        UnknownName, BadFile: as `models.network_file`.
    """
    gzipped(name, PurePosixPath(address(name, "", store)).stem, store)
    for path in browser_files.files():
        browser_files.gzipped(path)


def gzipped(name: str, digest: str, store: RunStore) -> Packed:
    """Return a network, packed for the browser, both parts of it compressed by gzip.

    Args:
        digest: from its address.

    Raises:
        UnknownName: when there is no such network, or it has another digest by now.
        BadFile, StoreProblem: as `models.network_file`.
    """

    def made() -> Packed:
        found = models.network_file(name, store)
        if digest != packing.digest(*_parts(found)):
            raise UnknownName(f"The network {name} is no longer the same. Reload the page.")
        try:
            whole = packing.packed(*_parts(found))
        except BadFile as error:
            raise BadFile(f"{found.origin}: cannot run in the browser. {error}") from None
        return compressed(whole)

    return _networks.get(f"{name} {digest}", made)


def _parts(found: NetworkFile) -> tuple[bytes, tuple[str, ...], str, bytes]:
    """Return what is packed, and what the address is made of: the stroke reader, too."""
    return found.content, found.class_names, found.preparation, found.strokes


def compressed(whole: Packed) -> Packed:
    """Return both parts of a packed network compressed by gzip."""
    parts = (whole.description, whole.weights)
    return Packed(*(gzip.compress(each, QUICK, mtime=0) for each in parts))
