"""Losses of any size as figures and sentences write them."""

from __future__ import annotations

LARGE_NUMBERS = {1e9: "billion", 1e6: "million"}
LARGEST_NAMED = 999e9


def in_figures(loss: float) -> str:
    """Format a loss of any size, such as `0.0312`, `2.31`, `412`, `3.2 million` or `3.2e+12`."""
    if loss >= LARGEST_NAMED:
        return f"{loss:.1e}"
    for size, name in LARGE_NUMBERS.items():
        if loss >= 0.9995 * size:  # 999.6 thousand is a million in three figures
            return f"{loss / size:.3g} {name}"
    if loss >= 100:
        return f"{loss:,.0f}"
    return f"{loss:.2f}" if loss >= 1 else f"{loss:.4f}"
