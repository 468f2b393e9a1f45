"""What a visitor and a terminal are told when a page fails as nobody foresaw."""

from __future__ import annotations

import logging
import sys

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.files import error_log
from digitapp.text.escaping import markdown, plain

SENTENCE = (
    "Something went wrong on this page that should not have. Reload it and try again; if it "
    "happens again, whoever runs this server finds the details in its file of errors."
)
LOGS_THEM_TOO = "streamlit.error_util"  # with the whole traceback, before anybody is asked


def told(error: Exception) -> bool:
    """Tell the visitor, and the terminal, of an error that a page did not meet.

    Returns:
        True: Streamlit need not show it.
    """
    if isinstance(error, DigitappError):
        st.error(markdown(str(error)))
        return True
    print(f"digitapp: {plain(str(error_log.noted(error)))}", file=sys.stderr, flush=True)
    st.error(SENTENCE)
    return True


def no_tracebacks() -> None:
    """From now on no failure in this process prints a traceback, Streamlit's own included."""
    error_log.no_tracebacks()
    logging.getLogger(LOGS_THEM_TOO).addFilter(lambda record: False)
