"""A visitor without a browser: a websocket to the server, and the messages browsers send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

WAIT = 60.0  # seconds


class Visitor:
    """A session of the app."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def send(self, message: BackMsg) -> None:
        self.send_raw(message.SerializeToString())

    def send_raw(self, message: bytes) -> None:
        self._connection.send(message)

    def wait_for(self, kind: str) -> ForwardMsg:
        """Return the next message of this kind from the server."""
        return self.until(kind)[-1]

    def until(self, kind: str) -> list[ForwardMsg]:
        """Return the server's next messages, up to and including one of this kind."""
        found: list[ForwardMsg] = []
        while not found or found[-1].WhichOneof("type") != kind:
            found.append(ForwardMsg.FromString(self._connection.recv(WAIT, decode=False)))
        return found

    def beat(self) -> None:
        """Ping the server, and wait for its answer."""
        self.send(BackMsg(app_heartbeat=True))
        self.wait_for("heartbeat_ack")

    def open_page(self, name: str = "", parameters: str = "") -> list[ForwardMsg]:
        """Run a page's script to its end; return the server's messages.

        Args:
            name: of the page in its address; empty for the first one.
            parameters: of its address, such as `run=1`.
        """
        message = BackMsg()
        message.rerun_script.query_string = parameters
        message.rerun_script.page_name = name
        self.send(message)
        sent = self.until("script_finished")
        while sent[-1].script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:  # it runs once more
            sent += self.until("script_finished")
        return sent


@contextmanager
def visit(
    address: str, host: str = "", origin: str | None = None, cookie: str = ""
) -> Iterator[Visitor]:
    """Connect to the app; close the session on exit.

    Args:
        host: the Host header; by default the server's address.
        origin: the Origin header; by default none, as for programs.
        cookie: the Cookie header; by default none.

    Raises:
        websockets.exceptions.InvalidStatus: when the server rejects the connection.
    """
    place = urlsplit(address)
    line = socket.create_connection((str(place.hostname), place.port or 80))
    url = f"ws://{host or place.netloc}/_stcore/stream"
    settings: Any = {"sock": line, "origin": origin, "proxy": None, "max_size": None}
    if cookie:
        settings["additional_headers"] = {"Cookie": cookie}
    with connect(url, subprotocols=[Subprotocol("streamlit")], **settings) as connection:
        yield Visitor(connection)
