"""Who asks: the house alone at home, or one of the people of a shared server."""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from digitapp.errors import InvalidSetting, StoreProblem
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import people
from digitapp.runs.store import RunStore

SHARED_VARIABLE = "DIGITAPP_SHARED"
ANSWERS = {"": None, "yes": True, "no": False}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
BY_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
COOKIE = "digitapp"
KNOWN_FOR = 5.0  # seconds


def check_setting() -> None:
    """Reject an unknown value of `DIGITAPP_SHARED`.

    Raises:
        InvalidSetting: when it is neither yes nor no.
    """
    text = os.environ.get(SHARED_VARIABLE, "")
    if text not in ANSWERS:
        raise InvalidSetting(f"{SHARED_VARIABLE} is {text!r}; it must be yes or no.")


def is_open(address: str | None) -> bool:
    """Return whether a server at this address can be reached from other machines."""
    try:
        return not ipaddress.ip_address(address or "0.0.0.0").is_loopback
    except ValueError:
        return address != "localhost"


def is_shared(is_open: bool, headers: Mapping[str, str]) -> bool:
    """Return whether a visitor is a person among others, and not the house alone at home.

    `DIGITAPP_SHARED` decides, if it is set. Otherwise a request that a proxy passed on, or that is
    for another name than this machine's own, may come from anybody.

    Args:
        is_open: whether other machines can reach the address that the server listens on.
        headers: of the visitor's request, with names in lower case; empty when there was none.
    """
    told = ANSWERS.get(os.environ.get(SHARED_VARIABLE, ""), True)
    if told is not None:
        return told
    if is_open or any(name in headers for name in BY_PROXIES):
        return True
    return bool(headers) and _name(headers.get("host", "")) not in LOOPBACK


def cookie_name(host: str) -> str:
    """Return the name of the cookie that holds the token; browsers share cookies among ports.

    Args:
        host: the Host header.
    """
    try:
        port = urlsplit(f"//{host}").port
    except ValueError:
        port = None
    return f"{COOKIE}-{port}" if port else COOKIE


def tokens(cookies: str, host: str) -> list[str]:
    """Return what may be tokens of ours in a Cookie header: browsers send other cookies, too.

    Several have the name of ours where other paths or parent domains have set them.

    Args:
        cookies: the header; whatever else is in it, it is passed over.
        host: the Host header.
    """
    wanted = cookie_name(host)
    pairs = (each.partition("=") for each in cookies.split(";"))
    return [value.strip() for name, _, value in pairs if name.strip() == wanted]


def token_among(store: RunStore, found: Sequence[str]) -> str:
    """Return the first token that this store's servers signed; empty when there is none.

    Raises:
        StoreProblem: when the store fails.
    """
    return next((each for each in found if _person(_key(store), each) is not None), "")


def visitor(store: RunStore, token: str) -> str | None:
    """Return on whose behalf a browser acts, and note that it was here; None with a foreign token.

    Args:
        token: what its cookie holds.

    Raises:
        StoreProblem: when the store fails.
    """
    person = _person(_key(store), token)
    if person is None:
        return None

    key = (store.database.url, person, int(time.monotonic() / KNOWN_FOR))
    found = _visitors.of([key])
    if not found:
        found = {key: people.acts_as(store, person)}
        _visitors.keep(found)
        with suppress(StoreProblem):  # a busy store keeps nobody waiting for this
            people.seen(store, person)
    return found[key]


def note_session(session: str, visitor: str | None) -> None:
    """Note on whose behalf a session of this process runs; None for one without a token."""
    _sessions.keep({session: visitor})


def is_anothers(session: str, visitor: str | None) -> bool:
    """Return whether a session of this process is known to be of another visitor than this one."""
    found = _sessions.of([session])
    return bool(found) and found[session] != visitor


def forget() -> None:
    """Look everybody up again: somebody has become the house, or is it no longer."""
    _visitors.clear()


def new_token(store: RunStore) -> str:
    """Return a token for a browser that has none.

    Raises:
        StoreProblem: when the store fails.
    """
    return people.new_token(_key(store))


def _person(key: bytes, token: str) -> str | None:
    """As `people.person_of`; a page asks dozens of times for each answer."""
    found = _tokens.of([(key, token)])
    if found:
        return found[key, token]
    person = people.person_of(key, token)
    if person is not None:  # others may be anything, and as many as anybody likes
        _tokens.keep({(key, token): person})
    return person


def _key(store: RunStore) -> bytes:
    return _keys.get(store.database.url, lambda: people.signing_key(store))


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


_keys: RecentlyUsed[str, bytes] = RecentlyUsed(8)
_visitors: RecentlyUsed[tuple[str, str, int], str] = RecentlyUsed(1_000)
_tokens: RecentlyUsed[tuple[bytes, str], str] = RecentlyUsed(1_000)
_sessions: RecentlyUsed[str, str | None] = RecentlyUsed(5_000)
