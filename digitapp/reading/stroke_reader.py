"""Read the pen's path with the stroke reader, a small network beside the one for pictures."""

from __future__ import annotations

import numpy as np

from digitapp.drawing.pen_path import CHANNELS, POINTS, Path
from digitapp.errors import BadFile
from digitapp.reading.combination import Combination, Outputs
from digitapp.reading.onnx_session import Session

COMBINATION = "combination"  # in the file's metadata, as `Combination.to_json` writes it
CLASSES = 11  # the ten digits and, last, no digit


class StrokeReader:
    """A network that reads paths, and how its answers are combined with those of a picture.

    Safe to use from many threads at once, like `Predictor`.

    Args:
        network: the bytes of an ONNX file, as `training.stroke_network` makes it.

    Raises:
        BadFile: when the file is damaged, or of another kind.
    """

    def __init__(self, network: bytes) -> None:
        self._session = Session(network)
        if self._session.shapes != ([POINTS, CHANNELS], [CLASSES]):
            raise BadFile(f"It reads and gives {self._session.shapes}: it is no stroke reader.")
        self.combination = Combination.from_json(self._session.notes.get(COMBINATION, "{}"))

    def outputs(self, paths: Path) -> Outputs:
        """Return the probabilities of the ten digits and, last, of no digit: float32 (n, 11).

        Args:
            paths: float32 (n, 64, 5), as `pen_path.of_drawing` makes them.
        """
        return self._session.outputs(np.asarray(paths, np.float32))
