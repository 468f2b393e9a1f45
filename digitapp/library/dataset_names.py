"""Names of datasets: any short text that can also be the name of a file."""

from __future__ import annotations

from collections.abc import Iterable

from digitapp.errors import InvalidSetting
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.runs.imported_datasets import name_taken
from digitapp.text.escaping import is_visible, plain

LONGEST = 40  # characters
NOT_IN_FILES = '/\\:*?"<>|'  # signs that some system does not allow in the name of a file
NOT_FIRST = ".-"  # hidden files, and options of commands


def problem(name: str) -> str:
    """Say what is wrong with a name, as the end of a sentence; empty when nothing is."""
    if not is_visible(name):
        return "needs at least one letter, digit or emoji"
    if len(name) > LONGEST:
        return f"has {len(name)} characters; at most {LONGEST} are allowed"
    if name != " ".join(name.split()) or plain(name) != name:
        return "contains spaces at its ends, several in a row, or signs that cannot be seen"
    wrong = [sign for sign in name if sign in NOT_IN_FILES]
    if wrong:
        return f"contains {wrong[0]}; {' '.join(NOT_IN_FILES)} are not allowed"
    if IN_CLASS.fullmatch(name):
        return "ends as the names of class datasets do, which is not allowed"
    return f"begins with {name[0]}, which is not allowed" if name[0] in NOT_FIRST else ""


def cleaned(name: str, taken: Iterable[str]) -> str:
    """Return a name for a new dataset, without the spaces around it.

    Args:
        taken: names of other datasets; capital and small letters count as the same.

    Raises:
        InvalidSetting: when it is not a valid name, or is taken.
    """
    name = " ".join(name.split())
    wrong = problem(name)
    if wrong:
        raise InvalidSetting(f"The name {plain(name[: 2 * LONGEST])!r} {wrong}.")
    same = next((each for each in taken if each.casefold() == name.casefold()), None)
    if same is not None:
        raise InvalidSetting(name_taken(same))
    return name
