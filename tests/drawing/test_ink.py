"""Ink: segmented from paper in any light, and made thinner or thicker."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.drawing.background import Grey, Mask, ink_is_darker
from digitapp.drawing.ink import Keep, extract
from digitapp.drawing.line_width import stroke_width, with_stroke_width
from digitapp.drawing.strokes import from_points, paint
from digitapp.errors import Blank
from tests.digits import DIGITS

PAGE = (400, 400)
LEFT, RIGHT = (slice(None), slice(0, 40)), (slice(None), slice(370, None))
TOP, BOTTOM = slice(0, 25), slice(385, None)
EDGES = {
    "left": [LEFT],
    "right": [RIGHT],
    "top": [TOP],
    "bottom": [BOTTOM],
    "two": [LEFT, BOTTOM],
    "all": [LEFT, RIGHT, TOP, BOTTOM],
}
DOTS = [(20, 30), (380, 40), (30, 370), (200, 8), (0, 200)]


def _cover(digit: int, pen: float = 18) -> Grey:
    """Return the share of each pixel of a 400x400 page that a digit covers, 0 to 1."""
    strokes = [[[x + 60, y + 60] for x, y in stroke] for stroke in DIGITS[digit]]
    return 1 - np.asarray(paint(from_points(strokes, pen), PAGE), dtype=np.float64) / 255


def _photo(paper: Grey, cover: Grey, noise: float = 0, strength: float = 0.9) -> Grey:
    """Return dark ink on a sheet in its light, with camera noise, in whole grey levels."""
    grain = np.random.default_rng(0).normal(0, noise, cover.shape)
    return np.round(np.clip(paper * (1 - strength * cover) + grain, 0, 255))


def _squares() -> Grey:
    paper = np.full(PAGE, 245.0)
    paper[12::25] = paper[:, 12::25] = 205
    return paper


def _shadow() -> Grey:
    return np.linspace(110, 240, 400) * np.linspace(0.8, 1, 400)[:, np.newaxis]


def _disagreement(ink: NDArray, cover: Grey) -> float:
    """Return misclassified paper (however faint) and ink, as a share of the digit."""
    wrong = ((ink > 0.1) & (cover == 0)) | ((ink < 0.3) & (cover > 0.5))
    return float(wrong.sum() / (cover > 0.5).sum())


def _bar(width: int, length: int = 200) -> Mask:
    mask = np.zeros((length + 40, width + 40), dtype=bool)
    mask[20:-20, 20:-20] = True
    return mask


PAPERS: dict[str, Grey] = {
    "white": np.full(PAGE, 255.0),
    "grey": np.full(PAGE, 170.0),
    "shadow": _shadow(),
    "squares": _squares(),
    "squares in a shadow": _squares() * _shadow() / 255,
}


@pytest.mark.parametrize("noise", [0, 3])
@pytest.mark.parametrize("inverted", [False, True], ids=["dark ink", "light ink"])
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("digit", [1, 2, 4, 8])
def test_the_ink_is_found_and_nothing_else(
    digit: int, paper: str, inverted: bool, noise: float
) -> None:
    photo = _photo(PAPERS[paper], _cover(digit), noise)
    found = extract(255 - photo if inverted else photo)
    assert _disagreement(found, _cover(digit)) < 0.05


@pytest.mark.parametrize("noise", [0, 3])
@pytest.mark.parametrize("digit", [1, 2, 4, 8])
def test_specks_are_no_ink_unless_they_are_to_be_kept(digit: int, noise: float) -> None:
    specks = np.zeros(PAGE)
    for x, y in DOTS:
        specks[y : y + 4, x : x + 4] = 1
    photo = _photo(np.full(PAGE, 250.0), np.maximum(_cover(digit), specks), noise)
    assert _disagreement(extract(photo), _cover(digit)) < 0.05
    assert (extract(photo)[specks > 0] == 0).all()
    assert (extract(photo, Keep.ALL)[specks > 0] > 0.5).all()


def test_all_digits_of_a_number_are_writing_and_specks_are_not() -> None:
    number = np.hstack([_cover(4), _cover(2, pen=10), _cover(5)])
    page = number.copy()
    page[20:26, 30:36] = page[380:386, 700:708] = 1
    found = extract(_photo(np.full(page.shape, 250.0), page), Keep.WRITING)
    assert _disagreement(found, number) == 0


def test_a_part_of_the_digit_is_no_speck() -> None:
    cover = _cover(1)
    cover[100:260, 300:318] = 1
    assert _disagreement(extract(_photo(PAPERS["white"], cover)), cover) == 0


@pytest.mark.parametrize("noise", [0, 3])
def test_a_stroke_half_as_dark_as_the_others_is_ink_too(noise: float) -> None:
    cover = _cover(1)
    cover[100:260, 300:318] = 0.55
    assert _disagreement(extract(_photo(PAPERS["white"] - 5, cover, noise)), cover) < 0.05


def test_a_stroke_at_the_pictures_edge_counts_for_less_than_the_same_inside() -> None:
    inside, edge = _cover(1), _cover(1)
    inside[20:60, 280:292] = edge[0:40, 280:292] = 1
    assert extract(_photo(PAPERS["white"], inside))[30, 286] == 1
    assert extract(_photo(PAPERS["white"], edge))[15, 286] == 0


@pytest.mark.parametrize("inverted", [False, True], ids=["dark edge", "light edge"])
@pytest.mark.parametrize("noise", [0, 2])
@pytest.mark.parametrize("keep", [Keep.ONE, Keep.WRITING])
@pytest.mark.parametrize("sides", EDGES)
def test_pale_ink_is_found_whole_beside_a_dark_edge(
    sides: str, keep: Keep, noise: float, inverted: bool
) -> None:
    for strength in (0.55, 0.27, 0.15):
        photo = _photo(PAPERS["white"], _cover(7), noise, strength)
        for side in EDGES[sides]:
            photo[side] = 0
        found = extract(255 - photo if inverted else photo, keep)
        assert _disagreement(found, _cover(7)) < 0.1
        assert found.max() > 0.9


@pytest.mark.parametrize("paper", [255, 170, 100])
def test_paper_is_0_and_the_strongest_ink_is_1_whatever_their_shades(paper: float) -> None:
    ink = extract(_photo(np.full(PAGE, paper), _cover(3), strength=0.6))
    assert ink.dtype == np.float32
    assert (ink.min(), ink.max()) == (0, 1)
    np.testing.assert_allclose(ink, _cover(3), atol=1.5 / (0.6 * paper))


@pytest.mark.parametrize("noise", [0, 2])
@pytest.mark.parametrize("paper", [0, 40, 128, 255])
def test_paper_alone_is_blank(paper: float, noise: float) -> None:
    with pytest.raises(Blank, match=r"nothing on this picture that stands out"):
        extract(_photo(np.full(PAGE, float(paper)), np.zeros(PAGE), noise))


def test_faint_ink_is_ink_and_still_fainter_is_none() -> None:
    paper = PAPERS["white"]
    assert extract(_photo(paper, _cover(0), strength=0.1)).max() == 1
    with pytest.raises(Blank):
        extract(_photo(paper, _cover(0), strength=0.03))


@pytest.mark.parametrize("digit", DIGITS)
def test_dark_and_light_ink_are_told_apart(digit: int) -> None:
    photo = _photo(PAPERS["shadow"], _cover(digit), 3)
    assert ink_is_darker(photo)
    assert not ink_is_darker(255 - photo)


def test_ink_is_told_by_the_edge_even_where_it_covers_most_of_the_picture() -> None:
    grey = np.full((60, 60), 255.0)
    grey[5:-5, 5:-5] = 0
    assert ink_is_darker(grey)
    assert not ink_is_darker(255 - grey)


@pytest.mark.parametrize("width", [2, 4, 10, 20, 26])
def test_the_width_of_a_bar_is_its_width(width: int) -> None:
    assert stroke_width(_bar(width)) == pytest.approx(width, rel=0.06, abs=0.2)


@pytest.mark.parametrize("width", [8, 18, 30])
@pytest.mark.parametrize("digit", DIGITS)
def test_the_width_of_a_digits_lines_is_the_pens(digit: int, width: float) -> None:
    assert stroke_width(_cover(digit, width) > 0.5) == pytest.approx(width, rel=0.2)


@pytest.mark.parametrize("change", [-8.0, -3.0, -0.5, 0.0, 0.5, 3.0, 8.0])
def test_lines_grow_and_shrink_by_as_much_as_is_asked(change: float) -> None:
    changed = with_stroke_width(_bar(12).astype(np.float32), change)
    across = changed[len(changed) // 2]
    assert across.sum() == pytest.approx(12 + change, abs=0.01)
    np.testing.assert_allclose(across, across[::-1])


def test_a_line_thinned_by_more_than_its_width_is_gone() -> None:
    assert with_stroke_width(_bar(4).astype(np.float32), -6).max() == 0
