"""The rooms that pupils of a benchmark are in: they join, and ask for news as their pages do."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

from digitapp.runs import RunStore, classrooms, people
from digitapp.runs.classroom_joining import join
from digitapp.server.classroom_routes import PATH

EVERY = 2.0  # seconds, as following.js
CLASS = 30  # pupils in a room


class Rooms:
    """Rooms of a store, each with a class.

    Args:
        store: the file of the store, which a server uses meanwhile.
    """

    def __init__(self, store: Path) -> None:
        self._store = RunStore(f"sqlite:///{store}")
        self._entered = 0
        self._code = ""
        self._one_by_one = threading.Lock()

    def enter(self, cookie: str) -> None:
        """Let the pupil with this cookie join the room that is not full yet."""
        token = next(each.value for each in SimpleCookie(cookie).values())
        person = people.person_of(people.signing_key(self._store), token)
        assert person is not None, "the server has given a cookie of its own"
        with self._one_by_one:
            if self._entered % CLASS == 0:
                self._code = classrooms.create(self._store, "A class").code
            join(self._store.seen_by(person), self._code)
            self._entered += 1


async def ask_for_news(address: str, cookie: str, until: float) -> int:
    """Ask the server until a moment, as a page does; return how often it has answered."""
    place = urlsplit(address)
    head = f"GET {PATH} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection(place.hostname, place.port or 80)
    answers = 0
    while time.monotonic() < until:
        await asyncio.sleep(EVERY * random.uniform(0.75, 1.25))
        writer.write(head)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in answer.partition(b"\r\n")[0], answer
        length = next(each for each in answer.lower().split(b"\r\n") if b"content-length" in each)
        await reader.readexactly(int(length.partition(b":")[2]))
        answers += 1
    writer.close()
    return answers
