"""Names of a dataset's classes, as people type them: text, emoji, any script."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import InvalidSetting
from digitapp.text.escaping import direction_control, is_visible, plain

FEWEST, MOST = 2, 100  # classes
LONGEST = 40  # characters of a name
MOST_TOLD = 5  # names in a sentence
RESERVED = (NOT_A_DIGIT, "none of these")  # what a network says of anything else


def checked(names: Sequence[str], capitals_tell: bool = False) -> tuple[str, ...]:
    """Return the names of all classes of a dataset, each on one line and without spaces around it.

    Args:
        capitals_tell: whether `A` and `a` may be two classes, as in EMNIST; what people type is
            more likely a mistake then.

    Raises:
        InvalidSetting: when there are too few or too many, or one is empty, too long, invisible,
            reserved, or the same as another (but for capitals).
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
        key = name if capitals_tell else name.casefold()
        if alike := known.get(key):
            raise InvalidSetting(
                f"Two classes are called “{plain(name)}”; each needs a name of its own."
                if alike == name
                else f"The classes “{plain(alike)}” and “{plain(name)}” differ only in capitals; "
                "each needs a name of its own."
            )
        known[key] = name
    return found


def usable(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make names from a file such as `checked` accepts where capitals tell.

    Returns:
        the names, and a sentence about those that were changed.
    """
    found: list[str] = []
    for number, name in enumerate(names):
        own = "".join(sign for sign in _cleaned(name) if plain(f"a{sign}") == f"a{sign}")
        own = " ".join(own.split())[:LONGEST].strip()
        if not own or not is_visible(own):
            own = f"class {number}"
        if own.casefold() in RESERVED:
            own = f"{own} (class)"
        found.append(_alone(own, found))
    changed = [(one, two) for one, two in zip(names, found, strict=True) if one != two]
    if not changed:
        return tuple(found), ()
    told = ", ".join(f"{plain(one[:LONGEST])!r} is now {two!r}" for one, two in changed[:MOST_TOLD])
    more = f" and {len(changed) - MOST_TOLD} more" if len(changed) > MOST_TOLD else ""
    return tuple(found), (f"Names of classes were changed: {told}{more}.",)


def _alone(name: str, taken: Sequence[str]) -> str:
    """Return a name that is none of these, with a number behind it if need be."""
    alone, number = name, 1
    while alone in taken:
        number += 1
        end = f" ({number})"
        alone = f"{name[: LONGEST - len(end)]}{end}"
    return alone


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
