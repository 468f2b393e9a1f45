"""The user's folders, which a machine may not have: a service, or a container, has no home."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path | None:
    """The user's own folder; None without one."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def data_folder() -> Path | None:
    """Where the user's runs are: `$XDG_DATA_HOME/digitapp`, or `~/.local/share/digitapp`.

    None when there is neither.
    """
    named, own = Path(os.environ.get("XDG_DATA_HOME", "")), home()
    if named.is_absolute():
        return named / "digitapp"
    return own / ".local" / "share" / "digitapp" if own else None
