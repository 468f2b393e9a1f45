"""Standard streams: unencodable characters, missing streams, output that cannot be written."""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import sys
from contextlib import suppress

from digitapp.text.escaping import plain

# For encodings with few characters, such as those of Windows. Others are written as escapes.
REPLACEMENTS = {
    "\N{BLACK STAR}": "*",
    "\N{BOX DRAWINGS HEAVY HORIZONTAL}": "=",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{EN DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
}
REPLACING = "digitapp-alike"
STDIN, STDOUT, STDERR = range(3)
OUTPUT_FAILS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


def prepare() -> None:
    """Make the standard streams accept any text, and reserve their file descriptors.

    If a program is started without one of them, the first file it opens gets the free
    descriptor: printed text would then be written into the store.
    """
    codecs.register_error(REPLACING, _alike)
    for number, how in ((STDIN, os.O_RDONLY), (STDOUT, os.O_RDONLY), (STDERR, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, how)  # gets the lowest free descriptor: this one
    if sys.stdout is None:  # writing to it fails, as it should: nobody would see the output
        sys.stdout = io.TextIOWrapper(io.FileIO(STDOUT, "w", closefd=False), "utf-8")
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(STDERR, "w", closefd=False), "utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=REPLACING)


def tell(sentence: str, as_json: bool = False, **more: str | int) -> None:
    """Print an error message to the standard error stream, if there is one.

    Args:
        more: further keys for the JSON object.
    """
    text = json.dumps({**more, "error": sentence}) if as_json else plain(sentence)
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def progress(line: str) -> None:
    """Print what a long command is doing to the standard error stream, if there is one."""
    with suppress(OSError):  # failing to print must not end the work
        print(plain(line), file=sys.stderr, flush=True)


def output_failed(error: OSError) -> bool:
    """Return whether our own output could not be written; an error of a file names the file."""
    return error.filename is None and error.errno in OUTPUT_FAILS


def abandon_output() -> None:
    """Discard what is still to be printed, so that Python does not complain at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(REPLACEMENTS.get(sign) or ascii(sign)[1:-1] for sign in signs), error.end
