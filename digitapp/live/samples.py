"""The addresses of samples of images for the browser, and what is found there.

A description as JSON, and images and labels as one binary, read by `js/explaining/samples.js`:

    {"format": 1, "title": "MNIST", "about": "Images of MNIST.", "trained": true,
     "class_names": [...], "training": {"count": 2000, "images": 0, "labels": 1568000},
     "test": {"count": 1000, ...}, "values": "<digest>.bin"}

An image is 784 bytes, 0 paper to 255 ink; a label is one byte, an index into `class_names`. Offsets
count bytes. As with networks, an address is made of what is found there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import NamedTuple

from digitapp.errors import UnknownName
from digitapp.library import sample_images
from digitapp.library.sample_images import Origin, Sample
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore
from digitapp.text.escaping import plain

FORMAT = 1  # raise it when the same dataset gives another sample: browsers keep what they fetched
DIGEST_BYTES = 12
SAMPLES_KEPT = 6  # about 0.7 MB each
LEVEL = 6  # of compression; the highest takes twice as long and saves nothing


class Packed(NamedTuple):
    """A sample for the browser: the description, JSON in UTF-8; and images and labels."""

    description: bytes
    values: bytes


_samples = RecentlyUsed[str, Packed](SAMPLES_KEPT)


def address(name: str, store: RunStore) -> str:
    """Return the address of the sample's description, relative to the app's base URL.

    No image is loaded for it.

    Args:
        name: of a network, as for `models.load`.

    Raises:
        UnknownName, DatasetUnavailable, StoreProblem: as `sample_images.origin`.
    """
    return f"live/samples/{name}/{_digest(sample_images.origin(name, store))}.json"


def gzipped(name: str, digest: str, store: RunStore) -> Packed:
    """Return a sample, packed for the browser, both parts of it compressed by gzip.

    Args:
        digest: from its address.

    Raises:
        UnknownName: when there is no such network, or its images have changed.
        DatasetUnavailable, StoreProblem: as `sample_images.sample`.
    """

    def made() -> Packed:
        found = sample_images.origin(name, store)
        if digest != _digest(found):
            raise UnknownName(f"The images for {name} are no longer the same. Reload the page.")
        whole = packed(sample_images.sample(found, store), digest)
        return Packed(*(gzip.compress(each, LEVEL, mtime=0) for each in whole))

    return _samples.get(digest, made)


def packed(sample: Sample, digest: str) -> Packed:
    """Pack a sample."""
    values = b""
    parts = {}
    for part, images, labels in (
        ("training", sample.x_train, sample.y_train),
        ("test", sample.x_test, sample.y_test),
    ):
        place = {"images": len(values), "labels": len(values) + images.size}
        parts[part] = {"count": len(labels), **place}
        values += images.tobytes() + labels.tobytes()
    description = {
        "format": FORMAT,
        "title": plain(sample.title),
        "about": plain(sample.about),
        "trained": sample.trained,
        "class_names": [plain(name) for name in sample.class_names],
        **parts,
        "values": f"{digest}.bin",
    }
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return Packed(text.encode(), values)


def _digest(origin: Origin) -> str:
    """Return the name of a sample's content: 24 hexadecimal digits."""
    spec = origin.spec
    learned = [spec.dataset, spec.train_size, spec.validation_split, spec.early_stopping]
    learned += [spec.random_labels] if spec.random_labels else []
    about = [FORMAT, sample_images.SIZES, *learned, bool(spec.base), *origin[1:]]
    return hashlib.blake2b(json.dumps(about).encode(), digest_size=DIGEST_BYTES).hexdigest()
