"""Who sends a request: tokens in cookies, what their senders may fetch, and the teacher's link."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from digitapp.errors import UnknownName
from digitapp.live import networks
from digitapp.runs import RunStore, classrooms, people, visitors
from digitapp.server.identity import Identity
from digitapp.server.live_files import live_routes
from digitapp.server.teacher_link import enter_routes
from tests.live.stored import add_run
from tests.server.asgi import Answer, Client, run

COOKIE = re.compile(r"digitapp=([\w.-]+); Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax")
FOR_ALL = "public, immutable, max-age=31536000"
HOST = {"host": "lab.school.org"}


@pytest.fixture
def store() -> RunStore:
    visitors.forget()
    return RunStore()


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(visitors.SHARED_VARIABLE, "yes")


@pytest.fixture
def client(store: RunStore, shared: None) -> Client:
    """A client of the routes behind the middleware, on a shared server."""
    return client_of(store)


def client_of(store: RunStore, scheme: str = "http") -> Client:
    routes = [
        *live_routes(lambda: store),
        *enter_routes(lambda: store),
        Route("/", lambda _: HTMLResponse("page", headers={"cache-control": "no-cache"})),
        Route("/static/it.html", lambda _: HTMLResponse("", headers={"cache-control": FOR_ALL})),
        Route("/health", lambda _: PlainTextResponse("ok")),
    ]
    app = Identity(Starlette(routes=routes), lambda: store)
    return Client(app=app, scheme=scheme)


def token(answer: Answer) -> str:
    """Return the token in the one cookie that an answer sets."""
    (cookie,) = answer.set_cookies
    found = COOKIE.match(cookie)
    assert found, cookie
    return found[1]


def with_token(text: str) -> dict[str, str]:
    return {**HOST, "cookie": f"other=1; digitapp={text}"}


def test_a_browser_of_a_shared_server_gets_a_token_once(client: Client) -> None:
    first = token(client.get("/", **HOST))
    assert token(client.get("/", **HOST)) != first
    assert client.get("/", **with_token(first)).set_cookies == ()


def test_a_cookie_for_https_is_not_sent_without_it(store: RunStore, shared: None) -> None:
    (plain,) = client_of(store).get("/", **HOST).set_cookies
    (secure,) = client_of(store, "https").get("/", **HOST).set_cookies
    (behind_a_proxy,) = (
        client_of(store).get("/", **{**HOST, "x-forwarded-proto": "https"}).set_cookies
    )
    assert [each.endswith("; Secure") for each in (plain, secure, behind_a_proxy)] == [
        False,
        True,
        True,
    ]


def test_a_cookie_is_named_after_the_port_as_browsers_share_them_among_ports(
    client: Client,
) -> None:
    (cookie,) = client.get("/", **{"host": "192.168.1.7:8501"}).set_cookies
    assert cookie.startswith("digitapp-8501=")


def test_what_caches_keep_for_everybody_holds_nobodys_token(
    client: Client, store: RunStore
) -> None:
    bundled = f"/{networks.address('recogniser', '', store)}"
    for path in ("/static/it.html", "/health", "/nothing", bundled):
        assert client.get(path, **HOST, accept="text/html").set_cookies == ()
    page = client.get("/", **HOST)
    assert page.set_cookies
    assert (page.headers["cache-control"], page.headers["vary"]) == ("no-store", "Cookie")
    again = client.get("/", **with_token(token(page)))
    assert again.headers["cache-control"] == "no-cache"


def test_a_browser_that_has_the_page_but_no_token_gets_the_page_again(store: RunStore) -> None:
    asked: list[bytes] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        asked.extend(name for name, _ in scope["headers"])
        await HTMLResponse("")(scope, receive, send)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(visitors.SHARED_VARIABLE, "yes")
        client = Client(app=Identity(page, lambda: store))
        known = {**HOST, "if-none-match": '"abc"', "if-modified-since": "today"}
        own = token(client.get("/", **known))
        assert not {b"if-none-match", b"if-modified-since"} & {*asked}
        client.get("/", **known, cookie=f"digitapp={own}")
        assert {b"if-none-match", b"if-modified-since"} <= {*asked}


@pytest.mark.parametrize("of", ["own", "another's", "nobody's", "unknown"])
def test_a_websocket_goes_on_with_ones_own_session_alone(
    of: str, client: Client, store: RunStore
) -> None:
    tokens = {name: token(client.get("/", **HOST)) for name in ("own", "another's")}
    for name, text in tokens.items():
        visitors.note_session(f"session-of-{name}", visitors.visitor(store, text))
    visitors.note_session("session-of-nobody's", None)
    asked: list[str] = []

    async def socket(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(Headers(scope=scope)["sec-websocket-protocol"])

    wanted = f"streamlit, xsrf, session-of-{of}"
    headers = {**with_token(tokens["own"]), "sec-websocket-protocol": wanted}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    app = Identity(socket, lambda: store)
    run(app({"type": "websocket", "headers": raw}, _nothing, _nothing))
    (found,) = asked
    assert found == (wanted if of in ("own", "unknown") else "streamlit, xsrf")


async def _nothing(*_: object) -> dict[str, object]:
    return {}


@pytest.mark.parametrize(
    "forged",
    [
        *("", ".", "..", "v1", "v1..", "v1.abc.def", "v2.{number}.{signature}", "é.ü.ñ"),
        *("v1.{number}.", "v1.{number}.{signature}x", "v1.x{number}.{signature}"),
        *("{number}.{signature}", "v1.{signature}.{number}", '"v1.{number}.{signature}'),
    ],
)
def test_a_forged_token_is_nobodys_and_replaced(forged: str, client: Client) -> None:
    _, number, signature = token(client.get("/", **HOST)).split(".")
    text = forged.format(number=number, signature=signature)
    assert token(client.get("/", **with_token(text))) not in ("", text)


@pytest.mark.parametrize(
    "others",
    [
        *('foo={"a":1}', "x", "a b=1", "a[b]=1", "é=ü", "=", ";;", "a=b=c", 'q="x;y"'),
        *("digitapp=v1.foreign.token", "digitapp=", "Path=/; HttpOnly", "x" * 4_000),
    ],
)
def test_a_browser_with_other_cookies_of_any_kind_stays_who_it_is(
    others: str, client: Client, store: RunStore
) -> None:
    own = token(client.get("/", **HOST))
    for cookies in (f"{others}; digitapp={own}", f"digitapp={own}; {others}"):
        assert client.get("/", **HOST, cookie=cookies).set_cookies == ()
        found = visitors.tokens(cookies, HOST["host"])  # as pages do
        assert visitors.token_among(store, found) == own


def test_a_token_of_another_store_is_nobodys(store: RunStore, tmp_path: Path, shared: None) -> None:
    other = RunStore(f"sqlite:///{tmp_path / 'other.db'}")
    foreign = token(client_of(other).get("/", **HOST))
    assert client_of(store).get("/", **with_token(foreign)).set_cookies


@pytest.mark.parametrize(
    ("headers", "alone"),
    [
        ({"host": "localhost:8501"}, True),
        ({"host": "127.0.0.1:8501"}, True),
        ({"host": "[::1]:8501"}, True),
        ({"host": "lab.school.org"}, False),
        ({"host": "localhost:8501", "x-forwarded-for": "10.0.0.7"}, False),
        ({"host": "localhost", "forwarded": "for=10.0.0.7"}, False),
        ({"host": "localhost.evil.org:8501"}, False),
        ({"host": "127.0.0.1@evil.org"}, False),
        ({"host": ""}, False),
        ({"host": "["}, False),
    ],
)
def test_only_who_is_alone_at_home_is_the_house(
    headers: dict[str, str], alone: bool, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(visitors.SHARED_VARIABLE, raising=False)
    assert (client_of(store).get("/", **headers).set_cookies == ()) is alone


def test_a_runs_network_is_sent_to_its_person_alone(store: RunStore, client: Client) -> None:
    ada, eve = (token(client.get("/", **HOST)) for _ in range(2))
    person = visitors.visitor(store, ada)
    assert person
    add_run(store.seen_by(person))
    address = f"/{networks.address('run-1', '', store)}"
    found = client.get(address, **with_token(ada))
    assert (found.status, found.headers["cache-control"][:8]) == (200, "private,")
    for stranger in (with_token(eve), HOST):
        refused = client.get(address, **stranger)
        assert (refused.status, refused.text) == (404, "There is no run 1.\n")


def test_the_bundled_network_is_sent_to_everybody(store: RunStore, client: Client) -> None:
    found = client.get(f"/{networks.address('recogniser', '', store)}", **HOST)
    assert (found.status, found.headers["cache-control"][:7]) == (200, "public,")


def test_the_teachers_link_makes_a_browser_the_teacher_of_its_room_alone(
    store: RunStore, client: Client
) -> None:
    room, other = (classrooms.create(store, name, f"key-{name}").code for name in ("7a", "7b"))
    came = client.get(f"/enter/{room}.key-7a", **HOST)
    assert (came.status, came.headers["location"]) == (303, "/room")
    assert came.headers["cache-control"] == "no-store"
    person = visitors.visitor(store, token(came))
    assert person
    seen = store.seen_by(person)
    assert classrooms.as_teacher(seen, room).member.teacher
    with pytest.raises(UnknownName):
        classrooms.as_teacher(seen, other)


@pytest.mark.parametrize("ticket", ["{room}.wrong", "{room}.", "{room}", "nothing", "{room}.k.k"])
def test_a_wrong_link_makes_nobody_a_teacher(ticket: str, store: RunStore, client: Client) -> None:
    room = classrooms.create(store, "7a", "key").code
    own = token(client.get("/", **HOST))
    came = client.get(f"/enter/{ticket.format(room=room)}", **with_token(own))
    assert came.status == 403
    assert "Traceback" not in came.text
    person = visitors.visitor(store, own)
    assert person
    assert classrooms.current(store.seen_by(person)) is None


def test_the_link_of_whoever_runs_the_server_makes_a_browser_the_house(
    store: RunStore, client: Client
) -> None:
    room = classrooms.create(store, "7a", "key").code
    ticket = f"{room}.key.{people.house_key(store)}"
    came = client.get(f"/enter/{ticket}", **HOST)
    assert came.status == 303
    assert visitors.visitor(store, token(came)) == ""
    people.renew_house_key(store)
    visitors.forget()
    assert visitors.visitor(store, token(came)) != ""
    again = client.get(f"/enter/{ticket}", **HOST)
    assert visitors.visitor(store, token(again)) != ""
