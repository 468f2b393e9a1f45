"""What the writer and the reader of a bundle agree on."""

from __future__ import annotations

from typing import Any

FORMAT = 1
MEMBER = "digitapp.json"  # Keras leaves members alone that it does not know
WEIGHTS = "model.weights.h5"  # as Keras calls it

Values = dict[str, Any]
