"""TensorFlow's start: late, since it takes seconds, and without its chatter."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def start() -> None:
    """Import TensorFlow; notes that its C++ parts print while they start are dropped.

    An error in the import itself still comes through: it is a Python exception.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _stderr_dropped():
        import tensorflow as tf

        tf.config.list_logical_devices()


@contextmanager
def _stderr_dropped() -> Iterator[None]:
    """Nothing below Python reaches the standard error stream; Python's own is left alone."""
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
