"""Weights are finite numbers in plain arrays; all else that an `.npz` file can hold is refused."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.takehome.bundle import weights
from digitapp.takehome.bundle.archive import WEIGHTS
from digitapp.training import checkpoints, layer_table
from digitapp.training.architectures import layers
from tests.takehome.bundle.run_files import DIGITS, SPEC, learned, parts, weights_of, zipped
from tests.tiny_runs import equal, variables

KERNEL, BIAS = "model-0", "model-1"  # float32 (784, 8) and (8,)
Members = dict[str, bytes]


VARIABLES = layer_table.variables(layers(SPEC, len(DIGITS)))  # of the settings of the file


def members(file: bytes) -> Members:
    """The arrays in a bundle as they stand in its file of weights."""
    return parts(parts(file)[WEIGHTS])


def written(array: Any, **how: Any) -> bytes:
    """An array as NumPy writes it."""
    found = io.BytesIO()
    np.lib.format.write_array(found, np.asanyarray(array), **how)
    return found.getvalue()


def header(shape: tuple[int, ...], kind: str = "<f4", by_columns: bool = False) -> bytes:
    """The header of an array without its numbers."""
    found = io.BytesIO()
    said = {"shape": shape, "descr": kind, "fortran_order": by_columns}
    np.lib.format.write_array_header_1_0(found, said)
    return found.getvalue()


def instead(name: str, data: bytes) -> Callable[[Members], Members]:
    """Puts something else in the place of an array."""
    return lambda found: {**found, f"{name}.npy": data}


def without(name: str) -> Callable[[Members], Members]:
    return lambda found: {each: data for each, data in found.items() if each != f"{name}.npy"}


def nan(found: Members) -> Members:
    return {**found, f"{BIAS}.npy": written(np.full(8, np.nan, np.float32))}


class Evil:
    """What a pickle does when it is read."""

    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was read",)


CHANGES: dict[str, tuple[Callable[[Members], Members], str]] = {
    "a pickle": (
        instead(BIAS, written(np.array([Evil()] * 8, object), allow_pickle=True)),
        "object (8,)",
    ),
    "text": (instead(BIAS, written(np.array(["x"] * 8))), "<U1 (8,)"),
    "fields": (instead(BIAS, written(np.zeros(8, [("a" * 200, "f4")]))), "it must be float32 (8,)"),
    "whole numbers": (instead(BIAS, written(np.zeros(8, "i4"))), "int32 (8,); it must be float32"),
    "other floats": (instead(BIAS, written(np.zeros(8))), "float64 (8,)"),
    "another order of bytes": (instead(BIAS, written(np.zeros(8, ">f4"))), ">f4 (8,)"),
    "another shape": (instead(BIAS, written(np.zeros(9, "f4"))), "float32 (9,)"),
    "many sides": (instead(BIAS, written(np.zeros((1,) * 30, "f4"))), "float32 (1, 1"),
    "a number": (instead(BIAS, written(np.float32(1))), "float32 ()"),
    "one missing": (without(BIAS), "model-1 is missing"),
    "one more": (instead("model-9", written(np.zeros(1, "f4"))), "it must be missing"),
    "no number": (nan, "NaN or infinite"),
    "infinite": (instead(BIAS, written(np.full(8, np.inf, "f4"))), "NaN or infinite"),
    "by columns": (instead(KERNEL, header((784, 8), by_columns=True)), "are damaged"),
    "another version": (instead(BIAS, written(np.zeros(8, "f4"), version=(3, 0))), "are damaged"),
    "too few numbers": (instead(BIAS, header((8,)) + bytes(31)), "are damaged"),
    "too many numbers": (instead(BIAS, header((8,)) + bytes(33)), "are damaged"),
    "huge": (instead(BIAS, header((2**40, 2**20))), "it must be float32 (8,)"),
    "no array": (instead(BIAS, b"these are no numbers"), "are damaged"),
    "code in a header": (
        instead(BIAS, header((8,)).replace(b"'<f4'", b"f('4')", 1)),
        "are damaged",
    ),
    "no suffix": (lambda found: {**found, "model-2": b""}, "names that digitapp does not give"),
    "elsewhere": (lambda found: {**found, "../x.npy": written(np.zeros(1))}, "it must be missing"),
    "a long name": (instead("A" * 5000, b""), "names that digitapp does not give"),
    "many": (
        lambda found: found | {f"x{number}.npy": b"" for number in range(2000)},
        "more weights in this file than any network has",
    ),
}


def refused(data: bytes) -> str:
    """Return why weights are refused."""
    with pytest.raises(BadFile) as caught:
        weights.read(data, VARIABLES)
    assert len(str(caught.value)) < 500
    return str(caught.value)


@pytest.mark.parametrize("kind", CHANGES)
def test_anything_but_plain_numbers_is_refused(kind: str, file: bytes) -> None:
    change, reason = CHANGES[kind]
    assert reason in refused(zipped(change(members(file))))


def test_two_arrays_of_one_name_are_refused(file: bytes) -> None:
    twice = zipped({**members(file), "model-x.npy": b""})
    assert "same name" in refused(twice.replace(b"model-x.npy", b"model-0.npy"))


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_to_compress_that_numpy_does_not_use_are_refused(how: int, file: bytes) -> None:
    assert "compressed in a way" in refused(zipped(members(file), how))


def test_an_array_that_would_fill_the_memory_is_not_unpacked(file: bytes) -> None:
    large = header((8,)) + bytes(200 * 2**20)
    bomb = zipped(instead(BIAS, large)(members(file)), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**20
    assert "are damaged" in refused(bomb)


def test_the_numbers_of_the_file_are_returned(file: bytes) -> None:
    assert equal(weights.read(parts(file)[WEIGHTS], VARIABLES), list(weights_of(file).values()))


def test_weights_of_every_type_travel() -> None:
    """Those that training does not change are whole numbers: the state of a random generator."""
    spec = SPEC.changed({"dropout": 0.5, "architecture": "deep-cnn"})
    model = learned(spec, 10)
    found = weights.read(
        checkpoints.pack_model(model.variables), layer_table.variables(layers(spec, 10))
    )
    assert equal(found, variables(model))
    assert [each.dtype for each in found] == [each.dtype for each in variables(model)]
    assert {str(each.dtype) for each in found} == {"float32", "int64"}
