"""The files of the live part: JavaScript modules, their style, and the vendored runtime.

They are served below an address with a digest of all of them, so that browsers may keep them for
ever; relative imports between them stay within it.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",
}
DIGEST_BYTES = 12


ALL = "js/all.js"
EXAMPLES, EXAMPLES_FOLDER = "js/examples.js", "js/examples/"
INSIDE = "inside.css"
PARTS_FOLDER = "css"
INSIDE_PARTS = (  # in the order of the cascade: later ones override earlier ones
    *("page", "words", "epochs", "samples", "map", "highlight", "buttons", "movement"),
    *("changes", "node", "node_inputs", "node_patch", "node_softmax", "node_change", "why"),
)
WORKER = "_worker.js"  # the end of the names of scripts that are no modules


@functools.cache
def files() -> dict[str, bytes]:
    """Return the content of each file by its path below `digitapp/live`, such as `js/main.js`.

    One more, `js/all.js`, is `main.js` for the browser: it imports all modules, so that they are
    fetched at once, not one chain of imports after the other. Workers are not for the page, and
    the modules of the page on which examples are drawn have an `examples.js` of their own. The
    style of the Inside page, `inside.css`, is made of the style sheets of its parts.
    """
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in CONTENT_TYPES)
    all_files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}
    styles = [all_files.pop(f"{PARTS_FOLDER}/{part}.css") for part in INSIDE_PARTS]
    found = all_files | {INSIDE: b"\n".join(styles)}
    modules = [
        name.removeprefix("js/")
        for name in found
        if name.startswith("js/") and not name.endswith(WORKER)
    ]
    drawn = EXAMPLES_FOLDER.removeprefix("js/")
    others = [name for name in modules if not name.startswith(drawn)]
    own = [name for name in modules if name.startswith(drawn)]
    return found | {
        ALL: _importing(others, "main.js"),
        EXAMPLES: _importing(own, f"{drawn}main.js"),
    }


def _importing(modules: Iterable[str], main: str) -> bytes:
    """Return a script of the folder `js` that imports modules, and exports what `main` does."""
    imports = "".join(f'import "./{name}";\n' for name in modules)
    return f'{imports}export * from "./{main}";\n'.encode()


@functools.cache
def gzipped(path: str) -> bytes:
    """Return the content of one of the files, compressed by gzip."""
    return gzip.compress(files()[path], mtime=0)


def content_type(path: str) -> str:
    """Return the MIME type of one of the files."""
    return CONTENT_TYPES[Path(path).suffix]


@functools.cache
def digest() -> str:
    """Return a digest of all files, their names included: 24 hexadecimal digits."""
    told = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for name, content in files().items():
        told.update(f"{name} {len(content)}\n".encode() + content)
    return told.hexdigest()


def address(path: str) -> str:
    """Return the address of one of the files, relative to the app's base URL."""
    return f"live/code/{digest()}/{path}"
