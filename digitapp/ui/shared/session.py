"""What the app keeps for one browser session, each value with its type and its key.

Streamlit forgets a widget's value once the widget is no longer shown. A value that must outlive its
widget, such as the chosen network, is therefore kept a second time, under a key of its own. Listed
here are the widgets whose value is read or set elsewhere than where they are shown; most are not.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitapp.drawing.sketch import Objects, Sketch
from digitapp.library.example_orders import Taken
from digitapp.library.models import DEFAULT
from digitapp.runs.classroom_leading import Lead
from digitapp.runs.classroom_records import Membership
from digitapp.runs.watching import Followed
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    from digitapp.library.brought_files import Brought

T = TypeVar("T")
WrittenFile = tuple[int, str, str]  # run, its `learned`, format


class Value(Generic[T]):
    """A value kept for one browser session.

    Args:
        key: its name in Streamlit's session; if a widget fills it, also the widget's key.
        unset: what `get` returns until something is set.
    """

    def __init__(self, key: str, unset: T) -> None:
        self.key = key
        self._unset = unset

    @property
    def is_set(self) -> bool:
        """Whether a value was set, and not forgotten since."""
        return self.key in st.session_state

    def get(self) -> T:
        """Return the value."""
        return st.session_state.get(self.key, self._unset)

    def set(self, value: T) -> None:
        """Keep a value."""
        st.session_state[self.key] = value

    def pop(self) -> T:
        """Return the value and forget it."""
        value = self.get()
        st.session_state.pop(self.key, None)
        return value


class Values(Generic[T]):
    """Values of one kind: one for each place on the pages, run, or other name.

    Args:
        key: of each value, with `{}` for the name.
        unset: what `get` returns until something is set.
    """

    def __init__(self, key: str, unset: T) -> None:
        self._key, self._unset = key, unset

    def __getitem__(self, name: object) -> Value[T]:
        return Value(self._key.format(name), self._unset)


@dataclass(frozen=True)
class Problem:
    """An error raised in a callback, and when: in seconds of `time.monotonic`."""

    text: str
    since: float


@dataclass
class LastStart:
    """What was started last. It is changed in place, as each use of a value may end a script run.

    Attributes:
        asked: what was asked for.
        runs: that were started.
        since: `time.monotonic` seconds.
        shown: `LED_ON` then.
    """

    asked: Hashable = None
    runs: tuple[int, ...] = ()
    since: float = -math.inf
    shown: int = -1


@dataclass(frozen=True)
class Going:
    """A change of a page's URL: its query parameters before and after, `time.monotonic` seconds."""

    before: Mapping[str, str]
    to: Mapping[str, str]
    since: float


@dataclass(frozen=True)
class KeptDigit:
    """A corrected digit.

    Attributes:
        id: in the store.
        place: where on the page it was corrected.
        image: the bytes of the image, to recognise the drawing.
        dataset: that it was added to; empty for My handwriting.
        said: whether a toast has announced it.
    """

    id: int
    place: str
    image: bytes
    dataset: str = ""
    said: bool = False


@dataclass(frozen=True)
class KeptNumber:
    """A corrected number.

    Attributes:
        ids: in the store, of its digits that were read wrong.
        place: where on the page it was corrected.
        images: the bytes of all its digits, to recognise the number.
    """

    ids: tuple[int, ...]
    place: str
    images: bytes


@dataclass(frozen=True)
class GivenToClass:
    """A drawing that was sent to the class wall, or added to a class dataset.

    Attributes:
        id: in the store.
        place: the room's code, or the dataset's name.
        image: the bytes of the image, to recognise the drawing.
    """

    id: int
    place: str
    image: bytes


@dataclass(frozen=True)
class InRace:
    """Whether a run is in the race of a room, and since when that is known (`time.monotonic`)."""

    run: int
    room: str
    entered: bool
    since: float


@dataclass(frozen=True)
class Pen:
    """What the canvas draws with: a width in its own pixels, and a colour; the paper's erases."""

    width: int
    colour: str


@dataclass(frozen=True)
class Form:
    """Initial values of the training settings' widgets; a new revision resets them.

    Attributes:
        places: containers below the widgets, for problems with their settings.
    """

    start: TrainingSpec
    preset: str
    revision: int
    places: dict[str, DeltaGenerator] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class DrawnGuess:
    """A curve drawn before training.

    Attributes:
        points: as those of a `Guess`; none before it is drawn.
        revision: counts the strokes, so that the browser knows which drawing is newer.
    """

    points: Sequence[tuple[float, float]] = ()
    revision: int = 0


