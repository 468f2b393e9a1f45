"""What the Train page's URL keeps whatever the page shows, so that a reload does not forget it."""

from __future__ import annotations

from digitapp.ui.train import pace, presenting

NAMES = (presenting.PARAMETER, pace.WAIT, pace.PACE_PARAMETER)


def settle() -> None:
    """Take all of it from the URL."""
    presenting.settle()
    pace.settle()


def in_address() -> dict[str, str]:
    """Return the query parameters that keep it."""
    return {**presenting.in_address(), **pace.in_address()}
