"""Weights are finite numbers in the file itself; all else that HDF5 can hold is refused."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.takehome.bundle import keras_weights
from digitapp.takehome.bundle.form import WEIGHTS
from tests.takehome.bundle.made import DIGITS, SPEC, learned, parts, weights_of
from tests.tiny_runs import equal, variables

KERNEL, BIAS = "layers/dense/vars/0", "layers/dense/vars/1"
SECRET = "/etc/hostname"

Change = Callable[[h5py.File], Any]


@pytest.fixture(scope="module")
def model() -> Any:
    """A network of the settings of the file."""
    return learned(SPEC, len(DIGITS))


def changed(file: bytes, change: Change) -> bytes:
    """The weights of a file after a change."""
    data = io.BytesIO(parts(file)[WEIGHTS])
    with h5py.File(data, "r+") as weights:
        change(weights)
    return data.getvalue()


def instead(path: str, value: Any) -> Change:
    """Puts a link, or an array, in the place of one."""

    def change(weights: h5py.File) -> None:
        del weights[path]
        weights[path] = value

    return change


def made(path: str, **how: Any) -> Change:
    """Makes a dataset anew, in some way."""

    def change(weights: h5py.File) -> None:
        shape, values = weights[path].shape, weights[path][()]
        del weights[path]
        weights.create_dataset(path, **{"shape": shape, "dtype": "f4", "data": values, **how})

    return change


def _virtual(weights: h5py.File) -> None:
    del weights[BIAS]
    layout = h5py.VirtualLayout(shape=(8,), dtype="f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(8,))
    weights.create_virtual_dataset(BIAS, layout)


def _cycle(weights: h5py.File) -> None:
    weights["layers/again"] = weights["layers"]


def _many(weights: h5py.File) -> None:
    for number in range(600):
        weights[f"layers/dense/vars/x{number}"] = weights[BIAS]


def _nan(weights: h5py.File) -> None:
    weights[KERNEL][3, 3] = np.nan


CHANGES: dict[str, tuple[Change, str]] = {
    "soft link": (instead(BIAS, h5py.SoftLink(f"/{KERNEL}")), "is a link"),
    "link to another file": (instead(BIAS, h5py.ExternalLink("other.h5", "/x")), "is a link"),
    "group elsewhere": (instead("layers", h5py.ExternalLink("other.h5", "/")), "is a link"),
    "kept in another file": (made(BIAS, data=None, external=SECRET), "not kept as Keras"),
    "put together from others": (_virtual, "not kept as Keras"),
    "packed": (made(KERNEL, compression="gzip"), "not kept as Keras"),
    "in pieces": (made(KERNEL, chunks=(8, 8)), "not kept as Keras"),
    "a circle": (_cycle, "nested"),
    "many": (_many, "nested"),
    "a type": (instead(BIAS, np.dtype("f4")), "no array"),
    "text": (instead(BIAS, np.array([b"x"] * 8, h5py.string_dtype())), "object (8,)"),
    "references": (made(BIAS, dtype=h5py.ref_dtype, data=None), "object (8,)"),
    "whole numbers": (made(BIAS, dtype="i4"), "int32 (8,); it must be float32 (8,)"),
    "other floats": (made(BIAS, dtype="f8"), "float64 (8,)"),
    "nothing": (instead(BIAS, h5py.Empty("f4")), "it must be float32 (8,)"),
    "another shape": (instead(BIAS, np.zeros(9, "f4")), "float32 (9,)"),
    "one missing": (lambda weights: weights.pop(BIAS), "is missing"),
    "one more": (instead("layers/flatten/vars", np.zeros(1, "f4")), "it must be missing"),
    "no number": (_nan, "NaN or infinite"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_anything_but_plain_numbers_is_refused(kind: str, file: bytes, model: Any) -> None:
    change, reason = CHANGES[kind]
    before = variables(model)
    with pytest.raises(BadFile) as caught:
        keras_weights.assign_from(model, changed(file, change))
    assert reason in str(caught.value)
    assert equal(before, variables(model))


def test_a_name_of_any_length_does_not_fill_the_page(file: bytes, model: Any) -> None:
    weights = changed(file, lambda weights: weights.move(BIAS, "layers/dense/" + "A" * 5000))
    with pytest.raises(BadFile) as caught:
        keras_weights.assign_from(model, weights)
    assert len(str(caught.value)) < 500


def test_what_another_file_holds_is_not_read(
    file: bytes, model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with h5py.File("other.h5", "w") as other:
        other["x"] = np.zeros(8, "f4")
    for kind in ("link to another file", "put together from others"):
        with pytest.raises(BadFile):
            keras_weights.assign_from(model, changed(file, CHANGES[kind][0]))


def test_the_numbers_of_the_file_become_those_of_the_network(file: bytes, model: Any) -> None:
    keras_weights.assign_from(model, parts(file)[WEIGHTS])
    assert equal(list(weights_of(file).values()), variables(model))
