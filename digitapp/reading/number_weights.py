"""The weights by which the ways to read a number are judged, and the file that they are kept in.

They depend on how certain the readers are, so that they are fitted again to readers that were
trained again (`evaluation.number_fitting`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.marks import SIGNS
from digitapp.drawing.stroke_groups import GEOMETRY
from digitapp.errors import BadFile, cause
from digitapp.files.folders import ASSETS

Values = NDArray[np.float64]

FILE = ASSETS / "number_weights.json"
SIGN_GEOMETRY = ("interruptions", "touching", "within")
READ = ("constant", "log probability of its best digit", "log probability of a digit")
NAMES = {
    "drawn_digit": (*READ, *GEOMETRY),
    "drawn_sign": ("constant", "log likeness", *SIGN_GEOMETRY),
    "sign_kind": (*SIGNS,),
    "cut_digit": (
        *READ,
        "ends that are cut",  # halved, as the next
        "depth of its cuts",  # in line widths
        "lowness",  # in row heights, as all lengths
        "excess width",
        "not read",
        "ends of a 1 that are cut",  # ones and sevens are often halves of something else
        "ends of a 7 that are cut",
        "breadth",
        "width with a cut",
        "log probability of a digit with a cut",
    ),
}


@dataclass(frozen=True)
class NumberWeights:
    """Weights of the features that `NAMES` lists, float64, in nats.

    Attributes:
        drawn_digit, drawn_sign: of a group of strokes, as a digit and as a sign.
        sign_kind: of each of `SIGNS`, on top of `drawn_sign`.
        cut_digit: of a part of a picture's ink, as a digit.
    """

    drawn_digit: Values
    drawn_sign: Values
    sign_kind: Values
    cut_digit: Values

    def to_json(self) -> str:
        """Return the weights with their names, a line each."""
        named = {
            part: dict(zip(NAMES[part], map(float, values), strict=True))
            for part, values in asdict(self).items()
        }
        return json.dumps(named, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> NumberWeights:
        """Parse weights written by `to_json`.

        Raises:
            BadFile: when the text is something else, or has weights of other features.
        """
        try:
            parts = json.loads(text)
            return cls(**{part: _values(parts[part], names) for part, names in NAMES.items()})
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise BadFile(f"It does not have the weights for reading numbers ({error}).") from None


def _values(named: dict[str, float], names: Sequence[str]) -> Values:
    if (*named,) != (*names,):
        raise ValueError(f"it has those of {', '.join(named)} instead of {', '.join(names)}")
    values = np.array([*named.values()], dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("some are not finite")
    values.flags.writeable = False
    return values


@cache
def bundled() -> NumberWeights:
    """Return the weights in use.

    Raises:
        BadFile: when their file is missing or damaged.
    """
    try:
        return NumberWeights.from_json(FILE.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{FILE}: cannot be read ({cause(error)}).") from None
