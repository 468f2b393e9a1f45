"""`predict`: read pictures of digits."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitapp import models
from digitapp.cli import terminal
from digitapp.cli.parsing import add_model, command
from digitapp.errors import BadPicture, DigitappError
from digitapp.escaping import plain
from digitapp.runs import RunStore

if TYPE_CHECKING:
    from PIL import Image

    from digitapp.places import Number
    from digitapp.prediction import Predictor
    from digitapp.reading import Reading


def add_to(commands: Any) -> None:
    """Add the command."""
    predict = command(commands, "predict", _predict, "read pictures of digits")
    predict.add_argument("images", nargs="+", metavar="IMAGE", help="a file, or - for stdin")
    add_model(predict)
    predict.add_argument("--number", action="store_true", help="read several digits as a number")
    predict.add_argument("--json", action="store_true", help="one JSON object a line")


def _predict(chosen: argparse.Namespace) -> int:
    predictor = models.load(chosen.model, RunStore() if chosen.model not in models.MODELS else None)
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
    from digitapp.numbers import read_picture as read_number
    from digitapp.reading import read_picture

    if chosen.number:
        number = read_number(predictor, picture)
        return _number_as_json(name, number) if chosen.json else _number_as_line(name, number)
    reading = read_picture(predictor, picture)
    return _as_json(name, reading) if chosen.json else _as_line(name, reading)


def _number_as_line(name: str, number: Number) -> str:
    from digitapp.prediction import percent

    each = ", ".join(
        f"{plain(place.sign)} {'not read' if place.refused else percent(place.confidence)}"
        for place in number.places
    )
    return f"{plain(name)}: {plain(number.text)} ({percent(number.confidence)}: {each})"


def _number_as_json(name: str, number: Number) -> str:
    digits = [
        {
            "sign": place.sign,
            "digit": None if place.mark else place.prediction.label,
            "class": None if place.mark else place.prediction.name,
            "confidence": round(place.confidence, 6),
            "refused": place.refused,
            "box": [round(edge, 1) for edge in place.box],
        }
        for place in number.places
    ]
    confidence = round(number.confidence, 6)
    return json.dumps(
        {"file": name, "number": number.text, "confidence": confidence, "digits": digits}
    )


def _picture(name: str) -> Image.Image:
    from digitapp.pictures import read_file, read_stream

    if name != "-":
        return read_file(Path(name))
    if sys.stdin is None or sys.stdin.isatty():
        raise BadPicture("Nothing arrives on standard input; pipe a picture into it.")
    return read_stream(sys.stdin.buffer)


def _as_line(name: str, reading: Reading) -> str:
    from digitapp.prediction import percent

    read = reading.prediction
    if read.refused:
        return plain(f"{name}: not a digit. {read.sentence}")
    doubt = f" - not sure. {read.sentence}" if read.unsure else ""
    return plain(f"{name}: {read.name} ({percent(read.sure)}){doubt}")


def _as_json(name: str, reading: Reading) -> str:
    read = reading.prediction
    return json.dumps(
        {
            "file": name,
            "digit": read.label,
            "class": read.name,
            "confidence": round(read.confidence, 6),
            "probabilities": [round(float(share), 6) for share in read.probabilities],
            "unsure": read.unsure,
            "refused": read.refused,
            "none_of_these": round(read.other, 6),
        }
    )
