"""Constants of the bundle format, shared by its writer and its reader."""

from __future__ import annotations

from typing import Any

FORMAT = 2  # 1 had its weights in Keras's HDF5 file alone
MEMBER = "digitapp.json"  # Keras ignores members that it does not know
WEIGHTS = "digitapp.npz"
KERAS_WEIGHTS = "model.weights.h5"  # never read here

Values = dict[str, Any]
