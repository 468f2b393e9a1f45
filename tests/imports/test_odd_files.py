"""Whole files that are no datasets, or odd ones: tables and arrays of any shape, drawn by lot."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports import unlabelled
from digitapp.imports.reading import read
from tests.imports.damage import npy, zipped

EACH = 60  # files of each kind
SEPARATORS = (",", ";", "\t", " ", "|", "  ")
COLUMNS = (0, 1, 2, 3, 16, 17, 18, 26, 65, 66, 785)
CELLS = (
    *("0", "1", "255", "0.5", "-1", "", "x", "label", "nan", "inf", "1e400", '"q"', "1_0"),
    *("\N{ARABIC-INDIC DIGIT THREE}", "  ", "@data", "{", "#", "é"),
)
POOLS = (("0", "1"), ("0", "255"), ("0.1", "0.9"), ("sun", "moon"), CELLS)
BEFORE = (
    "",
    "",
    "",
    "@relation x\n@attribute a real\n@data\n",
    "@data\n",
    "% c\n",
    "\n\n",
    "\ufeff",
)
SHAPES = (
    *((), (0,), (5,), (30,), (30, 1), (30, 2), (30, 10), (30, 784), (30, 28, 28), (30, 28, 28, 3)),
    *((30, 1, 28, 28), (0, 28, 28), (30, 3, 3), (28, 28, 30), (30, 28, 28, 2), (2, 2, 2, 2, 2)),
)
KINDS = ("u1", "i1", "i8", "f4", "f8", "f2", "?", "U3", "S2", "c8", "M8[s]", ">i2", "u8", "V4")
NAMES = (
    *("x", "y", "x_train", "y_train", "x_test", "y_test", "images", "labels", "arr_0", "arr_1"),
    *("class_names", "train", "test", "val_x", "train_labels", "cat/x", "dog/x"),
)


def table(lot: random.Random) -> bytes:
    separator, columns, pool = (lot.choice(each) for each in (SEPARATORS, COLUMNS, POOLS))
    names = [f"p{at}" for at in range(columns)]
    head = lot.choice([None, ["label", *names[1:]], names, [""] * columns, ["id", *names[1:]]])
    rows = [] if head is None else [head]
    for _ in range(lot.choice([0, 1, 2, 30])):
        width = max(0, columns + lot.choice([0, 0, 0, 1, -1]))
        rows.append([lot.choice(pool) for _ in range(width)])
    end = lot.choice(["\n", "\r\n", "\r"])
    text = lot.choice(BEFORE) + end.join(map(separator.join, rows))
    return text.encode(lot.choice(["utf-8", "utf-8", "latin-1", "utf-16"]), "replace")


def archive(lot: random.Random) -> bytes:
    rng = np.random.default_rng(lot.randrange(10**6))
    arrays = {}
    for name in lot.sample(NAMES, lot.choice([1, 2, 3, 4])):
        found = rng.integers(0, lot.choice([1, 2, 10, 256]), lot.choice(SHAPES))
        found = found.astype(np.uint8).astype(lot.choice(KINDS))
        if found.dtype.kind == "f" and found.size and lot.random() < 0.2:
            found.flat[0] = lot.choice([np.nan, np.inf, -3])
        arrays[f"{name}.npy"] = npy(found)
    return zipped(arrays)


@pytest.mark.parametrize(("name", "make"), [("own.csv", table), ("own.npz", archive)])
def test_what_is_odd_comes_in_or_is_a_sentence(name: str, make: object, tmp_path: Path) -> None:
    assert callable(make)
    path, told = tmp_path / name, set()
    for seed, labelled in itertools.product(range(EACH), (True, False)):
        path.write_bytes(make(random.Random(seed)))
        try:
            read([path], [name]) if labelled else unlabelled.read(path, name)
        except BadFile as error:
            text = str(error)
            assert text.endswith("."), (seed, text)
            assert "\n" not in text, (seed, text)
            told.add(text)
    assert len(told) > 20
