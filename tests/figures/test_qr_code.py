"""QR codes: the picture and the terminal's text show the same modules, with paper around them."""

import re

import segno

from digitapp.figures import qr_code

ADDRESS = "http://192.168.1.20:8501/room?join=CDFG7"


def _modules(text: str) -> list[list[int]]:
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in text.splitlines()]
    upper = [[int(each in "▀█") for each in line] for line in lines]
    lower = [[int(each in "▄█") for each in line] for line in lines]
    return [row for pair in zip(upper, lower, strict=True) for row in pair]


def test_the_text_shows_every_module_black_on_white() -> None:
    text = qr_code.text(ADDRESS)
    code = segno.make(ADDRESS, error="m", micro=False)
    wanted = [[int(each) for each in row] for row in code.matrix_iter(border=2)]
    found = _modules(text)
    assert found[: len(wanted)] == wanted
    assert not any(map(any, found[len(wanted) :]))
    assert all(line.startswith("\x1b[30;107m") for line in text.splitlines())


def test_the_picture_has_paper_of_four_modules_around_it_and_its_own_colours() -> None:
    picture = qr_code.svg(ADDRESS)
    side = segno.make(ADDRESS, error="m", micro=False).symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in picture
    assert 'fill="#fff"' in picture
    assert 'stroke="#000"' in picture


def test_an_address_with_markup_is_no_markup_in_the_picture() -> None:
    assert "<script" not in qr_code.svg("http://x/<script>alert(1)</script>")
