"""Files given in place of pictures are named by their content, whatever their extension."""

import gzip
import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from digitapp.data.array_files import read_arrays
from digitapp.drawing.pictures import FORMATS, FORMATS_IN_WORDS, read_bytes
from digitapp.errors import BadFile, BadPicture
from digitapp.files.file_kinds import kind_of
from digitapp.files.sizes import megabytes
from digitapp.takehome.bundle.archive import members


def _zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "something")
    return data.getvalue()


def _box(brand: bytes, *others: bytes) -> bytes:
    brands = b"".join(others)
    head = (16 + len(brands)).to_bytes(4, "big") + b"ftyp" + brand + bytes(4)
    return head + brands + bytes(200)


def _picture(form: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(data, form)
    return data.getvalue()


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'

OTHERS: dict[str, tuple[bytes, str]] = {
    "PDF": (b"%PDF-1.7\n" + bytes(500), r"a PDF document.*screenshot"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(500), r"an HDF5 file, such as a network in \.h5"),
    "LFS": (LFS, r"a Git LFS pointer.*git lfs pull"),
    "SVG": (SVG, r"an SVG drawing.*export it"),
    "bare SVG": (SVG.partition(b"\n")[2], r"an SVG drawing"),
    "HTML": (b"<!DOCTYPE html><html><body>404</body></html>", r"a web page.*the picture itself"),
    "text": (b"Dear teacher,\n", r"This is text,"),
    "text of Windows": ("sieben".encode("utf-16"), r"This is text,"),
    "cut in a letter": (b"x" * 4095 + "ä".encode() + b"more", r"This is text,"),
    "zip": (_zipped("a.png", "b.png"), r"an archive of files.*unpack it"),
    "cut zip": (_zipped("word/document.xml")[:50], r"an archive of files"),
    "docx": (_zipped("[Content_Types].xml", "word/document.xml"), r"a Word document.*screenshot"),
    "xlsx": (_zipped("xl/workbook.xml"), r"an Excel table"),
    "odt": (_zipped("mimetype", "META-INF/manifest.xml"), r"an office document"),
    "keras": (_zipped("config.json", "model.weights.h5"), r"a network in a \.keras file.*import"),
    "npz": (_zipped("x_train.npy", "y_train.npy"), r"a dataset in an \.npz file.*data import"),
    "gzip": (gzip.compress(b"something"), r"an archive of files"),
    "MP4": (_box(b"isom", b"mp41"), r"a video.*screenshot of one frame"),
    "MOV": (_box(b"qt  "), r"a video"),
    "WebM": (b"\x1aE\xdf\xa3" + bytes(99), r"a video"),
    "PSD": (b"8BPS\x00\x01" + bytes(99), r"a Photoshop picture.*save it as one of these"),
    "JPEG XL": (b"\xff\x0a" + bytes(99), r"a JPEG XL picture"),
    "zeros": (bytes(1000), r"nothing but zero bytes.*fetch it again"),
    "unknown": (b"\x07\xfe\x80\x81" * 50, r"This is not a picture; it must be PNG"),
}
READ = [form for form in FORMATS if form != "HEIF"]  # which nothing here can write


@pytest.mark.parametrize("other", OTHERS)
def test_the_message_says_what_it_is_and_what_to_do(other: str) -> None:
    data, said = OTHERS[other]
    with pytest.raises(BadPicture, match=said) as caught:
        read_bytes(data)
    assert FORMATS_IN_WORDS in str(caught.value)
    assert re.fullmatch(r"[A-Z].*[^.]\.", str(caught.value))


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("kept", [16, 20])
def test_a_picture_of_which_hardly_anything_is_left_is_still_called_by_its_name(
    form: str, kept: int
) -> None:
    with pytest.raises(BadPicture, match=r"damaged or cut short"):
        read_bytes(_picture(form)[:kept])
    kind = kind_of(_picture(form)[:kept])
    assert kind is not None
    assert form.lower() in kind.name.lower()


@pytest.mark.parametrize(
    ("brand", "others", "name"),
    [
        (b"heic", (b"mif1",), "HEIC"),
        (b"mif1", (b"heic",), "HEIC"),
        (b"mif1", (b"miaf", b"avif"), "AVIF"),
        (b"avif", (), "AVIF"),
    ],
)
def test_heic_and_avif_are_told_apart(brand: bytes, others: tuple[bytes, ...], name: str) -> None:
    with pytest.raises(BadPicture, match=rf"This is an? {name} picture, but it is damaged"):
        read_bytes(_box(brand, *others))


@pytest.mark.parametrize("extra", [1, 1000, 2**20 // 2, 2**20, 30 * 2**20])
def test_a_size_over_a_limit_never_reads_like_the_limit(extra: int) -> None:
    found = megabytes(20 * 2**20 + extra, 20)
    assert float(found) > 20
    assert len(found) <= len("20.000001")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            OTHERS["LFS"][0],
            r"This is a Git LFS pointer.*, not a \.keras file: fetch .* git lfs pull\.",
        ),
        (
            OTHERS["HDF5"][0],
            r"This is an HDF5 file, such as a network in \.h5, not a \.keras file\.",
        ),
        (OTHERS["PDF"][0], r"This is a PDF document, not a \.keras file\."),
        (OTHERS["unknown"][0], r"This is not a \.keras file, or it is incomplete\."),
    ],
)
def test_in_a_runs_place_it_is_called_by_its_name_too(data: bytes, said: str) -> None:
    with pytest.raises(BadFile) as caught:
        members(data)
    assert re.fullmatch(said, str(caught.value))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            "LFS",
            r"This is a Git LFS pointer.*, not an \.npz file: fetch the file with git lfs pull",
        ),
        ("text", r"This is text, not an \.npz file"),
        ("unknown", r"it is not an \.npz file"),
    ],
)
def test_in_a_data_sets_place_it_is_called_by_its_name_too(
    other: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(OTHERS[other][0])
    with pytest.raises(BadFile, match=rf"not an archive of x_train \({said}\)\.$"):
        read_arrays(path, ["x_train"])
