"""Words about the classes of a network, which may be digits, clothes or whatever a user named."""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT

ALWAYS_MANY = "trousers"  # a word without a singular
NOUNS = {*DIGIT_NAMES, *CLOTHES_NAMES} - {ALWAYS_MANY}
FEW_TO_NAME, SHORT_NAMES = 5, 24  # classes; signs of all together
VOWELS = "8aeiou"  # first signs after which "a" becomes "an"


def _are_digits(class_names: Sequence[str]) -> bool:
    """Whether the classes are the ten digits, beside that of none of them."""
    return {*class_names} - {NOT_A_DIGIT} == {*DIGIT_NAMES}


def with_article(name: str) -> str:
    """Return a class with its article, such as `an 8`.

    What a user named may be no noun, or of another language, so it stands in quotation marks.
    """
    if name in NOUNS:
        return f"an {name}" if name[0] in VOWELS else f"a {name}"
    return name if name == ALWAYS_MANY else f"“{name}”"


def refusal_of(class_names: Sequence[str]) -> str:
    """Say that something is none of a network's classes, as a sentence of the network's own."""
    if _are_digits(class_names):
        return "This doesn't look like a digit to me."
    return "This doesn't look like anything I know."


def none_of(class_names: Sequence[str]) -> str:
    """Say the same in short, without its first words: such as `not a digit`."""
    return "not a digit" if _are_digits(class_names) else "none of these"


def spoken(class_names: Sequence[str]) -> tuple[str, ...]:
    """Return classes as they are shown: `NOT_A_DIGIT` of a network without digits is none of them.

    Programs go on to know it by its own name.
    """
    return tuple(none_of(class_names) if name == NOT_A_DIGIT else name for name in class_names)


def nothing_close(class_names: Sequence[str]) -> str:
    """Say that none of a network's classes is likely."""
    return f"{'No digit' if _are_digits(class_names) else 'Nothing that it knows'} comes close."


def invitation(class_names: Sequence[str]) -> str:
    """Say what to draw for a network, with a capital and without a full stop."""
    names = [name for name in class_names if name != NOT_A_DIGIT]
    if _are_digits(names):
        return "Draw a digit from 0 to 9"
    if len(names) > FEW_TO_NAME or sum(map(len, names)) > SHORT_NAMES:
        return "Draw something"
    *others, last = map(with_article, names)
    return f"Draw {', '.join(others)} or {last}" if others else f"Draw {last}"
