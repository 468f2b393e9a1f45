"""Names of classes: told by files beside the images, and made usable wherever they come from."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.imports.collection import Collection
from digitapp.imports.reading import read
from tests.imports.damage import npy, zipped
from tests.imports.digit_forms import idx, picture

X = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)


def brought(folder: Path, files: dict[str, bytes]) -> Collection:
    (folder / "own.zip").write_bytes(zipped(files))
    return read([folder / "own.zip"], ["own.zip"])


@pytest.mark.parametrize("head", ["name,label", "label,name", "filename,label", "id,class"])
def test_a_table_of_pictures_names_no_classes(head: str, tmp_path: Path) -> None:
    columns = head.split(",")
    labels = [at % 4 for at in range(40)]
    rows = [
        ",".join(str(n) if each in ("label", "class") else f"img{at}.png" for each in columns)
        for at, n in enumerate(labels)
    ]
    files = {f"img{at}.png": picture(X[at]) for at in range(40)}
    found = brought(tmp_path, files | {"labels.csv": "\n".join([head, *rows]).encode()})
    assert found.class_names == ("0", "1", "2", "3")
    assert np.bincount(found.train.labels).tolist() == [10, 10, 10, 10]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("emnist-letters-mapping.txt", "1 65 97\n2 66 98\n"),
        ("kmnist_classmap.csv", "index,codepoint,char\n1,U+0041,A\n2,U+0042,B\n"),
        ("labels.csv", "label,name\n1,A\n2,B\n"),
    ],
)
def test_files_that_tell_names_are_used(name: str, text: str, tmp_path: Path) -> None:
    labels = np.arange(40, dtype=np.uint8) % 2 + 1
    files = {"train-images-idx3-ubyte": idx(X), "train-labels-idx1-ubyte": idx(labels)}
    found = brought(tmp_path, files | {name: text.encode()})
    assert found.class_names == ("A", "B")
    assert not any(name in told for told in found.told)


NAMES = {
    "a\x1b[2J": "a[2J",
    "b\nc": "b c",
    "\u202eabc": "abc",
    "none of these": "none of these (class)",
    "not a digit": "not a digit (class)",
    "A": "A",
    "a": "a",
    "👩\u200d🚀": "👩\u200d🚀",
}


def test_odd_names_of_classes_are_changed_and_it_is_said(tmp_path: Path) -> None:
    labels = np.array([*NAMES] * 5)
    found = brought(tmp_path, {"x.npy": npy(X), "y.npy": npy(labels)})
    assert {*found.class_names} == {*NAMES.values()}
    told = next(each for each in found.told if each.startswith("Names of classes were changed"))
    assert told.isprintable()
    assert json.dumps("none of these").strip('"') in told
    for name, wanted in NAMES.items():
        places = np.flatnonzero(found.train.labels == found.class_names.index(wanted))
        assert (labels[places] == name).all()


def test_names_in_an_array_fit_labels_from_1_too(tmp_path: Path) -> None:
    files = {"x.npy": npy(X), "y.npy": npy(np.arange(40) % 2 + 1)}
    found = brought(tmp_path, files | {"class_names.npy": npy(np.array(["sun", "moon"]))})
    assert found.class_names == ("sun", "moon")
    found = brought(tmp_path, files | {"class_names.npy": npy(np.array(["a", "b", "c", "d"]))})
    assert found.class_names == ("b", "c")
    files["y.npy"] = npy(np.arange(40) % 2 * 7)
    found = brought(tmp_path, files | {"class_names.npy": npy(np.array(["sun", "moon"]))})
    assert found.class_names == ("0", "7")
    assert "Not used: names of classes (sun, moon ...), which do not fit the labels." in found.told


def test_a_class_map_beside_pictures_is_used_and_not_called_unused(tmp_path: Path) -> None:
    files = {f"{at % 2}/{at}.png": picture(X[at]) for at in range(40)}
    found = brought(tmp_path, files | {"classes.csv": b"label,name\n0,sun\n1,moon\n"})
    assert found.class_names == ("sun", "moon")
    assert not found.told


def test_colours_of_pictures_are_told(tmp_path: Path) -> None:
    files = {f"{at % 2}/{at}.png": picture(X[at], mode="RGB") for at in range(10)}
    assert not brought(tmp_path, files).told
    file = io.BytesIO()
    Image.new("RGB", (28, 28), "red").save(file, "PNG")
    found = brought(tmp_path, files | {"0/red.png": file.getvalue()})
    assert found.told == ("Colours became grey.",)


def test_arrays_of_one_name_in_folders_are_classes_of_their_own(tmp_path: Path) -> None:
    files = {"cat/x.npy": npy(X[:9]), "dog/x.npy": npy(X[9:]), "cow/y.npy": npy(X[:3])}
    found = brought(tmp_path, files)
    assert len(found.class_names) == 3
    assert {"cat/x", "dog/x", "cow/y"} == {*found.class_names}
    assert "There are no labels: each array was taken as a class." in found.told


def test_a_table_is_found_behind_many_notes(tmp_path: Path) -> None:
    rows = [[at % 2, *X[at].ravel().tolist()] for at in range(40)]
    table = "\n".join(",".join(map(str, row)) for row in rows)
    notes = {f"a{number:03}.txt": b"a note\n" for number in range(120)}
    found = brought(tmp_path, notes | {"z.csv": table.encode()})
    assert found.class_names == ("0", "1")
    assert any("more text files" in told for told in found.told)