@dataclass(frozen=True)
class OwnScreen:
    """What a pupil had on her screen before she followed her teacher.

    Attributes:
        page: its name in the address.
        address: its query parameters.
        objects: the drawing.
        reader: the network that reads.
        training: the settings of the Train page: FORM, SPEC, SHOWN_RUN and SHOWN_EXPERIMENT.
    """

    page: str
    address: Mapping[str, str]
    objects: Objects
    reader: str
    training: tuple[Form | None, TrainingSpec | None, int | None, Any] = (None, None, None, None)


@dataclass(frozen=True)
class Following:
    """That a pupil's screen follows the teacher.

    Attributes:
        revision: of the room, when it was last shown what the teacher shows.
        before: what the pupil had.
    """

    revision: int
    before: OwnScreen


# All pages
PAGE = Value[str | None]("page", None)  # the one shown last
CAME_BY_LINK = Value[bool]("came by a link", False)  # to this page, just now
EVERYBODYS = Value[bool]("everybodys", False)  # widget: whether the house lists all runs
TOKEN = Value[str]("token", "")  # of this tab's person, in a browser without cookies
READER = Value[str]("reader", DEFAULT)  # the network chosen last, on any page
MODEL = Value[str | None]("model", None)  # widget: the network that reads
SKETCH = Value[Sketch]("sketch", Sketch())  # the drawing, the same on every canvas
CANVAS = Values[Any]("{}canvas", None)  # widgets, by place
TOOL = Value[str]("tool", "")  # the pen or the eraser, by its name in drawing_tools
PEN = Value[Pen]("pen", Pen(0, ""))  # the one chosen last
LIVE_DRAWING = Values[Mapping[str, Any]]("{}live-drawing", {})  # components, by place: orders
LIVE_VIEW = Values[Mapping[str, str]]("live-{}", {})  # components, by name: what was pressed
PROBLEM = Values[Problem]("problem of {}", Problem("", -math.inf))  # by place
ADDRESS_READ = Value[bool]("address was read", False)  # unknown parameters were looked for
ADDRESS_PROBLEMS = Value[Mapping[str, Sequence[str]]]("wrong in the address", {})  # by page
KEEPER = Values[Mapping[str, str]]("{}keeper", {})  # components, by place: the tab's drawing
KEEPER_NAME = Value[str]("session of the keeper", "")  # tells this session from others of the tab
ORDERS_TAKEN = Value[int]("orders taken", 0)  # about the drawing: the number of the last one
KEEPER_TAKEN = Value[bool]("kept drawing was taken", False)  # the drawing kept in the tab
ROWS = Values[dict[str, dict[str, list[Any]]]]("{}", {})  # tables, by key: their selection
CHOICE = Values[str | None]("{}", None)  # select boxes, by key

# Draw
FILES = Value[Sequence[UploadedFile]]("files", ())  # widget: the uploaded pictures
PHOTO = Value[UploadedFile | None]("photo", None)  # widget: the camera's picture
CHOSEN_UPLOAD = Value[str | None]("chosen upload", None)  # id of the file whose reading is shown
READ_OTHER_WAY = Value[frozenset[str]]("read the other way", frozenset())  # ids of files
KEPT_DIGIT = Value[KeptDigit | None]("kept correction", None)  # the last one
KEPT_NUMBER = Value[KeptNumber | None]("kept number", None)  # the last one
NUMBER_WAS = Values[str]("{}number-was", "")  # widgets, by place: the number that was meant
PINNED = Value[NDArray[np.float32] | None]("pinned", None)  # (28, 28), 0 to 1

