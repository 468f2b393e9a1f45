"""The addresses of networks for the browser, and what is found there.

An address is made of a network's content, so that a browser may keep for ever what it fetched, and
any server that has the same store, a restarted one included, can answer.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from digitapp.errors import BadFile, UnknownName
from digitapp.library import models
from digitapp.live import browser_files, packing
from digitapp.live.packing import Packed
from digitapp.runs import RunStore

DIGESTS_KEPT = 1000
NETWORKS_KEPT = 12  # as many as a page shows at once
QUICK = 1  # weights hardly shrink: by 7 %, and no further

Value = TypeVar("Value")


class _Kept(Generic[Value]):
    """The values used last, by name; each is made once, however many threads ask for it at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._access, self._making = threading.Lock(), threading.Lock()

    def get(self, name: str, made: Callable[[], Value]) -> Value:
        """Return a value; others that are there already are not waited for while it is made."""
        found = self._found(name)
        if found is None:
            with self._making:
                found = self._found(name)
                if found is None:
                    found = made()
                    self._keep(name, found)
        return found

    def _found(self, name: str) -> Value | None:
        with self._access:
            if name in self._values:
                self._values.move_to_end(name)
            return self._values.get(name)

    def _keep(self, name: str, value: Value) -> None:
        with self._access:
            self._values[name] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)


_digests = _Kept[str](DIGESTS_KEPT)
_networks = _Kept[Packed](NETWORKS_KEPT)


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
        found = models.network_file(name, store)
        return packing.digest(found.content, found.class_names, found.preparation)

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
        if digest != packing.digest(found.content, found.class_names, found.preparation):
            raise UnknownName(f"The network {name} is no longer the same. Reload the page.")
        try:
            whole = packing.packed(found.content, found.class_names, found.preparation)
        except BadFile as error:
            raise BadFile(f"{found.origin}: cannot run in the browser. {error}") from None
        parts = (gzip.compress(each, QUICK, mtime=0) for each in (whole.description, whole.weights))
        return Packed(*parts)

    return _networks.get(f"{name} {digest}", made)
