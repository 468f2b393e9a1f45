"""Security headers: every answer has them, and they allow what the app needs and nothing else."""

import re
from importlib import resources

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from digitapp.server.headers import SecurityHeaders, content_security_policy, inline_hashes
from tests.server.asgi import Client


def _page(request: Request) -> Response:
    answer = PlainTextResponse("here")
    answer.set_cookie("one", "1", httponly=True)
    answer.set_cookie("two", "2", secure=True)
    return answer


def _client(scheme: str = "http") -> Client:
    routes = [Route("/", _page), Route("/media/{name}", _page)]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])
    return Client(app=app, scheme=scheme)


def _directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("path", ["/", "/nothing", "/media/nothing/here"])
def test_every_answer_has_them(path: str) -> None:
    headers = _client().get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]
    assert "microphone=()" in headers["permissions-policy"]
    assert "content-security-policy" in headers


def test_scripts_are_the_apps_own_and_evaluate_no_text() -> None:
    found = _directives(content_security_policy("/train", "school.example"))
    assert found["default-src"] == ["'self'"]
    allowed = [each for each in found["script-src"] if not each.startswith("'sha256-")]
    assert allowed == ["'self'", "blob:", "'wasm-unsafe-eval'"]
    assert found["object-src"] == ["'none'"]
    assert found["frame-ancestors"] == found["base-uri"] == found["form-action"] == ["'self'"]
    others = [value for values in found.values() for value in values if "://" in value]
    assert others == ["ws://school.example", "wss://school.example"]


def test_the_one_inline_script_of_the_page_is_allowed_by_its_digest() -> None:
    page = resources.files("streamlit").joinpath("static", "index.html").read_text()
    inline = re.findall(r"<script(?![^>]*\bsrc=)", page)
    assert len(inline) == len(inline_hashes().split()) == 1


@pytest.mark.parametrize("host", ["", "a b", "evil.example; script-src *", "x'unsafe-inline'"])
def test_a_host_that_is_none_adds_nothing(host: str) -> None:
    assert _directives(content_security_policy("/", host))["connect-src"] == [
        "'self'",
        "data:",
        "blob:",
    ]


@pytest.mark.parametrize("path", ["/media/abc.html", "/digits/media/abc.svg"])
def test_nothing_runs_in_a_file_that_somebody_made(path: str) -> None:
    found = _directives(content_security_policy(path, "localhost"))
    assert found["default-src"] == ["'none'"]
    assert found["sandbox"] == []
    assert "script-src" not in found


def test_over_https_cookies_are_for_https_alone() -> None:
    cookies = _client("https").get("/").set_cookies
    assert len(cookies) == 2
    assert [cookie.lower().count("secure") for cookie in cookies] == [1, 1]


def test_over_http_cookies_stay_as_they_are() -> None:
    cookies = _client().get("/").set_cookies
    assert sorted(cookie.lower().count("secure") for cookie in cookies) == [0, 1]
