"""Health: a process that lives, one that can serve a page, and what it says when it cannot."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from starlette.routing import Route

from digitapp.errors import StoreBusy, StoreProblem
from digitapp.runs import RunStore
from digitapp.server import health
from tests.server.asgi import Answer, Client, run


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    async def accepts() -> tuple[bool, str]:
        return True, "ok"

    class Runtime:
        @property
        def is_ready_for_browser_connection(self) -> object:
            return accepts()

    monkeypatch.setattr(health, "get_instance", Runtime)
    health.prepared.set()
    yield
    health.prepared.clear()


def _asked(store: Callable[[], RunStore]) -> Answer:
    ready = health.Ready(store)
    return Client([Route("/health/ready", ready.answer)]).get("/health/ready")


def _failing(error: Exception) -> Callable[[], RunStore]:
    def store() -> RunStore:
        raise error

    return store


def test_a_process_that_answers_lives() -> None:
    found = Client([Route("/health/live", health.live)]).get("/health/live")
    assert (found.status, found.text) == (200, "ok\n")
    assert found.headers["cache-control"] == "no-store"


def test_a_server_with_a_store_is_ready(store_url: str) -> None:
    found = _asked(lambda: RunStore(store_url))
    assert found.status == 200
    assert found.json() == {"ready": True, "server": "ok", "pages": "ok", "store": "ok"}


def test_it_is_not_ready_before_its_pages_are_loaded(store_url: str) -> None:
    health.prepared.clear()
    found = _asked(lambda: RunStore(store_url))
    assert (found.status, found.json()["pages"]) == (503, "loading")


def test_a_store_that_fails_is_said_without_its_address() -> None:
    found = _asked(_failing(StoreProblem("The store postgresql://db.school/runs is away.")))
    assert (found.status, found.json()["store"]) == (503, "cannot be used")
    assert "db.school" not in found.text


def test_a_store_that_is_locked_for_a_moment_serves_pages() -> None:
    found = _asked(_failing(StoreBusy("The store is locked.")))
    assert (found.status, found.json()["store"]) == (200, "busy")


def test_a_store_that_hangs_takes_one_thread_however_often_it_is_asked(
    monkeypatch: pytest.MonkeyPatch, store_url: str
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    hangs, asked = threading.Event(), []

    def store() -> RunStore:
        asked.append(threading.current_thread())
        hangs.wait(20)
        return RunStore(store_url)

    async def ask() -> list[bytes]:
        ready = health.Ready(store)
        answers = [bytes((await ready.answer(SimpleNamespace())).body) for _ in range(3)]  # type: ignore[arg-type]
        hangs.set()
        return answers

    answers = run(ask())
    assert all(b"does not answer" in each for each in answers)
    assert len(asked) == 1
