"""Fit the weights by which numbers are read to readers that do not know the writers.

Each fold's reader reads numbers composed of digits by the writers that it has never seen, on the
canvas and in pictures. Of all ways to group strokes, and to cut ink, those that read what was
written are to be likely (`path_fitting`). To fit the weights to the readers of the folds
(`fold_readers`):

    python -m digitapp.evaluation.number_fitting FOLDER assets/number_weights.json
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from digitapp.drawing import segmentation
from digitapp.drawing.ink import Keep, of_picture
from digitapp.drawing.marks import SIGNS, UNREAD, Mark
from digitapp.drawing.pictures import flattened
from digitapp.drawing.stroke_groups import Group
from digitapp.drawing.strokes import paint
from digitapp.errors import Blank, DigitappError, TooMuch
from digitapp.evaluation import fold_readers, labelled_files
from digitapp.evaluation.number_strings import (
    HARDER,
    SPACINGS,
    UNEVEN,
    NumberString,
    signed_strings,
    strings,
)
from digitapp.evaluation.path_fitting import Edge, Loss, Row, paths
from digitapp.reading import cut_weights, drawn_numbers, grouping_weights, groupings
from digitapp.reading.drawn_numbers import Line
from digitapp.reading.number_weights import NAMES, NumberWeights, Values, bundled
from digitapp.reading.picture_numbers import image_of, place_of
from digitapp.reading.prediction import Prediction, Predictor

SEED = 7
DRAWN, SIGNED, PAINTED = 98, 72, 120  # numbers for each reader
# People write commas and minus signs more rarely than they are among these numbers, and strokes of
# a 4 and a 5 resemble them: so much less than fitted is the weight of each, in nats.
RARER = np.array([{",": 1.0, "-": 0.45}.get(sign, 0.0) for sign in SIGNS])

DRAWN_PARTS = ("drawn_digit", "drawn_sign", "sign_kind")  # of the weights, all fitted together


def fitted(
    readers: Sequence[Predictor], seed: int, told: Callable[[str], None] = lambda line: None
) -> NumberWeights:
    """Return the weights that make the right readings of numbers most likely.

    They stay near those in use where the numbers say little. The same readers, seed and weights in
    use give the same weights.

    Args:
        readers: of each fold, the reader that does not know its writers; all read the movement.
        told: called with a line of text on what was fitted.
    """
    written: list[tuple[Predictor, NumberString]] = []
    pictures: list[tuple[Predictor, NumberString]] = []
    for fold, reader in enumerate(readers):
        digits, first = labelled_files.of_fold(fold), 3 * (seed * len(readers) + fold)
        drawn = [
            *strings(digits, DRAWN, first, (*SPACINGS, *HARDER, UNEVEN)),
            *signed_strings(digits, SIGNED, first + 1),
        ]
        written += [(reader, each) for each in drawn]
        pictures += [(reader, each) for each in strings(digits, PAINTED, first + 2)]
    used = bundled()
    start = _drawn(replace(used, sign_kind=used.sign_kind + RARER))
    found = _fitted("drawn", _rows(of_strokes, written), start, told)
    cut = _fitted("painted", _rows(of_pixels, pictures), used.cut_digit, told)
    digit, sign, kind = np.split(found, np.cumsum([len(NAMES[part]) for part in DRAWN_PARTS[:-1]]))
    return NumberWeights(digit, sign, kind - RARER, cut)


def _rows(
    read: Callable[[Predictor, NumberString], Row | None],
    written: Sequence[tuple[Predictor, NumberString]],
) -> list[Row | None]:
    def row(each: tuple[Predictor, NumberString]) -> Row | None:
        try:
            return read(*each)
        except (Blank, TooMuch):
            return None

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(row, written))


def _fitted(
    what: str, rows: Sequence[Row | None], start: Values, told: Callable[[str], None]
) -> Values:
    kept = [row for row in rows if row]
    if not kept:
        told(f"None of {len(rows)} {what} numbers can be read right; their weights stay.")
        return start
    loss = Loss(kept)
    found = loss.fitted(start)
    before, after = (loss.of(weights)[0] for weights in (start, found))
    told(
        f"{len(kept)} of {len(rows)} {what} numbers can be read right; "
        f"loss {before:.4f} before, {after:.4f} after."
    )
    return found


def of_strokes(reader: Predictor, written: NumberString) -> Row | None:
    """Return the ways to group the strokes of a number; None when none of them reads it right."""
    lines = drawn_numbers.of_drawing(written.drawing)
    if len(lines) != 1:
        return None
    (line,) = lines
    used, wanted = _drawn(bundled()), _wanted(line, written)
    read = drawn_numbers.read_groups(reader, lines, written.drawing)
    features, fixed, right = [], [], set()
    parts: list[tuple[int, ...]] = []
    for group, sign, (prediction, *_) in zip(line.groups, line.signs, read, strict=True):
        text = wanted.get(group.parts, UNREAD)
        for mark, score in drawn_numbers.ways(line, group, sign, prediction):
            if text != UNREAD and (mark.sign == text if mark else text.isdigit()):
                right.add(len(parts))
            known = prediction if mark is None else sign if mark is sign else None
            features.append(_drawn_features(known, group))
            fixed.append(score - float(features[-1] @ used))
            parts.append(group.parts)
    edges, last = _partitions(len(line.strokes), parts), (1 << len(line.strokes)) - 1
    return _row(features, fixed, paths(edges, last), paths(_of(right, edges), last))


def _drawn(weights: NumberWeights) -> Values:
    return np.concatenate([weights.drawn_digit, weights.drawn_sign, weights.sign_kind])


def _wanted(line: Line, written: NumberString) -> dict[tuple[int, ...], str]:
    """Return what each group of strokes is that belongs together, by places in the row."""
    owners = [written.owners[stroke] for stroke in line.strokes]
    return {
        tuple(place for place, owner in enumerate(owners) if owner == n): text
        for n, text in enumerate(written.text)
    }


def _drawn_features(known: Prediction | Mark | None, group: Group) -> Values:
    """Return the features of a group as a digit, a sign, or something unread, whose are all 0."""
    digit, sign, kind = (np.zeros(len(NAMES[part])) for part in DRAWN_PARTS)
    if isinstance(known, Prediction):
        digit = grouping_weights.digit_features(known, group)
    elif known:
        sign = grouping_weights.sign_features(known, group)
        kind = np.array([float(each == known.sign) for each in SIGNS])
    return np.concatenate([digit, sign, kind])


def _partitions(count: int, parts: Sequence[tuple[int, ...]]) -> list[tuple[int, int, int]]:
    """Return the steps from one set of strokes covered to the next, as `groupings` takes them.

    Args:
        count: strokes in the row.
        parts: the strokes of each item.
    """
    waiting: list[set[int]] = [{0}, *(set() for _ in range(count))]
    found = []
    for first in range(count):
        own = [(sum(1 << n for n in each), n) for n, each in enumerate(parts) if each[0] == first]
        for covered in sorted(waiting[first]):
            for mask, item in own:
                if not covered & mask:
                    found.append((covered, covered | mask, item))
                    waiting[groupings.first_free(covered | mask)].add(covered | mask)
    return found


def _of(
    items: Collection[int], edges: Iterable[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    return [edge for edge in edges if edge[2] in items]


def _row(
    features: Sequence[Values], fixed: Sequence[float], ways: Sequence[Edge], right: Sequence[Edge]
) -> Row | None:
    return Row(np.array(features), np.array(fixed), ways, right) if right else None


def of_pixels(reader: Predictor, written: NumberString) -> Row | None:
    """Return the ways to cut a picture of a number; None when none of them reads it right."""
    ink, _ = of_picture(flattened(paint(written.drawing, written.size)), Keep.WRITING)
    ink, rows, _ = segmentation.cut_ink(ink)
    if len(rows) != 1:
        return None
    (row,) = rows
    images = [image_of(ink, each, reader.preparation) for each in row.candidates]
    features, fixed, ways, right = [], [], [], []
    read = zip(row.candidates, reader.predict(images), images, strict=True)
    for item, (candidate, prediction, image) in enumerate(read):
        place = place_of(candidate, prediction, image)
        own = cut_weights.features(candidate, prediction, row.frame)
        features.append(np.zeros_like(own) if place.mark else own)
        score = cut_weights.score(candidate, prediction, row.frame)
        fixed.append(score - float(features[-1] @ bundled().cut_digit))
        ways.append((candidate.first, candidate.last, item))
        sign = place.mark.sign if place.mark else prediction.name
        for n, text in enumerate(written.text):
            if text == sign:
                right.append(((candidate.first, n), (candidate.last, n + 1), item))
    last = row.cuts - 1
    return _row(features, fixed, paths(ways, last), paths(right, (last, len(written.text))))


def main() -> None:
    """Fit the weights for reading numbers to the readers of the folds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folds", type=Path, metavar="FOLDER", help="of the readers of the folds")
    parser.add_argument("target", type=Path, metavar="WEIGHTS.json")
    parser.add_argument("--seed", type=int, default=SEED, metavar="NUMBER")
    chosen = parser.parse_args()
    try:
        readers = fold_readers.opened(chosen.folds)
        weights = fitted(readers, chosen.seed, print)
        chosen.target.write_text(weights.to_json(), "utf-8")
    except (DigitappError, OSError) as error:
        parser.error(str(error))
    print(f"{chosen.target}: written.")


if __name__ == "__main__":
    main()
