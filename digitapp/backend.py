"""Start TensorFlow on demand, as importing it takes seconds, and suppress its log output.

Only processes that train, convert or calibrate do.
"""

from __future__ import annotations

import gc
import importlib.util
import logging
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from digitapp.errors import TensorFlowMissing
from digitapp.files.folders import home, keras_folder

PACKAGES = ("tensorflow", "keras")
MISSING = (
    "TensorFlow is not installed. Training, fine-tuning and exports for Keras and TensorFlow need "
    "it; reading does not. Install it with: pip install -r requirements.txt"
)
_LOCK = threading.Lock()
_started = False
_STDERR = 2
_LAST_LINES_WITHIN = 1.0  # seconds
_LOG_LINE = re.compile(
    rb"[IWE]\d{4} \d\d:\d\d|WARNING: All log messages before absl|To enable the following instruct"
)


def can_train() -> bool:
    """Whether TensorFlow and Keras are installed, without importing them."""
    return all(map(_installed, PACKAGES))


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):  # something blocks its import
        return False


def check_can_train() -> None:
    """Check that TensorFlow and Keras are installed, without importing them.

    Raises:
        TensorFlowMissing: saying how to install them.
    """
    if not can_train():
        raise TensorFlowMissing(MISSING)


def load() -> None:
    """Import TensorFlow and Keras, discarding the log lines that they print; `start` does the rest.

    Other errors in the import reach the caller as they are.

    Raises:
        TensorFlowMissing: when it is not installed.
    """
    with _LOCK:
        _load()


def start() -> None:
    """Import TensorFlow and Keras as `load` does, and start TensorFlow, once.

    Its threads get this thread's priority, where threads have their own.

    Freezes the garbage collector, so that it never visits their 350,000 objects again, which would
    take a quarter of a second each time.

    Raises:
        TensorFlowMissing: when it is not installed.
    """
    global _started  # noqa: PLW0603 - a process has one TensorFlow
    with _LOCK:
        _load()
        if _started:
            return
        import tensorflow as tf

        with _without_log_lines():
            tf.config.list_logical_devices()
        # It warns, among other things, of retracing, which every new network causes.
        tf.get_logger().setLevel(logging.ERROR)
        logging.getLogger("absl").setLevel(logging.ERROR)
        gc.collect()
        gc.freeze()
        _started = True


def _load() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if home() is None:  # Keras would create a folder called ~ in the working directory
        os.environ.setdefault("KERAS_HOME", str(keras_folder()))
    if sys.modules.get("tensorflow") is not None:
        return
    try:
        with _without_log_lines():
            import keras  # noqa: F401
            import tensorflow as tf  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name not in PACKAGES:  # one that they need themselves
            raise
        raise TensorFlowMissing(MISSING) from None


@contextmanager
def _stderr_into(target: int) -> Iterator[None]:
    """Write what this process prints to stderr, also in C++ libraries, into a file descriptor.

    Args:
        target: closed here.
    """
    kept = os.dup(_STDERR)
    os.dup2(target, _STDERR)
    os.close(target)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


@contextmanager
def _without_log_lines() -> Iterator[None]:
    """Discard the log lines of C++ libraries, which no setting silences before they are loaded.

    Whatever else this process and its other threads print to stderr meanwhile goes through.
    """
    try:
        stderr = os.dup(_STDERR)
    except OSError:  # stderr is closed: there is nothing to discard
        yield
        return
    reading, writing = os.pipe()
    passing_on = threading.Thread(target=_pass_on, args=(reading, stderr), daemon=True)
    passing_on.start()
    try:
        with _stderr_into(writing):
            yield
    finally:  # the pipe is closed now, unless a child process has inherited it
        passing_on.join(_LAST_LINES_WITHIN)


def _pass_on(source: int, target: int) -> None:
    """Copy lines from one file descriptor to another until the end, without `_LOG_LINE`s."""
    with os.fdopen(source, "rb") as lines, os.fdopen(target, "wb", buffering=0) as stderr:
        for line in lines:
            if not _LOG_LINE.match(line):
                with suppress(OSError):  # nobody reads it any more, or its disk is full
                    stderr.write(line)
