"""The server: which hosts it answers, limits, and what it frees when visitors leave."""

import http.client
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from tests.browser.session import (
    ROOT,
    WAIT,
    Chromium,
    Served,
    open_app,
    open_tab,
    served,
    wait_until_up,
)
from tests.browser.visitor import visit

STRANGERS = ("evil.example", "localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example")
OURS = ("localhost", "LOCALHOST", "localhost.", "127.0.0.1", "192.168.1.5", "[::1]", "[fe80::1]")
FOREIGN = ("http://evil.example", "https://{host}", "http://{host}.evil.example", "null", "file://")
PICTURES = 6
LOOKED_UP = 5.5  # seconds; Streamlit measures its memory anew only after five


def _status(address: str, path: str = "/_stcore/health", **headers: str) -> tuple[int, str]:
    place = urlsplit(address)
    line = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    return answer.status, answer.read().decode()


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config"])
def test_a_name_that_is_not_the_servers_is_refused(address: str, name: str, path: str) -> None:
    status, said = _status(address, path, Host=f"{name}:{urlsplit(address).port}")
    assert status == 403
    assert f"does not answer to the name {name}." in said


@pytest.mark.parametrize("host", ["", "user@localhost", "localhost:none", "[::1", "a b"])
def test_a_name_that_is_none_is_refused(address: str, host: str) -> None:
    assert _status(address, Host=host)[0] in (400, 403)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_name_that_is_not_the_servers_gets_no_websocket(address: str, name: str) -> None:
    host = f"{name}:{urlsplit(address).port}"
    with pytest.raises(InvalidStatus), visit(address, host, f"http://{host}"):
        pass


@pytest.mark.parametrize("name", OURS)
def test_the_servers_own_names_are_answered(address: str, name: str) -> None:
    host = f"{name}:{urlsplit(address).port}"
    assert _status(address, Host=host)[0] == 200
    if name.islower() and not name.endswith("."):  # the client normalises other names
        with visit(address, host, f"http://{host}") as visitor:
            visitor.beat()


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_server_is_refused(address: str, origin: str) -> None:
    foreign = origin.format(host="localhost")
    assert _status(address, Origin=foreign)[0] == 403
    with pytest.raises(InvalidStatus), visit(address, origin=foreign):
        pass


def test_a_program_that_names_no_page_is_answered(address: str) -> None:
    with visit(address) as visitor:
        visitor.beat()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is nobody's")
def test_it_answers_this_machine_alone(app_server: Served) -> None:
    with pytest.raises(ConnectionRefusedError):
        _status(app_server.address.replace("localhost", "127.0.0.2"))
    assert "network" not in app_server.printed.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.2 is nobody's")
def test_opened_to_the_network_it_says_what_that_means() -> None:
    with served("app.py", options=["--server.address=0.0.0.0"]) as opened:
        wait_until_up(opened.address)
        assert _status(opened.address.replace("localhost", "127.0.0.2"))[0] == 200
        assert _status(opened.address, Host="evil.example")[0] == 403
        said = opened.printed.read_text()
    for word in ("open to your network", "http://", "no passwords", "camera", "sslCertFile"):
        assert word in said


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_make_class_opens_it_with_a_certificate_if_there_is_one() -> None:
    options = ["NAME=lab.school.org", "CERT=c.pem", "KEY=k.pem"]
    command = ["make", "--dry-run", "--no-print-directory", "class", *options]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    last = said.strip().splitlines()[-1]
    assert "streamlit run app.py --server.address=0.0.0.0" in last
    assert "--browser.serverAddress=lab.school.org" in last
    assert "--server.sslCertFile=c.pem --server.sslKeyFile=k.pem" in last


def test_no_visitor_clears_the_caches_of_all(address: str) -> None:
    message = BackMsg()
    message.clear_cache = True
    with visit(address) as visitor:
        visitor.open_page()
        _until(lambda: bool(_shared(address)), 2 * LOOKED_UP)
        kept = _shared(address)
        visitor.send(message)
        visitor.beat()  # until everything sent before has been handled
        time.sleep(LOOKED_UP)
        assert kept.items() <= _shared(address).items()


