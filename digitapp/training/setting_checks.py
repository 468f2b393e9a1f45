"""Checks of settings; each raises InvalidSetting with what arrived and what is allowed."""

from collections.abc import Mapping
from typing import Any

from digitapp.errors import InvalidSetting

MAX_HIDDEN_LAYERS = 5
MAX_WIDTH = 4096
MAX_IMAGES = 10_000_000


def known(kind: str, values: Mapping[str, Any], names: list[str]) -> None:
    """Reject names that are not among `names`."""
    for name in values:
        if name not in names:
            available = f"Available: {', '.join(sorted(names))}."
            raise InvalidSetting(f"Unknown {kind} {name!r}. {available}", kind)


def number(name: str, value: Any, low: float, high: float, whole: bool = False) -> None:
    """Reject anything but a number from `low` to `high`, including NaN and booleans."""
    kinds = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        kind = "a whole number " if whole and not isinstance(value, int) else ""
        setting = name.partition(" ")[0]  # "augmentation" for "augmentation rotate"
        raise InvalidSetting(
            f"{name} is {value!r}; it must be {kind}from {low} to {high}.", setting
        )


def text(name: str, value: Any) -> None:
    """Reject anything but a string."""
    if not isinstance(value, str):
        raise InvalidSetting(f"{name} is {value!r}; it must be a name.", name)


def switch(name: str, value: Any) -> None:
    """Reject anything but true or false."""
    if not isinstance(value, bool):
        raise InvalidSetting(f"{name} is {value!r}; it must be true or false.", name)


def hidden_widths(hidden: Any) -> None:
    """Reject anything but a tuple of at most five layer widths."""
    widths = hidden if isinstance(hidden, tuple) else (None,)
    right = all(type(width) is int and 1 <= width <= MAX_WIDTH for width in widths)
    if len(widths) > MAX_HIDDEN_LAYERS or not right:
        shown = list(hidden) if isinstance(hidden, tuple) else repr(hidden)
        raise InvalidSetting(
            f"hidden is {shown}; it must be at most {MAX_HIDDEN_LAYERS} widths, each a whole "
            f"number from 1 to {MAX_WIDTH}.",
            "hidden",
        )


def split_share(share: Any) -> None:
    """Reject anything but a fraction below 1 or a number of images."""
    number = isinstance(share, (int, float)) and not isinstance(share, bool)
    fraction = number and 0 <= share < 1
    count = number and 1 <= share <= MAX_IMAGES and share == int(share)
    if not (fraction or count):
        raise InvalidSetting(
            f"validation_split is {share!r}; it must be a fraction below 1 or a number of images.",
            "validation_split",
        )


def one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Reject anything but the allowed names."""
    if not isinstance(value, str) or value not in allowed:
        names = ", ".join(allowed)
        raise InvalidSetting(f"{name} is {value!r}; it must be one of: {names}.", name)
