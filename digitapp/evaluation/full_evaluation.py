"""All measurements for `evaluate` and the model card, as plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from digitapp.data.datasets import Dataset, knows_digits
from digitapp.errors import DatasetUnavailable
from digitapp.evaluation import (
    non_digit_drawings,
    number_readings,
    outcomes,
    scoring,
    stroke_readings,
)
from digitapp.evaluation.intervals import wilson
from digitapp.evaluation.labelled_files import LabelledPicture, read_labels, read_strokes
from digitapp.evaluation.number_readings import NumberReadings, ReadNumber
from digitapp.evaluation.number_strings import SPACINGS, WITH_SIGNS
from digitapp.evaluation.outcomes import Outcomes
from digitapp.evaluation.plain_values import (
    Values,
    of_difference,
    of_number_score,
    of_outcomes,
    of_proportion,
    of_reliability,
    of_score,
    of_writer,
)
from digitapp.evaluation.progress import Told, silent
from digitapp.evaluation.stroke_conditions import CONDITIONS
from digitapp.evaluation.stroke_readings import Readings
from digitapp.evaluation.ways import AS_DRAWN, COMBINED, PICTURE, main_way
from digitapp.reading.prediction import REFUSED_FROM, Inputs, Predictor, Probabilities
from digitapp.training.batching import as_input


def of_test(predictor: Predictor, data: Dataset, told: Told = silent) -> Values:
    """Measure a network on the test part of a dataset, including its reliability.

    Args:
        told: is told, here and below, what is being done.

    Raises:
        InvalidSetting: when the network does not know the dataset's classes.
    """
    names = list(predictor.class_names)
    told(f"Reading the {len(data.x_test):,} test images of {data.name}.")
    score = scoring.score(predictor, as_input(data.x_test), data.y_test, data.class_names)
    bins = {"reliability": of_reliability(score.reliability)} if score.reliability else {}
    return {"dataset": data.name, "class_names": names, **of_score(score), **bins}


def of_strokes(predictor: Predictor, path: Path, seed: int, told: Told = silent) -> Values:
    """Measure a network on a file of strokes, under all conditions and variations, in all ways.

    Raises:
        BadFile: when the file cannot be used.
        InvalidSetting: when the network does not know all digits.
    """
    readings = stroke_readings.read(predictor, read_strokes(path), seed, told=told)
    return {"file": str(path), "seed": seed, **of_readings(readings)}


def of_readings(readings: Readings) -> Values:
    """Convert readings of strokes to plain values.

    For folds by writer, join the readings of several networks first (`stroke_readings.joined`).
    """
    rows = {
        name: {way: _of_way(each, way, row) for way, each in row.items()}
        for name, row in readings.items()
    }
    plain = readings[AS_DRAWN]
    main = plain[main_way(plain)]
    writers = main.known_writers
    return {
        "digits": len(main),
        "writers": None if writers is None else len(set(writers.tolist())),
        "conditions": {name: row for name, row in rows.items() if name in CONDITIONS},
        "variations": {name: row for name, row in rows.items() if name not in CONDITIONS},
        "each_writer": [of_writer(each) for each in main.each_writer],
        "reliability": of_reliability(main.reliability),
    }


def of_pictures(predictor: Predictor, path: Path, told: Told = silent) -> Values:
    """Measure a network on the pictures of a labels file: single digits, by kind, and others.

    Raises:
        BadFile: when the file or one of its pictures cannot be used.
    """
    digits, others = read_labels(path)
    told(f"Reading {len(digits):,} pictures of digits and {len(others):,} of something else.")
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


def of_non_digits(predictor: Predictor, told: Told = silent) -> Values:
    """Measure the refusal rate for each kind of non-digits that is available on this machine.

    Images are read by the picture reader, drawings by each reader that there is.
    """
    found = {}
    for name, images in scoring.NON_DIGITS.items():
        told(f"Reading what is no digit: {name}.")
        try:
            found[name] = of_refusals(predictor, images())
        except DatasetUnavailable:
            continue
    if not knows_digits(predictor.class_names):
        return found
    for name, drawings in non_digit_drawings.NON_DIGIT_DRAWINGS.items():
        told(f"Reading what is no digit: {name}.")
        for way, (_, other) in stroke_readings.of_drawings(predictor, drawings()).items():
            found[f"{name}, {way}"] = _of_refused(other)
    return found


def of_refusals(predictor: Predictor, images: Sequence[Inputs] | Inputs) -> Values:
    """Measure the share of images that are refused, with its 95 % interval."""
    return _of_refused(scoring.answers(predictor, images)[1])


def _of_refused(other: Probabilities) -> Values:
    refused = other >= REFUSED_FROM
    interval = wilson(float(refused.mean()), len(refused))
    return of_proportion(int(refused.sum()), len(refused), interval, "refused")


def of_numbers(predictor: Predictor, path: Path, seed: int, told: Told = silent) -> Values:
    """Measure how numbers composed from a file of strokes are read, from strokes and from pixels.

    Raises:
        BadFile: when the file cannot be used.
        InvalidSetting: when the network does not know all digits.
    """
    readings = number_readings.read_all(predictor, read_strokes(path), seed, told=told)
    return {"file": str(path), "seed": seed, **of_number_readings(readings)}


def of_number_readings(readings: NumberReadings) -> Values:
    """Convert readings of numbers to plain values.

    The score of `all` counts the usual spacings, those with digits alone; harder numbers and those
    with signs are counted apart.
    """
    return {
        "numbers": len(next(iter(readings.values()))),
        "ways": {way: _of_number_way(read) for way, read in readings.items()},
    }


def _of_number_way(read: Sequence[ReadNumber]) -> Values:
    usual = [each for each in read if each.written.spacing in SPACINGS]
    signed = [each for each in read if each.written.spacing == WITH_SIGNS]
    return {
        "all": _of_some(usual),
        "spacings": _grouped(read, lambda each: each.written.spacing),
        "signs": _grouped(signed, lambda each: each.written.sign),
        "reliability": of_reliability(number_readings.score(usual).reliability),
    }


def _grouped(read: Sequence[ReadNumber], key: Callable[[ReadNumber], str]) -> Values:
    names = dict.fromkeys(key(each) for each in read)
    return {name: _of_some([each for each in read if key(each) == name]) for name in names}


def _of_some(read: Sequence[ReadNumber]) -> Values:
    return of_number_score(number_readings.score(read))


def _of_way(found: Outcomes, way: str, row: dict[str, Outcomes]) -> Values:
    values = of_outcomes(found)
    if way == COMBINED:
        values["beside_picture"] = of_difference(outcomes.difference(found, row[PICTURE]))
    return values


def _of_pictures(
    predictor: Predictor, digits: Sequence[LabelledPicture], images: Sequence[Inputs]
) -> Values:
    known = [each.label for each in digits if each.label is not None]
    labels = scoring.in_terms_of(predictor, known)
    writers = outcomes.numbers([each.writer for each in digits])
    return of_outcomes(outcomes.of_answers(labels, scoring.answers(predictor, images), writers))
