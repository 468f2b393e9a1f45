"""Structured logs: one JSON object a line, for whoever runs a server for a school.

The environment variable DIGITAPP_LOGS=json turns them on. They say what happened, when, how long it
took and to which browser, told apart by a few signs that lead back to nobody. Drawings, nicknames,
names of files and runs, and what stands in an address behind `?` are never written.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from digitapp.errors import InvalidSetting

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

VARIABLE = "DIGITAPP_LOGS"
OFF, JSON = "off", "json"
SIGNS = 8  # hexadecimal digits that tell browsers apart in a log
LONGEST = 500  # characters of a message

Value = str | int | float | bool | None


def wanted() -> bool:
    """Whether structured logs are to be written.

    Raises:
        InvalidSetting: when the environment variable has another value than `json` or `off`.
    """
    chosen = os.environ.get(VARIABLE, OFF).strip().lower() or OFF
    if chosen not in (OFF, JSON):
        raise InvalidSetting(f"{VARIABLE} is {chosen!r}. It may be {JSON} or {OFF}.")
    return chosen == JSON


def log(event: str, level: str = "info", **values: Value) -> None:
    """Write one line, if logs are wanted.

    Args:
        event: what happened, in a word or two, such as `request`.
        level: info, warning or error.
        values: more about it; those that are None are left out.
    """
    if _on:
        _write(event, level, values)


def browser_signs(connection: HTTPConnection) -> str | None:
    """Return a few signs that are the same for each request of one browser, or None.

    They are of a digest of its identity cookie, which cannot be found out from them.
    """
    from digitapp.runs import visitors

    headers = connection.headers
    found = visitors.tokens(headers.get("cookie", ""), headers.get("host", ""))
    return hashlib.sha256(found[0].encode()).hexdigest()[:SIGNS] if found else None


def are_on() -> bool:
    """Whether logs are being written."""
    return _on


def start() -> None:
    """Begin to write logs, those of libraries too, if they are wanted.

    Raises:
        InvalidSetting: as `wanted`.
    """
    global _on  # noqa: PLW0603 - a process has one standard error stream
    _on = wanted()
    if not _on:
        return
    handler = _Handler()
    for name in ("", *logging.root.manager.loggerDict):
        each = logging.getLogger(name)
        if each.handlers:  # those without keep silent, such as Uvicorn's log of whole addresses
            each.handlers.clear()
            each.propagate = True
    logging.root.addHandler(handler)


def _write(event: str, level: str, values: dict[str, Value]) -> None:
    _print(_line(time.time(), event, level, values))


def _print(line: str) -> None:
    with suppress(OSError, ValueError):  # a log that cannot be written must not end a lesson
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _line(seconds: float, event: str, level: str, values: dict[str, Value]) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    told = {
        "time": f"{stamp}.{int(seconds % 1 * 1000):03}Z",
        "level": level,
        "event": event,
        "process": os.getpid(),
        **{name: _short(value) for name, value in values.items() if value is not None},
    }
    return json.dumps(told, ensure_ascii=True, allow_nan=False)


def _short(value: Value) -> Value:
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]} ..."
    return value


class _Handler(logging.Handler):
    """Writes what libraries log in the same form; their tracebacks are in the error log."""

    def emit(self, record: logging.LogRecord) -> None:
        values: dict[str, Value] = {"logger": record.name, "message": record.getMessage()}
        _print(_line(record.created, "log", record.levelname.lower(), values))


_on = False
