"""A lesson on a school's server: nginx with TLS, two processes of the app, PostgreSQL."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from digitapp.runs import RunStore
from digitapp.runs.records import DONE
from tests import stores
from tests.browser.session import ANSWER, CANVAS, ROOT, WAIT, chromium, draw
from tests.nginx import install as nginx
from tests.nginx import server as proxies
from tests.nginx.school import Pupil, School, opened
from tests.postgres import install as postgresql
from tests.postgres.server import Server, running
from tests.tiny_runs import TINY, process, until

PUPILS = 5
SEVEN = [[(80.0, 60.0), (140.0, 60.0), (200.0, 60.0), (165.0, 145.0), (130.0, 230.0)]]
BAR = [[(110.0, 145.0), (150.0, 145.0), (195.0, 145.0)]]


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    """A PostgreSQL server of this module's own: it is stopped during the lesson."""
    if (programs := postgresql.found()) is None:
        stores.without_postgresql()
    with running(programs) as found:
        yield found


@pytest.fixture(scope="module")
def url(database: Server) -> str:
    return database.url(database.new_database())


@pytest.fixture(scope="module")
def school(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    if (program := nginx.found()) is None:
        stores.skip(f"There is no nginx. {nginx.HOW}")
    with opened(program, url, tmp_path_factory.mktemp("school")) as found:
        yield found


@pytest.fixture
def pupils(school: School) -> Iterator[list[Pupil]]:
    """Five pupils behind one address, each with a page."""
    found = [Pupil(school.proxy) for _ in range(PUPILS)]
    for each in found:
        each.open()
    yield found
    for each in found:
        each.close()


def test_five_pupils_behind_one_address_stay_with_their_process(
    school: School, pupils: list[Pupil]
) -> None:
    at = [pupil.at for pupil in pupils]
    assert {*at} == {"a", "b"}
    assert sorted(at.count(name) for name in "ab") == [2, 3]  # new ones are shared out in turn
    assert {name: app.connected for name, app in school.apps.items()} == {
        name: at.count(name) for name in "ab"
    }
    # A process that does not have a session answers its uploads with 400.
    assert [pupil.upload() for pupil in pupils for _ in range(6)] == [204] * 6 * PUPILS
    assert [pupil.at for pupil in pupils] == at


def test_a_process_is_killed_during_the_lesson_and_the_other_takes_its_pupils_over(
    school: School, pupils: list[Pupil]
) -> None:
    theirs = [pupil for pupil in pupils if pupil.at == "a"]
    others = [pupil for pupil in pupils if pupil.at == "b"]
    school.first.kill()
    for pupil in theirs:
        with pytest.raises(ConnectionClosed):
            pupil.visitor.beat()  # type: ignore[union-attr]
        pupil.connect()  # what the page does by itself
    for pupil in others:
        pupil.visitor.beat()  # type: ignore[union-attr]
    assert {pupil.at for pupil in pupils} == {"b"}
    assert [pupil.upload() for pupil in pupils] == [204] * PUPILS
    school.first.start()
    school.first.wait()
    # Their pages are with the second one now, whoever is back.
    assert [pupil.upload() for pupil in pupils for _ in range(4)] == [204] * 4 * PUPILS
    newcomers = [Pupil(school.proxy) for _ in range(2)]
    for each in newcomers:
        each.open()
    assert {each.at for each in newcomers} == {"a", "b"}
    for each in newcomers:
        each.close()


@pytest.mark.usefixtures("toy_mnist")
def test_postgresql_is_restarted_while_a_network_trains_and_nothing_is_lost(
    school: School, database: Server, url: str, pupils: list[Pupil]
) -> None:
    store = RunStore(url)
    run = store.create(replace(TINY, epochs=8), name="during the lesson", pace=15)
    worker = process(store, "work", str(run))
    until(lambda: store.get(run).epoch >= 2)
    database.stop()
    assert {app.asked("/health/ready")[0] for app in school.apps.values()} == {503}
    assert {app.asked("/health/live")[0] for app in school.apps.values()} == {200}
    time.sleep(2)  # more than an epoch, which can be stored only afterwards
    database.start()
    for app in school.apps.values():
        app.wait()
    for pupil in pupils:
        pupil.visitor.open_page()  # type: ignore[union-attr]
    assert [pupil.upload() for pupil in pupils] == [204] * PUPILS
    assert worker.wait(120) == 0
    found = store.get(run)
    assert (found.status, found.name) == (DONE, "during the lesson")
    assert [epoch.number for epoch in store.epochs(run)] == [*range(1, 9)]


def test_a_page_in_a_browser_goes_on_with_the_other_process(school: School) -> None:
    # In a thread of its own: a browser of other tests may have an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        said = thread.submit(_draw_while_its_process_is_killed, school).result()
    assert said == []


def _draw_while_its_process_is_killed(school: School) -> list[str]:
    """Draw a stroke, kill the page's process, draw another; return problems with policies."""
    leads = f"--host-resolver-rules=MAP {proxies.NAME} 127.0.0.1"
    said: list[str] = []
    with chromium([leads, "--ignore-certificate-errors"]) as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 844})
        page.set_default_timeout(WAIT)
        page.on("console", lambda message: said.append(message.text))
        page.goto(school.proxy.address)
        page.locator(CANVAS).first.wait_for()
        assert page.evaluate("window.isSecureContext")  # without it there is no camera
        draw(page, SEVEN)
        expect(page.locator(ANSWER)).to_contain_text("sure", timeout=WAIT)
        at = next(c["value"] for c in page.context.cookies() if c["name"] == "digitapp_server")
        other = next(app for name, app in school.apps.items() if name != at)
        before = other.connected
        school.apps[at].kill()
        draw(page, BAR)  # the live part reads on
        until(lambda: other.connected == before + 1, 60)
        expect(page.locator(ANSWER)).to_contain_text("sure", timeout=WAIT)
        cookies = {each["name"]: each for each in page.context.cookies()}
        assert cookies["digitapp_server"]["value"] != at
        assert all(each["secure"] for each in cookies.values())
    school.apps[at].start()
    school.apps[at].wait()
    return [text for text in said if "Policy" in text]


