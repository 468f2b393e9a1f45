"""Limits of a shared server: what one person may use of it, and what all people together may.

Each is a setting, an environment variable, that the server and its training processes read. Those
of one person do not concern the house: whoever runs the app alone, and the command line.
"""

from __future__ import annotations

import math
import os

from digitapp.errors import InvalidSetting
from digitapp.runs.limit_registry import LIMITS

NO_LIMIT = "none"
MEGABYTE, GIGABYTE = 10**6, 10**9


def variable(name: str) -> str:
    """Return the environment variable that sets a limit."""
    return f"DIGITAPP_LIMIT_{name.upper()}"


def most(name: str) -> float | None:
    """Return the value of a limit; None for no limit.

    Raises:
        InvalidSetting: when its environment variable holds anything but `none` or a number that it
            may have.
    """
    limit, text = LIMITS[name], os.environ.get(variable(name), "").strip()
    if not text:
        return limit.default
    if text == NO_LIMIT:
        return None
    value = _number(text)
    if not limit.low <= value <= limit.high or (limit.whole and value != int(value)):
        kind = "a whole number" if limit.whole else "a number"
        raise InvalidSetting(
            f"{variable(name)} is {text!r}; it must be {kind} of {limit.unit} from {limit.low:g} "
            f"to {limit.high:g}, or {NO_LIMIT!r}."
        )
    return value


def _number(text: str) -> float:
    """Return a number in a setting; NaN, which lies in no range, for anything else."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def check() -> None:
    """Read all limits once, as a server does when it starts.

    Raises:
        InvalidSetting: as `most`.
    """
    for name in LIMITS:
        most(name)


def in_words(name: str) -> str:
    """Return the value of a limit with its unit, such as `20 minutes`, or `none`."""
    value = most(name)
    return NO_LIMIT if value is None else counted(value, LIMITS[name].unit)


def counted(value: float, unit: str) -> str:
    """Return a number with its unit: `1 run`, `2,000,000 weights`, `0.5 GB`."""
    said = f"{value:,.2f}".rstrip("0").rstrip(".")
    first, _, rest = unit.partition(" ")
    one = value == 1 and first.endswith("s")
    return f"{said} {first.removesuffix('s') if one else first} {rest}".rstrip()


def size_in_words(count: int) -> str:
    """Return a number of bytes in words, such as `12.5 MB` or `1.2 GB`."""
    large = count >= GIGABYTE
    return counted(round(count / (GIGABYTE if large else MEGABYTE), 1), "GB" if large else "MB")


def sentence(name: str, **known: object) -> str:
    """Return the sentence that says that a limit is met.

    Args:
        known: what the sentence says beside the limit's value.
    """
    return LIMITS[name].met.format(most=in_words(name), **known)
