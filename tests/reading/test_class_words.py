"""Words about digits, clothes and whatever users name their classes."""

import pytest

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.reading import class_words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("8", "an 8"),
        ("7", "a 7"),
        ("T-shirt", "a T-shirt"),
        ("ankle boot", "an ankle boot"),
        ("trousers", "trousers"),
        ("star", "“star”"),
        ("e", "“e”"),
        ("🌙 Mond", "“🌙 Mond”"),
        ("10", "“10”"),
    ],
)
def test_only_known_nouns_get_an_article(name: str, shown: str) -> None:
    assert class_words.with_article(name) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (DIGIT_NAMES, "Draw a digit from 0 to 9"),
        ((*DIGIT_NAMES, "A"), "Draw something"),
        (("star", "moon"), "Draw “star” or “moon”"),
        (("star", "moon", "8"), "Draw “star”, “moon” or an 8"),
        (("star",), "Draw “star”"),
        (CLOTHES_NAMES, "Draw something"),
        (("a", "a name that goes on and on"), "Draw something"),
        (("star", "not a digit", "moon"), "Draw “star” or “moon”"),
        ((*DIGIT_NAMES, "not a digit"), "Draw a digit from 0 to 9"),
    ],
)
def test_it_says_what_to_draw(names: tuple[str, ...], shown: str) -> None:
    assert class_words.invitation(names) == shown
