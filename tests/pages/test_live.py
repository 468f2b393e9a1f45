"""What the pages tell the live reading in the browser."""

from digitapp.text.escaping import plain
from tests.hostile import BIDI


def test_texts_cannot_affect_the_text_around_them() -> None:
    from digitapp.ui.shared import live

    told = {"choices": ("7", BIDI), "cards": [{"title": BIDI, "record": None}], "share": 0.5}
    assert live._plain(told) == {
        "choices": ["7", plain(BIDI)],
        "cards": [{"title": plain(BIDI), "record": None}],
        "share": 0.5,
    }
