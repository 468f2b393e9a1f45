"""A temporary PostgreSQL server for the tests: empty, without a password, deleted afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

OWNER = "tests"  # a superuser role
GUARDED, PASSWORD = "guarded", "open sesame"  # a role that needs a password
ACCESS = f"""\
host all {GUARDED} 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
# Data need not survive a power cut, but must survive stopping the server.
QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off")
PATIENCE = 60  # seconds
CUT_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
# Faster than TRUNCATE, which recreates each file.
EMPTY = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
        FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
            EXECUTE format('ALTER SEQUENCE %I RESTART', name);
        END LOOP;
    END $$
"""


@dataclass
class Server:
    """A server that can be stopped and restarted.

    Attributes:
        programs: the folder with `initdb` and `postgres`.
        folder: the data directory.
    """

    programs: Path
    folder: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _shared: str = ""
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str, user: str = OWNER, password: str = "") -> str:
        """Return the URL of a database for `DIGITAPP_DATABASE_URL`."""
        who = f"{user}:{password}" if password else user
        return f"postgresql+psycopg://{who}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create an empty database; return its name."""
        name = f"store_{next(self._numbers)}"
        self.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def emptied(self) -> str:
        """Empty the database that many tests share; return its name. Faster than a new one."""
        if not self._shared:
            self._shared = self.new_database()
        self.execute(CUT_OFF)
        self.execute(EMPTY, self._shared)
        return self._shared

    def drop(self, database: str) -> None:
        """Drop a database, closing its connections."""
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def execute(self, command: sql.Composable | str, database: str = "postgres") -> None:
        """Run a command, in its own transaction."""
        with self.connected(database) as connection:
            connection.execute(command)  # type: ignore[arg-type]

    def connected(self, database: str) -> psycopg.Connection[Any]:
        """Return an autocommit connection that is not one of the store's."""
        where = {"host": "127.0.0.1", "port": self.port, "user": OWNER}
        return psycopg.connect(**where, dbname=database, autocommit=True)  # type: ignore[arg-type]

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.port = self.port or _free_port()
        where = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        sizes = ("max_connections=200", "shared_buffers=32MB")
        settings = [part for each in (*where, *sizes, *QUICK) for part in ("-c", each)]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *settings]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, stdout=log, **self._owner())
        self._wait()

    def stop(self) -> None:
        """Stop the server at once, even if it is in use."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(PATIENCE)
            self._process = None

    def make(self) -> None:
        """Initialise the data directory."""
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        command = [str(self.programs / "initdb"), "-D", str(self.folder / "data"), *options]
        subprocess.run(command, check=True, capture_output=True, **self._owner())
        (self.folder / "data" / "pg_hba.conf").write_text(ACCESS)

    def _wait(self) -> None:
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest and self._process and self._process.poll() is None:
            with suppress(psycopg.OperationalError):
                self.connected("postgres").close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def _owner(self) -> dict[str, Any]:
        """Return arguments to run as the folder's owner: PostgreSQL refuses to run as root."""
        owner = self.folder.stat()
        whose = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        return {"cwd": self.folder, **(whose if os.geteuid() == 0 else {})}


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A new server, with a role that needs a password."""
    folder = Path(tempfile.mkdtemp(prefix="digitapp-postgres-"))
    found = Server(programs, folder)
    try:
        if os.geteuid() == 0:
            _give_away(folder)
        found.make()
        found.start()
        found.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _give_away(folder: Path) -> None:
    """Change the folder's owner to the user `postgres`, or to `nobody`."""
    names: list[Callable[[], pwd.struct_passwd]] = [
        lambda: pwd.getpwnam("postgres"),
        lambda: pwd.getpwnam("nobody"),
    ]
    for name in names:
        with suppress(KeyError):
            os.chown(folder, name().pw_uid, name().pw_gid)
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
