"""A network that loads in the background: waited for only when needed, errors passed on."""

import threading
from collections.abc import Iterator

import pytest

from digitapp.errors import BadFile
from digitapp.library import background_loading, models
from digitapp.library.background_loading import Loader
from tests.tiny_runs import until


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Lets the network `slow` be loaded, which waits for it; `damaged` cannot be loaded."""
    found = threading.Event()

    def load(name: str, store: object = None) -> str:
        if name == "damaged":
            raise BadFile("It is damaged.")
        assert found.wait(60)
        return f"the network {name}"

    monkeypatch.setattr(models, "load", load)
    yield found
    found.set()


def test_nobody_waits_before_the_network_is_needed(go: threading.Event) -> None:
    loading = Loader("slow")
    assert not loading.ready
    go.set()
    assert loading.result() == "the network slow"
    assert loading.ready


def test_it_loads_although_nobody_needs_it_yet(
    go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_loading, "HEAD_START", 0.0)
    go.set()
    loading = Loader("slow")
    assert until(lambda: loading.ready)


def test_who_needs_it_at_once_does_not_wait_for_the_head_start_of_the_page(
    go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_loading, "HEAD_START", 3600.0)
    go.set()
    loading = Loader("slow")
    assert not loading.ready
    assert loading.result() == "the network slow"


def test_why_it_cannot_be_loaded_is_told_to_everybody_who_needs_it(go: threading.Event) -> None:
    loading = Loader("damaged")
    for _ in range(2):
        with pytest.raises(BadFile, match="It is damaged"):
            loading.result()
    assert loading.ready