def test_a_name_or_page_of_others_and_plain_http_reach_nothing(school: School) -> None:
    pupil = Pupil(school.proxy)
    assert pupil.ask("/", Host="evil.example").status == 403
    assert pupil.ask("/", Origin="https://evil.example").status == 403
    line = http.client.HTTPConnection("127.0.0.1", school.proxy.plain_port, timeout=10)
    line.request("GET", "/train?run=1", headers={"Host": proxies.NAME})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (
        301,
        f"https://{proxies.NAME}/train?run=1",
    )


def test_every_answer_has_the_headers_and_no_cookie_goes_over_http(school: School) -> None:
    pupil = Pupil(school.proxy)
    answer = pupil.ask("/")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers.get("Access-Control-Allow-Origin") is None
    assert pupil.cookies["digitapp_server"] in "ab"  # `Pupil` rejects cookies without Secure


def test_metrics_are_not_for_the_class(school: School) -> None:
    pupil = Pupil(school.proxy)
    for path in ("/metrics", "/_stcore/metrics", "/_stcore/metrics?families=x"):
        assert pupil.ask(path).status in (403, 404)
    assert pupil.ask("/health/ready").status == 200
    assert "digitapp_runs" in school.first.asked("/metrics")[1]


def test_an_upload_without_the_token_is_refused(school: School, pupils: list[Pupil]) -> None:
    path = f"/_stcore/upload_file/{pupils[0].session}/anything"
    assert pupils[0].ask(path, "PUT", b"body").status == 403
    pupils[0].cookies.pop("_streamlit_xsrf")
    assert pupils[0].ask(path, "PUT", b"body", X_Xsrftoken="2|a|b|1").status == 403


def test_a_pupil_cannot_upload_into_anothers_page(school: School, pupils: list[Pupil]) -> None:
    other, pupil = pupils[0], Pupil(school.proxy)
    pupil.cookies["digitapp_server"] = other.at
    pupil.open()
    pupil.session, own = other.session, pupil.session
    path = f"/_stcore/upload_file/{other.session}/anything"
    answer = pupil.put(path, b"picture", "six.png")
    assert (answer.status, b"not of your own page" in answer.text) == (403, True)  # type: ignore[attr-defined]
    assert pupil.put(path.replace(other.session, own), b"picture", "six.png").status == 204
    pupil.close()


def test_a_large_body_is_refused_where_no_files_are_taken(school: School) -> None:
    assert Pupil(school.proxy).ask("/_stcore/health", "POST", bytes(100_000)).status == 413


def test_logs_are_lines_of_json_without_what_stands_behind_an_address(
    school: School, pupils: list[Pupil]
) -> None:
    pupils[0].ask("/room?join=ABCDE")
    pupils[0].ask("/enter/ABCDE.key-of-the-room")
    lines = _logged(school, "/enter/...")
    assert {"time", "method", "path", "status", "seconds", "process"} <= {*lines[-1]}
    assert "/room" in {line["path"] for line in lines}
    assert "ABCDE" not in school.proxy.logged
    for app in school.apps.values():
        said = [line for line in app.printed.read_text().splitlines() if line.startswith("{")]
        assert "visit" in {json.loads(line)["event"] for line in said}
        assert "ABCDE" not in app.printed.read_text()


def _logged(school: School, path: str) -> list[dict[str, Any]]:
    """Return what nginx logged, once a request for a path is there: it answers, then it writes."""
    latest = time.monotonic() + 20
    while True:
        lines = [json.loads(line) for line in school.proxy.logged.splitlines()]
        if path in {line["path"] for line in lines}:
            return lines
        assert time.monotonic() < latest, lines
        time.sleep(0.05)


def test_with_no_process_left_the_page_says_that_it_will_be_back(
    school: School, pupils: list[Pupil]
) -> None:
    for app in school.apps.values():
        app.kill()
    answer = pupils[0].ask("/")
    assert answer.status == 502
    assert b"Back in a moment" in answer.text  # type: ignore[attr-defined]
    with pytest.raises(InvalidStatus):
        pupils[0].connect()
    for app in school.apps.values():
        app.start()
    for app in school.apps.values():
        app.wait()
    pupils[0].connect()


def test_the_folders_of_the_configuration_are_those_of_the_repository() -> None:
    text = proxies.CONFIGURATION.read_text()
    root = re.search(r"root /srv/digitapp/(\S+);", text)
    assert root
    assert (ROOT / root[1] / "away.html").is_file()
