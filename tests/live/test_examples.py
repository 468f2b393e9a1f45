"""Examples of datasets made in the page, packed for the browser."""

import base64
import gzip
import json
from urllib.parse import unquote

import numpy as np
import pytest

from digitapp.errors import UnknownName
from digitapp.live import examples
from digitapp.runs import RunStore, drawn_examples
from digitapp.runs.drawn_examples import NewExample

SIGNS = "Signs & ✨ 100 %"


@pytest.fixture
def store() -> RunStore:
    found = RunStore()
    drawn_examples.create(found, SIGNS, ["star", "spiral"])
    return found


def fetched(store: RunStore, address: str) -> dict[str, object]:
    _, _, name, last = address.split("/")
    return dict(
        json.loads(gzip.decompress(examples.gzipped(unquote(name), last.partition(".")[0], store)))
    )


def test_all_examples_are_there_in_their_order(store: RunStore) -> None:
    images = np.arange(3 * 784, dtype=np.uint32).astype(np.uint8).reshape(3, 28, 28)
    new = [NewExample(place % 2, image) for place, image in enumerate(images)]
    ids = drawn_examples.keep(store, SIGNS, new)
    found = fetched(store, examples.address(SIGNS, drawn_examples.facts(store, SIGNS)))
    assert found["rows"] == [[ids[0], 0], [ids[1], 1], [ids[2], 0]]
    assert base64.b64decode(str(found["images"])) == images.tobytes()


def test_examples_that_have_changed_have_another_address(store: RunStore) -> None:
    before = examples.address(SIGNS, drawn_examples.facts(store, SIGNS))
    drawn_examples.keep(store, SIGNS, [NewExample(0, np.zeros((28, 28), np.uint8))])
    assert examples.address(SIGNS, drawn_examples.facts(store, SIGNS)) != before
    with pytest.raises(UnknownName, match="have changed"):
        fetched(store, before)
