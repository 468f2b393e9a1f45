"""Unexpected errors: log the traceback to a file for developers, show users one sentence.

With the environment variable DIGITAPP_DEBUG set, tracebacks and library warnings are also printed
to the standard error stream.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
import warnings
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from digitapp.errors import DigitappError
from digitapp.files.folders import data_folder

DEBUG_VARIABLE = "DIGITAPP_DEBUG"
LOG = "errors.log"
MOST_BYTES = 1_000_000  # bytes; a longer log is started afresh
LONGEST_QUOTE = 300  # characters of an error's message that a sentence quotes


class Unexpected(DigitappError):
    """An unexpected error, as a sentence for users."""


def noted(error: BaseException) -> Unexpected:
    """Log an error's traceback, and return the error that tells users so."""
    told = "".join(traceback.format_exception(error))
    if debugging():
        _to_stderr(told)
    kept = _keep(told)
    where = f"the details are in {kept}" if kept else f"set {DEBUG_VARIABLE}=1 to see the details"
    said = " ".join(f"{type(error).__name__}: {error}".split())
    short = said if len(said) <= LONGEST_QUOTE else f"{said[:LONGEST_QUOTE]} ..."
    return Unexpected(f"Something went wrong unexpectedly ({short}); {where}.")


def debugging() -> bool:
    """Whether tracebacks are to be printed."""
    return bool(os.environ.get(DEBUG_VARIABLE))


def no_tracebacks() -> None:
    """Report all errors of this process as one sentence, and silence library warnings.

    This covers uncaught exceptions, in threads too, and exceptions logged by libraries. With
    DIGITAPP_DEBUG set, warnings are still shown.
    """
    sys.excepthook = _hook
    threading.excepthook = lambda failed: _hook(
        failed.exc_type, failed.exc_value, failed.exc_traceback
    )
    logging.setLogRecordFactory(_Record)
    if not debugging():
        warnings.showwarning = lambda *warning, **more: None


class _Record(logging.LogRecord):
    """A log record in which a sentence replaces an exception's traceback."""

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        error = self.exc_info[1] if self.exc_info else None
        if error:
            self.msg, self.args = f"{self.getMessage()}: {noted(error)}", ()
            self.exc_info = None


def _hook(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if error is None or issubclass(kind, SystemExit):
        return
    if issubclass(kind, KeyboardInterrupt):
        _to_stderr("digitapp: stopped.\n")
        return
    sentence = error if isinstance(error, DigitappError) else noted(error)
    _to_stderr(f"digitapp: {sentence}\n")


def _to_stderr(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # there may be no stderr
        sys.stderr.write(text)
        sys.stderr.flush()


def _keep(text: str) -> Path | None:
    """Append to the error log; return its path, or None when it cannot be written."""
    folder = data_folder()
    if not folder:
        return None
    path = folder / LOG
    try:
        folder.mkdir(parents=True, exist_ok=True)
        anew = path.exists() and path.stat().st_size > MOST_BYTES
        with path.open("w" if anew else "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}, {' '.join(sys.argv)}\n{text}\n")
        return path
    except OSError:
        return None
