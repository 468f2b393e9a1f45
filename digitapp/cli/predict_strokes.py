"""`predict --strokes`: read drawings of a JSON file, by their picture and by the pen's movement."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitapp.cli import terminal
from digitapp.cli.prediction_text import digit_values, number_line, number_values
from digitapp.drawing import drawing_files
from digitapp.errors import BadFile, DigitappError
from digitapp.files import json_files
from digitapp.text.escaping import plain
from digitapp.text.percent import counted_percent

if TYPE_CHECKING:
    from digitapp.drawing.drawing_files import FiledDrawing
    from digitapp.drawing.strokes import Drawing
    from digitapp.reading.prediction import Parts, Predictor


def predict(predictor: Predictor, file: str, as_number: bool, as_json: bool) -> int:
    """Read every drawing of a file and print a line for each; return the exit status.

    A drawing that cannot be read is named on standard error, and the others are still read.

    Args:
        file: its path, or `-` for standard input.

    Raises:
        BadFile: when the file itself cannot be used.
    """
    failed = 0
    for each in _drawings(file):
        try:
            if each.drawing is None:
                raise BadFile(each.error)
            read = _number if as_number else _digit
            line, values = read(predictor, each.drawing)
        except DigitappError as error:
            failed = 1
            _tell(file, each, str(error), as_json)
            continue
        start = {"file": file, "drawing": each.number, **each.notes}
        print(json.dumps(start | values) if as_json else plain(f"{_named(file, each)}: {line}"))
        sys.stdout.flush()
    return failed


def _drawings(file: str) -> Iterator[FiledDrawing]:
    if file != "-":
        return drawing_files.drawings(json_files.read(Path(file)), file)
    if sys.stdin is None or sys.stdin.isatty():
        raise BadFile("Nothing arrives on standard input; pipe a JSON file of strokes into it.")
    return drawing_files.drawings(json_files.parsed(sys.stdin.buffer.read(), "-"), "-")


def _digit(predictor: Predictor, drawing: Drawing) -> tuple[str, dict[str, Any]]:
    from digitapp.reading.reader import read_drawing

    read = read_drawing(predictor, drawing).prediction
    parts = f" - {_parts_line(read.parts)}" if read.parts else ""
    return read.answer + parts, digit_values(read)


def _number(predictor: Predictor, drawing: Drawing) -> tuple[str, dict[str, Any]]:
    from digitapp.reading.numbers import read_drawing

    number = read_drawing(predictor, drawing)
    return number_line(number), number_values(number)


def _parts_line(parts: Parts) -> str:
    """Say what each reader says, and how much the movement counted."""
    weight = counted_percent(parts.weight, 0)
    picture, movement = (each.answer.removesuffix(".") for each in (parts.picture, parts.movement))
    return f"picture: {picture}; movement: {movement}, which counted {weight}"


def _tell(file: str, each: FiledDrawing, sentence: str, as_json: bool) -> None:
    if as_json:
        terminal.tell(sentence, True, file=file, drawing=each.number, **each.notes)
    else:
        terminal.tell(f"{_named(file, each)}: {sentence}")


def _named(file: str, each: FiledDrawing) -> str:
    notes = "".join(f", {key} {value}" for key, value in each.notes.items())
    return f"{file}, drawing {each.number}{notes}"