def test_what_a_tab_uploaded_is_freed_when_it_has_gone(
    app_server: Served, browser: Chromium, tmp_path: Path
) -> None:
    address = app_server.address
    with browser.tab(1400, 844) as page:
        open_app(page, address)
        open_tab(page, "Upload")
        page.locator("input[type=file]").set_input_files(_pictures(tmp_path))
        page.locator("[data-testid=stDataFrame]").first.wait_for(timeout=WAIT)
        sent = sum(path.stat().st_size for path in tmp_path.iterdir())
        # At first the answer may still be what was measured for the test before.
        _until(lambda: _held(address, "UploadedFileManager") == sent, 2 * LOOKED_UP)
        full = app_server.memory
    _until(lambda: not _held(address, "UploadedFileManager") + _held(address, "read_upload"))
    if sys.platform == "linux":
        _until(lambda: app_server.memory < full - 0.8 * sent)


FAILING = """
import threading
import streamlit as st
from digitapp import server
from digitapp.errors import BadFile

if __name__ == "__main__":
    st.write("The start of a page.")

    @st.fragment
    def part():
        raise KeyError("/a/folder of a part")

    how = st.query_params.get("how")
    threading.Thread(target=lambda: 1 / 0).start()
    if how == "part":
        part()
    if how == "known":
        raise BadFile("A file is [damaged](x).")
    raise ValueError("/a/folder of the page")
else:
    app = st.App(__file__, lifespan=server.lifespan, on_script_error=server.report_error)
"""


def test_a_page_that_fails_as_nobody_foresaw_says_so_and_no_more(
    browser: Chromium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "failing.py"
    script.write_text(FAILING)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with served(str(script)) as failing, browser.tab(1400, 844) as page:
        wait_until_up(failing.address)
        alert = page.get_by_role("alert")
        for how in ("part", "whole"):
            page.goto(f"{failing.address}?how={how}")
            expect(alert).to_contain_text("Something went wrong on this page", timeout=WAIT)
            expect(page.get_by_text("/a/folder")).to_have_count(0)
        page.goto(f"{failing.address}?how=known")
        expect(alert).to_have_text("A file is [damaged](x).", timeout=WAIT)
        with visit(failing.address) as visitor:
            visitor.send_raw(b"\xff\xff")
            time.sleep(1)
        printed = failing.printed.read_text()
    kept = (tmp_path / "digitapp" / "errors.log").read_text("utf-8")
    assert "Traceback" not in printed
    for failure in ("folder of a part", "folder of the page", "division by zero", "DecodeError"):
        assert failure in printed
        assert failure in kept
    assert "Traceback" in kept


def _pictures(folder: Path) -> list[Path]:
    """Write 19 MB files: each a 7, quickly read, followed by padding."""
    paths = [folder / f"{number}.png" for number in range(PICTURES)]
    for number, path in enumerate(paths):
        picture = Image.new("L", (255, 255), "white")
        line = [(90 + number, 50), (170, 50), (120, 200)]
        ImageDraw.Draw(picture).line(line, fill="black", width=16)
        picture.save(path)
        with path.open("ab") as file:
            file.write(bytes(19 * 2**20 - file.tell()))
    return paths


def _memory(address: str) -> dict[str, int]:
    """Return what the server holds, in bytes, or in counts where it reports no bytes.

    Streamlit measures it at most once in five seconds; between, the answer is the last measurement.
    """
    with urllib.request.urlopen(f"{address}/_stcore/metrics") as answer:
        lines = answer.read().decode().splitlines()
    found = [line.rsplit(" ", 1) for line in lines if line.startswith("cache_memory_bytes")]
    return {name: int(amount) for name, amount in found}


def _shared(address: str) -> dict[str, int]:
    """Return how much there is in each cache of what all visitors share."""
    return {
        name: amount
        for name, amount in _memory(address).items()
        if 'cache_type="st_cache_resource"' in name and amount
    }


def _held(address: str, what: str) -> int:
    return sum(amount for name, amount in _memory(address).items() if what in name)


def _until(holds: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.2)
