"""`predict` of a file of pixels: a row `ImageId,Label` for each image."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from digitapp.cli import terminal
from digitapp.errors import BadFile, cause

if TYPE_CHECKING:
    from digitapp.library.pixel_files import Answers
    from digitapp.reading.prediction import Predictor


def predict(predictor: Predictor, file: str, out: Path | None, as_is: bool, as_json: bool) -> None:
    """Read all images of a file; print what they are, or write it into a file.

    What was converted, and how many were read right, is told on standard error.

    Args:
        out: the CSV file to write; None prints it.
        as_is: leave paper and brightness as they are.
        as_json: print a JSON object for each image instead.

    Raises:
        BadFile: when the file cannot be read, or `out` cannot be written.
    """
    from digitapp.library import pixel_files

    answers = pixel_files.read(predictor, Path(file), file, as_is)
    for sentence in answers.told:
        terminal.progress(f"{file}: {sentence}")
    text = _as_json(answers, file) if as_json else answers.as_csv()
    if out is None:
        print(text, end="")
    else:
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise BadFile(f"{out}: cannot be written ({cause(error)}).") from None
    terminal.progress(f"{file}: {answers.sentence}")


def _as_json(answers: Answers, file: str) -> str:
    rows = zip(answers.rows(), answers.sure, answers.refused, strict=True)
    return "".join(
        json.dumps(
            {
                "file": file,
                "image": number,
                "class": name,
                "confidence": round(float(sure), 6),
                "refused": bool(refused),
            }
        )
        + "\n"
        for (number, name), sure, refused in rows
    )
