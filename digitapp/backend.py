"""TensorFlow's start: late, since it takes seconds, and without its chatter."""

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
    """Import TensorFlow and Keras, once, and drop what they print to stderr meanwhile.

    An error in the import itself still comes through: it is a Python exception.

    The garbage collector never looks at their 350,000 objects again. Streamlit collects garbage
    after every run of a script, and walking them each time would hold up the next answer by a
    quarter of a second. Only here: whatever is alive at that moment is never collected if it
    refers to itself, as every network does.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if home() is None:  # Keras would make a folder called ~ here
        os.environ.setdefault("KERAS_HOME", str(Path(tempfile.gettempdir()) / "keras"))
    with _LOCK:
        if "tensorflow" not in sys.modules:
            with stderr_dropped():
                import keras  # noqa: F401
                import tensorflow as tf

                tf.config.list_logical_devices()
            # It warns of functions that are compiled anew, as each network's is, and the like.
            tf.get_logger().setLevel(logging.ERROR)
            logging.getLogger("absl").setLevel(logging.ERROR)
            gc.collect()
            gc.freeze()


@contextmanager
def stderr_dropped() -> Iterator[None]:
    """Drop what is printed to the standard error stream, by libraries in C++ as well."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # it is closed: there is nothing to drop
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
