"""Uploads to a shared server: whose they are, how large and of what kind, before they are read."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from digitapp.runs import RunStore, limits, visitors
from digitapp.server import upload_guard, uploads_arriving
from digitapp.server.upload_guard import UploadGuard
from digitapp.server.uploads_arriving import MEGABYTE, NO_FORM
from tests.server.asgi import Client

HEAD = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)
VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(1000)
PART = 2**16


class _Data:
    """Bytes that are counted, and are not there."""

    def __init__(self, megabytes: int) -> None:
        self._bytes = megabytes * MEGABYTE

    def __len__(self) -> int:
        return self._bytes


class Uploading:
    """A client that sends a body part by part, and counts what was taken."""

    def __init__(self, store: RunStore) -> None:
        self.token = visitors.new_token(store)
        self.read = 0

        async def endpoint(request: Request) -> Response:
            async for part in request.stream():
                self.read += len(part)
            return PlainTextResponse("", 204)

        route = Route("/_stcore/upload_file/{session}/{file}", endpoint, methods=["PUT"])
        guard = Middleware(UploadGuard, store=lambda: store)
        self.client = Client(app=Starlette(routes=[route], middleware=[guard]))

    def put(
        self,
        start: bytes,
        size: int,
        token: str = "",
        *,
        session: str = "session-1",
        pauses: float = 0.0,
        **headers: str,
    ) -> tuple[int, str]:
        """Upload a file that begins so, with pauses between its parts; return status and text."""
        body = HEAD + start + bytes(size - len(start))
        given = {"content_length": str(len(body)), "cookie": f"digitapp={token or self.token}"}
        parts = [body[place : place + PART] for place in range(0, len(body), PART)]
        path = f"/_stcore/upload_file/{session}/file-1"
        headers = {**given, **headers}
        answer = self.client.get(path, method="PUT", parts=parts, pauses=pauses, **headers)
        return answer.status, answer.text


@pytest.fixture
def files() -> dict[str, dict[str, SimpleNamespace]]:
    """What is in memory already, by session and file."""
    return {}


@pytest.fixture
def uploading(
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, dict[str, SimpleNamespace]],
) -> Iterator[Uploading]:
    monkeypatch.setenv(visitors.SHARED_VARIABLE, "yes")
    visitors.forget()
    found = Uploading(RunStore(store_url))
    headers = [("host", "localhost"), ("cookie", f"digitapp={found.token}")]
    client = SimpleNamespace(client_context=SimpleNamespace(headers=headers))
    sessions = dict.fromkeys(("session-1", "session-2"), SimpleNamespace(client=client))
    runtime = SimpleNamespace(
        _session_mgr=SimpleNamespace(get_active_session_info=sessions.get),
        uploaded_file_mgr=SimpleNamespace(file_storage=files),
    )
    monkeypatch.setattr(upload_guard, "get_instance", lambda: runtime)
    yield found
    visitors.forget()


@pytest.mark.parametrize("start", [PNG, b"label,pixel0\n", b"PK\x03\x04", b"\x93NUMPY", b"\1\2\3"])
def test_what_the_pages_read_comes_through(uploading: Uploading, start: bytes) -> None:
    assert uploading.put(start, 5 * MEGABYTE)[0] == 204
    assert uploading.read > 5 * MEGABYTE


def test_a_small_file_comes_through(uploading: Uploading) -> None:
    assert uploading.put(b"a", 1)[0] == 204


def test_another_browser_cannot_upload_into_a_page(uploading: Uploading) -> None:
    stranger = visitors.new_token(RunStore())
    for token in (stranger, "v1.made-up.token"):
        status, said = uploading.put(PNG, 2000, token)
        assert (status, "not of your own page" in said) == (403, True)
    assert uploading.read == 0


def test_a_body_without_a_length_is_refused(uploading: Uploading) -> None:
    for length in ("", "-1", "many"):
        assert uploading.put(PNG, 2000, content_length=length)[0] == 411
    assert uploading.read == 0


def test_a_body_that_says_it_is_too_large_is_not_read(uploading: Uploading) -> None:
    status, said = uploading.put(PNG, 2000, content_length=str(400 * MEGABYTE))
    assert (status, "up to 301 MB are possible" in said) == (413, True)
    assert uploading.read == 0


@pytest.mark.parametrize(("start", "kind"), [(VIDEO, "a video"), (PNG, "a PNG picture")])
def test_a_large_file_of_no_use_is_refused_once_it_is_too_large(
    uploading: Uploading, start: bytes, kind: str
) -> None:
    status, said = uploading.put(start, 60 * MEGABYTE)
    assert status == 413
    assert said.startswith(f"This is {kind}: of such files, up to 20 MB")
    assert uploading.read < 21 * MEGABYTE


def test_a_file_that_is_larger_than_said_is_refused(uploading: Uploading) -> None:
    assert uploading.put(VIDEO, 60 * MEGABYTE, content_length="1000")[0] == 413


def test_what_does_not_begin_with_a_file_is_refused(
    uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.server.test_upload_guard.HEAD", b"")
    assert uploading.put(b"no head", 100_000) == (400, NO_FORM)
    assert uploading.read < 2 * PART


def test_a_browser_cannot_fill_the_memory(
    uploading: Uploading, files: dict[str, dict[str, SimpleNamespace]]
) -> None:
    files["session-1"] = {"a": SimpleNamespace(data=_Data(399))}
    status, said = uploading.put(PNG, 2 * MEGABYTE)
    assert (status, "Remove one of them" in said) == (413, True)
    files["session-1"] = {}
    assert uploading.put(PNG, 2 * MEGABYTE)[0] == 204
    files |= {f"other-{each}": {"a": SimpleNamespace(data=_Data(300))} for each in range(7)}
    status, said = uploading.put(PNG, 2 * MEGABYTE)
    assert (status, "as many files as it can hold" in said) == (503, True)


def test_all_tabs_of_a_browser_count_together(
    uploading: Uploading, files: dict[str, dict[str, SimpleNamespace]]
) -> None:
    for _ in range(3):
        assert uploading.put(b"PK\3\4", 5 * MEGABYTE)[0] == 204
        files["session-1"] = {"a": SimpleNamespace(data=bytes(5 * MEGABYTE))}
    assert uploading.put(PNG, 2000, session="session-2")[0] == 204
    files["session-2"] = {"a": SimpleNamespace(data=_Data(396))}
    status, said = uploading.put(PNG, 2000)
    assert (status, "401 MB of files here already" in said) == (413, True)


def test_what_is_announced_keeps_nobody_else_out(
    uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_guard, "MOST_HELD_IN_ALL", 20 * MEGABYTE)
    assert uploading.put(b"PK\3\4", MEGABYTE, content_length=str(299 * MEGABYTE))[0] == 204
    status, said = uploading.put(b"PK\3\4", 60 * MEGABYTE, content_length=str(299 * MEGABYTE))
    assert (status, "as many files as it can hold" in said) == (503, True)
    assert uploading.read < 33 * MEGABYTE


def test_an_upload_that_falls_silent_or_trickles_is_ended(
    uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads_arriving, "SILENCE", 0.05)
    status, said = uploading.put(PNG, 60_000, pauses=0.3)
    assert (status, "takes too long" in said) == (408, True)
    monkeypatch.setattr(uploads_arriving, "SILENCE", 5.0)
    monkeypatch.setattr(uploads_arriving, "GRACE", 0.0)
    monkeypatch.setattr(uploads_arriving, "SLOWEST", 10**9)
    assert uploading.put(PNG, 600_000, pauses=0.01)[0] == 408


def test_too_many_in_a_minute_are_refused(
    uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.variable("uploads"), "2")
    assert [uploading.put(PNG, 2000)[0] for _ in range(3)] == [204, 204, 429]
    read = uploading.read
    assert "at most 2 files a minute" in uploading.put(PNG, 2000)[1]
    assert uploading.read == read


def test_who_uses_the_app_alone_is_not_asked(
    uploading: Uploading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(visitors.SHARED_VARIABLE, "no")
    assert uploading.put(VIDEO, 60 * MEGABYTE, "no token")[0] == 204
