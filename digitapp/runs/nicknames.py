"""Nicknames in a room: readable, and none that looks like another one, or like the teacher's."""

from __future__ import annotations

import re
import unicodedata

from digitapp.errors import InvalidSetting
from digitapp.runs import note_text
from digitapp.runs.classroom_records import HIDDEN_NAME

LONGEST = 20  # characters
TEACHER = "Teacher"
MOST_MARKS = 2  # accents on one letter
JOINER = "\u200d"  # makes one emoji of several
# Letters of other alphabets, and digits, that look like a Latin letter (of Unicode's confusables,
# UTS 39, those that a keyboard has).
ALIKE = str.maketrans(
    "авеіјкмнорсѕтухԁԛԝьαβεηικμνορτυχω" + "01|!i5",
    "abeijkmhopcstyxdqwbabenikuvoptuxw" + "olllls",
)
_FOREIGN = re.compile("CYRILLIC|GREEK")


def checked(text: str) -> str:
    """Return a nickname on one line, without spaces around it; it may be empty.

    Raises:
        InvalidSetting: when it is too long or unreadable, or could be taken for the teacher's, for
            a hidden one, or for another by letters that look alike.
    """
    found = note_text.limited("The nickname", note_text.line(text), LONGEST)
    if _is_crooked(found):
        raise InvalidSetting(
            "This nickname has invisible or stacked characters, or letters of two alphabets that "
            "look alike. Write it with the letters of one alphabet."
        )
    if alike(found).startswith(alike(TEACHER)):
        raise InvalidSetting(f"“{found}” cannot be a nickname: it sounds like the teacher's.")
    if alike(found) == alike(HIDDEN_NAME):
        raise InvalidSetting(f"“{found}” cannot be a nickname: hidden ones are called so.")
    return found


def alike(name: str) -> str:
    """Return what two names that look nearly alike have in common."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    letters = (each for each in plain if unicodedata.category(each) != "Cf" and not each.isspace())
    return "".join(letters).translate(ALIKE)


def _is_crooked(name: str) -> bool:
    kinds = [unicodedata.category(each) for each in unicodedata.normalize("NFC", name)]
    hidden = any(unicodedata.category(each) == "Cf" and each != JOINER for each in name)
    stacked = "M" * (MOST_MARKS + 1) in "".join(kind[0] for kind in kinds)
    return hidden or stacked or _joined_letters(name) or _is_mixed(name)


def _joined_letters(name: str) -> bool:
    """Whether letters are joined as only emoji are."""
    return re.search(rf"\w{JOINER}|{JOINER}\w|^{JOINER}|{JOINER}$", name) is not None


def _is_mixed(name: str) -> bool:
    """Whether Latin letters stand beside Greek or Cyrillic ones."""
    names = [unicodedata.name(each, "") for each in name if each.isalpha()]
    foreign = {found[0] for each in names if (found := _FOREIGN.match(each))}
    return len(foreign) + any(each.startswith("LATIN") for each in names) > 1
