"""nginx with the project's own configuration, on free ports and with a certificate of its own."""

import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.session import ROOT, free_port

CONFIGURATION = ROOT / "deploy" / "nginx" / "digitapp.conf"
NAME = "digits.school.example"
PATIENCE = 20.0  # seconds
MAIN = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors info;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/digitapp.conf;
}}
"""
CERTIFICATE = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
    *("-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
)


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its port for https, its port for http, and the folder with its files."""

    port: int
    plain_port: int
    folder: Path

    @property
    def address(self) -> str:
        """Its URL; the name leads to this machine only with a resolver of one's own."""
        return f"https://{NAME}:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """A context for clients that trusts its certificate, and no other."""
        return ssl.create_default_context(cafile=self.folder / "certificate.pem")

    @property
    def logged(self) -> str:
        """Its access log so far."""
        return (self.folder / "digitapp.log").read_text()


@contextmanager
def running(program: str, ports: tuple[int, int]) -> Iterator[Proxy]:
    """Run nginx in front of two processes of the app.

    Args:
        ports: of the processes, on this machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="digitapp-nginx-"))
    found = Proxy(free_port(), free_port(), folder)
    _write(found, ports)
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        _wait(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def adapted(proxy: Proxy, ports: tuple[int, int]) -> str:
    """Return the project's configuration, with other ports and folders in it."""
    changes = {
        "listen 443 ": f"listen 127.0.0.1:{proxy.port} ",
        "listen 80;": f"listen 127.0.0.1:{proxy.plain_port};",
        ":8501": f":{ports[0]}",
        ":8502": f":{ports[1]}",
        "/etc/digitapp/tls/": f"{proxy.folder}/",
        "/var/log/nginx/": f"{proxy.folder}/",
        "/srv/digitapp/": f"{ROOT}/",
    }
    return _changed(CONFIGURATION.read_text(), changes)


def _changed(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"{old} is not in the configuration any more"
        text = text.replace(old, new)
    return text


def _write(proxy: Proxy, ports: tuple[int, int]) -> None:
    folder = proxy.folder
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*CERTIFICATE, *files], check=True, capture_output=True)
    (folder / "digitapp.conf").write_text(adapted(proxy, ports))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    folder.chmod(0o755)  # its workers are another user


def _wait(proxy: Proxy, process: subprocess.Popen) -> None:
    latest = time.monotonic() + PATIENCE
    while not (proxy.folder / "pid").exists() or not (proxy.folder / "pid").read_text().strip():
        errors = proxy.folder / "errors"
        if process.poll() is not None or time.monotonic() > latest:
            raise RuntimeError(f"nginx did not start: {errors.read_text()}")
        time.sleep(0.02)
