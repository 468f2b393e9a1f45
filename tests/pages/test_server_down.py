"""Pages whose store is on a PostgreSQL server, while it is down and afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from tests.pages.train_page import checked, opened, press, refusals
from tests.postgres.server import Server
from tests.tiny_runs import TINY


def _runs() -> None:
    """The Runs page alone."""
    from digitapp.pages import runs

    runs.page(lambda run: None)


PAGES: dict[str, Callable[[], AppTest]] = {
    "train": lambda: opened(preset="dense-128"),
    "runs": lambda: checked(AppTest.from_function(_runs, default_timeout=60).run()),
}


@pytest.fixture
def server(postgres: Server, toy_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server with a store of one run."""
    url = postgres.url(postgres.emptied())
    monkeypatch.setenv(DATABASE_VARIABLE, url)
    RunStore(url).create(TINY, name="The only one")
    return postgres


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_opened_while_the_server_is_down_says_so(name: str, server: Server) -> None:
    server.stop()
    try:
        assert "cannot be reached. Check that its database server runs" in refusals(PAGES[name]())
    finally:
        server.start()
    assert refusals(PAGES[name]()) == ""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_open_goes_on_when_the_server_is_back(name: str, server: Server) -> None:
    app = PAGES[name]()
    server.stop()
    try:
        assert "cannot be reached" in refusals(checked(app.run()))
    finally:
        server.start()
    assert refusals(checked(app.run())) == ""


def test_a_training_that_is_asked_for_while_the_server_is_down_is_a_sentence(
    server: Server, launched: list[int]
) -> None:
    app = PAGES["train"]()
    server.stop()
    try:
        assert "cannot be reached" in refusals(press(app, "train"))
    finally:
        server.start()
    press(checked(app.run()), "train")
    assert len(launched) == 1
