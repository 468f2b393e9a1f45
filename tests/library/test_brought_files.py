"""Files that somebody brings: looked at, shown as they would be kept, and kept."""

import io
from collections.abc import Mapping

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports.finding import NONE
from digitapp.library import brought_files, catalogue, own_datasets
from digitapp.library.brought_files import Brought
from digitapp.runs import RunStore
from tests.imports.collections import digits

GIVEN = digits(100, with_test_part=False).train


def _brought(arrays: Mapping[str, np.ndarray]) -> Brought:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return brought_files.look_at_uploads([("../own digits.npz", file.getvalue())])


@pytest.fixture(scope="module")
def white() -> Brought:
    """Digits on white paper, labelled 1 to 10, one of them empty."""
    images = 255 - GIVEN.images
    images[5] = 255
    return _brought({"images": images, "labels": (GIVEN.labels.astype(int) + 9) % 10 + 1})


def test_uploads_are_looked_at(white: Brought) -> None:
    assert white.names == ("../own digits.npz",)
    assert {"inverted", "blank", "labels_from_one"} <= {each.name for each in white.findings}
    assert {"invert", "leave_out_blank", "ten_is_zero"} <= {*white.suggested}


def test_only_what_was_found_can_be_chosen(white: Brought) -> None:
    assert {*white.chosen(["invert", "transpose"])} == {"invert"}


def test_samples_are_what_would_be_kept(white: Brought) -> None:
    rows = brought_files.samples(white, white.suggested, 5)
    assert [row.name for row in rows] == [*"0123456789"]
    counts = np.bincount(np.delete(GIVEN.labels, 5), minlength=10)
    assert [row.count for row in rows] == counts.tolist()
    left = np.delete(np.arange(100), 5)
    for label, row in enumerate(rows):
        own = left[GIVEN.labels[left] == label][:5]
        assert np.array_equal(row.images, GIVEN.images[own])


def test_samples_without_mends_are_as_the_file_has_them(white: Brought) -> None:
    rows = brought_files.samples(white, {}, 2)
    assert [row.name for row in rows] == [str(n) for n in range(1, 11)]
    assert np.array_equal(rows[-1].images, 255 - GIVEN.images[GIVEN.labels == 0][:2])


def test_what_is_kept_is_a_dataset(white: Brought) -> None:
    store = RunStore()
    name = own_datasets.new_name(store, "Mine")
    kept = brought_files.keep(store, white, name, white.suggested, "fashion_mnist")
    data = catalogue.dataset(store, "Mine")
    assert np.array_equal(data.x_train, kept.data.x_train)
    assert len(data.x_train) + len(data.x_test) == 99
    assert data.class_names == tuple("0123456789")
    assert catalogue.preparation(store, "Mine") == "fashion_mnist"


def test_some_images_of_a_finding_are_spread_over_all_of_them(white: Brought) -> None:
    found = {each.name: each for each in white.findings}
    assert brought_files.shown_places(white, found["blank"], 12).tolist() == [5]
    assert brought_files.shown_places(white, found["inverted"], 3).tolist() == [0, 49, 99]


def test_images_are_shown_as_they_are_or_with_their_pixels_mended(white: Brought) -> None:
    places = np.array([2, 9])
    as_they_are = brought_files.shown_images(white, places, {})
    assert np.array_equal(as_they_are, 255 - GIVEN.images[places])
    mended = brought_files.shown_images(white, places, white.suggested)
    assert np.array_equal(mended, GIVEN.images[places])


def test_a_file_that_cannot_be_used_is_named() -> None:
    with pytest.raises(BadFile, match=r"notes\.txt: "):
        brought_files.look_at_uploads([("notes.txt", b"milk\neggs\n")])


def test_mends_that_need_no_images_are_made_by_name(white: Brought) -> None:
    rows = brought_files.samples(white, {"transpose": NONE}, 1)
    as_it_was = brought_files.samples(white, {}, 1)
    assert np.array_equal(rows[0].images, as_it_was[0].images.transpose(0, 2, 1))


def test_where_all_is_left_out_there_are_no_samples(white: Brought) -> None:
    assert brought_files.samples(white, {"leave_out_blank": np.arange(100)}, 5) == []


def test_only_empty_images_are_a_sentence() -> None:
    with pytest.raises(BadFile, match="All 40 images are empty"):
        _brought({"images": np.zeros((40, 28, 28), np.uint8), "labels": np.arange(40) % 4})


def test_a_training_part_without_images_gives_way_to_the_test_part() -> None:
    arrays = {"x_train": GIVEN.images[:0], "y_train": GIVEN.labels[:0]}
    found = _brought({**arrays, "x_test": GIVEN.images, "y_test": GIVEN.labels})
    assert len(found.collection.train) == 100
    assert "The training part is empty" in " ".join(found.collection.told)
