"""Streamlit's caches, kept apart for each person: what one may read, another may not.

Pages use these instead of `st.cache_data` and `st.cache_resource`, which know only arguments.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from digitapp.runs.access import HOUSE
from digitapp.ui.shared.the_store import store

Function = TypeVar("Function", bound=Callable[..., Any])


def data(
    *, private: Callable[..., bool] | None = None, **options: Any
) -> Callable[[Function], Function]:
    """Cache what a function returns as `st.cache_data` does, for each person.

    Args:
        private: whether a call with these arguments is about what only some may read; by default
            every one is. The others share one entry.
        options: of `st.cache_data`.
    """
    return functools.partial(_kept, st.cache_data(**options), private)


def resource(
    *, private: Callable[..., bool] | None = None, **options: Any
) -> Callable[[Function], Function]:
    """Cache what a function returns as `st.cache_resource` does, for each person; see `data`."""
    return functools.partial(_kept, st.cache_resource(**options), private)


def _kept(cache: Any, private: Callable[..., bool] | None, function: Function) -> Function:
    def of_person(whose: str, *arguments: Any, **named: Any) -> Any:
        return function(*arguments, **named)

    # Streamlit tells cached functions apart by these, and arguments by their names.
    functools.update_wrapper(of_person, function)
    del of_person.__wrapped__  # type: ignore[attr-defined]
    own = inspect.signature(function)
    whose = inspect.Parameter("whose", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    of_person.__signature__ = own.replace(parameters=[whose, *own.parameters.values()])  # type: ignore[attr-defined]
    kept = cache(of_person)

    @functools.wraps(function)
    def asked(*arguments: Any, **named: Any) -> Any:
        apart = private is None or private(*arguments, **named)
        return kept(store().person if apart else HOUSE, *arguments, **named)

    asked.clear = kept.clear  # type: ignore[attr-defined]
    return asked  # type: ignore[return-value]
