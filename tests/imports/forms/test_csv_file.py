"""CSV files in any usual form; whatever else they hold is a sentence."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports.forms import csv_file, csv_rows, tables
from digitapp.imports.found import Found
from digitapp.imports.listing import brought
from digitapp.imports.progress import Progress, unseen

X = np.random.default_rng(1).integers(0, 256, (30, 28, 28), dtype=np.uint8)
X[:, 0, 0] = 0
Y = np.arange(30) % 10
ROWS = X.reshape(30, 784)
HEAD = ",".join(["label", *(f"pixel{at}" for at in range(784))])


def _text(rows: np.ndarray, head: str = "", separator: str = ",") -> str:
    lines = [separator.join(map(str, row)) for row in rows.tolist()]
    return "\n".join([*([head.replace(",", separator)] if head else []), *lines]) + "\n"


FIRST, LAST = np.column_stack([Y, ROWS]), np.column_stack([ROWS, Y])


def _arff() -> str:
    names = [f"@attribute pixel{at} real" for at in range(784)]
    classes = "@attribute class {0,1,2,3,4,5,6,7,8,9}"
    return "\n".join(["% MNIST", "@RELATION mnist", *names, classes, "@DATA", _text(LAST)])


FORMS: dict[str, Callable[[], bytes]] = {
    "Kaggle's": lambda: _text(FIRST, HEAD).encode(),
    "without a head": lambda: _text(FIRST).encode(),
    "label last, without a head": lambda: _text(LAST).encode(),
    "label last, with a head": lambda: _text(
        LAST, ",".join([*(f"1x{at}" for at in range(784)), "class"])
    ).encode(),
    "semicolons": lambda: _text(FIRST, HEAD, ";").encode(),
    "tabs": lambda: _text(FIRST, HEAD, "\t").encode(),
    "spaces": lambda: _text(FIRST, separator=" ").replace("\n", " \n").encode(),
    "several spaces": lambda: _text(FIRST, separator="   ").encode(),
    "ARFF": lambda: _arff().encode(),
    "gzipped": lambda: gzip.compress(_text(FIRST, HEAD).encode()),
    "Windows": lambda: b"\xef\xbb\xbf" + _text(FIRST, HEAD).replace("\n", "\r\n").encode(),
    "quoted": lambda: _text(FIRST, HEAD.replace("label", '"label"')).encode(),
    "an index and a name of its own": lambda: _text(
        np.column_stack([np.arange(30), LAST]),
        ",".join(["", *(f"p{at}" for at in range(784)), "kind of sign"]),
    ).encode(),
    "NumPy's savetxt": lambda: _text(FIRST.astype(float)).encode(),
    "with numbers of the rows": lambda: _text(
        np.column_stack([np.arange(30), FIRST]), f",{HEAD}"
    ).encode(),
    "without a last line end": lambda: _text(FIRST, HEAD).rstrip().encode(),
    "with an empty line": f"{_text(FIRST, HEAD)}\n".encode,
}


def read(path: Path, progress: Progress = unseen) -> Found:
    with brought([path], [path.name]) as files:
        return tables.read(files.entries, path.name, progress)


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "own.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_labels_and_pixels_are_the_same_in_any_form(tmp_path: Path, form: str) -> None:
    found = read(saved(tmp_path, FORMS[form]()))
    assert found.train.images.dtype == np.uint8
    assert np.array_equal(found.train.images, ROWS)
    assert found.train.labels.astype(int).tolist() == Y.tolist()


def test_some_rows_at_a_time_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "CELLS_AT_ONCE", 7 * 785)
    told: list[str] = []
    found = read(saved(tmp_path, FORMS["Kaggle's"]()), lambda share, words: told.append(words))
    assert np.array_equal(found.train.images, ROWS)
    assert told == [f"{rows} rows" for rows in (7, 14, 21, 28, 30)]


def test_pixels_with_a_point_and_labels_as_text(tmp_path: Path) -> None:
    rows = "\n".join(
        f"{name}," + ",".join(f"{value / 255:.6f}" for value in row)
        for name, row in zip(("sun", "moon"), ROWS, strict=False)
    )
    found = read(saved(tmp_path, f"{HEAD}\n{rows}".encode()))
    assert found.train.labels.tolist() == ["sun", "moon"]
    assert np.allclose(found.train.images * 255, ROWS[:2], atol=0.01)


def test_na_is_a_label_like_any_other(tmp_path: Path) -> None:
    text = _text(FIRST[:3], HEAD).replace("\n1,", "\nNA,")
    found = read(saved(tmp_path, text.encode()))
    assert found.train.labels.tolist() == ["0", "NA", "2"]


def _without_a_pixel() -> str:
    return _text(FIRST, HEAD).replace(f"\n1,{ROWS[1, 0]},", "\n1,,", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty (0 bytes)"),
        ("\n", "its first row is ''"),
        ("hello\nworld\n", "its first row is 'hello', without columns"),
        ("a,b,c\n1,2,3\n", "its head names 3 columns; there"),
        (_text(ROWS), "there is no column of labels"),
        (_text(FIRST[:, :700]), "it has 700 columns; there must be one label"),
        ('[{"label": 7}]', "own.csv: this is JSON, no table of images"),
        (f"{HEAD}\n" + _text(FIRST[:2]).replace("\n", ",7\n"), "its head has 785 columns, and its"),
        ("hello world" * 100, "it has no rows of images"),
        (",".join(f"a{at}" for at in range(785)), "it has no rows of images"),
        ("@relation mnist\n@attribute x real\n", "but names no columns before @data"),
        ("@data\n1,2,3\n", "but names no columns before @data"),
        (HEAD + "\n", "it has no rows of images"),
        (_without_a_pixel(), "row 2 lacks a pixel"),
        (
            _text(FIRST, HEAD).replace("\n2,0,", "\n2,ink,", 1),
            "row 3 has 'ink' in place of a pixel",
        ),
        (_text(FIRST[:2]) + "7,7\n", "row 3 lacks a pixel"),
        (_text(FIRST[:2], HEAD) + "1," * 800 + "1\n", "cannot be read"),
        ("\0\0,\0\n", "zero bytes"),
    ],
)
def test_anything_else_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadFile) as told:
        read(saved(tmp_path, text.encode()))
    assert said in str(told.value)
    assert str(told.value).startswith("own.csv: ")


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8b broken",
        gzip.compress(FORMS["Kaggle's"]())[:500],
        "é,ü".encode("latin-1"),
        b"\xff\xd8,",
    ],
)
def test_a_damaged_file_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadFile, match=r"^own\.csv: "):
        read(saved(tmp_path, data))


def test_more_rows_than_can_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "CELLS_AT_ONCE", 10 * 785)
    monkeypatch.setattr(csv_file, "MOST_BYTES", 20 * 784)
    with pytest.raises(BadFile, match="more than 20 rows of 784 pixels"):
        read(saved(tmp_path, FORMS["Kaggle's"]()))
