"""Error messages about settings for pages: with the titles of the fields, not the option names."""

from __future__ import annotations

import re

from digitapp.errors import DigitappError, InvalidSetting
from digitapp.training.settings import SETTINGS

QUOTED = r"'[^']*'|\"[^\"]*\""  # what somebody typed stays


def titled(error: DigitappError) -> str:
    """Return an error's message with the titles of the settings that it is about.

    `batch_size is 0; it must be from 1 to 4096.` becomes `Batch size is 0; it must ...`.
    """
    text = str(error)
    names = [name for name in getattr(error, "settings", ()) if name in SETTINGS]
    if not isinstance(error, InvalidSetting) or not names:
        return text
    return re.sub(rf"{QUOTED}|\b({'|'.join(names)})\b", _in_place, _agreeing(text, names))


def _in_place(found: re.Match[str]) -> str:
    """Return the title of a setting, as it is written at the beginning of a sentence or within."""
    if not found[1]:
        return found[0]
    title = SETTINGS[found[1]].title
    begins = found.start() == 0 or found.string[: found.start()].endswith(". ")
    return title if begins or title[1:2].isdigit() else title[0].lower() + title[1:]


def _agreeing(text: str, names: list[str]) -> str:
    """Make a message that begins with a setting whose title is a plural one about several."""
    for name in names:
        title = SETTINGS[name].title
        if text.startswith(f"{name} is ") and title.endswith("s") and not title.endswith("ss"):
            before, it_must, after = text.removeprefix(f"{name} is ").rpartition("; it must ")
            return f"{name} are {before}{'; they must ' if it_must else ''}{after}"
    return text
