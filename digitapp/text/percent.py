"""Format shares as percentages: probabilities, never rounded up to 100, and counted shares."""

from __future__ import annotations

import math

NO_VALUE = "\N{EN DASH}"  # stands in large figures where there is no value yet


def percent(share: float, decimals: int | None = None) -> str:
    """Format a probability from 0 to 1 as a percentage, such as `97.2 %`.

    It is never rounded up to 100, as no network is ever certain. For counted shares, use
    `counted_percent`.

    Args:
        decimals: by default one, and two from 99 % on.
    """
    places = _places(share) if decimals is None else decimals
    return f"{_below_all(share, places):.{places}f} %"


def counted_percent(share: float | None, decimals: int | None = 2) -> str:
    """Format a counted share from 0 to 1 as a percentage; a dash for None or NaN.

    It may be 100 %. For a network's confidence, use `percent`.

    Args:
        decimals: None means one, and two from 99 % on.
    """
    if share is None or math.isnan(share):
        return "-"
    places = _places(share) if decimals is None else decimals
    return f"{100 * share:.{places}f} %"


def in_percent(share: float) -> float:
    """Return a probability from 0 to 1 as a number of percent, for tables; rounded as `percent`."""
    places = _places(share)
    return round(_below_all(share, places), places)


def _places(share: float) -> int:
    return 1 if share < 0.99 else 2


def _below_all(share: float, places: int) -> float:
    return min(share * 100, 100 - 10.0**-places)
