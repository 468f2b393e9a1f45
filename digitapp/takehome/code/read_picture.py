"""Prepare pictures of digits as digitapp does, and read them with a network taken from it.

In a terminal, with a network that digitapp has exported:

    python read_picture.py run-1.keras seven.jpg "another photo.png"

In a program, with such a file or with any Keras network of your own:

    from read_picture import open_network, predict_picture, read_picture

    image = read_picture("seven.jpg")  # float32 (28, 28), from 0 (paper) to 1 (ink)
    model, class_names, preparation = open_network("run-1.onnx")
    print(predict_picture(model, "seven.jpg", class_names, preparation).answer)

Preparing needs NumPy, SciPy and Pillow 10.1 or later (pip install numpy scipy pillow), and pi-heif
for the HEIC pictures of an iPhone. A .keras network needs Keras (pip install tensorflow), an .onnx
network ONNX Runtime (pip install onnxruntime).
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.fitting import picture_image
from digitapp.drawing.pictures import read_file, upright
from digitapp.errors import BadFile, BadPicture, Blank, DigitappError
from digitapp.reading.prediction import Prediction
from digitapp.reading.refusals import readable, refusal, split_outputs

USAGE = "Usage: python read_picture.py NETWORK PICTURE ... (a network is a .keras or an .onnx file)"


def read_picture(
    picture: str | os.PathLike[str] | Image.Image, preparation: str = "mnist"
) -> NDArray[np.float32]:
    """Return the image that a network reads: the ink without its paper, fitted and centred.

    Args:
        picture: a file, or a picture opened with Pillow.
        preparation: how the network's dataset was prepared: `mnist`, also for all other digits
            and letters, or `fashion_mnist`.

    Returns:
        float32 (28, 28), from 0 (paper) to 1 (ink).

    Raises:
        BadPicture: when the file is missing or not a picture, or its picture is too large.
        Blank: when nothing on it stands out from its background.
        UnknownName: when there is no such preparation.
    """
    if isinstance(picture, Image.Image):
        return picture_image(upright(picture), preparation)
    try:
        return picture_image(read_file(Path(picture)), preparation)
    except (BadPicture, Blank) as error:
        raise type(error)(f"{os.fspath(picture)}: {error}") from None


def predict_picture(
    model: Any,
    picture: str | os.PathLike[str] | Image.Image,
    class_names: Sequence[str],
    preparation: str = "mnist",
) -> Prediction:
    """Let a network read a picture.

    Args:
        model: a Keras model, or an ONNX Runtime session.
        class_names: one for each of its outputs; `not a digit` stands for everything else.
        picture, preparation: as in `read_picture`.

    Returns:
        the prediction; `answer` says it in a line, and `name` is the most probable class.

    Raises:
        BadPicture, Blank, UnknownName: as `read_picture`.
        BadFile: when the network has another number of outputs than there are names.
    """
    images = read_picture(picture, preparation)[np.newaxis]
    if hasattr(model, "get_inputs"):
        outputs = model.run(None, {model.get_inputs()[0].name: images})[0]
    else:
        outputs = np.asarray(model.predict(images, verbose=0))
    if outputs.shape != (1, len(class_names)):
        found = " x ".join(map(str, outputs.shape[1:]))
        raise BadFile(f"The network has {found} outputs, and there are {len(class_names)} names.")
    (probabilities,), (other,) = split_outputs(outputs, class_names)
    refuses = refusal(class_names) is not None
    return Prediction(probabilities, readable(class_names), float(other), refuses)


class Network(NamedTuple):
    """A network from a file, and what `predict_picture` must know of it."""

    model: Any
    class_names: tuple[str, ...]
    preparation: str


def open_network(path: str | os.PathLike[str]) -> Network:
    """Open a .keras or an .onnx file that digitapp has exported.

    Raises:
        BadFile: when it is missing, or not such a file.
        ModuleNotFoundError: when Keras, or ONNX Runtime, is not installed.
    """
    name = os.fspath(path)
    if not os.path.isfile(name):
        raise BadFile(f"{name}: there is no such file.")
    if name.lower().endswith(".onnx"):
        return _onnx_network(name)
    try:
        with zipfile.ZipFile(name) as archive:
            told = json.loads(archive.read("digitapp.json"))
        names, preparation = tuple(told["class_names"]), told.get("preparation", "mnist")
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, zlib.error):
        raise BadFile(f"{name}: this is not a .keras file that digitapp has exported.") from None
    import keras

    return Network(keras.saving.load_model(name, compile=False), names, preparation)


def _onnx_network(name: str) -> Network:
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(name, providers=["CPUExecutionProvider"])
        told = session.get_modelmeta().custom_metadata_map
        return Network(
            session, tuple(json.loads(told["class_names"])), told.get("preparation", "mnist")
        )
    except Exception as error:  # its exceptions have no common base
        raise BadFile(f"{name}: this is not an .onnx file that digitapp has exported.") from error


def main(arguments: Sequence[str]) -> int:
    """Read pictures with a network, and print a line for each; return 1 if one cannot be read."""
    if len(arguments) < 2 or arguments[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        model, class_names, preparation = open_network(arguments[0])
    except (DigitappError, ModuleNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    failed = 0
    for path in arguments[1:]:
        try:
            print(f"{path}: {predict_picture(model, path, class_names, preparation).answer}")
        except DigitappError as error:
            print(error, file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
