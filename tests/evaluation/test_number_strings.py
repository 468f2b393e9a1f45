"""Composed numbers: by one writer or several, with late strokes, overlaps and signs."""

import itertools
import re

import numpy as np
import pytest

from digitapp.evaluation import number_readings
from digitapp.evaluation.intervals import by_writer, wilson
from digitapp.evaluation.labelled_files import LabelledStrokes
from digitapp.evaluation.number_readings import ReadNumber, score
from digitapp.evaluation.number_signs import SIGN_SHAPES, drawn_sign
from digitapp.evaluation.number_strings import (
    HARDER,
    HEIGHT,
    SPACINGS,
    UNEVEN,
    NumberString,
    signed_strings,
    strings,
)
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS

# Three writers, told apart by the number of points of each stroke.
HANDS = [
    LabelledStrokes(digit, [[list(p) for p in s] + [list(s[-1])] * extra for s in strokes], extra)
    for extra in (1, 2, 3)
    for digit, strokes in DIGITS.items()
]
UNKNOWN = [LabelledStrokes(each.label, each.strokes) for each in HANDS]


def _writer_of(stroke: np.ndarray) -> int:
    return sum((stroke[-2 - n] == stroke[-1]).all() for n in range(3) if len(stroke) > 1 + n)


def test_every_other_number_is_by_one_writer() -> None:
    found = strings(HANDS, 80, seed=1)
    one = [each for each in found if each.writer is not None]
    assert len(one) == 40
    assert {each.writer for each in one} == {1, 2, 3}
    for each in one:
        assert {_writer_of(stroke.points) for stroke in each.drawing} == {each.writer}
    mixed = [each for each in found if each.writer is None]
    hands = [{_writer_of(stroke.points) for stroke in each.drawing} for each in mixed]
    assert max(map(len, hands)) == 3
    for spacing in SPACINGS:
        assert sum(each.spacing == spacing for each in one) == 10


def test_without_writers_all_hands_are_mixed() -> None:
    assert {each.writer for each in strings(UNKNOWN, 20, seed=1)} == {None}
    assert {each.writer for each in signed_strings(UNKNOWN, 20, seed=1)} == {None}


def test_numbers_are_fixed_by_their_seed() -> None:
    for make in (strings, signed_strings):
        first, again, other = ([each.text for each in make(HANDS, 30, seed)] for seed in (4, 4, 5))
        assert first == again != other


def _lefts(number: NumberString) -> list[float]:
    return [float(stroke.points[:, 0].min()) for stroke in number.drawing]


def test_a_late_stroke_is_drawn_when_the_digits_are_written() -> None:
    late = [each for each in strings(HANDS, 60, 0, HARDER) if each.spacing == "late strokes"]
    assert len(late) == 30
    back = [_lefts(each)[-1] < max(_lefts(each)) for each in late]
    assert np.mean(back) > 0.4  # in the others it belongs to the last digit
    in_time = [each for each in strings(HANDS, 60, 0) if each.spacing == "normal"]
    for each in in_time:
        rights = [float(stroke.points[:, 0].max()) for stroke in each.drawing]
        assert rights[-1] >= max(_lefts(each))


def test_each_stroke_is_known_to_belong_to_its_digit() -> None:
    for each in [*strings(HANDS, 40, 5, (*SPACINGS, *HARDER)), *signed_strings(HANDS, 24, 5)]:
        assert len(each.owners) == len(each.drawing)
        assert {*each.owners} == {*range(len(each.text))}
        for place, sign in enumerate(each.text):
            own = [n for n, owner in enumerate(each.owners) if owner == place]
            if sign.isdigit():
                assert len(own) == len(DIGITS[int(sign)])
        late = [n for n, owner in enumerate(each.owners[:-1]) if owner > each.owners[n + 1]]
        assert not late or (late == [len(each.owners) - 2] and each.spacing == "late strokes")


def test_heights_are_uneven_where_they_are_said_to_be() -> None:
    spread = {}
    for spacing in ("normal", UNEVEN):
        heights = [
            np.ptp(np.concatenate([s.points for s in each.drawing])[:, 1]) / HEIGHT
            for each in strings(HANDS, 40, 6, (spacing,))
        ]
        spread[spacing] = np.mean(heights)
    assert spread[UNEVEN] > spread["normal"] + 0.05


def test_overlapping_digits_lie_further_in_each_other_than_touching_ones() -> None:
    wide = {}
    for name in ("touching", "overlapping"):
        found = strings(HANDS, 40, 3, (name,))
        wide[name] = [each.size[0] for each in found]
    assert all(a > b for a, b in zip(wide["touching"], wide["overlapping"], strict=True))


