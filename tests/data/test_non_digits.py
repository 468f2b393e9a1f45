"""Non-digits: as many as requested, fitted like digits, and no duplicates."""

import numpy as np
import pytest

from digitapp.data import non_digits
from digitapp.data.non_digit_shapes import LETTERS, SHAPES
from digitapp.data.pen_styles import STYLES

KINDS = [
    non_digits.letters,
    non_digits.shapes,
    non_digits.signs,
    non_digits.scribbles,
    non_digits.rows,
    non_digits.textures,
]


@pytest.mark.parametrize("count", [0, 1, 7, 130])
def test_there_are_as_many_as_asked_for(count: int) -> None:
    found = non_digits.generate(count, seed=1)
    assert (found.shape, found.dtype) == ((count, 28, 28), np.uint8)


def test_the_same_seed_gives_the_same_things() -> None:
    one, again, other = (non_digits.generate(60, seed) for seed in (4, 4, 5))
    assert one.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_ink_and_paper(kind: object) -> None:
    found = kind(40, np.random.default_rng(0))  # type: ignore[operator]
    assert len(found) == 40
    assert (found.max(axis=(1, 2)) > 60).all()
    assert (found.min(axis=(1, 2)) == 0).mean() > 0.6
    assert len({image.tobytes() for image in found}) == 40


@pytest.mark.parametrize("kind", KINDS[:-1])
def test_lines_are_fitted_as_digits_are(kind: object) -> None:
    for image in kind(30, np.random.default_rng(1)):  # type: ignore[operator]
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)


def test_kinds_kept_aside_exist_and_are_not_learned() -> None:
    names = [style.name for style in (*LETTERS, *SHAPES)]
    assert set(names) >= non_digits.KEPT_ASIDE
    assert len(names) == len(set(names))
    learned = non_digits.generate(300, seed=0)
    aside = non_digits.generate(300, seed=0, kept_aside=True)
    assert not {image.tobytes() for image in learned} & {image.tobytes() for image in aside}


@pytest.mark.parametrize("style", [*LETTERS, *SHAPES], ids=lambda style: style.name)
def test_every_letter_and_shape_can_be_drawn(style: object) -> None:
    assert style.strokes  # type: ignore[attr-defined]
    for stroke in style.strokes:  # type: ignore[attr-defined]
        assert len(stroke.points) >= 2
        assert all(0 < corner < len(stroke.points) - 1 for corner in stroke.corners)


def test_no_letter_is_somebodys_digit() -> None:
    paths = {style.path for styles in STYLES.values() for style in styles}
    assert not paths & {style.path for style in (*LETTERS, *SHAPES)}
