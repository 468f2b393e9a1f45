"""The file that holds all of a room: a ZIP archive with the rows of its tables.

`room.json` says what it is; each table has the lines of `<table>.jsonl`, a JSON object a row. Bytes
are base64 text in the row, or, if there are many, in a file of their own that the row names.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import sqlalchemy as sa

from digitapp.errors import BadFile
from digitapp.runs import tables

FORMAT = 1
ABOUT, SIGNATURE = "room.json", "signature"
INLINE = 65_536  # bytes; more have a file of their own
MOST_MEGABYTES = 300  # of a file, as the app takes it in a browser
# In bytes, unpacked: the lines of a table, those of a network or an imported dataset, of a drawing,
# and all.
LARGEST_TABLE, LARGEST_BYTES, LARGEST_DRAWING = 50_000_000, 100_000_000, 400_000
LARGEST = 1_000_000_000
OF_ROOM = (tables.members, tables.sent_drawings)
OF_DATASETS = (tables.datasets, tables.dataset_facts, tables.fingerprints, tables.examples)
OF_RUNS = (tables.epochs, tables.points, tables.scores, tables.blobs)
ALL = (*OF_ROOM, *OF_DATASETS, tables.runs, *OF_RUNS)
NOT_OURS = "{}: this is not a file of a room. “Take home” on the page Room makes them."

Row = dict[str, Any]
MOST_ROWS = {
    **{"members": 300, "sent_drawings": 2_000, "datasets": 20, "dataset_facts": 20},
    **{"fingerprints": 20, "examples": 100_000, "runs": 2_000, "epochs": 200_000},
    **{"points": 400_000, "scores": 10_000, "blobs": 50_000},
}
_UNZIPPING = (
    *(KeyError, OSError, ValueError, RuntimeError, EOFError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)
_KINDS = {sa.Integer: (int,), sa.Float: (int, float), sa.Text: (str,), sa.Boolean: (bool,)}


class NewArchive:
    """A room's file that is written; it is signed at its end by the store that it is of.

    Args:
        key: that signs; from `people.signing_key`.
    """

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._key, self._digests = key, dict[str, str]()

    def put(self, place: str, data: bytes) -> None:
        """Write an entry."""
        self._zip.writestr(place, data)
        self._digests[place] = hashlib.sha256(data).hexdigest()

    def put_rows(self, table: sa.Table, found: Iterable[sa.Row[Any]]) -> int:
        """Write the rows of a table; return how many they are."""
        lines = []
        for number, row in enumerate(found):
            cells: Row = {}
            for name, value in row._mapping.items():
                if isinstance(value, bytes) and len(value) > INLINE:
                    cells[name] = {"file": f"{table.name}/{number}"}
                    self.put(f"{table.name}/{number}", value)
                else:
                    cells[name] = _inline(value) if isinstance(value, bytes) else value
            lines.append(json.dumps(cells, separators=(",", ":")))
        self.put(f"{table.name}.jsonl", "\n".join(lines).encode())
        return len(lines)

    def close(self) -> None:
        """Sign the file and end it."""
        self._zip.writestr(SIGNATURE, _signature(self._key, self._digests))
        self._zip.close()


def _signature(key: bytes, digests: Mapping[str, str]) -> str:
    said = json.dumps(sorted(digests.items())).encode()
    return hmac.digest(key, b"room " + said, hashlib.sha256).hex()


def _inline(value: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode("ascii")}


class Archive:
    """A room's file that is read. It is checked as it is read, and may come from anybody.

    Args:
        name: of the file, for messages.

    Raises:
        BadFile: from each method, when it is damaged, too large or another kind of file.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name, self._taken = name, set[str]()
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError):
            raise BadFile(NOT_OURS.format(name)) from None
        if self.size > LARGEST:
            raise BadFile(f"{name}: unpacked, it has more than {LARGEST // 10**6:,} MB.")

    def about(self) -> Mapping[str, Any]:
        """Return what the file says of the room: `code`, `name` and `created`."""
        found = self._json(self._read(ABOUT, LARGEST_TABLE))
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise BadFile(NOT_OURS.format(self._name))
        texts = all(isinstance(found.get(each), str) for each in ("code", "name"))
        if not texts or not isinstance(found.get("created"), int | float):
            raise self._damaged(ABOUT)
        return found

    @property
    def size(self) -> int:
        """The bytes of all its parts."""
        return sum(each.file_size for each in self._zip.infolist())

    def is_signed(self, key: bytes) -> bool:
        """Whether the file was written by the store of this key, and not changed since."""
        names = self._zip.namelist()
        if SIGNATURE not in names or len({*names}) < len(names):
            return False
        told = self._read(SIGNATURE, INLINE)
        digests = {
            name: hashlib.sha256(self._read(name, LARGEST_BYTES)).hexdigest()
            for name in names
            if name != SIGNATURE
        }
        return hmac.compare_digest(_signature(key, digests).encode(), told)

    def rows(self, table: sa.Table) -> Iterator[Row]:
        """Yield a table's rows; each has all columns of it, with values of the right types."""
        self._taken = set[str]()
        lines = self._read(f"{table.name}.jsonl", LARGEST_TABLE).splitlines()
        if len(lines) > MOST_ROWS[table.name]:
            raise BadFile(f"{self._name}: {len(lines):,} {table.name} are more than a room has.")
        for line in lines:
            found = self._json(line)
            if not isinstance(found, dict) or {*found} != {column.name for column in table.c}:
                raise self._damaged(table.name)
            yield {column.name: self._cell(column, found[column.name]) for column in table.c}

    def _cell(self, column: sa.Column[Any], value: Any) -> Any:
        if value is None and column.nullable:
            return None
        if isinstance(column.type, tables.Bytes):
            return self._bytes(column, value)
        kinds = next(kinds for kind, kinds in _KINDS.items() if isinstance(column.type, kind))
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds != (bool,)):
            raise self._damaged(f"{column.table.name}.{column.name}")
        if isinstance(value, int) and abs(value) >= 2**31:
            raise self._damaged(f"{column.table.name}.{column.name}")
        return value

    def _bytes(self, column: sa.Column[Any], value: Any) -> bytes:
        text = value.get("base64") if isinstance(value, dict) else None
        place = value.get("file") if isinstance(value, dict) else None
        if isinstance(place, str) and place not in self._taken:
            self._taken.add(place)  # once: a small file would otherwise fill the memory
            large = column.table in (tables.blobs, tables.datasets)
            return self._read(place, LARGEST_BYTES if large else LARGEST_DRAWING)
        try:
            if not isinstance(text, str):
                raise binascii.Error
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self._damaged(f"{column.table.name}.{column.name}") from None

    def _read(self, place: str, largest: int) -> bytes:
        try:
            info = self._zip.getinfo(place)
            if info.file_size > largest:
                raise self._damaged(place)
            return self._zip.read(info)
        except _UNZIPPING:
            raise self._damaged(place) from None

    def _json(self, text: bytes) -> Any:
        try:
            return json.loads(text, parse_constant=_infinity)
        except (ValueError, RecursionError):
            raise self._damaged(ABOUT) from None

    def _damaged(self, what: str) -> BadFile:
        return BadFile(f"{self._name}: the file is damaged, or of another version ({what[:60]}).")


def _infinity(text: str) -> float:
    """Return a number that JSON does not have; NaN is none that a store keeps."""
    if text == "NaN":
        raise ValueError(text)
    return float(text)
