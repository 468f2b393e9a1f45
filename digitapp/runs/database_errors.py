"""Database error messages translated into sentences for users who did not set the database up."""

from __future__ import annotations

from digitapp.errors import StoreAway, StoreBusy, StoreProblem

DATABASE_VARIABLE = "DIGITAPP_DATABASE_URL"
NO_TEXT = "malformed: the names of its tables are no text"  # Python cannot decode SQLite's message
LOCK_TIMEOUT = 10  # seconds to wait for a lock, or for a server


def unusable(error: Exception) -> StoreProblem:
    """Return the error for a URL that does not name a usable database."""
    return StoreProblem(
        f"{DATABASE_VARIABLE} does not name a database that can be used "
        f"({' '.join(str(error).split())}). Examples: sqlite:////home/me/runs.db, "
        "postgresql+psycopg://me@host/runs."
    )


def problem(name: str, said: str) -> StoreProblem:
    """Return the exception for a database's message.

    It is `StoreBusy` if the store is only locked, `StoreAway` if its server does not answer.

    Args:
        name: the store's name in the message.
        said: the database's own message, which is quoted.
    """
    for signs, sentence in MEANINGS:
        if any(sign in said.lower() for sign in signs):
            kind = KINDS.get(signs, StoreProblem)
            return kind(f"The store {name} {sentence} ({said})")
    return StoreProblem(f"The store {name} cannot be used: {said}.")


def is_busy(said: str) -> bool:
    """Whether a message says that the store is only locked by another program."""
    return any(sign in said.lower() for sign in BUSY)


BUSY = ("locked", "lock timeout", "could not obtain lock", "deadlock", "queuepool limit")

AWAY = (
    *("connection failed", "connection refused", "connection timeout", "the connection is"),
    *("connection to server", "could not translate", "failed to resolve", "too many"),
    *("server closed", "terminating connection", "connection limit", "connection timed"),
    *("consuming input failed", "timeout expired"),
)
KINDS = {BUSY: StoreBusy, AWAY: StoreAway}

# Substrings of database messages, in lower case, and their meaning; the first match counts.
MEANINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        BUSY,
        f"has been locked by another program for more than {LOCK_TIMEOUT} seconds. Try again when "
        "that program has finished.",
    ),
    (
        (
            *("password", "authentication", "pg_hba.conf", 'role "', "permission denied for"),
            "must be owner",
        ),
        "does not let you in. Check the user and the password in the environment variable "
        f"{DATABASE_VARIABLE}, and that this user may create tables there.",
    ),
    (
        ('fatal: database "',),
        "does not exist: its server runs, but has no such database. Create it, for instance with "
        f"PostgreSQL's createdb, or name another in the environment variable {DATABASE_VARIABLE}.",
    ),
    (
        AWAY,
        "cannot be reached. Check that its database server runs and that this machine may connect "
        "to it, and try again; stored data is kept.",
    ),
    (
        ("is full", "disk i/o", "no space", "disk full"),
        "cannot grow: the disk is full or failing. Free some space; stored data is kept.",
    ),
    (
        (
            "malformed",
            "not a database",
            "no such table",
            "no such column",
            "does not exist",
        ),
        "is damaged. It was not changed: replace it with a backup, or move it away to start with "
        "an empty one.",
    ),
    (
        ("unable to open", "readonly", "read-only", "permission"),
        "cannot be opened for writing. Check that its folder exists and that you may write there, "
        f"or name another database in the environment variable {DATABASE_VARIABLE}.",
    ),
)
