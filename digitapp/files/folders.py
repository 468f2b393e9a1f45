"""The project's folder and the user's folders, which a service or container may not have."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent  # the project's
ASSETS = ROOT / "assets"


def home() -> Path | None:
    """Return the user's home folder; None without one."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def data_folder() -> Path | None:
    """Return the folder of the user's runs.

    This is `$XDG_DATA_HOME/digitapp`, or `~/.local/share/digitapp`; None when there is neither.
    """
    named, own = Path(os.environ.get("XDG_DATA_HOME", "")), home()
    if named.is_absolute():
        return named / "digitapp"
    return own / ".local" / "share" / "digitapp" if own else None
