"""All measurements for `evaluate` and the model card, as plain JSON values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitapp.data.datasets import Dataset
from digitapp.drawing.marks import UNREAD
from digitapp.drawing.strokes import paint
from digitapp.errors import Blank, DatasetUnavailable, TooMuch
from digitapp.evaluation import scoring
from digitapp.evaluation.labelled_files import LabelledPicture, read_labels, read_strokes
from digitapp.evaluation.number_strings import NumberString, strings
from digitapp.evaluation.scores import Score, counted, wilson
from digitapp.reading import numbers
from digitapp.reading.prediction import REFUSED_FROM, Inputs, Predictor
from digitapp.training.batching import as_input

Values = dict[str, Any]
Bounds = tuple[float, float]

STRINGS = 1000


def of_score(score: Score, interval: Bounds | None = None) -> Values:
    """Convert a score to plain values: shares from 0 to 1, None where there were no images.

    The shares of right (accuracy), refused and wrong images add up to 1.
    """
    low, high = interval or score.interval
    found = score.reliability
    return {
        **_three(score.right, score.refused, score.total),
        "interval_95": [_number(low), _number(high)],
        "calibration_error": None if found is None else _number(found.error),
        "per_class": [_number(each) for each in score.per_class],
        "refusals": score.refusals.tolist(),
        "confusion": score.confusion.tolist(),
    }


def of_test(predictor: Predictor, data: Dataset) -> Values:
    """Measure a network on the test part of a dataset, including its reliability.

    Raises:
        InvalidSetting: when the network does not know the dataset's classes.
    """
    names = list(predictor.class_names)
    score = scoring.score(predictor, as_input(data.x_test), data.y_test, data.class_names)
    return {"dataset": data.name, "class_names": names, **of_score(score), **_bins(score)}


def of_strokes(predictor: Predictor, path: Path, seed: int) -> Values:
    """Measure a network on a file of strokes, under each condition and with each preparation.

    Raises:
        BadFile: when the file cannot be used.
    """
    digits = read_strokes(path)
    scores = {
        condition: {
            way: scoring.score_strokes(predictor, digits, condition, way, seed)
            for way in scoring.STROKE_PREPARATIONS
        }
        for condition in scoring.CONDITIONS
    }
    found = {
        name: {way: of_score(each) for way, each in row.items()} for name, row in scores.items()
    }
    bins = _bins(scores["as drawn"]["paths"])
    return {"file": str(path), "digits": len(digits), "seed": seed, "conditions": found, **bins}


def of_pictures(predictor: Predictor, path: Path) -> Values:
    """Measure a network on the pictures of a labels file: single digits, by kind, and others.

    Raises:
        BadFile: when the file or one of its pictures cannot be used.
    """
    digits, others = read_labels(path)
    images = scoring.picture_images(digits)
    kinds = {}
    for kind in sorted({each.kind for each in digits if each.kind}):
        chosen = [n for n, each in enumerate(digits) if each.kind == kind]
        kinds[kind] = _of_pictures(
            predictor, [digits[n] for n in chosen], [images[n] for n in chosen]
        )
    return {
        "file": str(path),
        "digits": len(digits),
        "not_single_digits": len(others),
        "prepared": _of_pictures(predictor, digits, images),
        "squeeze": _of_pictures(predictor, digits, scoring.picture_images(digits, True)),
        "kinds": kinds,
        "others": of_refusals(predictor, scoring.picture_images(others)) if others else None,
    }


def of_non_digits(predictor: Predictor) -> Values:
    """Measure the refusal rate for each kind of non-digits that is available on this machine."""
    found = {}
    for name, images in scoring.NON_DIGITS.items():
        try:
            found[name] = of_refusals(predictor, images())
        except DatasetUnavailable:
            continue
    return found


def of_refusals(predictor: Predictor, images: Sequence[Inputs] | Inputs) -> Values:
    """Measure the share of images that are refused, with its 95 % interval."""
    refused = scoring.answers(predictor, images)[1] >= REFUSED_FROM
    low, high = wilson(float(refused.mean()), len(refused))
    return {
        "refused": _number(float(refused.mean())),
        "interval_95": [_number(low), _number(high)],
        "total": len(refused),
    }


def of_numbers(predictor: Predictor, path: Path, seed: int) -> Values:
    """Measure how often numbers composed from a file of strokes are read without any mistake.

    A number counts as refused when some or all of its parts were not read.

    Raises:
        BadFile: when the file cannot be used.
    """
    written = strings(read_strokes(path), STRINGS, seed)
    ways = {}
    for way in ("paths", "pixels"):
        read = [(each, _text(predictor, each, way)) for each in written]
        spacings = dict.fromkeys(each.spacing for each in written)
        ways[way] = {
            **_of_texts(read),
            "spacings": {
                name: _of_texts([(each, text) for each, text in read if each.spacing == name])
                for name in spacings
            },
        }
    return {"file": str(path), "numbers": STRINGS, "seed": seed, "ways": ways}


def _text(predictor: Predictor, written: NumberString, way: str) -> str:
    try:
        if way == "paths":
            return numbers.read_drawing(predictor, written.drawing).text
        return numbers.read_picture(predictor, paint(written.drawing, written.size)).text
    except (Blank, TooMuch):
        return UNREAD


def _of_pictures(
    predictor: Predictor, digits: Sequence[LabelledPicture], images: Sequence[Inputs]
) -> Values:
    known = [each.label for each in digits if each.label is not None]
    labels = scoring.in_terms_of(predictor, known)
    shares, others = scoring.answers(predictor, images)
    refused = others >= REFUSED_FROM
    score = counted(shares, labels, refused)
    right = (shares.argmax(axis=1) == labels) & ~refused
    writers = [each.writer for each in digits]
    interval = scoring.by_writer(right, writers) if len(set(writers)) > 1 else None
    return of_score(score, interval)


def _of_texts(read: Sequence[tuple[NumberString, str]]) -> Values:
    right = sum(text == written.text for written, text in read)
    low, high = wilson(right / len(read), len(read))
    return {
        **_three(right, sum(UNREAD in text for _, text in read), len(read)),
        "interval_95": [_number(low), _number(high)],
    }


def _three(right: int, refused: int, total: int) -> Values:
    """Return the shares of right, refused and wrong answers, and the total."""
    parts = {"accuracy": right, "refused": refused, "wrong": total - right - refused}
    shares = {name: _number(n / total if total else math.nan) for name, n in parts.items()}
    return {**shares, "total": total}


def _bins(score: Score) -> Values:
    found = score.reliability
    if found is None:
        return {}
    rows = zip(found.counts, found.confidence, found.accuracy, strict=True)
    kept = [[int(count), _number(sure), _number(right)] for count, sure, right in rows]
    return {"reliability": kept}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
