"""What people may write about a run: cleaned, and of a length that a table can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from digitapp.errors import InvalidSetting
from digitapp.text.escaping import is_visible, plain, turning

LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 100, 2_000, 30, 20


def name(text: str) -> str:
    """A run's name: on one line, without spaces around it.

    Raises:
        InvalidSetting: when it is too long, or cannot be read.
    """
    return _limited("The name", _line(text), LONGEST_NAME)


def note(text: str) -> str:
    """A note: of several lines, if need be.

    Raises:
        InvalidSetting: when it is too long, or cannot be read.
    """
    lines = (printable(line) for line in text.splitlines())
    return _limited("The note", "\n".join(lines).strip(), LONGEST_NOTE)


def tags(texts: Sequence[str]) -> list[str]:
    """Tags in their order, each once and none empty.

    Raises:
        InvalidSetting: when one is too long or cannot be read, or when there are too many.
    """
    found = list(dict.fromkeys(filter(None, map(_line, texts))))
    if len(found) > MOST_TAGS:
        raise InvalidSetting(f"There are {len(found)} tags; a run can have at most {MOST_TAGS}.")
    return [_limited("The tag", tag, LONGEST_TAG) for tag in found]


def printable(text: str) -> str:
    """Text without what some database cannot keep: control characters, halves of characters."""
    return "".join(
        each if each.isspace() or unicodedata.category(each) not in ("Cc", "Cs") else ""
        for each in text
    )


def _limited(kind: str, text: str, longest: int) -> str:
    """The text, if it is short enough and can be read.

    Raises:
        InvalidSetting: saying what is wrong with it.
    """
    if len(text) > longest:
        raise InvalidSetting(
            f"{kind} “{text[:20]}…” has {len(text):,} characters; at most {longest:,} are possible."
        )
    if text and not is_visible(text):
        raise InvalidSetting(
            f"{kind} “{plain(text[:20])}” has only signs that nobody can see; it needs at least "
            "one letter, digit or picture."
        )
    if found := turning(text):
        raise InvalidSetting(
            f"{kind} “{plain(text[:20])}” holds {plain(found)}, a sign that turns the order of the "
            "letters around; leave it out."
        )
    return text


def _line(text: str) -> str:
    return " ".join(printable(text).split())
