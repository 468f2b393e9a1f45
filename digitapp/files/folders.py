"""The project's folder and the user's folders, which a service or container may not have."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent.parent  # the project's
ASSETS = ROOT / "assets"
APP = "digitapp"
EARLIER_FOLDER = Path(".local", "share", APP)  # of earlier versions, in any system's home folder


def home() -> Path | None:
    """Return the user's home folder; None without one."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def data_folder() -> Path | None:
    """Return the folder of the user's runs; None if there is none.

    This is the system's folder for such data: on Linux `$XDG_DATA_HOME/digitapp` or
    `~/.local/share/digitapp`. Where an earlier version has made the latter, it stays in use.
    """
    own, named = home(), _named("XDG_DATA_HOME")
    if own and not named and (own / EARLIER_FOLDER).is_dir():
        return own / EARLIER_FOLDER
    return platformdirs.user_data_path(APP, appauthor=False) if own or named else None


def cache_folder() -> Path | None:
    """Return the folder of files that can be made again; None if there is none.

    On Linux this is `$XDG_CACHE_HOME/digitapp` or `~/.cache/digitapp`.
    """
    if home() or _named("XDG_CACHE_HOME"):
        return platformdirs.user_cache_path(APP, appauthor=False)
    return None


def keras_folder() -> Path:
    """Return Keras's folder: `KERAS_HOME`, or `~/.keras`, or a temporary one without a home."""
    if named := os.environ.get("KERAS_HOME"):
        return Path(os.path.expanduser(named))
    own = home()
    return own / ".keras" if own else Path(tempfile.gettempdir(), "keras")


def _named(variable: str) -> bool:
    """Whether an environment variable names a folder; the XDG standard ignores relative paths."""
    return Path(os.environ.get(variable, "")).is_absolute()
