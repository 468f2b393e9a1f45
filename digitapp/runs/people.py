"""The people of a shared server: one for each browser, known by a signed token that it keeps.

Nothing is asked of anybody, and nothing is known of a person but when its browser was here. A token
is a random number with a signature (HMAC-SHA256) by a key of the store, so that all servers of a
store know it; the person's id is a digest of the number, so nobody can act as a person whose id
they have seen.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode

import sqlalchemy as sa

from digitapp.runs.access import HOUSE, of_house
from digitapp.runs.clock import TAKE_TURN, entered
from digitapp.runs.store import RunStore
from digitapp.runs.tables import people
from digitapp.runs.tables import secrets as keys

VERSION = "v1"
RANDOM, SIGNED = 16, 16  # bytes of the random number, and of the signature
SEEN_EVERY = 60.0  # seconds between two notes of when a person was here
SIGNING, OF_HOUSE = "tokens", "house"  # names of keys


def new_token(key: bytes) -> str:
    """Return a token for a browser that has none.

    Args:
        key: from `signing_key`.
    """
    number = _text(secrets.token_bytes(RANDOM))
    return f"{VERSION}.{number}.{_signature(key, number)}"


def person_of(key: bytes, token: str) -> str | None:
    """Return the id, 22 characters, of the person whose token this is; None if it is not ours.

    Args:
        key: from `signing_key`.
        token: whatever a browser sent.
    """
    version, _, rest = token.partition(".")
    number, _, signature = rest.partition(".")
    ours = _signature(key, number).encode()
    if version != VERSION or not hmac.compare_digest(ours, signature.encode("utf-8", "replace")):
        return None
    return _text(hashlib.sha256(number.encode()).digest()[:RANDOM])


def signing_key(store: RunStore) -> bytes:
    """Return the key that signs this store's tokens, made when it is first asked for.

    Raises:
        StoreProblem: from each function here, when the store fails.
    """
    return _key(store, SIGNING)


def house_key(store: RunStore) -> str:
    """Return the secret part of the server's own link, which makes a browser the house."""
    return _text(_key(store, OF_HOUSE))


def renew_house_key(store: RunStore) -> str:
    """Return a new key; the earlier link, and browsers that opened it, are the house's no more."""
    value = secrets.token_bytes(RANDOM)
    _key(store, OF_HOUSE)
    with store.whole.database.begin() as connection:
        connection.execute(keys.update().where(keys.c.name == OF_HOUSE).values(value=value))
        connection.execute(people.update().values(house=False))
    return _text(value)


def opens_house(store: RunStore, key: str) -> bool:
    """Return whether a key is that of the server's own link."""
    return hmac.compare_digest(house_key(store).encode(), key.encode("utf-8", "replace"))


def make_house(store: RunStore, person: str) -> None:
    """Let a person's browser act as the house from now on."""
    seen(store, person)
    change = people.update().where(people.c.id == person).values(house=True)
    store.whole.database.change(change)


def acts_as(store: RunStore, person: str) -> str:
    """Return on whose behalf a person's browser acts: its own, or that of the house."""
    query = sa.select(people.c.house).where(people.c.id == person)
    return HOUSE if store.whole.database.value(query) else person


def seen(store: RunStore, person: str) -> None:
    """Note that a person is here; at most once in `SEEN_EVERY` seconds it is written."""
    now, database = time.time(), store.whole.database
    last = database.value(sa.select(people.c.seen).where(people.c.id == person))
    if last is not None and now - last < SEEN_EVERY:
        return
    with entered(database, TAKE_TURN) as (connection, _):
        change = people.update().where(people.c.id == person).values(seen=now)
        if not connection.execute(change).rowcount:
            row = {"id": person, "created": now, "seen": now, "house": False}
            connection.execute(people.insert().values(row))


def _key(store: RunStore, name: str) -> bytes:
    """Return a key of the store; one that is missing is made, by one process."""
    query, database = sa.select(keys.c.value).where(keys.c.name == name), store.whole.database
    found = database.value(query)
    if found:
        return bytes(found)
    with entered(database, TAKE_TURN) as (connection, _):
        found = connection.execute(of_house(query)).scalar()
        if not found:
            found = secrets.token_bytes(RANDOM)
            connection.execute(keys.insert().values(name=name, value=found))
    return bytes(found)


def _signature(key: bytes, number: str) -> str:
    signed = hmac.digest(key, f"{VERSION}.{number}".encode("utf-8", "replace"), hashlib.sha256)
    return _text(signed[:SIGNED])


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
