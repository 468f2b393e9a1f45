"""Structured logs: one JSON object a line, and nothing of what anybody drew, wrote or is called."""

import json
import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from digitapp.errors import InvalidSetting
from digitapp.server import logs
from digitapp.server.observing import Observer
from tests.server.asgi import Client

SECRET = "v1.0123456789abcdef.signature"


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(logs.VARIABLE, "json")
    handlers = {name: [*_logger(name).handlers] for name in ("", "streamlit")}
    logs.start()
    yield
    for name, before in handlers.items():
        _logger(name).handlers[:] = before
    monkeypatch.delenv(logs.VARIABLE)
    logs.start()


def _logger(name: str) -> logging.Logger:
    return logging.getLogger(name)


def _page(request: Request) -> Response:
    return PlainTextResponse("here", int(request.query_params.get("status", "200")))


def _client() -> Client:
    routes = [Route("/room", _page), Route("/static/a.js", _page)]
    return Client(app=Starlette(routes=routes, middleware=[Middleware(Observer)]))


def _lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


@pytest.mark.usefixtures("on")
def test_a_request_is_a_line_without_what_stands_behind_its_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _client().get("/room?join=ABCDE&name=Ada", cookie=f"digitapp={SECRET}")
    text = capsys.readouterr().err
    line = json.loads(text)
    assert (line["event"], line["place"], line["status"]) == ("request", "page", 200)
    assert line["level"] == "info"
    assert line["ms"] >= 0
    assert line["time"].endswith("Z")
    for secret in ("ABCDE", "Ada", "join", SECRET, SECRET.split(".")[1]):
        assert secret not in text


@pytest.mark.usefixtures("on")
def test_a_browser_keeps_its_signs_and_others_have_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for cookie in ("digitapp=one", "digitapp=one", "digitapp=two"):
        _client().get("/room", cookie=cookie)
    _client().get("/room")
    first, again, other, none = _lines(capsys)
    assert first["browser"] == again["browser"] != other["browser"]
    assert "browser" not in none


@pytest.mark.usefixtures("on")
def test_files_of_the_app_are_lines_only_when_they_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _client().get("/static/a.js")
    _client().get("/static/a.js?status=500")
    (line,) = _lines(capsys)
    assert (line["level"], line["status"]) == ("error", 500)


@pytest.mark.usefixtures("on")
def test_what_libraries_log_is_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("streamlit.web").warning("two\nlines of %s", "text")
    (line,) = _lines(capsys)
    assert (line["level"], line["message"]) == ("warning", "two\nlines of text")


@pytest.mark.usefixtures("on")
def test_a_long_message_is_cut_and_odd_text_stays_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.log("store", "error", message="ä\u2028\n" * 1000)
    (line,) = _lines(capsys)
    assert len(str(line["message"])) < 600


def test_there_are_none_unless_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    _client().get("/room")
    assert capsys.readouterr().err == ""


def test_another_word_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(logs.VARIABLE, "yaml")
    with pytest.raises(InvalidSetting, match=r"yaml.*json or off"):
        logs.start()
