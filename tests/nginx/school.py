"""A school's server for the tests: two processes of the app behind nginx, on PostgreSQL."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.browser.session import ROOT, free_port
from tests.browser.visitor import Visitor
from tests.nginx import server
from tests.nginx.server import NAME, Proxy

PATIENCE = 90.0  # seconds
XSRF = "_streamlit_xsrf"


@dataclass
class App:
    """One process of the app, which can be killed and started again on its port."""

    environment: Mapping[str, str]
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it, without waiting until it answers."""
        options = ["--server.headless=true", "--server.address=127.0.0.1"]
        options += [f"--server.port={self.port}", f"--browser.serverAddress={NAME}"]
        command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
        with self.printed.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Wait until it is ready."""
        latest = time.monotonic() + PATIENCE
        while self.asked("/health/ready")[0] != 200:
            if time.monotonic() > latest:
                raise RuntimeError(f"The app is not ready: {self.printed.read_text()}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def asked(self, path: str) -> tuple[int, str]:
        """Ask it directly, not through nginx; return status and text, 0 if it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (urllib.error.URLError, OSError):
            return 0, ""

    @property
    def connected(self) -> int:
        """Number of tabs that are connected to it, by its metrics."""
        text = self.asked("/metrics")[1]
        lines = [line for line in text.splitlines() if 'sessions{state="connected"}' in line]
        return int(float(lines[0].rpartition(" ")[2])) if lines else 0

    @property
    def printed(self) -> Path:
        """The file with its output."""
        return self.folder / f"{self.port}.log"


@dataclass
class School:
    """Two processes of the app, and nginx before them."""

    first: App
    second: App
    proxy: Proxy

    @property
    def apps(self) -> dict[str, App]:
        """The processes by what the cookie calls them."""
        return {"a": self.first, "b": self.second}


@contextmanager
def opened(program: str, database_url: str, folder: Path) -> Iterator[School]:
    """A school's server on a database."""
    own = {"DIGITAPP_DATABASE_URL": database_url, "DIGITAPP_SHARED": "yes", "DIGITAPP_LOGS": "json"}
    first, second = App(own, folder), App(own, folder)
    try:
        first.start()
        second.start()
        with server.running(program, (first.port, second.port)) as proxy:
            first.wait()
            second.wait()
            yield School(first, second, proxy)
    finally:
        first.kill()
        second.kill()


class Pupil:
    """A browser without a window: keeps cookies, asks over https, and has a websocket."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.cookies: dict[str, str] = {}
        self.session = ""
        self._socket: ClientConnection | None = None
        self.visitor: Visitor | None = None

    @property
    def at(self) -> str:
        """The process that its cookie names."""
        return self.cookies.get("digitapp_server", "")

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> http.client.HTTPResponse:
        """Ask for something; its cookies are sent and kept, its text is in `.text`."""
        line = http.client.HTTPSConnection(NAME, self.proxy.port, context=self.proxy.trust)
        line.sock = self._line()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Host": self._host, "Cookie": self._cookie, "Origin": self.proxy.address, **named}
        line.request(method, path, body or None, sent)
        answer = line.getresponse()
        answer.text = answer.read()  # type: ignore[attr-defined]
        for each in answer.headers.get_all("Set-Cookie") or []:
            self._keep(each)
        return answer

    def open(self) -> None:
        """Load the page, connect, and wait until the page is there."""
        self.ask("/")
        self.ask("/_stcore/health")
        self.connect()

    def connect(self) -> None:
        """Open a websocket and run the page."""
        protocols = [Subprotocol(each) for each in ("streamlit", self.cookies[XSRF])]
        # A thread reads while this one writes, which OpenSSL does not bear with TLS 1.3: it reads
        # a ticket then, just when the request is sent, and now and then loses that.
        line = self._line(ssl.TLSVersion.TLSv1_2)
        options: Any = {"proxy": None, "max_size": None, "open_timeout": 60, "sock": line}
        headers = {"Cookie": self._cookie}
        url = f"ws://{self._host}/_stcore/stream"  # its line is encrypted already
        self._socket = connect(
            url,
            origin=self.proxy.address,  # type: ignore[arg-type]
            subprotocols=protocols,
            additional_headers=headers,
            **options,
        )
        response = self._socket.response
        for each in response.headers.get_all("Set-Cookie") if response else []:
            self._keep(each)
        self.visitor = Visitor(self._socket)
        message = BackMsg()
        message.rerun_script.query_string = ""
        self.visitor.send(message)
        new = self.visitor.wait_for("new_session")
        self.session = new.new_session.initialize.session_id
        self.visitor.wait_for("script_finished")

    def upload(self, content: bytes = b"picture", name: str = "six.png") -> int:
        """Upload a file; return the status."""
        assert self.visitor
        asked = BackMsg()
        asked.file_urls_request.request_id = uuid.uuid4().hex
        asked.file_urls_request.session_id = self.session
        asked.file_urls_request.file_names.append(name)
        self.visitor.send(asked)
        urls = self.visitor.wait_for("file_urls_response").file_urls_response.file_urls
        return self.put(urls[0].upload_url, content, name).status

    def put(self, path: str, content: bytes, name: str) -> http.client.HTTPResponse:
        """Send a file to an address, as the page does."""
        border = uuid.uuid4().hex
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"'
        lines = [f"--{border}", head, "Content-Type: image/png", "", ""]
        body = "\r\n".join(lines).encode() + content + f"\r\n--{border}--\r\n".encode()
        return self.ask(
            path,
            "PUT",
            body,
            Content_Type=f"multipart/form-data; boundary={border}",
            X_Xsrftoken=self.cookies[XSRF],
        )

    def close(self) -> None:
        """Close the websocket."""
        if self._socket:
            with suppress(OSError):
                self._socket.close()

    @property
    def _host(self) -> str:
        return f"{NAME}:{self.proxy.port}"

    @property
    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _line(self, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.proxy.port), timeout=60)
        trust = self.proxy.trust
        trust.maximum_version = newest
        return trust.wrap_socket(line, server_hostname=NAME)

    def _keep(self, cookie: str) -> None:
        assert "secure" in cookie.lower(), f"a cookie that also goes over http: {cookie}"
        for name, each in SimpleCookie(cookie).items():
            self.cookies[name] = each.value