# Train
FORM = Value[Form | None]("form", None)  # what the sidebar starts from
PRESET = Values[str]("preset-{}", "")  # widgets, by the form's revision
ARCHITECTURE = Values[str]("architecture-{}", "")  # widgets, by the form's revision
LEARNED_DATASET = Values[str]("dataset-{}", "")  # widgets, by the form's revision
SPEC = Value[TrainingSpec | None]("spec", None)  # the last valid settings of the sidebar
SHOW = Value[str | None]("show", None)  # the parts in presenter mode; None while it is off
PARTS_WIDGET = Value[Sequence[str]]("parts", ())  # widget
STAGE = Value[str]("stage", "")  # what stands beside or in place of the curves in presenter mode
SHOWN_RUN = Value[int | None]("run", None)
# The experiment that is shown, by its name, and its runs.
SHOWN_EXPERIMENT = Value[tuple[str, tuple[int, ...]] | None]("experiment", None)
LED_ON = Value[int]("led on", 0)  # how often a press has led to something else than was shown
PRESSED = Value[Mapping[str, int]]("pressed", {})  # that number when a button was shown, by button
GOING = Value[Going | None]("going", None)  # where `address.go` leads to
OPENED_RUN = Value[int | None]("opened run", None)  # chosen in a table, to be shown next
FOLLOWED = Value[Followed | None]("followed run", None)  # what was read of a run
STARTED = Value[LastStart | None]("started", None)
MISTAKE = Values[tuple[int, int] | None]("mistake-of-{}", None)  # chosen in a list, by run
CELL = Values[tuple[int, int] | None]("cell-of-{}", None)  # of the confusion matrix, by run
DRAWN_GUESS = Value[DrawnGuess]("drawn guess", DrawnGuess())  # until Train is pressed
GUESS_BOX = Value[Mapping[str, Any]]("guess-box", {})  # component: what was drawn
LAYER_EPOCH = Values[int]("layer-of-{}", -1)  # widgets, by run: whose first layer is shown
LAYER_PLAYED = Values[int | None]("layer played of {}", None)  # by run: the place of the next epoch
GUESSES_EPOCH = Values[int]("guesses-of-{}", -1)  # as LAYER_EPOCH, of the guessed test images
GUESSES_PLAYED = Values[int | None]("guesses played of {}", None)
PACE = Value[str | None]("pace", None)  # widget: of the run, or of the next one
NEXT_PACE = Value[str]("next pace", "Full speed")
PACE_SETTLED = Value[bool]("pace was settled", False)  # by the URL, once
WAIT_FIRST = Value[bool]("wait-first", False)  # widget: whether the next run waits at first
WAITS_FIRST = Value[bool]("waits first", False)  # the same, kept on other pages
LEARNING_RATE = Values[str]("rate-{}", "")  # widgets, by run
PRESSES = Value[Mapping[str, Any]]("presses", {})  # component: of a run's buttons, not yet taken
PRESSES_OF = Value[str]("session of the presses", "")  # tells this session from one before it
PRESSES_TAKEN = Value[int]("presses taken", 0)  # how many

# Runs
TICKED_RUNS = Value[Sequence[int]]("chosen runs", ())  # in order of ticking
RUNS_PICKER = Value[list[int]]("runs-picker", [])  # widget: the same
RUNS_FILTER = Values[Sequence[str]]("runs-{}", ())  # widgets: "status", "dataset", "tags"
DELETED_RUNS = Value[tuple[int, ...]]("deleted runs", ())  # by the last deletion, not yet undone
IMPORTED_RUN = Value[int]("brought run", 0)  # the last one
IMPORT_IS_NEWS = Value[bool]("brought just now", False)
HOME_RUN = Value[int | None]("home-run", None)  # widget: the run to take home
WARMED_UP_FOR = Value[int | None]("warmed-up-for", None)  # see taking_home
WRITTEN = Value[frozenset[WrittenFile]]("written files", frozenset())
UNWRITTEN = Values[tuple[WrittenFile | None, str]]("unwritten-{}", (None, ""))  # why; by format

# My handwriting
TICKED_DRAWINGS = Value[Sequence[int]]("ticked drawings", ())
BROUGHT_FILES = Value[int]("brought files", 0)  # how many
BROUGHT_DRAWINGS = Value[str]("brought drawings", "")  # what came of the last, not yet told
TAUGHT_RUN = Value[int | None]("taught run", None)  # shown in place of the settings

