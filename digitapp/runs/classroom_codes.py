"""Codes of rooms: short enough to be written on a board, and hard enough to guess.

Wrong codes are counted by the minute, for each person and in all, so that nobody finds a room by
trying.
"""

from __future__ import annotations

import secrets
import time

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, QueueFull
from digitapp.runs.store import RunStore
from digitapp.runs.tables import usage
from digitapp.runs.upserting import added_to

# Without signs that look alike (0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V, Y), and
# without vowels, so that no code is a word.
ALPHABET = "CDFGHJKMNPQRTVWX34679"
LENGTH = 5
MOST_WRONG = 5  # codes a minute by one person
MOST_WRONG_IN_ALL = 120  # a minute: four million codes take three weeks
LONGEST_TYPED = 40  # characters, to be quoted in a message
OF_ONE, OF_ALL = "wrong room code", "wrong room code of anybody"  # kinds of usage
KEPT = 10  # minutes for which wrong codes are remembered


def new_code() -> str:
    """Return a code at random."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def typed_code(text: str) -> str:
    """Return a code as somebody typed it, in capitals, without spaces and dashes.

    Raises:
        InvalidSetting: when it cannot be a code.
    """
    found = "".join(each for each in text.upper() if each.isalnum())
    if len(found) != LENGTH or not set(found) <= set(ALPHABET):
        shown = text.strip()[:LONGEST_TYPED]
        raise InvalidSetting(
            f"“{shown}” is not the code of a room. A code has {LENGTH} letters and digits, such as "
            f"{ALPHABET[:2]}4{ALPHABET[2]}7; it is on the teacher's screen."
        )
    return found


def check_tries(store: RunStore) -> None:
    """Check that the asker may try one more code.

    Raises:
        QueueFull: when there were too many wrong ones in this minute.
        StoreProblem: when the database fails.
    """
    mine = sa.and_(usage.c.person == store.person, usage.c.kind == OF_ONE)
    everybodys = sa.and_(usage.c.person == "", usage.c.kind == OF_ALL)
    query = sa.select(usage.c.kind, usage.c.amount).where(
        usage.c.minute == _minute(), sa.or_(mine, everybodys)
    )
    tried = {row.kind: row.amount for row in store.whole.database.rows(query)}
    if tried.get(OF_ONE, 0) >= MOST_WRONG:
        raise QueueFull(
            f"These were {MOST_WRONG} wrong codes in one minute. Ask your teacher for the code, "
            "and try again in a minute."
        )
    if tried.get(OF_ALL, 0) >= MOST_WRONG_IN_ALL:
        raise QueueFull(
            "Too many wrong codes are being tried on this server. Wait a minute, or ask your "
            "teacher for the link to the room."
        )


def count_wrong(store: RunStore) -> None:
    """Count a wrong code of the asker.

    Raises:
        StoreProblem: when the database fails.
    """
    counted = ((store.person, OF_ONE), ("", OF_ALL))
    old = sa.and_(usage.c.kind.in_((OF_ONE, OF_ALL)), usage.c.minute < _minute() - KEPT)
    with store.whole.database.begin() as connection:
        for person, kind in counted:
            key = {"person": person, "kind": kind, "minute": _minute()}
            connection.execute(added_to(connection, usage, key, "amount", 1.0))
        connection.execute(usage.delete().where(old))


def _minute() -> int:
    return int(time.time() // 60)
