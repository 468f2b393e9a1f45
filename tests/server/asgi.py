"""A client of an ASGI application, without a server."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.routing import BaseRoute


@dataclass(frozen=True)
class Answer:
    """An answer; its `content` is decompressed."""

    status: int
    headers: dict[str, str]
    body: bytes

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


class Client:
    """A client of an application with these routes."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._app = Starlette(routes=routes)

    def get(self, path: str, accept_encoding: str = "gzip, br") -> Answer:
        """Ask for a path, as it stands in an address."""
        scope = {
            "type": "http",
            "method": "GET",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"accept-encoding", accept_encoding.encode())],
        }
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        # In a thread of its own: a browser of other tests may have an event loop in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._app(scope, receive, send)).result()
        start, *bodies = messages
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(each["body"] for each in bodies))
