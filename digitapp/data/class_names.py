"""Names of a dataset's classes, as people type them: text, emoji, any script."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import InvalidSetting
from digitapp.text.escaping import direction_control, is_visible, plain

FEWEST, MOST = 2, 100  # classes
LONGEST = 40  # characters of a name
RESERVED = (NOT_A_DIGIT, "none of these")  # what a network says of anything else


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of all classes of a dataset, each on one line and without spaces around it.

    Raises:
        InvalidSetting: when there are too few or too many, or one is empty, too long, invisible,
            reserved, or the same as another but for capitals.
    """
    found = tuple(_cleaned(name) for name in names)
    if not FEWEST <= len(found) <= MOST:
        classes = "1 class" if len(found) == 1 else f"{len(found)} classes"
        raise InvalidSetting(
            f"There would be {classes}; a dataset has at least {FEWEST} and at most {MOST}."
        )
    known: dict[str, str] = {}
    for name in found:
        _check(name)
        if alike := known.get(name.casefold()):
            raise InvalidSetting(
                f"Two classes are called “{plain(name)}”; each needs a name of its own."
                if alike == name
                else f"The classes “{plain(alike)}” and “{plain(name)}” differ only in capitals; "
                "each needs a name of its own."
            )
        known[name.casefold()] = name
    return found


def split(text: str) -> list[str]:
    """Return the names in a text: one on each line; of a single line, those between commas."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in lines[0].replace(";", ",").split(",") if part.strip()]
    return lines


def _cleaned(name: str) -> str:
    signs = (sign for sign in unicodedata.normalize("NFC", name))
    kept = (
        sign if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs") else ""
        for sign in signs
    )
    return " ".join("".join(kept).split())


def _check(name: str) -> None:
    if not name:
        raise InvalidSetting("A class has no name; each needs one.")
    if len(name) > LONGEST:
        raise InvalidSetting(
            f"The class “{plain(name[:20])}…” has a name of {len(name):,} characters; at most "
            f"{LONGEST} are allowed."
        )
    if not is_visible(name):
        raise InvalidSetting(
            f"The class “{plain(name)}” has a name of invisible characters only; it needs a "
            "letter, a digit or an emoji."
        )
    if found := direction_control(name):
        raise InvalidSetting(
            f"The class “{plain(name[:20])}” contains {plain(found)}, a character that reverses "
            "the order of the letters; remove it."
        )
    if name.casefold() in RESERVED:
        raise InvalidSetting(
            f"No class can be called “{name}”: that is what a network says of anything else."
        )
