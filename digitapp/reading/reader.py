"""Read drawings and pictures end to end: prepare them, and run the network in one call."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing import pen_path, preprocessing
from digitapp.drawing.digit import Digit
from digitapp.drawing.strokes import Drawing, paint, remaining_ink
from digitapp.reading.prediction import Prediction, Predictor
from digitapp.recently_used import RecentlyUsed

TIMELINE_LENGTH = 12
MOST_STAGES = 1000


@dataclass(frozen=True)
class Reading:
    """The network's prediction, and its prediction without careful preparation for comparison.

    The prediction for a drawing has `parts` if the network reads the movement as well.

    Attributes:
        squeezed: float32 (28, 28): the whole picture, simply squeezed.
        squeezed_prediction: the prediction for it.
        timeline: the number of each of the last twelve strokes, and the prediction after it.
        strokes: as they were drawn, eraser strokes included; None for a picture.
    """

    digit: Digit
    prediction: Prediction
    squeezed: NDArray[np.float32]
    squeezed_prediction: Prediction
    timeline: tuple[tuple[int, Prediction], ...] = ()
    strokes: Drawing | None = None

    @property
    def image(self) -> NDArray[np.float32]:
        """The image that the network read: float32 (28, 28), 0 paper to 1 ink."""
        return self.digit.image

    @property
    def guess(self) -> str:
        """The result of reading, as stored with a correction."""
        return NOT_A_DIGIT if self.prediction.refused else self.prediction.name


def read_drawing(predictor: Predictor, drawing: Drawing) -> Reading:
    """Read a drawing, and its earlier states after each of the last strokes.

    Raises:
        Blank: when nothing is drawn, or the eraser took it all.
    """
    canvas, ink = paint(drawing), remaining_ink(drawing)
    digit = preprocessing.from_strokes(ink, predictor.preparation, canvas=canvas)
    plain = preprocessing.squeezed(canvas)
    first = max(1, len(drawing) - TIMELINE_LENGTH + 1)
    stages = dict(enumerate(_fingerprints(drawing)[first - 1 :], first))
    recent = _recent(predictor)
    known = recent.of(stages.values())
    inks = {
        stage: remaining_ink(drawing[:count])
        for count, stage in stages.items()
        if stage not in known and count < len(drawing)
    }
    earlier = {stage: then for stage, then in inks.items() if then}  # else all was erased
    images = [preprocessing.stroke_image(each, predictor.preparation) for each in earlier.values()]
    drawn = (ink, *earlier.values())
    paths = [pen_path.of_drawing(each) for each in drawn] if predictor.reads_movement else None
    (other,) = predictor.predict([plain])
    read, *thens = predictor.predict([digit.image, *images], paths)
    now: dict[bytes, Prediction | None] = dict.fromkeys(inks)
    now |= {**dict(zip(earlier, thens, strict=True)), stages[len(drawing)]: read}
    recent.keep(now)
    known |= now
    timeline = ((count, known[stage]) for count, stage in stages.items())
    with_ink = tuple((count, prediction) for count, prediction in timeline if prediction)
    return Reading(digit, read, plain, other, with_ink, drawing)


def read_now(predictor: Predictor, drawing: Drawing) -> tuple[NDArray[np.float32], Prediction]:
    """Read a drawing as it is now: as `read_drawing`, without the rest, in a fraction of the time.

    Returns:
        the image that the network read, float32 (28, 28), and its prediction.

    Raises:
        Blank: as `read_drawing`.
    """
    ink = remaining_ink(drawing)
    image = preprocessing.stroke_image(ink, predictor.preparation)
    paths = [pen_path.of_drawing(ink)] if predictor.reads_movement else None
    (read,) = predictor.predict([image], paths)
    return image, read


def read_picture(predictor: Predictor, picture: Image.Image) -> Reading:
    """Read a picture.

    Raises:
        Blank: when nothing on it stands out from its background.
    """
    digit = preprocessing.from_image(picture, predictor.preparation)
    plain = preprocessing.squeezed(picture)
    read, other = predictor.predict([digit.image, plain])
    return Reading(digit, read, plain, other)


# A network's latest predictions by the fingerprint of the drawing, shared by all its users; None
# for an erased drawing.
_Recent = RecentlyUsed[bytes, Prediction | None]

_recents: WeakKeyDictionary[Predictor, _Recent] = WeakKeyDictionary()  # freed with the networks
_recents_lock = Lock()


def _recent(predictor: Predictor) -> _Recent:
    with _recents_lock:
        return _recents.setdefault(predictor, RecentlyUsed(MOST_STAGES))


def _fingerprints(drawing: Drawing) -> list[bytes]:
    """Return a hash of the drawing after each of its strokes."""
    found, so_far = [], blake2b(digest_size=16)
    for stroke in drawing:
        so_far.update(f"{len(stroke.points)} {stroke.width!r} {stroke.eraser} ".encode())
        so_far.update(stroke.points.tobytes())
        found.append(so_far.digest())
    return found