# Data
EXAMPLES = Value[Mapping[str, Any]]("examples", {})  # component: its orders, not yet carried out
EXAMPLES_TAKEN = Value[Taken | None]("examples taken", None)  # what was carried out
ADDED_PICTURES = Value[int]("added pictures", 0)  # how often; each time the form is a new one
# Ids of the classes of new pictures, and to be renamed or removed: widgets, by CLASS_EDITS.
EXAMPLE_CLASS = Values[int]("example-class-{}", -1)
EDITED_CLASS = Values[int]("edited-class-{}", -1)
REMOVED_CLASS = Value[int]("removed class", -1)  # id of the class, while it is asked about
EXAMPLE_FILES = Values[Sequence[UploadedFile]]("example-files-{}", ())  # widgets, by ADDED_PICTURES
EXAMPLE_CAMERA = Values[UploadedFile | None]("example-camera-{}", None)  # widgets, by the same
MANY_EACH = Value[bool]("many-each", False)  # widget: whether a picture shows many examples
PICTURES_TOLD = Value[tuple[str, ...]]("pictures told", ())  # what came of the last ones
NEW_NAME = Value[str]("new-dataset-name", "")  # widget
NEW_CLASSES = Value[str]("new-dataset-classes", "")  # widget
FOR_THE_CLASS = Value[bool]("for-the-class", False)  # widget: whether all of the room draw for it
OPENED_TOLD = Value[str]("opened told", "")  # about a shared dataset that was opened, not yet told
MADE_DATASET = Value[str]("made dataset", "")  # to be shown next
CLASS_NAME = Values[str]("class-name-{}", "")  # widgets, by what they are for
CLASS_EDITS = Value[int]("class edits", 0)  # how many; each time the fields are new ones
BROUGHT: Value[Brought | None] = Value("brought", None)  # looked at, not yet kept
BROUGHT_OFTEN = Value[int]("brought often", 0)  # how often; each time the switches are new ones
MENDED = Values[bool]("mend-{}", False)  # widgets, by BROUGHT_OFTEN and the mend
BROUGHT_NAME = Values[str]("brought-name-{}", "")  # widgets, by BROUGHT_OFTEN
BROUGHT_PREPARATION = Values[str]("brought-preparation-{}", "mnist")  # widgets, by the same

# Stress test
NETWORKS = Value[list[str] | None]("tested-networks", None)  # widget
LAST_NETWORKS = Value[list[str] | None]("tested networks", None)  # the same, kept on other pages
PLOTTED = Value[str]("plotted", "")  # widget: the distortion whose slider moved last
SLIDER = Values[float]("distortion-{}", 0.0)  # widgets, by distortion
DIGIT = Value[str]("tested-digit", "")  # widget: what the drawing is meant to be
DIGIT_DRAWN = Value[Objects | None]("tested drawing", None)  # DIGIT is about it

# Room
HERE: Value[tuple[float, Membership | None] | None] = Value("here", None)  # and when it was read
MEMBERS = Value[Mapping[str, Any]]("members", {})  # component: the card that was pressed
NEWS = Value[Mapping[str, Any]]("class-news", {})  # component: that there is something new
FOLLOWING = Value[Following | None]("following the teacher", None)
KEPT_SCREEN: Value[OwnScreen | None] = Value("kept screen", None)  # by the tab, before a reload
SCREEN_TAKEN = Value[bool]("kept screen was taken", False)
SHOWN_TO_CLASS: Value[Lead | None] = Value("shown to the class", None)  # by this teacher, last
BROUGHT_ROOM = Value[str]("brought room", "")  # what came of it, not yet told
PICKED_MEMBER = Value[str]("picked member", "")

# Together
WALL = Value[Mapping[str, Any]]("class-wall", {})  # component: what is to be done with a drawing
WALL_SIZE = Value[str]("wall-size", "")  # widget: of the drawings on the wall
SENDING = Value[bool]("sending", False)  # a drawing to the wall was asked for, and not yet done
SENT_TO_WALL = Value[GivenToClass | None]("sent to the wall", None)  # the last drawing
MEANT = Values[str | None]("meant-{}", None)  # widgets, by drawing sent: what it is
POOLED = Value[GivenToClass | None]("pooled drawing", None)  # added to a class dataset last
# A class dataset and a class, to which a drawing is to be added, which is not yet done.
POOLING = Value[tuple[str, int] | None]("pooling", None)
POOLED_INTO = Value[str]("pooled-into", "")  # widget: a class dataset
POOLED_CLASS = Values[int | None]("pooled-class-{}", None)  # widgets, by dataset: id of the class
RACED = Value[str | None]("raced", None)  # widget: the dataset whose race is shown
RACE_PART = Value[str]("race-part", "")  # widget
RACE_METRIC = Value[str]("race-metric", "")  # widget
RACE_RUN = Value[int]("race-run", 0)  # widget: to be entered
IN_RACE = Value[InRace | None]("in the race", None)  # what is known of the run that is shown
