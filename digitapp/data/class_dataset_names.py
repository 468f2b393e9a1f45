"""Names of class datasets, each with the code of its room: no two of a server have the same."""

from __future__ import annotations

import re

IN_CLASS = re.compile(r"(.+) \(class ([A-Z0-9]{5})\)")


def full_name(name: str, room: str) -> str:
    """Return the name of a class dataset with that of its room, such as `Signs (class K7M2P)`."""
    return f"{name} (class {room})"


def short_name(name: str) -> str:
    """Return the name of a class dataset without its room; any other name as it is."""
    found = IN_CLASS.fullmatch(name)
    return found[1] if found else name
