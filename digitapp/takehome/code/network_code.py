"""Generate the code of layers.

They are printed from the same descriptions from which `architectures.build` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from digitapp.training.layer_specs import LayerSpec

_LAYER_WIDTH = 92


def layer(spec: LayerSpec) -> str:
    """Return a layer's code with a trailing comment, or one above it if the line is too long."""
    options = [f"{name}={_shown(value)}" for name, value in spec.options.items()]
    regularizer = ["kernel_regularizer=l2"] if spec.l2 else []
    arguments = ", ".join([*map(_shown, spec.arguments), *options, *regularizer])
    code = f"layers.{spec.kind}({arguments}),"
    note = NOTES[spec.kind](*spec.arguments, **spec.options) if spec.kind in NOTES else ""
    if spec.kind in ("Conv2D", "Dense") and spec.options.get("trainable") is False:
        note += ", which stay as they are" if note.endswith("s") else ", which stays as it is"
    if not note:
        return code
    line = f"{code}  # {note}"
    return line if len(line) <= _LAYER_WIDTH else f"# {note}\n{code}"


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


# Comments on layers, by kind, made from their arguments.
NOTES: dict[str, Callable[..., str]] = {
    "Reshape": lambda shape: "1: each pixel is one number, its grey level",
    "Conv2D": lambda filters, side, **_: f"{filters} filters of {side} x {side} pixels",
    "MaxPooling2D": lambda side: f"keeps the largest number of each {side} x {side} square",
    "AveragePooling2D": lambda side: f"keeps the mean of each {side} x {side} square",
    "BatchNormalization": lambda trainable=True: (
        "keeps the numbers near 0" if trainable else "stays as the first network left it"
    ),
    "Flatten": lambda: "all the numbers in one long row",
    "Dense": lambda width, **_: f"a hidden layer of {width} node{'s' * (width > 1)}",
    "Dropout": lambda share: f"switches off {share * 100:g} % of them at random, while training",
}
