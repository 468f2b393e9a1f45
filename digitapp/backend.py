"""Start TensorFlow on demand, as importing it takes seconds, and suppress its log output."""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitapp.files.folders import home

_LOCK = threading.Lock()
_STDERR = 2


def start() -> None:
    """Import TensorFlow and Keras once, discarding what they print to stderr while loading.

    An error in the import itself still reaches the caller as a Python exception.

    Freezes the garbage collector, so that it never visits their 350,000 objects again: Streamlit
    collects garbage after every script run, and visiting them each time would delay the next
    response by a quarter of a second. Freeze nowhere else: an object that is alive at that moment
    and refers to itself, as every network does, would never be collected.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if home() is None:  # Keras would create a folder called ~ in the working directory
        os.environ.setdefault("KERAS_HOME", str(Path(tempfile.gettempdir()) / "keras"))
    with _LOCK:
        if "tensorflow" not in sys.modules:
            with stderr_dropped():
                import keras  # noqa: F401
                import tensorflow as tf

                tf.config.list_logical_devices()
            # It warns, among other things, of retracing, which every new network causes.
            tf.get_logger().setLevel(logging.ERROR)
            logging.getLogger("absl").setLevel(logging.ERROR)
            gc.collect()
            gc.freeze()


@contextmanager
def stderr_dropped() -> Iterator[None]:
    """Discard everything printed to the standard error stream, including by C++ libraries."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # stderr is closed: there is nothing to discard
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nothing)