def test_each_sign_is_among_digits_in_turn() -> None:
    found = signed_strings(HANDS, 80, seed=2)
    assert [each.sign for each in found[:8]] == list(SIGN_SHAPES)
    for each in found:
        assert each.sign in each.text
        assert re.fullmatch(rf"[+-]?\d+([{re.escape(''.join(SIGN_SHAPES))}]\d*)*", each.text)
        digits = [DIGITS[int(sign)] for sign in each.text if sign.isdigit()]
        strokes = sum(map(len, digits))
        assert len(each.drawing) > strokes
        assert each.size[0] > max(stroke.points[:, 0].max() for stroke in each.drawing)
    assert len({each.text for each in found}) > 75
    for sign in SIGN_SHAPES:
        assert sum(each.writer is not None for each in found if each.sign == sign) == 5


def _box(sign: str, seed: int) -> tuple[float, float, float, float]:
    part = drawn_sign(sign, HEIGHT, np.random.default_rng(seed))
    points = np.concatenate(part.strokes)
    return (*points.min(axis=0), *points.max(axis=0))


@pytest.mark.parametrize("sign", SIGN_SHAPES)
def test_a_sign_varies_and_starts_at_its_left_edge(sign: str) -> None:
    boxes = np.array([_box(sign, seed) for seed in range(50)])
    np.testing.assert_allclose(boxes[:, 0], 0, atol=1e-9)
    assert boxes.std(axis=0)[1:].min() > 0.5
    assert (boxes[:, 1] > -1.1 * HEIGHT).all()
    assert (boxes[:, 3] < 0.35 * HEIGHT).all()


def test_signs_lie_where_people_write_them() -> None:
    middles = {
        sign: np.median([(_box(sign, n)[1] + _box(sign, n)[3]) / 2 for n in range(50)]) / HEIGHT
        for sign in SIGN_SHAPES
    }
    assert -0.1 < middles["."] < middles[","] < 0.15  # on the line, and hanging from it
    for sign in ("-", "+", "\N{MULTIPLICATION SIGN}", "=", "%", ":"):
        assert -0.6 < middles[sign] < -0.25
    counts = {s: len(drawn_sign(s, HEIGHT, np.random.default_rng(0)).strokes) for s in SIGN_SHAPES}
    assert [*counts.values()] == [1, 1, 2, 1, 2, 2, 2, 3]


def _read(text: str, read: str, confidence: float, writer: int | None = None) -> ReadNumber:
    return ReadNumber(NumberString(text, "normal", (), (1, 1), writer), read, confidence)


def test_what_became_of_numbers_counted_by_hand() -> None:
    found = score(
        [
            _read("12", "12", 0.9),
            _read("12", "12", 0.3),  # right, though doubted
            _read("12", "1?", 0.0),
            _read("12", "17", 0.49),
            _read("12", "17", 0.5),
            _read("12", "112", 0.95),
        ]
    )
    counts = (found.right, found.refused, found.doubted, found.surely_wrong, found.total)
    assert counts == (2, 1, 1, 2, 6)
    assert found.interval == wilson(2 / 6, 6)
    # Bins of 1/15: alone are 0.9, 0.3 and 0.0; 0.49 and 0.5 share one, 0.95 is alone.
    gaps = 1 * 0.1 + 1 * 0.7 + 1 * 0.0 + 2 * 0.495 + 0.95
    assert found.reliability.error == pytest.approx(gaps / 6)


def test_numbers_by_one_writer_stay_together_in_the_interval() -> None:
    read = [_read("1", "1" if w < 8 else "2", 1.0, w) for w in range(10) for _ in range(10)]
    right, writers = [each.right for each in read], [each.written.writer for each in read]
    assert score(read).interval == by_writer(right, writers)  # type: ignore[arg-type]
    mixed = [_read("1", each.text, 1.0) for each in read[:-1]]
    low, high = score([*mixed, read[-1]]).interval  # each number for itself: much closer
    assert high - low < (score(read).interval[1] - score(read).interval[0]) / 2


def test_numbers_are_read_from_strokes_and_pixels(
    recogniser: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STRINGS", "HARDER_STRINGS", "SIGNED_STRINGS"):
        monkeypatch.setattr(number_readings, name, 12)
    found = number_readings.read_all(recogniser, HANDS, share=2)
    assert [*found] == ["strokes", "pixels"]
    for read in found.values():
        assert len(read) == 18
        assert [each.written.text for each in read] == [n.written.text for n in found["strokes"]]
    assert np.mean([each.right for each in found["strokes"][:6]]) > 0.6
    joined = number_readings.joined([found, found])
    assert [len(read) for read in joined.values()] == [36, 36]
    pairs = itertools.pairwise(joined["strokes"][::18])
    assert all(a == b for a, b in pairs)
