"""A client of an ASGI application, without a server."""

import asyncio
import gzip
import json
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

Value = TypeVar("Value")


@dataclass(frozen=True)
class Answer:
    """An answer; its `content` is decompressed."""

    status: int
    headers: dict[str, str]
    body: bytes
    set_cookies: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        """What a browser makes of the body."""
        return gzip.decompress(self.body) if "content-encoding" in self.headers else self.body

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()

    def json(self) -> Any:
        """The content as a value."""
        return json.loads(self.content)


def run(what: Coroutine[Any, Any, Value]) -> Value:
    """Return what a coroutine returns.

    In a thread of its own: a browser of other tests may have an event loop in this one.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, what).result()


class Client:
    """A client of an application with these routes.

    Args:
        app: the whole application, instead of its routes.
        address: the client's own.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute] = (),
        *,
        app: ASGIApp | None = None,
        scheme: str = "http",
        address: str = "127.0.0.1",
    ) -> None:
        self._app = app or Starlette(routes=routes)
        self._scheme = scheme
        self._address = address

    def get(
        self,
        path: str,
        accept_encoding: str = "gzip, br",
        *,
        method: str = "GET",
        parts: Sequence[bytes] = (b"",),
        pauses: float = 0.0,
        **more: str,
    ) -> Answer:
        """Ask for a path, as it stands in an address.

        Args:
            parts: of the body, one after the other.
            pauses: seconds before each part.
            more: further headers; `_` in their names stands for `-`.
        """
        headers = {"host": "localhost", "accept-encoding": accept_encoding} | more
        raw = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "scheme": self._scheme,
            "client": (self._address, 12345),
            "path": unquote(raw[0]),
            "raw_path": raw[0].encode(),
            "query_string": raw[2].encode(),
            "headers": [
                (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
            ],
        }
        messages: list[Any] = []
        left = [*parts]

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(pauses)
            body = left.pop(0) if left else b""
            return {"type": "http.request", "body": body, "more_body": bool(left)}

        async def send(message: Any) -> None:
            messages.append(message)

        run(self._app(scope, receive, send))
        start, *bodies = messages
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        cookies = [value.decode() for name, value in start["headers"] if name == b"set-cookie"]
        body = b"".join(each["body"] for each in bodies)
        return Answer(start["status"], headers, body, tuple(cookies))
