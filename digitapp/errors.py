"""Errors shown to users: each is one sentence that says what arrived and what is allowed."""

import difflib
from collections.abc import Iterable

MOST_OFFERED = 3
LEAST_PART = 3  # letters; a shorter name is not searched for within the known names


class DigitappError(Exception):
    """Base class of all errors shown to users; its text is shown unchanged."""


class UnknownName(DigitappError):
    """A name that is not in the registry."""


class NotYours(DigitappError):
    """Something of another person's, which only that person may change."""


class InvalidSetting(DigitappError):
    """A setting that is out of range or incompatible with other settings.

    Args:
        text: the message.
        settings: the names of the settings concerned, starting with the one to change.
    """

    def __init__(self, text: str, *settings: str) -> None:
        super().__init__(text)
        self.settings = settings


class Blank(DigitappError):
    """There is no ink to read."""


class BadPicture(DigitappError):
    """A file that is not a readable picture, or is too large."""


class TooMuch(DigitappError):
    """More writing than can be read at once."""


class BadStrokes(DigitappError):
    """Pen strokes that are not in the documented format."""


class BadFile(DigitappError):
    """A file that is missing, unreadable or has the wrong content."""


class DatasetUnavailable(DigitappError):
    """A dataset that is not on this machine and cannot be downloaded."""


class DatasetChanged(DigitappError):
    """A dataset that is no longer the same as the one a run was trained on."""


class Diverged(DigitappError):
    """The loss of a run is no longer finite.

    Attributes:
        BEGINS: how its text begins, by which the run's error is known in the store.
    """

    BEGINS = "The loss became"


class StoreProblem(DigitappError):
    """The store of runs cannot be reached, read or written."""


class Unreadable(DigitappError):
    """An entry in the store that is damaged or was written by another version of digitapp."""


class StoreBusy(StoreProblem):
    """Another program has locked the store; the operation can be retried once it is done."""


class StoreAway(StoreProblem):
    """The store's database server cannot be reached; it may be restarting."""


class RunBusy(DigitappError):
    """The requested operation is not allowed in the run's current state."""


class LimitMet(DigitappError):
    """What was asked for is more than one person, or all together, may use of the server."""


class QueueFull(LimitMet):
    """Too many runs are waiting; no further run is accepted."""


class Superseded(DigitappError):
    """The run was taken over by another process, or deleted."""


class WorkerProblem(DigitappError):
    """A worker process that could not be started, or ended before its work was done."""


class TensorFlowMissing(DigitappError):
    """TensorFlow or Keras is not installed."""


class ExportProblem(DigitappError):
    """A run that cannot be exported in the requested format."""


def cause(error: Exception) -> str:
    """Return an error's message; for an `OSError`, without its number and the path."""
    return str(getattr(error, "strerror", None) or error)


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return " Did you mean ...?" with the known names most similar to an unknown one.

    Names are similar if their spelling is close, if they contain the unknown name, or if it
    consists of their words' initials, such as `lr` for `learning_rate`.

    Returns:
        the question, with a leading space; empty when no name is similar.
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
