"""Run a network by ONNX Runtime: one input, one output, any number of things at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile

LARGEST_BATCH = 32  # more are no quicker, and their activations take half a megabyte each
MANY = 8 * LARGEST_BATCH  # from which on all processors read
SILENT = 4  # ONNX Runtime logs fatal errors only; the others arrive as exceptions


class Session:
    """A network loaded to be run.

    Safe to use from many threads at once: each call runs on the caller's own thread, and releases
    Python's lock meanwhile. Many inputs are read by several threads.

    Attributes:
        shapes: of the input and of the output, without the batch.
        notes: the file's metadata.

    Raises:
        BadFile: when the file is damaged.
    """

    def __init__(self, network: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch
        options.log_severity_level = SILENT
        providers = ["CPUExecutionProvider"]
        try:
            self._session = onnxruntime.InferenceSession(network, options, providers=providers)
        except Exception as error:  # its exceptions have no common base
            reason = " ".join(str(error).split())
            raise BadFile(f"ONNX Runtime cannot load it ({reason}).") from None
        given, found = self._session.get_inputs(), self._session.get_outputs()
        if len(given) != 1 or len(found) != 1:
            raise BadFile(f"It has {len(given)} inputs and {len(found)} outputs, not one of each.")
        self._name = given[0].name
        self.shapes = list(given[0].shape[1:]), list(found[0].shape[1:])
        self.notes: dict[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)

    def outputs(self, given: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the outputs (n, classes) for inputs (n, ...), none of them for none."""
        none = np.zeros((0, *self.shapes[1]), dtype=np.float32)
        starts = range(0, len(given), LARGEST_BATCH)
        batches = [given[start : start + LARGEST_BATCH] for start in starts]
        if len(given) < MANY:
            return np.concatenate([none, *map(self._batch, batches)])
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.concatenate([none, *threads.map(self._batch, batches)])

    def _batch(self, given: NDArray[np.float32]) -> NDArray[np.float32]:
        values = given.astype(np.float32, copy=False)
        found: NDArray[np.float32] = self._session.run(None, {self._name: values})[0]
        return found
