"""What the server loads before its first visitor comes."""

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.runs.database_errors import DATABASE_VARIABLE
from tests.pages.test_draw import opened
from tests.pages.train_page import refusals


def warmed_up() -> AppTest:
    """The script of a page that does nothing but warm up."""
    return AppTest.from_string("import app; app.prepare()", default_timeout=60).run()


def test_a_store_that_cannot_be_opened_is_left_to_the_page_to_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "nonsense://")
    assert not warmed_up().exception
    assert DATABASE_VARIABLE in refusals(opened())
