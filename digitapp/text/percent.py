"""Shares in percent: of probabilities, which are never 100, and of what was counted."""

from __future__ import annotations

import math


def percent(share: float, decimals: int | None = None) -> str:
    """A probability from 0 to 1 as a percentage, such as `97.2 %`.

    By default with a second decimal from 99 % on. It is never rounded up to 100: no network is
    ever certain. For what was counted there is `counted_percent`.
    """
    places = _places(share) if decimals is None else decimals
    return f"{_below_all(share, places):.{places}f} %"


def counted_percent(share: float | None, decimals: int | None = 2) -> str:
    """A share that was counted, from 0 to 1, as a percentage; a dash when of nothing.

    All of them are 100 %. For how sure a network is there is `percent`.

    Args:
        decimals: by default two; None takes one, and from 99 % on two.
    """
    if share is None or math.isnan(share):
        return "-"
    places = (1 if share < 0.99 else 2) if decimals is None else decimals
    return f"{100 * share:.{places}f} %"


def hundred(share: float) -> float:
    """A share from 0 to 1 as `percent` says it, as a number, for a table that sorts by it."""
    places = _places(share)
    return round(_below_all(share, places), places)


def _places(share: float) -> int:
    return 1 if share < 0.99 else 2


def _below_all(share: float, places: int) -> float:
    return min(share * 100, 100 - 10.0**-places)
