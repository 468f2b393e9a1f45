"""Look-up in the registries: the dict literals at the bottom of their modules."""

from collections.abc import Mapping
from typing import TypeVar

from digitapp.errors import UnknownName

Entry = TypeVar("Entry")


def lookup(table: Mapping[str, Entry], kind: str, name: str) -> Entry:
    """Return the entry called `name`.

    Raises:
        UnknownName: with the names that exist, when there is no such entry.
    """
    if name in table:
        return table[name]
    raise UnknownName(f"Unknown {kind} {name!r}. Available: {', '.join(table)}.")
