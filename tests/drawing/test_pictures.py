"""Pictures from strangers: opened the same from any format, or rejected with a sentence."""

import base64
import io
import random
import re
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing.picture_headers import MIN_SIDE
from digitapp.drawing.pictures import (
    FORMATS,
    FORMATS_IN_WORDS,
    MAX_FILE_MEGABYTES,
    WORKING_SIDE,
    flattened,
    read_bytes,
    read_file,
    read_stream,
)
from digitapp.errors import BadPicture

MODES: dict[str, tuple[str, ...]] = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "BMP": ("1", "L", "P", "RGB"),
    "GIF": ("1", "L", "P", "RGB", "RGBA"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "LAB", "I;16", "I", "F"),
    "AVIF": ("L", "LA", "P", "RGB", "RGBA"),
}
# The page as an iPhone would encode it; the library that reads HEIC here cannot write it.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAD0AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34"
    "+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5"
    "uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA"
    "AAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAA"
    "AAAAAAEAAQWBAgMFhAAAAEVtZGF0AAAAOSgBrwngJBOejv3tELR/oRN3g3X01fTxbsq+Hj7//8ePuJt+AAMigANT"
    "ttZydtyKxd+NkKn5z4K+/w=="
)
SPECIAL: list[tuple[str, str, dict[str, Any]]] = [
    *(("TIFF", "L", {"compression": each}) for each in ("tiff_lzw", "packbits", "jpeg")),
    ("TIFF", "1", {"compression": "group4"}),
    ("JPEG", "RGB", {"progressive": True}),
    ("MPO", "RGB", {"save_all": True, "append_images": [Image.new("RGB", (64, 48))]}),
]
FILES = [*((form, mode, {}) for form, modes in MODES.items() for mode in modes), *SPECIAL]
TURNS = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(np.transpose(stored), 2),
    8: lambda stored: np.rot90(stored, 1),
}
SEE_THROUGH = ("PNG", "WEBP", "GIF", "TIFF")
SENTENCE = r"[A-Z].*\."


def _page() -> Image.Image:
    """A 64x48 light page with a dark rectangle on the left."""
    page = Image.new("L", (64, 48), 240)
    page.paste(16, (8, 8, 24, 40))
    return page


def _converted(mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(_page()).astype(np.uint16) * 257)
    if mode == "LAB":
        neutral = Image.new("L", _page().size, 128)
        return Image.merge("LAB", (_page(), neutral, neutral))
    return _page().convert(mode, dither=Image.Dither.NONE)


def _saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def _grey(picture: Image.Image) -> NDArray[np.int16]:
    assert picture.mode in ("L", "RGB")
    return np.asarray(picture.convert("L"), dtype=np.int16)


def _looks_like_the_page(picture: Image.Image) -> bool:
    grey = _grey(picture)
    assert grey.shape == (48, 64)
    return bool(grey[10:38, 10:22].max() < 60 and grey[:, 30:].min() > 195)


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif.update({0x010F: "Cam", 0x0112: orientation, 0x011A: 72.0})
    return exif.tobytes()


