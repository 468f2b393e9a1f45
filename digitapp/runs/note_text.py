"""Cleaning and checking of texts about runs: names, notes and tags by users, tracebacks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from digitapp.errors import InvalidSetting
from digitapp.text.escaping import direction_control, is_visible, plain

LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 100, 2_000, 30, 20
LONGEST_TRACEBACK = 20_000  # characters; of a longer one the end is kept, which says most
CUT = "... (the beginning is left out)\n"


def name(text: str) -> str:
    """Return a cleaned name: on one line, without spaces around it.

    Raises:
        InvalidSetting: when it is too long, or invisible, or reverses the order of letters.
    """
    return limited("The name", line(text), LONGEST_NAME)


def note(text: str) -> str:
    """Return a cleaned note, which may have several lines.

    Raises:
        InvalidSetting: as for `name`.
    """
    lines = (printable(line) for line in text.splitlines())
    return limited("The note", "\n".join(lines).strip(), LONGEST_NOTE)


def tags(texts: Sequence[str]) -> list[str]:
    """Return cleaned tags in their order, without duplicates and empty ones.

    Raises:
        InvalidSetting: as for `name`, or when there are too many.
    """
    found = list(dict.fromkeys(filter(None, map(line, texts))))
    if len(found) > MOST_TAGS:
        raise InvalidSetting(f"There are {len(found)} tags; a run can have at most {MOST_TAGS}.")
    return [limited("The tag", tag, LONGEST_TAG) for tag in found]


def traceback(text: str) -> str:
    """Return a cleaned traceback, or error output, without the beginning if it is too long."""
    text = printable(text).strip("\n")
    return text if len(text) <= LONGEST_TRACEBACK else CUT + text[-LONGEST_TRACEBACK:]


def printable(text: str) -> str:
    """Remove what some databases cannot store: control characters and lone surrogates."""
    return "".join(
        each if each.isspace() or unicodedata.category(each) not in ("Cc", "Cs") else ""
        for each in text
    )


def limited(kind: str, text: str, longest: int) -> str:
    """Return the text if it is short enough and readable.

    Raises:
        InvalidSetting: saying what is wrong with it.
    """
    if len(text) > longest:
        raise InvalidSetting(
            f"{kind} “{text[:20]}…” has {len(text):,} characters; at most {longest:,} are allowed."
        )
    if text and not is_visible(text):
        raise InvalidSetting(
            f"{kind} “{plain(text[:20])}” has only invisible characters; it needs at least one "
            "letter, digit or emoji."
        )
    if found := direction_control(text):
        raise InvalidSetting(
            f"{kind} “{plain(text[:20])}” contains {plain(found)}, a character that reverses the "
            "order of the letters; remove it."
        )
    return text


def line(text: str) -> str:
    """Return a text on one line, without spaces around it and what cannot be printed."""
    return " ".join(printable(text).split())
