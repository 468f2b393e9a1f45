"""Images without labels, or with labels beside them, from tables and arrays."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports.unlabelled import Unlabelled, read
from tests.imports.collections import digits

GIVEN = digits(60).train
IMAGES, LABELS = GIVEN.images, GIVEN.labels
NOTHING = np.zeros((1, 28, 28), dtype=np.uint8)


def _csv(images: np.ndarray, labels: np.ndarray | None = None, head: bool = True) -> str:
    rows = images.reshape(len(images), -1)
    names = [f"pixel{n}" for n in range(rows.shape[1])]
    if labels is not None:
        rows, names = np.column_stack([labels, rows]), ["label", *names]
    lines = [",".join(map(str, row)) for row in rows.tolist()]
    return "\n".join([",".join(names)] * head + lines) + "\n"


def _read(path: Path, **options: bool) -> Unlabelled:
    return read(path, path.name, **options)


@pytest.mark.parametrize("head", [True, False])
def test_kaggles_table_without_labels(head: bool, tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_text(_csv(IMAGES, head=head))
    found = _read(path)
    assert np.array_equal(found.images, IMAGES)
    assert found.classes is None
    assert found.told == ("Rows of 784 pixels: 28 x 28.",)


def test_a_table_with_labels_gzipped(tmp_path: Path) -> None:
    path = tmp_path / "test.csv.gz"
    path.write_bytes(gzip.compress(_csv(IMAGES, LABELS).encode()))
    found = _read(path)
    assert np.array_equal(found.images, IMAGES)
    assert found.classes is not None
    assert [found.classes.names[each] for each in found.classes.labels[0]] == [*map(str, LABELS)]


@pytest.mark.parametrize(
    "arrays",
    [
        {"images": IMAGES},
        {"arr_0": IMAGES.reshape(-1, 784) / 255},
        {"x_train": NOTHING, "y_train": LABELS[:1], "x_test": IMAGES},
        {"x_train": NOTHING, "y_train": LABELS[:1], "x_test": IMAGES, "y_test": LABELS},
    ],
)
def test_arrays_are_those_of_the_test_part_or_the_only_ones(
    arrays: dict[str, np.ndarray], tmp_path: Path
) -> None:
    path = tmp_path / "some.npz"
    np.savez(path, allow_pickle=False, **arrays)
    found = _read(path)
    assert np.array_equal(found.images, IMAGES)
    assert (found.classes is not None) == ("y_test" in arrays)


def test_a_single_array(tmp_path: Path) -> None:
    np.save(tmp_path / "some.npy", IMAGES)
    assert np.array_equal(_read(tmp_path / "some.npy").images, IMAGES)


def test_white_paper_becomes_black_and_every_image_stays(tmp_path: Path) -> None:
    images = 255 - IMAGES
    images[3] = 255  # an empty one
    np.savez(tmp_path / "white.npz", allow_pickle=False, images=images)
    found = _read(tmp_path / "white.npz")
    assert np.array_equal(found.images, 255 - images)
    assert found.told == ("Black and white changed places.",)
    assert np.array_equal(_read(tmp_path / "white.npz", as_is=True).images, images)


def test_several_arrays_of_images_are_a_sentence(tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", allow_pickle=False, some=IMAGES, others=IMAGES)
    with pytest.raises(BadFile, match="there must be one array of images, or one that is called"):
        _read(tmp_path / "two.npz")


def test_what_is_no_table_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("milk\neggs\n")
    with pytest.raises(BadFile, match=r"notes\.csv: "):
        _read(tmp_path / "notes.csv")


def test_labels_of_one_class_are_enough_to_be_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", allow_pickle=False, images=IMAGES[:5], labels=[7] * 5)
    found = _read(tmp_path / "one.npz")
    assert found.classes is not None
    assert found.classes.names == ("7",)


def test_labels_that_name_too_many_classes_are_not_used(tmp_path: Path) -> None:
    images = np.resize(IMAGES, (160, 28, 28))
    np.savez(tmp_path / "many.npz", allow_pickle=False, images=images, labels=np.arange(160))
    found = _read(tmp_path / "many.npz")
    assert found.classes is None
    assert any("The labels in the file are not used." in told for told in found.told)
