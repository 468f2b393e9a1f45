"""Presses that are noted: each counts once, and only for what was shown when it was made."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from digitapp.ui.shared.kept_presses import led_on, noted, pressed, presses_answered

    press = noted("train")
    press()
    counts = [pressed("train"), pressed("train")]  # the page was run anew between the two
    led_on()
    counts += [pressed("train")]
    press()  # a second click, sent from what was shown before
    counts += [pressed("train")]
    noted("train")()
    counts += [pressed("train")]
    with presses_answered():
        noted("train")()  # and an error comes before it is asked for
    counts += [pressed("train")]
    st.session_state["counts"] = counts


def test_a_press_counts_until_it_has_led_on_for_what_was_shown_and_not_after_an_error() -> None:
    app = AppTest.from_function(_page).run()
    assert not app.exception
    assert app.session_state["counts"] == [True, True, False, False, True, False]
