"""Pupils without browsers: real sessions with a cookie and a websocket, which draw and wait.

One process and one thread hold all of them, and look into small messages alone, so that a hundred
of them leave the processor to the server.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from benchmarks.class_room import Rooms, ask_for_news
from benchmarks.recording import ANSWERED

PATIENCE = 60.0  # seconds
SMALL = 400  # bytes; the message that a page is whole is smaller
AGAIN = 1.0  # seconds before a pupil whose session failed comes back


@dataclass
class Seen:
    """What the pupils saw: moments, in `time.monotonic` seconds, and waits, in seconds.

    Attributes:
        openings: when each opened the page, and how long until it was whole.
        strokes: when each stroke was sent, and how long until the page showed its answer.
        errors: when something failed, and what.
        received: bytes of all messages to the pupils.
    """

    openings: list[tuple[float, float]] = field(default_factory=list)
    strokes: list[tuple[float, float]] = field(default_factory=list)
    errors: list[tuple[float, str]] = field(default_factory=list)
    received: int = 0


def lesson(
    addresses: Sequence[str],
    strokes: Sequence[BackMsg],
    pupils: int,
    every: float,
    until: float,
    rooms: Rooms | None = None,
) -> Seen:
    """Let pupils open the page at once, and draw until a moment.

    Args:
        addresses: of the servers; each pupil stays with one of them.
        strokes: what they send, over and over.
        every: seconds between the strokes of each; a stroke waits for the answer to the one before.
        until: `time.monotonic` seconds.
        rooms: that they join, if they are in any.
    """
    return asyncio.run(_lesson(addresses, strokes, pupils, every, until, rooms))


async def _lesson(
    addresses: Sequence[str],
    strokes: Sequence[BackMsg],
    pupils: int,
    every: float,
    until: float,
    rooms: Rooms | None,
) -> Seen:
    seen = Seen()
    sent = [stroke.SerializeToString() for stroke in strokes]
    began = time.monotonic()
    await asyncio.gather(
        *(
            _pupil(
                addresses[number % len(addresses)],
                sent[number % len(sent) :] + sent[: number % len(sent)],
                (began + number * every / pupils, every, until),
                seen,
                rooms,
            )
            for number in range(pupils)
        )
    )
    return seen


async def _pupil(
    address: str,
    strokes: Sequence[bytes],
    when: tuple[float, float, float],
    seen: Seen,
    rooms: Rooms | None,
) -> None:
    """Draw until the end of the lesson; come back with the same cookie when something fails."""
    start, every, until = when
    cookie, number = "", 0
    asking: asyncio.Task[int] | None = None
    while time.monotonic() < until:
        try:
            cookie = cookie or await asyncio.to_thread(_cookie, address)
            if rooms and asking is None:
                await asyncio.to_thread(rooms.enter, cookie)
                asking = asyncio.create_task(ask_for_news(address, cookie, until))
            async with _session(address, cookie) as line:
                await _open_page(line, seen)
                while (due := start + number * every) < until:
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    if time.monotonic() > until:
                        break
                    await _draw(line, strokes[number % len(strokes)], seen)
                    number = max(number + 1, int((time.monotonic() - start) / every))
                break
        except (OSError, TimeoutError, WebSocketException, AssertionError) as error:
            seen.errors.append((time.monotonic(), f"{type(error).__name__}: {error}"))
            await asyncio.sleep(AGAIN)
    if asking:
        await asking


def _cookie(address: str) -> str:
    """Return the cookie that the server gives a new browser; empty if it gives none."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        found = [each.partition(";")[0] for each in answer.headers.get_all("set-cookie", [])]
    return "; ".join(found)


def _session(address: str, cookie: str) -> connect:
    place = urlsplit(address)
    scheme = "wss" if place.scheme == "https" else "ws"
    settings: Any = {"proxy": None, "max_size": None, "compression": None}
    return connect(
        f"{scheme}://{place.netloc}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(address),
        additional_headers={"Cookie": cookie} if cookie else {},
        open_timeout=PATIENCE,
        **settings,
    )


async def _open_page(line: ClientConnection, seen: Seen) -> None:
    message = BackMsg()
    message.rerun_script.query_string = ""
    sent = time.monotonic()
    await line.send(message.SerializeToString())
    await _answer(line, seen)
    seen.openings.append((sent, time.monotonic() - sent))


async def _draw(line: ClientConnection, stroke: bytes, seen: Seen) -> None:
    sent = time.monotonic()
    await line.send(stroke)
    assert await _answer(line, seen), "a stroke was not read"
    seen.strokes.append((sent, time.monotonic() - sent))


async def _answer(line: ClientConnection, seen: Seen) -> bool:
    """Wait until the page is whole; return whether it says what was read."""
    read = False
    async with asyncio.timeout(PATIENCE):
        while True:
            message = await line.recv(decode=False)
            seen.received += len(message)
            read = read or bool(ANSWERED.search(message))
            if len(message) < SMALL and _is_end(message):
                return read


def _is_end(message: bytes) -> bool:
    return ForwardMsg.FromString(message).WhichOneof("type") == "script_finished"
