"""Extract the members of an untrusted `.keras` (zip) file, with limits on count and size."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile
from digitapp.files import sizes
from digitapp.files.file_kinds import mistaken
from digitapp.training.architectures import MOST_PARAMETERS

MEMBER = "digitapp.json"  # Keras ignores members that it does not know
WEIGHTS = "digitapp.npz"
EPOCHS = "digitapp-epochs.npz"  # may be missing, like the next one
STROKE_READER = "digitapp-strokes.onnx"
KERAS_WEIGHTS = "model.weights.h5"  # never read here

LARGEST_WEIGHTS = 4 * MOST_PARAMETERS // 2**20 + 4  # MB: float32 weights, and room for the rest
MOST_MEGABYTES = 2 * LARGEST_WEIGHTS + 4  # it holds the weights twice
LARGEST_MEMBERS = {
    MEMBER: 2 * 2**20,
    WEIGHTS: LARGEST_WEIGHTS * 2**20,
    EPOCHS: 32 * 2**20,
    STROKE_READER: 4 * 2**20,
}
MOST_MEMBERS = 20
# The end record of a zip file without a comment: a signature, numbers of disks and members, the
# size of the list of members (the central directory) and its offset.
END, END_SIZE, LIST_SIZE_AT = b"PK\x05\x06", 22, 12
LONGEST_LIST = 4096
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

NO_KERAS_FILE = "This is not a .keras file, or it is incomplete."
FOREIGN = (
    "This .keras file does not say how its network was trained, so it cannot be rebuilt. Only "
    "networks exported by digitapp can be imported: there, on the Runs page, choose the run and "
    "export it as .keras."
)
PACKED = "This is a zip with a .keras file in it: unpack it, and bring in the .keras file."
OLDER_FORMAT = (
    f"This file holds no {WEIGHTS}: an older version of digitapp has exported it. Open the store "
    "in which the run is with this version, and export the run again."
)


class Members(NamedTuple):
    """The contents of the members that digitapp adds, not validated; None for a missing one.

    Attributes:
        told: `digitapp.json`, the run's description.
        weights: `digitapp.npz`.
        epochs: `digitapp-epochs.npz`, the weights after its epochs.
        strokes: `digitapp-strokes.onnx`, the stroke reader beside the network.
    """

    told: bytes
    weights: bytes
    epochs: bytes | None
    strokes: bytes | None


def members(data: bytes) -> Members:
    """Extract a run's description, its weights, those after its epochs, and its stroke reader.

    Raises:
        BadFile: if the file is too large, damaged, or not a `.keras` file exported by digitapp.
    """
    if len(data) > MOST_MEGABYTES * 2**20:
        raise too_large(len(data))
    size = list_size(data)
    if size is None:
        known = "" if data.startswith(b"PK") else mistaken(data, "a .keras file")
        raise BadFile(f"{known}." if known else NO_KERAS_FILE)
    if size > LONGEST_LIST:
        raise BadFile(f"This file holds too many parts; at most {MOST_MEMBERS} are allowed.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_names(archive.namelist())
            told, weights = (_member(archive, name) for name in (MEMBER, WEIGHTS))
            there = archive.namelist()
            optional = (EPOCHS, STROKE_READER)
            return Members(
                told, weights, *(_member(archive, e) if e in there else None for e in optional)
            )
    except DAMAGE:
        raise BadFile(NO_KERAS_FILE) from None


def too_large(size: int) -> BadFile:
    """Return the error for a file of `size` bytes."""
    found = sizes.megabytes(size, MOST_MEGABYTES)
    return BadFile(f"The file has {found} MB; at most {MOST_MEGABYTES} are allowed.")


def list_size(data: bytes) -> int | None:
    """Return the size in bytes of a zip file's list of members; None if it is not a zip file.

    Parsing a long list would exhaust the memory before its members could be counted.
    """
    end = data[-END_SIZE:]
    if len(end) < END_SIZE or not end.startswith(END):
        return None
    return int.from_bytes(end[LIST_SIZE_AT : LIST_SIZE_AT + 4], "little")


def _check_names(names: list[str]) -> None:
    if len(names) > MOST_MEMBERS:
        raise BadFile(f"This file holds {len(names)} parts; at most {MOST_MEMBERS} are allowed.")
    if len(set(names)) < len(names):
        raise BadFile("This file holds two parts of the same name; it was tampered with.")
    if MEMBER not in names and any(name.endswith(".keras") for name in names):
        raise BadFile(PACKED)
    if MEMBER not in names:
        raise BadFile(FOREIGN if KERAS_WEIGHTS in names else NO_KERAS_FILE)
    if WEIGHTS not in names:
        raise BadFile(OLDER_FORMAT)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    most = LARGEST_MEMBERS[name] // 2**20
    if info.file_size > LARGEST_MEMBERS[name]:
        raise BadFile(
            f"{name} in this file is {sizes.megabytes(info.file_size, most)} MB when unpacked; "
            f"at most {most} MB are allowed."
        )
    if info.compress_type not in METHODS:
        raise BadFile(f"{name} in this file is compressed in a way that Keras does not use.")
    with archive.open(info) as part:
        return part.read(info.file_size)
