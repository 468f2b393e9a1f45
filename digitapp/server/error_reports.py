"""Handling of unexpected errors on a page: messages for the visitor and the terminal."""

from __future__ import annotations

import logging
import sys

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.files import error_log
from digitapp.server import logs
from digitapp.text.escaping import markdown, plain

SENTENCE = (
    "Something went wrong on this page. Reload it and try again. If it happens again, tell the "
    "person who runs this server: the details are in its error log."
)
LOGS_THEM_TOO = "streamlit.error_util"  # the whole traceback, before it calls our handler


def report_error(error: Exception) -> bool:
    """Report an error that a page did not handle to the visitor and, if unexpected, the terminal.

    Returns:
        True, so that Streamlit does not show the error itself.
    """
    if isinstance(error, DigitappError):
        st.error(markdown(str(error)))
        return True
    sentence = error_log.noted(error)
    logs.log("error", "error", kind=type(error).__name__)  # its message may quote what was typed
    if not logs.are_on():
        print(f"digitapp: {plain(str(sentence))}", file=sys.stderr, flush=True)
    st.error(SENTENCE)
    return True


def no_tracebacks() -> None:
    """Stop this process from printing tracebacks from now on, including those of Streamlit."""
    error_log.no_tracebacks()
    logging.getLogger(LOGS_THEM_TOO).addFilter(lambda record: False)
