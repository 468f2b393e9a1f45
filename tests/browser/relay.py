"""A network between browser and server that can be cut and mended."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.browser.session import free_port

CHUNK = 65_536


class Relay:
    """Passes connections on to a server, as long as it is not cut.

    Args:
        address: the server's URL.
    """

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._server = (str(place.hostname), int(place.port or 80))
        self._port = free_port()
        self._open: list[socket.socket] = []
        self._cut = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Return the URL under which the server is reached through it."""
        return f"http://localhost:{self._port}"

    def cut(self) -> None:
        """Close all connections, and every new one at once."""
        self._cut.set()
        for each in [*self._open]:
            _close(each)
        self._open.clear()

    def mend(self) -> None:
        """Pass new connections on again."""
        self._cut.clear()

    def close(self) -> None:
        """Stop listening."""
        self.cut()
        _close(self._listener)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                if self._cut.is_set():
                    _close(browser)
                    continue
                try:
                    server = socket.create_connection(self._server)
                except OSError:
                    _close(browser)
                    continue
                self._open += [browser, server]
                for pair in ((browser, server), (server, browser)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()


@contextmanager
def relay(address: str) -> Iterator[Relay]:
    """Yield a network to a server."""
    found = Relay(address)
    try:
        yield found
    finally:
        found.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
    _close(source)
    _close(target)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
