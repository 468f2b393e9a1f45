"""The networks of runs as ONNX files, kept in the store beside their weights."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from digitapp.errors import BadFile, StoreProblem, UnknownName
from digitapp.runs import Run, RunStore, stored_arrays
from digitapp.runs.records import ONNX, STROKE_READER
from digitapp.training import checkpoints
from digitapp.training.spec import TrainingSpec


def made(spec: TrainingSpec, class_names: Sequence[str], model: bytes) -> bytes:
    """Return a network as the bytes of an ONNX file.

    Args:
        model: its variables, packed by `checkpoints.pack_model`.

    Raises:
        BadFile: when the variables are damaged, or do not fit the network.
    """
    from digitapp.training.onnx_model import onnx_model

    values = checkpoints.unpack_model(model)
    return onnx_model(spec, class_names, values)


def packed(file: bytes, model: bytes) -> bytes:
    """Pack a network's ONNX file for the store, with a checksum of the variables it is made of."""
    arrays = {"onnx": np.frombuffer(file, np.uint8), "model": np.array(zlib.crc32(model))}
    return checkpoints.pack(arrays)


def of_run(store: RunStore, run: Run, class_names: Sequence[str]) -> bytes:
    """Return the ONNX file of a run's network.

    If it is missing (the run was trained by an older version), damaged, or of other weights, it is
    made from the weights, and kept unless another program has the store locked.

    Raises:
        UnknownName: when the run has no network.
        BadFile: when the stored weights are damaged.
        StoreProblem: when the store cannot be read.
    """
    model, kept = stored_arrays.network(store, run), store.blob(run.id, ONNX)
    if kept is not None and (found := _unpacked(kept, model)):
        return found
    try:
        file = made(run.spec, class_names, model)
    except BadFile as error:
        raise BadFile(f"Run {run.id}: its network cannot be read. {error}") from None
    if not store.busy():  # it would have to wait, for nothing that is needed now
        with suppress(StoreProblem, UnknownName):  # the network can be read all the same
            stored_arrays.keep(store, run.id, ONNX, packed(file, model))
    return file


def packed_strokes(file: bytes) -> bytes | None:
    """Pack a stroke reader's ONNX file for the store; None if it is empty: there is none."""
    return checkpoints.pack({"onnx": np.frombuffer(file, np.uint8)}) if file else None


def stroke_reader(store: RunStore, run: int) -> bytes:
    """Return the stroke reader that a run has left, as an ONNX file; empty if it has none.

    Raises:
        BadFile: when it is damaged.
        StoreProblem: when the store cannot be read.
    """
    kept = store.blob(run, STROKE_READER)
    if kept is None:
        return b""
    try:
        return checkpoints.unpack(kept)["onnx"].tobytes()
    except (BadFile, KeyError):
        raise BadFile(f"Run {run}: its stroke reader is damaged.") from None


def _unpacked(data: bytes, model: bytes) -> bytes | None:
    """Return the ONNX file that `packed` packed; None if it is damaged, or of other weights."""
    try:
        found = checkpoints.unpack(data)
        return found["onnx"].tobytes() if int(found["model"]) == zlib.crc32(model) else None
    except (BadFile, KeyError, TypeError, ValueError):
        return None
