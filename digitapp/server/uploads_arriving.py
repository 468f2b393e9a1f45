"""The body of an upload on its way: looked at as it passes, and ended when it is of no use."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from digitapp.server import metrics
from digitapp.server.logs import log

MEGABYTE = 2**20
FORM = 2**16  # bytes around a file, at most
LONGEST_HEAD = 8192  # bytes of a form before its file
LOOKED_AT = 512  # bytes at the beginning of a file that tell its kind
RESERVED = 10 * MEGABYTE  # bytes of an announced file that count before they have come
SILENCE = 60.0  # seconds without a byte
GRACE, SLOWEST = 10.0, 50_000  # seconds after which so many bytes a second must have come

NO_FORM = "This upload does not begin with a file."
KIND_TOO_LARGE = "This is {kind}: of such files, up to {most} MB are looked at."
TOO_SLOW = "This upload takes too long. Check your network and try again."


@dataclass(eq=False)
class Upload:
    """An upload on its way.

    Attributes:
        session: whose page it is for.
        holder: the browser that the session is of.
        size: bytes that were announced.
        came: bytes that have come.
    """

    session: str
    holder: str
    size: int
    came: int = 0

    @property
    def counted(self) -> int:
        """Bytes that it counts for: all that came, and of what was announced only a little."""
        return max(self.came, min(self.size, RESERVED))


class Looked:
    """The body of an upload: lets it through until its file turns out to be of no use.

    Args:
        check_room: raises when the memory is full; called now and then.
    """

    def __init__(
        self, receive: Receive, upload: Upload, check_room: Callable[[Upload], None]
    ) -> None:
        self._receive, self._upload, self._check_room = receive, upload, check_room
        self._began = time.monotonic()
        self._begun = b""
        self._most: int | None = None  # bytes, once the kind of file is known
        self._kind = ""

    async def receive(self) -> Message:
        """Return the next part.

        Raises:
            HTTPException: when the file may not be uploaded.
        """
        message = await self._in_time()
        body = message.get("body", b"")
        before, self._upload.came = self._upload.came, self._upload.came + len(body)
        if before // RESERVED != self._upload.came // RESERVED:
            self._check_room(self._upload)
        if self._most is None:
            self._begun += body
            self._look(at_end=not message.get("more_body", False))
        if self._most is not None and self._upload.came > self._most + FORM:
            told = KIND_TOO_LARGE.format(kind=self._kind, most=self._most // MEGABYTE)
            raise noted(HTTPException(413, told))
        return message

    async def _in_time(self) -> Message:
        """Return the next part, unless it or all of them take too long."""
        seconds = time.monotonic() - self._began - GRACE
        if seconds > 0 and self._upload.came < seconds * SLOWEST:
            raise noted(HTTPException(408, TOO_SLOW))
        try:
            return await asyncio.wait_for(self._receive(), SILENCE)
        except TimeoutError:
            raise noted(HTTPException(408, TOO_SLOW)) from None

    def _look(self, at_end: bool) -> None:
        """Find out the kind of file as soon as enough of it is there."""
        _, blank, content = self._begun.partition(b"\r\n\r\n")
        if not blank:
            if at_end or len(self._begun) > LONGEST_HEAD:
                raise noted(HTTPException(400, NO_FORM))
            return
        if len(content) < LOOKED_AT and not at_end:
            return
        self._kind, self._most = largest(content[:LOOKED_AT])
        self._begun = b""


def largest(start: bytes) -> tuple[str, int]:
    """Return what a file is, and how many bytes of such files are looked at.

    What no page reads may be as large as a picture: then the page says what it is.

    Args:
        start: its first bytes.
    """
    from digitapp.drawing.pictures import MAX_FILE_MEGABYTES
    from digitapp.files import file_kinds

    kind = file_kinds.kind_of(start)
    many = most_megabytes() * MEGABYTE
    if kind is None:
        return "a file of an unknown kind", many  # idx files, for instance
    return kind.name, many if kind in file_kinds.HOLD_DATA else MAX_FILE_MEGABYTES * MEGABYTE


def most_megabytes() -> int:
    """Return the megabytes of the largest file that any page takes."""
    return int(st.get_option("server.maxUploadSize"))


def noted(error: HTTPException) -> HTTPException:
    """Count and log a refusal; return it."""
    metrics.REFUSED.labels("upload").inc()
    log("upload refused", "warning", status=error.status_code, message=error.detail)
    return error
