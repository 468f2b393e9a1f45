"""Every error a user may meet: one sentence that says what arrived and what is allowed."""

import difflib
from collections.abc import Iterable

MOST_OFFERED = 3
LEAST_PART = 3  # letters, of a name that is recognised by a part of it


class DigitappError(Exception):
    """The base of all; its text is shown to the user as it stands."""


class UnknownName(DigitappError):
    """A name that is in no registry."""


class InvalidSetting(DigitappError):
    """A setting that is out of range, or that does not go with the others.

    Args:
        text: the sentence.
        settings: the names of those that it is about, the one to change first.
    """

    def __init__(self, text: str, *settings: str) -> None:
        super().__init__(text)
        self.settings = settings


class Blank(DigitappError):
    """There is no ink to read."""


class BadPicture(DigitappError):
    """A file that cannot be read as a picture, or is too large to be."""


class TooMuch(DigitappError):
    """More writing than can be read at once."""


class BadStrokes(DigitappError):
    """Pen strokes that are not of the documented form."""


class BadFile(DigitappError):
    """A file that is missing, cannot be read or does not hold what it should."""


class DatasetUnavailable(DigitappError):
    """A dataset that is neither on this machine nor can be downloaded."""


class DatasetChanged(DigitappError):
    """A dataset that is not the same any more as the one that a run has learned from."""


class Diverged(DigitappError):
    """A training whose loss is no number any more."""


class StoreProblem(DigitappError):
    """The store of runs cannot be reached, read or written."""


class Unreadable(DigitappError):
    """Something in the store that is damaged, or that another version of digitapp wrote."""


class StoreBusy(StoreProblem):
    """Another program holds the store: what failed goes through when that is done."""


class RunBusy(DigitappError):
    """A run is in no state for what was asked of it."""


class QueueFull(DigitappError):
    """So many runs wait for their turn that no other may."""


class Superseded(DigitappError):
    """A run that another process has taken over, or that was deleted."""


class WorkerProblem(DigitappError):
    """A training process that could not be started."""


class ExportProblem(DigitappError):
    """A run that cannot be written in some format."""


def cause(error: Exception) -> str:
    """What an error says; of the operating system's, without its number and the path."""
    return str(getattr(error, "strerror", None) or error)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question, after a space, that offers the names most like one that is unknown; or nothing.

    Alike are names with few other letters, those of which it is a part, and those whose words
    begin with its letters, such as `learning_rate` for `lr`.
    """
    known = {_folded(each): each for each in names}
    wanted = _folded(name)
    found = difflib.get_close_matches(wanted, known, MOST_OFFERED, 0.7)
    if len(wanted) >= LEAST_PART:
        found += [each for each in known if wanted in each]
    found += [each for each in known if "_" in each and wanted == _initials(each)]
    offered = [known[each] for each in dict.fromkeys(found)][:MOST_OFFERED]
    return f" Did you mean {' or '.join(offered)}?" if offered else ""


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_")


def _initials(name: str) -> str:
    return "".join(word[:1] for word in name.split("_"))
