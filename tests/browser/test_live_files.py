"""The live part's files from the app's own server: guarded, whole, and below its base URL."""

import gzip
import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from digitapp.library import models
from digitapp.live import browser_files, packing
from tests.browser.session import served, wait_until_up

WASM = "vendor/tfjs-4.22.0/tfjs-backend-wasm-simd.wasm"


@pytest.fixture(scope="module")
def below_a_path() -> Iterator[str]:
    with served("app.py", options=["--server.baseUrlPath=/class/digits"]) as found:
        wait_until_up(f"{found.address}/class/digits")
        yield f"{found.address}/class/digits"


def _get(address: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    place = urlsplit(f"{address}/{path}")
    line = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
    line.request("GET", place.path, headers={"Accept-Encoding": "gzip", **headers})
    answer = line.getresponse()
    return answer, answer.read()


def _bundled() -> str:
    found = models.network_file("recogniser")
    digest = packing.digest(found.content, found.class_names, found.preparation, found.strokes)
    return f"live/networks/recogniser/{digest}"


@pytest.mark.parametrize("server", ["address", "below_a_path"])
def test_scripts_and_networks_come_from_the_apps_server(
    server: str, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue(server)
    answer, body = _get(address, browser_files.address(WASM))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/wasm")
    assert gzip.decompress(body) == browser_files.files()[WASM], "compressed once"
    answer, body = _get(address, f"{_bundled()}.json")
    assert answer.status == 200
    assert json.loads(gzip.decompress(body))["format"] == packing.FORMAT
    answer, body = _get(address, f"{_bundled()}.bin")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert int(answer.headers["Content-Length"]) == len(body) > 2_000_000


def test_a_stranger_gets_neither(address: str) -> None:
    for path in (browser_files.address(WASM), f"{_bundled()}.json"):
        answer, body = _get(address, path, Host="evil.example")
        assert answer.status == 403
        assert b"does not answer to the name" in body
        assert _get(address, path, Origin="http://evil.example")[0].status == 403


@pytest.mark.parametrize("path", ["js/../packing.py", "js/%2e%2e/packing.py", "../../../app.py"])
def test_no_other_file_can_be_had(address: str, path: str) -> None:
    answer, body = _get(address, browser_files.address(path))
    assert answer.status in (400, 404)
    assert b"import" not in body
