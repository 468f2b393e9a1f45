"""Other scripts, parts of digits and pairs: parsed, kept apart, and never a whole digit."""

import numpy as np

from digitapp.data import more_non_digits
from digitapp.data.foreign_signs import FOREIGN_LETTERS, MORE_SIGNS, SCRIPT_DIGITS, SCRIPTS_ASIDE
from digitapp.data.more_non_digits import HALVES, KNOWN, beside, digit_paths, halves
from digitapp.data.non_digit_shapes import LETTERS, SHAPES
from digitapp.data.non_digits import KEPT_ASIDE
from digitapp.data.silhouettes import pictures


def test_every_path_can_be_parsed_and_every_name_is_given_once() -> None:
    styles = (*SCRIPT_DIGITS, *FOREIGN_LETTERS, *MORE_SIGNS)
    names = [style.name for style in (*styles, *LETTERS, *SHAPES)]
    assert len({*names}) == len(names)
    for style in styles:
        points = np.concatenate([stroke.points for stroke in style.strokes])
        assert points.min() >= 0
        assert points.max() <= 1.2


def test_kinds_that_measure_refusal_are_not_among_those_to_learn_from() -> None:
    assert {style.name for style in SCRIPT_DIGITS} >= SCRIPTS_ASIDE
    assert not {style.name for style in KNOWN} & (KEPT_ASIDE | SCRIPTS_ASIDE)


def test_a_half_is_about_half_of_its_digit_and_a_one_or_a_seven_has_none() -> None:
    paths, labels = digit_paths(60, np.random.default_rng(0))
    one_by_one = {
        place: halves([path], [label], np.random.default_rng(place))
        for place, (path, label) in enumerate(zip(paths, labels.tolist(), strict=True))
    }
    found = {place: made[0] for place, made in one_by_one.items() if made}
    assert len(found) > 20
    for place, half in found.items():
        assert labels[place] in HALVES
        sides, whole = (np.ptp(np.concatenate(each), axis=0) for each in (half, paths[place]))
        assert (sides <= whole + 1e-9).all()
        assert (sides / whole).min() < 0.7


def test_digits_side_by_side_stand_from_left_to_right() -> None:
    digits, _ = digit_paths(30, np.random.default_rng(1))
    rows = beside(digits, 20, np.random.default_rng(2))
    assert len(rows) == 20
    for row in rows:
        wide, high = np.ptp(np.concatenate(row), axis=0)
        assert wide > 0.55 * high
        lefts = [stroke[:, 0].min() for stroke in row]
        assert lefts[-1] > lefts[0]


def test_pictures_of_things_are_prepared_and_the_same_seed_gives_the_same() -> None:
    first, again = (pictures(12, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again)
    assert (first.max(axis=(1, 2)) > 200).all()
    assert len(np.unique(first, axis=0)) == 12


def test_signs_are_written_in_the_number_that_was_asked_for() -> None:
    assert len(more_non_digits.signs(31, np.random.default_rng(4))) == 31
