"""The keys of the Train page."""

from streamlit.elements.lib.shortcut_utils import normalize_shortcut

from digitapp.ui.train.keys import CLICKS, KEYS, WORDS


def test_every_key_does_one_thing_and_has_a_word_in_the_list() -> None:
    assert len({*KEYS.values()}) == len(KEYS)
    assert [*WORDS] == [*KEYS]
    assert all(WORDS.values())


def test_streamlit_accepts_every_key() -> None:
    for key in KEYS.values():
        assert normalize_shortcut(key) == key.lower()


def test_each_key_presses_something() -> None:
    assert {*KEYS.values()} <= {*CLICKS}
