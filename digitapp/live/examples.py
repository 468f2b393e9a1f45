"""The addresses of the examples of datasets made in the page, and what is found there.

A JSON text, read by `js/examples/main.js`: `{"rows": [[id, class], ...], "images": "<base64>",
"others": [id, ...]}`, the images in the order of the rows, 784 bytes each, 0 paper to 255 ink; the
others are those that somebody else drew for a class dataset, who alone may change them.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from urllib.parse import quote

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.library import drawn_datasets
from digitapp.runs import RunStore, dataset_rights, drawn_examples
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.runs.drawn_examples import Example
from digitapp.runs.imported_datasets import Facts

DIGEST_BYTES = 12


def address(name: str, known: Facts) -> str:
    """Return where a dataset's examples are as they are now, relative to the app's base URL."""
    return f"live/examples/{quote(name, safe='')}/{_digest(name, known)}.json"


def gzipped(name: str, digest: str, store: RunStore) -> bytes:
    """Return the examples of a dataset, compressed by gzip.

    Args:
        digest: from its address. A class changes its dataset all the time, so who asks for an
            earlier version of that gets the one of now.

    Raises:
        UnknownName: when there is no such dataset, or it has changed.
        StoreProblem: when the store fails.
    """
    now = _digest(name, drawn_examples.facts(store, name))
    if digest != now and not IN_CLASS.fullmatch(name):
        raise UnknownName(f"The examples of the dataset “{name}” have changed. Reload the page.")
    found, _ = drawn_examples.read(store, name)
    told = {
        "rows": [[each.id, each.class_id] for each in found],
        "others": _of_others(store, name, found),
        "images": base64.b64encode(b"".join(each.image.tobytes() for each in found)).decode(),
    }
    return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), mtime=0)


def _of_others(store: RunStore, name: str, found: Sequence[Example]) -> list[int]:
    """Return the ids of the examples that who asks may not change."""
    if not dataset_rights.room_of(store, name):
        return []
    try:
        rights = dataset_rights.of(store, name)
    except InvalidSetting:  # the room has ended
        return [each.id for each in found]
    return [each.id for each in found if not rights.to_all and each.person != rights.person]


def _digest(name: str, known: Facts) -> str:
    told = f"{name} {drawn_datasets.version(known)}".encode()
    return hashlib.blake2b(told, digest_size=DIGEST_BYTES).hexdigest()