def _png(width: int, height: int) -> bytes:
    """A PNG that claims a size, and holds only the start of one row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def _animation(frames: int) -> bytes:
    """A GIF of the page, followed only by repetitions of its negative."""
    negative = _page().point(lambda value: 255 - value)
    two = _saved(_page(), "GIF", save_all=True, append_images=[negative], duration=20)
    last = two[two.rindex(b"\x21\xf9") : -1]
    return two[:-1] + last * (frames - 2) + two[-1:]


def _runs(width: int, height: int) -> bytes:
    """A run-length encoded BMP: all paper."""
    row = b"\xff\xff" * (width // 255) + bytes((width % 255, 255)) + b"\x00\x00"
    pixels = row * height + b"\x00\x01"
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(pixels), 0, 0, 256, 0)
    start = 14 + len(head) + 1024
    colours = b"".join(bytes((grey, grey, grey, 0)) for grey in range(256))
    return struct.pack("<2sIHHI", b"BM", start + len(pixels), 0, 0, start) + head + colours + pixels


def _parts(form: str) -> bytes:
    """A picture with very many empty chunks before its pixels, or with very many strips."""
    data, many = _saved(_page(), form), 30_000
    if form == "TIFF":
        return data.replace(struct.pack("<HHI", 273, 4, 1), struct.pack("<HHI", 273, 4, many))
    place = {"PNG": 33, "JPEG": 2, "GIF": data.find(b"\x2c")}[form]
    empty = struct.pack(">I4sI", 0, b"abCd", zlib.crc32(b"abCd"))
    part = {"PNG": empty, "JPEG": b"\xff\xe5\x00\x02", "GIF": b"\x21\xfe\x01 \x00"}[form]
    return data[:place] + many * part + data[place:]


def _passes() -> bytes:
    """A progressive JPEG with very many scans."""
    data = _saved(_page(), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    before = data.count(b"\xff\xda")
    return data[:-2] + (141 - before) * last + data[-2:]


def _corrupted(seed: int) -> bytes:
    chance = random.Random(seed)
    data = bytearray(chance.choice(VALID))
    if chance.random() < 0.2:
        del data[chance.randrange(1, len(data)) :]
    reach = min(len(data), chance.choice((64, 1_000_000)))
    for _ in range(chance.choice((1, 2, 5, 30))):
        data[chance.randrange(reach)] = chance.randrange(256)
    return bytes(data)


def _outcome(data: bytes) -> str:
    """Return the reason for rejection, or `a picture`."""
    try:
        picture = read_bytes(data)
    except BadPicture as error:
        return str(error)
    return "a picture" if max(_grey(picture).shape) <= WORKING_SIDE else "too large"


NOISE = _saved(Image.effect_noise((400, 400), 99), "PNG")
VALID = [_saved(_converted(mode), form, **options) for form, mode, options in FILES]
VALID.append(_saved(_page(), "JPEG", exif=_exif(6)))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_tested_and_told(form: str) -> None:
    assert form in (*MODES, "HEIF")
    assert form.lower().replace("heif", "heic") in FORMATS_IN_WORDS.lower()


def test_a_picture_of_an_iphone_reads_the_same() -> None:
    assert _looks_like_the_page(read_bytes(HEIC))


@pytest.mark.parametrize(("form", "mode", "options"), FILES, ids=lambda value: str(value)[:30])
def test_every_format_and_mode_reads_the_same(
    form: str, mode: str, options: dict[str, Any]
) -> None:
    assert _looks_like_the_page(read_bytes(_saved(_converted(mode), form, **options)))


@pytest.mark.parametrize("mode", ["PA", "RGBa", "RGBX", "YCbCr", "HSV"])
def test_modes_that_only_programs_make_are_flattened_too(mode: str) -> None:
    whole = _page().convert("P" if mode == "PA" else "RGBA" if mode == "RGBa" else "RGB")
    assert _looks_like_the_page(flattened(whole.convert(mode)))


@pytest.mark.parametrize(("white", "grey"), [(1, 255), (255, 255), (4095, 15), (65535, 255)])
def test_sixteen_bits_are_scaled_by_the_range_they_are_in(white: int, grey: int) -> None:
    values = np.full((20, 20), white, dtype=np.uint16)
    values[5:15, 5:15] = 0
    found = _grey(read_bytes(_saved(Image.fromarray(values), "PNG")))
    assert (found[10, 10], found[0, 0]) == (0, grey)


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "LA"), ("PNG", "P"), ("TIFF", "LA"), *((form, "RGBA") for form in SEE_THROUGH)],
)
def test_transparency_is_paper_that_the_ink_stands_out_from(form: str, mode: str, ink: int) -> None:
    picture = Image.new("RGBA", (64, 48), (ink, ink, ink, 0))
    picture.paste((ink, ink, ink, 255), (8, 8, 24, 40))
    changed = picture.quantize(4) if mode == "P" else picture.convert(mode)
    grey = _grey(read_bytes(_saved(changed, form)))
    assert (grey[20, 16], grey[20, 50]) == (ink, 255 - ink)


@pytest.mark.parametrize(
    ("mode", "clear", "ink"), [("L", 10, 0), ("RGB", (9, 9, 9), (0, 0, 0)), ("L", 250, 255)]
)
def test_a_shade_that_is_declared_transparent_is_paper(mode: str, clear: Any, ink: Any) -> None:
    picture = Image.new(mode, (64, 48), clear)
    picture.paste(ink, (8, 8, 24, 40))
    grey = _grey(read_bytes(_saved(picture, "PNG", transparency=clear)))
    assert abs(grey[20, 16] - grey[20, 50]) > 200


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_picture_is_turned_as_the_camera_was_held(form: str, orientation: int) -> None:
    stored = Image.new("L", (64, 48), 240)
    stored.paste(16, (0, 0, 32, 16))
    options: dict[str, Any] = {"lossless": True} if form == "WEBP" else {}
    found = _grey(read_bytes(_saved(stored, form, exif=_exif(orientation), **options)))
    np.testing.assert_allclose(found, TURNS[orientation](_grey(stored)), atol=40)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (_exif(6)[6:], b"II*\x00\xff\xff\xff\xff broken"),
        (b"\x01\x0f\x00\x02", b"\x01\x07\x00\x02"),  # a word where a number is expected
        (b"\x01\x1a\x00\x05", b"\x01\x32\x00\x05"),  # a fraction where a date is expected
    ],
    ids=["garbage", "word", "fraction"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_exif_does_not_keep_a_picture_from_being_read(good: bytes, bad: bytes) -> None:
    assert good in _exif(6)
    found = read_bytes(_saved(_page(), "JPEG", exif=_exif(6).replace(good, bad)))
    assert sorted(found.size) == [48, 64]
    assert _grey(found).mean() == pytest.approx(_grey(_page()).mean(), abs=2)


@pytest.mark.parametrize("form", MODES)
@pytest.mark.parametrize("size", [(3000, 2000), (1025, 40), (700, 2100)])
def test_a_large_picture_is_averaged_down_and_keeps_its_shape(
    form: str, size: tuple[int, int]
) -> None:
    page = _page().resize(size, Image.Resampling.NEAREST)
    found = read_bytes(_saved(page, form))
    assert WORKING_SIDE / 2 - 1 <= max(found.size) <= WORKING_SIDE
    assert found.width / found.height == pytest.approx(size[0] / size[1], rel=0.05)
    assert _grey(found).mean() == pytest.approx(_grey(page).mean(), abs=3)


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "LA", "RGBA", "I;16")),
        *(("TIFF", mode) for mode in ("RGB", "CMYK", "I;16", "I", "F")),
    ],
)
def test_a_small_file_does_not_unfold_to_a_mountain_of_memory(form: str, mode: str) -> None:
    options = {"compression": "tiff_deflate"} if form == "TIFF" else {}
    data = _saved(Image.new(mode, (4000, 4000)), form, **options)
    assert len(data) < 100_000
    tracemalloc.start()
    read_bytes(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20


@pytest.mark.parametrize("form", MODES)
def test_what_follows_a_picture_does_not_count(form: str) -> None:
    assert _looks_like_the_page(read_bytes(_saved(_page(), form) + bytes(2**20)))


def test_the_passes_of_a_thumbnail_do_not_count() -> None:
    thumbnail = 200 * b"\xff\xda\x00\x02"
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(thumbnail)) + thumbnail
    data = _saved(_page(), "JPEG", progressive=True)
    assert _looks_like_the_page(read_bytes(data[:2] + segment + data[2:]))


@pytest.mark.parametrize("place", [2, -2])
def test_the_segments_of_a_jpeg_are_counted_before_and_after_its_pixels(place: int) -> None:
    data = _saved(_page(), "JPEG")
    with pytest.raises(BadPicture, match="in more than 20,000 parts"):
        read_bytes(data[:place] + 30_000 * b"\xff\xe5\x00\x02" + data[place:])


def test_a_bmp_in_run_lengths_is_read() -> None:
    assert _grey(read_bytes(_runs(500, 400))).min() == 255


def test_a_stream_that_never_ends_is_read_up_to_the_limit() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= 20 * 2**20 + 1
            return bytes(size)

    with pytest.raises(
        BadPicture, match=r"^The picture has more than 20 MB, which is the limit\.$"
    ):
        read_stream(Endless())  # type: ignore[arg-type]
    assert _looks_like_the_page(read_stream(io.BytesIO(_saved(_page(), "PNG"))))


def test_an_animation_of_ten_thousand_frames_reads_as_its_first() -> None:
    data = _animation(10_000)
    with Image.open(io.BytesIO(data)) as opened:
        opened.seek(9_999)
    assert _looks_like_the_page(read_bytes(data))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"this is a text\n" * 50, f"not a picture; it must be {FORMATS_IN_WORDS}"),
        (b"%PDF-1.7\n" + bytes(500), "not a picture; it must be"),
        (_saved(_page(), "PPM"), "not a picture; it must be"),
        (_saved(_page().convert("RGB"), "EPS"), "a PostScript document, not a picture; it must"),
        (_png(20_000, 90), "20,000 x 90 pixels; one side may be at most 200 times the other"),
        (_saved(Image.new("L", (8000, 3200)), "WEBP"), "at most 25 million are read of a WEBP"),
        (_runs(3000, 2000), "at most 4 million are read of a BMP picture"),
        (_runs(500, 500) + bytes(3 * 2**20), "compressed BMP .* takes too long"),
        (_parts("PNG"), "in more than 20,000 parts"),
        (_parts("JPEG"), "in more than 20,000 parts"),
        (_parts("GIF"), "in more than 20,000 parts"),
        (_parts("TIFF"), "in more than 20,000 parts"),
        (_passes(), "stored in 141 passes; at most 100"),
        (b"\xff\xd8\xff\xd0\x7f\xff" + _passes()[2:], "stored in 141 passes; at most 100"),
        (bytes(20 * 2**20 + 1), r"20\.000001 MB; at most 20 MB"),
        (bytes(20 * 2**20 + 10**5), r"20\.1 MB; at most 20 MB"),
        (_saved(Image.new("L", (1, 1)), "PNG"), f"1 x 1 pixels; .* at least {MIN_SIDE} x"),
        (_saved(Image.new("L", (300, 4)), "PNG"), "300 x 4 pixels; .* at least 5 x 5"),
        (NOISE[: NOISE.rindex(b"IDAT")] + b"\x01DAT" + bytes(99), "damaged or cut short"),
        (_png(20_000, 20_000), "pixels; at most 50 million"),
        (_png(10_000, 9_000), "10,000 x 9,000 pixels; at most 50 million"),
        (_png(65_000, 770), "65,000 x 770 pixels; at most 50 million"),
        (bytes(50 * 2**20), f"50 MB; at most {MAX_FILE_MEGABYTES} MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bad_picture_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadPicture, match=said) as caught:
        read_bytes(data)
    assert re.fullmatch(SENTENCE, str(caught.value))


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("form", MODES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_picture_cut_short_is_refused_in_a_sentence(form: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 80), dtype=np.uint8)
    data = _saved(Image.fromarray(noise), form)
    with pytest.raises(BadPicture, match=r"damaged or cut short") as caught:
        read_bytes(data[: int(share * len(data))])
    assert re.fullmatch(SENTENCE, str(caught.value))


@pytest.mark.parametrize("seed", range(400))
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_a_corrupted_file_is_a_picture_or_refused_in_a_sentence(seed: int) -> None:
    assert re.fullmatch(rf"a picture|{SENTENCE}", _outcome(_corrupted(seed)), re.DOTALL)


def test_a_file_on_disk_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "sieben ü.txt"
    path.write_bytes(_saved(_page(), "PNG"))
    assert _looks_like_the_page(read_file(path))


def test_a_folder_a_missing_file_and_a_huge_one_are_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(50 * 2**20)
    for path, said in [
        (tmp_path, f"folder; it must be a picture .{FORMATS_IN_WORDS}"),
        (tmp_path / "none.png", "no such file"),
        (huge, f"50 MB; at most {MAX_FILE_MEGABYTES} MB"),
    ]:
        with pytest.raises(BadPicture, match=said):
            read_file(path)
