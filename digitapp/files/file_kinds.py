"""Identify a file's format by its first bytes, for errors about files of the wrong kind."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

LOOKED_AT = 4096  # bytes at the start
PICTURE_ADVICE = "open it and save it as one of these"


@dataclass(frozen=True)
class Kind:
    """A file format.

    Attributes:
        name: with its article, such as `a PDF document`.
        advice: how to get a picture from it; may be empty.
        read: whether it is a supported picture format, so that an unreadable file is damaged.
        remedy: what to do with it in any case; may be empty.
    """

    name: str
    advice: str = ""
    read: bool = False
    remedy: str = ""


SVG_DRAWING = Kind("an SVG drawing", "export it as one of these")
LFS = Kind(
    "a Git LFS pointer, which only says where the real file is stored",
    remedy="fetch the file with git lfs pull",
)
VIDEO = Kind("a video", "take a screenshot of one frame")
SOUND = Kind("a sound recording")
ARCHIVE = Kind("an archive of files", "unpack it first")
KERAS = Kind("a network in a .keras file", "add it with runs import")
TEXT = Kind("text")
NUMPY_ARRAY = Kind("an array of NumPy (.npy)")
ZEROS = Kind("nothing but zero bytes", remedy="the download or copy failed, so fetch it again")
HEIC, AVIF = Kind("a HEIC picture", read=True), Kind("an AVIF picture", read=True)

SAVE_ARRAYS = "save its arrays with numpy.savez as images and labels"
PICKLE = Kind(
    "pickled Python objects",
    remedy=f"they could run programs, so they are never loaded; {SAVE_ARRAYS}",
)

# Offset, magic bytes, format.
MAGIC: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", Kind("a PNG picture", read=True)),
    (0, b"\xff\xd8\xff", Kind("a JPEG picture", read=True)),
    (0, b"GIF8", Kind("a GIF picture", read=True)),
    (8, b"WEBP", Kind("a WebP picture", read=True)),
    (0, b"II*\x00", Kind("a TIFF picture", read=True)),
    (0, b"MM\x00*", Kind("a TIFF picture", read=True)),
    (0, b"%PDF-", Kind("a PDF document", "save the page as one of these, or take a screenshot")),
    (0, b"%!PS", Kind("a PostScript document", PICTURE_ADVICE)),
    (0, b"\x89HDF\r\n\x1a\n", Kind("an HDF5 file, such as a network in .h5")),
    (0, b"version https://git-lfs", LFS),
    (0, b"8BPS", Kind("a Photoshop picture (PSD)", PICTURE_ADVICE)),
    (0, b"\xff\x0a", Kind("a JPEG XL picture", PICTURE_ADVICE)),
    (4, b"JXL \r\n", Kind("a JPEG XL picture", PICTURE_ADVICE)),
    (4, b"jP  \r\n", Kind("a JPEG 2000 picture", PICTURE_ADVICE)),
    (0, b"\x00\x00\x01\x00", Kind("an icon (ICO)", PICTURE_ADVICE)),
    (0, b"icns", Kind("an icon (ICNS)", PICTURE_ADVICE)),
    (4, b"ftypcrx", Kind("a camera's raw picture", PICTURE_ADVICE)),
    (4, b"ftyp", VIDEO),
    (4, b"moov", VIDEO),
    (4, b"mdat", VIDEO),
    (8, b"AVI ", VIDEO),
    (0, b"\x1aE\xdf\xa3", VIDEO),
    (0, b"\x00\x00\x01\xba", VIDEO),
    (8, b"WAVE", SOUND),
    (0, b"ID3", SOUND),
    (0, b"OggS", SOUND),
    (0, b"fLaC", SOUND),
    (0, b"\x1f\x8b", ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (0, b"Rar!", ARCHIVE),
    (257, b"ustar", ARCHIVE),
    (0, b"BZh", ARCHIVE),
    (0, b"\xfd7zXZ\x00", ARCHIVE),
    (0, b"\x93NUMPY", NUMPY_ARRAY),
    (0, b"MATLAB 5.0 MAT", Kind("a MATLAB file (.mat)", remedy=SAVE_ARRAYS)),
    (0, b"PAR1", Kind("a Parquet table", remedy="save it as CSV, or its pictures in folders")),
    *((0, bytes((0x80, version)), PICKLE) for version in range(2, 6)),
    (0, b"SQLite format 3\x00", Kind("a database (SQLite)")),
    (4, b"TFL3", Kind("a network in TensorFlow Lite")),
    (0, b"\xd0\xcf\x11\xe0", Kind("a document of an office program", "export the picture in it")),
    (0, b"{\\rtf", Kind("a text document (RTF)", "take a screenshot of the picture in it")),
    (0, b"\x7fELF", Kind("a program")),
    (0, b"MZ", Kind("a program")),
    (0, b"BM", Kind("a BMP picture", read=True)),
)
# Those in which datasets come, which may be large; pictures and what is not read may not.
HOLD_DATA = (ARCHIVE, KERAS, TEXT, NUMPY_ARRAY)
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), HEIC),
    **dict.fromkeys((b"avif", b"avis"), AVIF),
}
# Formats inside a zip file, by the start of a member's name.
DOCUMENT_ADVICE = "take a screenshot of the picture in it"
HELD: tuple[tuple[str, Kind], ...] = (
    ("word/", Kind("a Word document", DOCUMENT_ADVICE)),
    ("xl/", Kind("an Excel table", DOCUMENT_ADVICE)),
    ("ppt/", Kind("a PowerPoint presentation", DOCUMENT_ADVICE)),
    ("META-INF/manifest.xml", Kind("an office document", DOCUMENT_ADVICE)),
    ("model.weights.h5", KERAS),
    ("digitapp.json", KERAS),
    ("x_train.npy", Kind("a dataset in an .npz file", "add it with data import")),
)


def mistaken(data: bytes, wanted: str) -> str:
    """Return the message that a file has the wrong format, and what to do.

    Args:
        data: its bytes, at least the first few thousand.
        wanted: the expected format with its article, such as `a .keras file`.

    Returns:
        a sentence without its full stop; empty when the format is unknown.
    """
    kind = kind_of(data)
    if kind is None:
        return ""
    return f"This is {kind.name}, not {wanted}" + (f": {kind.remedy}" if kind.remedy else "")


def kind_of(data: bytes) -> Kind | None:
    """Return a file's format; None when it is unknown."""
    if data[4:8] == b"ftyp" and data[8:12] in BRANDS:
        return _brand(data)
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    for place, magic, kind in MAGIC:
        if data[place : place + len(magic)] == magic:
            return kind
    return _written(data[:LOOKED_AT])


def _brand(data: bytes) -> Kind:
    """Tell HEIC from AVIF: both may begin as `mif1`, but their compatible brands differ."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    others = {data[place : place + 4] for place in range(16, length, 4)}
    both = data[8:12] in (b"mif1", b"msf1")
    return AVIF if both and others & {b"avif", b"avis"} else BRANDS[data[8:12]]


def _zipped(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (OSError, ValueError, LookupError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return ARCHIVE
    held = (kind for start, kind in HELD if any(name.startswith(start) for name in names))
    return next(held, ARCHIVE)


def _written(start: bytes) -> Kind | None:
    """Identify text formats and files of zero bytes; None for anything else."""
    if not start.strip(b"\x00"):
        return ZEROS
    try:
        text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or error.start < len(start) - 4:
            return None
        text = start[: error.start].decode("utf-8", "replace")
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        return None
    if re.search(r"<svg[\s>]", text):
        return SVG_DRAWING
    if re.match(r"\s*(<!doctype html|<html)", text, re.IGNORECASE):
        return Kind("a web page", "save the picture itself, not the page around it")
    return TEXT
