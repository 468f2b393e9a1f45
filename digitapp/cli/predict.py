"""`predict`: read pictures of digits, drawings as the pen moved, or a file of many images."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from digitapp.cli import predict_pixels, predict_strokes, terminal
from digitapp.cli.parsing import add_model
from digitapp.cli.prediction_text import digit_values, number_line, number_values
from digitapp.drawing import drawing_files
from digitapp.errors import BadPicture, DigitappError
from digitapp.imports.kinds import is_of_pixels
from digitapp.library import models
from digitapp.runs import RunStore
from digitapp.text.escaping import plain

if TYPE_CHECKING:
    from PIL import Image

    from digitapp.reading.number_layout import Number
    from digitapp.reading.prediction import Predictor
    from digitapp.reading.reader import Reading

AS_DIGIT = "taken for a number; --digit reads one digit"
AS_NUMBER = "taken for one digit; --number reads {}"


def add_to(predict: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    predict.set_defaults(run=_predict, misused=predict.error)
    predict.add_argument(
        "images",
        nargs="*",
        metavar="IMAGE",
        help="a picture, or - for stdin; or a CSV, .npz, .npy or idx file of many images, which is "
        "answered by a row ImageId,Label for each",
    )
    predict.add_argument(
        "--strokes",
        metavar="FILE",
        help="drawings instead of pictures: JSON such as "
        + drawing_files.EXAMPLE
        + ", or a list of them, gzipped or not, or - for stdin",
    )
    add_model(predict)
    ways = predict.add_mutually_exclusive_group()
    ways.add_argument("--number", action="store_true", help="read all digits as a number")
    ways.add_argument("--digit", action="store_true", help="read one digit, whatever else there is")
    predict.add_argument("--json", action="store_true", help="one JSON object a line")
    pixels = predict.add_argument_group("a file of many images")
    pixels.add_argument("--out", type=Path, metavar="FILE.csv", help="where to write the rows")
    pixels.add_argument(
        "--as-is", action="store_true", help="leave white paper and faint ink as they are"
    )


def _predict(chosen: argparse.Namespace) -> int:
    if chosen.images and chosen.strokes is not None:
        chosen.misused("give pictures to read, or --strokes and a file of drawings, not both")
    if not chosen.images and chosen.strokes is None:
        chosen.misused("give a picture to read, or --strokes and a file of drawings")
    pixels = [name for name in chosen.images if is_of_pixels(name)]
    if pixels and (len(chosen.images) > 1 or chosen.number):
        chosen.misused("give one file of many images at a time, without --number")
    if not pixels and (chosen.out or chosen.as_is):
        chosen.misused("--out and --as-is are for a CSV, .npz, .npy or idx file of many images")
    predictor = models.load(chosen.model, RunStore() if chosen.model not in models.MODELS else None)
    if pixels:
        predict_pixels.predict(predictor, pixels[0], chosen.out, chosen.as_is, chosen.json)
        return 0
    if chosen.strokes is not None:
        return predict_strokes.predict(predictor, chosen.strokes, chosen.number, chosen.json)
    failed = 0
    for name in chosen.images:
        try:
            picture = _picture(name)
            print(_told(chosen, name, predictor, picture), flush=True)
        except DigitappError as error:
            sentence = str(error) if chosen.json else f"{name}: {error}"
            terminal.tell(sentence, chosen.json, file=name)
            failed = 1
    return failed


def _told(chosen: argparse.Namespace, name: str, predictor: Predictor, picture: Image.Image) -> str:
    """Read a picture and return the result as text.

    Without `--number` or `--digit`, the number of digits found decides between a single digit
    and a number.
    """
    from digitapp.reading.number_layout import Number
    from digitapp.reading.numbers import decide
    from digitapp.reading.numbers import read_picture as read_number
    from digitapp.reading.reader import read_picture

    found: Number | Reading
    hint = ""
    if chosen.number:
        found = read_number(predictor, picture)
    elif chosen.digit:
        found = read_picture(predictor, picture)
    else:
        decided = decide(predictor, picture)
        if decided.several and decided.number:
            found, hint = decided.number, AS_DIGIT
        else:
            found, other = read_picture(predictor, picture), decided.doubtful_number
            hint = AS_NUMBER.format(other.text) if other else ""
    if chosen.json:
        values = (
            number_values(found) if isinstance(found, Number) else digit_values(found.prediction)
        )
        return json.dumps({"file": name, **values, **({"hint": hint} if hint else {})})
    line = number_line(found) if isinstance(found, Number) else found.prediction.answer
    return plain(f"{name}: {line}") + (f" - {hint}" if hint else "")


def _picture(name: str) -> Image.Image:
    from digitapp.drawing.pictures import read_file, read_stream

    if name != "-":
        return read_file(Path(name))
    if sys.stdin is None or sys.stdin.isatty():
        raise BadPicture("Nothing arrives on standard input; pipe a picture into it.")
    return read_stream(sys.stdin.buffer)
