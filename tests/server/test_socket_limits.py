"""Open tabs of one person, and how quickly a tab is heard."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from digitapp.runs import RunStore, limits, people, visitors
from digitapp.server.socket_limits import SocketLimits, slowed
from tests.people import enter_room
from tests.server.asgi import Answer, Client, run

PAGE = {"host": "lab.school.org", "accept": "text/html,*/*"}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv(visitors.SHARED_VARIABLE, "yes")
    monkeypatch.setenv(limits.variable("tabs"), "2")
    visitors.forget()
    return RunStore()


class Server:
    """A server whose tabs stay open until they are closed."""

    def __init__(self, store: RunStore) -> None:
        self.store, self.app = store, SocketLimits(self._page, lambda: store)
        self.opened: list[str] = []

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.opened.append(scope["type"])
        if scope["type"] == "websocket":
            await receive()  # until it is closed
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"page"})

    def get(self, cookie: str, address: str = "10.0.0.7", **more: str) -> Answer:
        client = Client(app=self.app, address=address)
        return client.get("/", **{**PAGE, "cookie": cookie, **more})

    async def tabs(
        self,
        cookies: list[str],
        meanwhile: Callable[[], Awaitable[None]],
        address: str = "10.0.0.7",
    ) -> list[list[Message]]:
        """Open tabs, do something, close them; return what each was sent."""
        over, sent = asyncio.Event(), [[] for _ in cookies]  # type: list[list[Message]]

        async def receive() -> Message:
            await over.wait()
            return {"type": "websocket.disconnect", "code": 1001}

        async def open_one(cookie: str, told: list[Message]) -> None:
            async def send(message: Message) -> None:
                told.append(message)

            headers = [(b"host", b"lab.school.org"), (b"cookie", cookie.encode())]
            scope = {"type": "websocket", "scheme": "ws", "path": "/", "headers": headers}
            extensions = {"websocket.http.response": {}}
            await self.app(
                {**scope, "client": (address, 1), "extensions": extensions}, receive, send
            )

        tabs = []
        for cookie, told in zip(cookies, sent, strict=True):
            before = len(self.opened)
            tabs.append(asyncio.create_task(open_one(cookie, told)))
            while not tabs[-1].done() and len(self.opened) == before:
                await asyncio.sleep(0.01)
        await meanwhile()
        over.set()
        await asyncio.gather(*tabs)
        return sent


async def nothing() -> None:
    """Do nothing."""


def cookie(store: RunStore) -> str:
    return f"digitapp={visitors.new_token(store)}"


def refused(sent: list[Message]) -> str:
    """Return the sentence with which a websocket was refused; empty if it was not."""
    body = b"".join(each.get("body", b"") for each in sent)
    return body.decode() if sent and sent[0].get("status") == 429 else ""


def test_one_more_tab_than_a_person_may_have_open_is_for_loading_one_again(
    store: RunStore,
) -> None:
    server, mine = Server(store), cookie(store)
    told: list[Answer] = []

    async def look() -> None:
        told.append(await asyncio.to_thread(server.get, mine))
        told.append(await asyncio.to_thread(server.get, cookie(store)))
        told.append(await asyncio.to_thread(server.get, mine, accept="application/json"))

    sent = run(server.tabs([mine] * 4, look))
    sentence = "You have 2 tabs of this app open already, which is the most for one person. Close"
    assert [refused(each)[: len(sentence)] for each in sent] == ["", "", "", sentence]
    assert [each.status for each in told] == [429, 200, 200]
    assert told[0].text.startswith(sentence)


def test_closed_tabs_make_room(store: RunStore) -> None:
    server, mine = Server(store), cookie(store)
    for _ in range(3):
        server.opened.clear()
        sent = run(server.tabs([mine] * 3, nothing))
        assert [refused(each) for each in sent] == ["", "", ""]
        assert server.get(mine).status == 200


def test_a_school_behind_one_address_without_cookies_has_the_tabs_of_thirty(
    store: RunStore,
) -> None:
    server = Server(store)
    sent = run(server.tabs([""] * 62, nothing))
    assert [bool(refused(each)) for each in sent] == [False] * 61 + [True]


def test_all_together_have_a_limit_of_tabs_and_people_in_no_room_a_part_of_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(limits.variable("tabs_in_all"), "8")
    strangers = [cookie(store) for _ in range(4)]
    pupils = [cookie(store) for _ in range(3)]
    members = [_person(store, each) for each in pupils]
    enter_room(store, *members)
    server = Server(store)
    wanted = [*strangers, *(each for each in pupils for _ in range(3))]
    sent = run(server.tabs(wanted, nothing))
    told = [refused(each)[:14] for each in sent]
    assert told == ["", "", "", "While a class ", *[""] * 6, *["Very many tabs"] * 3]


def _person(store: RunStore, sent: str) -> str:
    found = people.person_of(people.signing_key(store), sent.partition("=")[2])
    assert found
    return found


def test_the_house_may_open_as_many_as_it_likes(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = visitors.new_token(store)
    person = people.person_of(people.signing_key(store), token)
    assert person
    people.make_house(store, person)
    visitors.forget()
    sent = run(Server(store).tabs([f"digitapp={token}"] * 6, nothing))
    assert not any(map(refused, sent))


def test_alone_at_home_there_is_no_limit(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(visitors.SHARED_VARIABLE, "no")
    sent = run(Server(store).tabs([""] * 6, nothing))
    assert not any(map(refused, sent))


def test_a_tab_that_sends_too_much_is_heard_at_the_allowed_rate_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(limits.variable("messages"), "10")
    seconds, number = [100.0], [0]

    async def sleep(wait: float) -> None:
        seconds[0] += wait

    async def receive() -> Message:
        number[0] += 1
        return {"type": "websocket.receive", "bytes": bytes([number[0]])}

    monkeypatch.setattr("digitapp.server.socket_limits.asyncio.sleep", sleep)
    heard = slowed(receive, lambda: seconds[0])

    async def listen(count: int) -> tuple[list[int], float]:
        began = seconds[0]
        found = [(await heard())["bytes"][0] for _ in range(count)]
        return found, seconds[0] - began

    found, took = run(listen(20))
    assert (found, took) == ([*range(1, 21)], 0.0)  # at once, after a pause of two seconds
    found, took = run(listen(30))
    assert found == [*range(21, 51)]
    assert took == pytest.approx(3.0)
    seconds[0] += 60.0
    assert run(listen(20))[1] == 0.0
