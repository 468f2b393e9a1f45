"""Damaged files, and files made to do harm: sentences only, in bounded memory and time."""

import gzip
import io
import os
import resource
import struct
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from digitapp.data import hand_images
from digitapp.errors import BadFile
from digitapp.imports import entries, listing
from digitapp.imports.collection import Collection
from digitapp.imports.forms import decoding, guarded_text
from digitapp.imports.reading import read
from tests.imports.damage import damaged, npy, whole_files, zipped
from tests.imports.digit_forms import picture, table

A_FEW = 24  # damaged files of each kind; benchmarks/imports.py reads 2,000
MEGABYTE = 2**20


def some_digits() -> tuple[np.ndarray, np.ndarray]:
    x, y, _, _ = hand_images.load("hands")
    chosen = np.concatenate([np.flatnonzero(y == label)[:3] for label in range(10)])
    return x[chosen], y[chosen]


X, Y = some_digits()
WHOLE = whole_files(X, Y)


def bring(folder: Path, name: str, data: bytes) -> Collection:
    path = folder / name
    path.write_bytes(data)
    return read([path], [name])


def refused(folder: Path, name: str, data: bytes) -> str:
    with pytest.raises(BadFile) as told:
        bring(folder, name, data)
    text = str(told.value)
    assert text.endswith("."), text
    assert text.isprintable(), text
    assert len(text) < 700
    return text


@pytest.mark.parametrize("name", WHOLE)
def test_a_damaged_file_comes_in_whole_or_is_a_sentence(name: str, tmp_path: Path) -> None:
    assert bring(tmp_path, name, WHOLE[name]).class_names == tuple("0123456789")
    for data in damaged(WHOLE[name], A_FEW, seed=17):
        try:
            found = bring(tmp_path, name, data)
        except BadFile as error:
            text = str(error)
            assert text.endswith("."), text
            assert "\n" not in text
        else:
            assert len(found.train) == len(found.train.labels)


def test_one_damaged_picture_of_many_is_left_out_and_named(tmp_path: Path) -> None:
    files = {f"{label}/{at}.png": picture(X[at]) for at, label in enumerate(Y.tolist())}
    files["3/broken.png"] = files["3/9.png"][:60]
    found = bring(tmp_path, "own.zip", zipped(files))
    assert len(found.train) == 30
    assert found.told[0].startswith(
        "Left out: 1 of 31 pictures, which cannot be read (own/3/broken"
    )


def test_nothing_in_an_array_is_run(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "harm"),)

    file = io.BytesIO()
    np.save(file, np.array([Harm()] * 30, dtype=object), allow_pickle=True)
    data = zipped({"x.npy": npy(X), "y.npy": file.getvalue()})
    assert "Python objects, which are never loaded" in refused(tmp_path, "own.npz", data)
    assert not (tmp_path / "harm").exists()


def test_a_header_that_runs_over_is_never_evaluated(tmp_path: Path) -> None:
    head = b"{'descr': '|u1', 'fortran_order': False, 'shape': (" + b"(" * 5000 + b"1,), }"
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head
    assert "cannot be read" in refused(tmp_path, "x.npy", data)


@pytest.mark.parametrize("sign", [b"\n", b"1", b" "])
def test_gzipped_bombs_are_refused_in_little_memory(
    sign: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_text, "MOST_BYTES", 20 * MEGABYTE)
    before = _peak()
    start = table(X, Y, head=True).encode()
    data = gzip.compress(start + sign * 40 * MEGABYTE, 1)
    assert "cannot be read (" in refused(tmp_path, "own.csv", data)
    assert _peak() - before < 150 * MEGABYTE


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def test_a_cell_without_an_end_is_refused(tmp_path: Path) -> None:
    text = table(X, Y, head=True).replace("\n3,", '\n"3,', 1)
    assert bring(tmp_path, "own.csv", text.encode()).class_names == tuple("0123456789")
    long = table(X, Y, head=True).replace("\n3,", f"\n{'3' * 1_100_000},", 1)
    assert "more than 1,000,000 characters" in refused(tmp_path, "own.csv", long.encode())


@pytest.mark.parametrize("side", [256, 512])
def test_a_small_wide_table_is_refused_at_once(side: int, tmp_path: Path) -> None:
    rows = "\n".join(",".join(["7", *["0"] * side * side]) for _ in range(4))
    before = _peak()
    assert "at most 16,400 are read, for images of 128 x 128" in refused(
        tmp_path, "own.csv", gzip.compress(rows.encode())
    )
    assert _peak() - before < 150 * MEGABYTE


def test_names_of_classes_are_not_read_when_they_are_large(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez_compressed(
        file, allow_pickle=False, x=X, y=Y, class_names=np.array(["a" * 200_000] * 10)
    )
    before = _peak()
    found = bring(tmp_path, "own.npz", file.getvalue())
    assert "Not used: class_names." in found.told
    assert _peak() - before < 50 * MEGABYTE
    assert "at most 40 characters" in refused(
        tmp_path, "y.npz", zipped({"x.npy": npy(X), "y.npy": npy(np.array(["a" * 9000] * 30))})
    )


def test_a_class_may_be_called_like_a_folder_of_a_document(tmp_path: Path) -> None:
    files = {f"{name}/{at}.png": picture(X[at]) for at in range(3) for name in ("s", "xl", "word")}
    assert bring(tmp_path, "own.zip", zipped(files)).class_names == ("s", "word", "xl")


def test_labels_are_not_kept_when_they_are_long(tmp_path: Path) -> None:
    text = table(X, Y, head=True).replace("\n3,", f"\n{'moon' * 90_000},", 1)
    told = refused(tmp_path, "own.csv", text.encode())
    assert "has 360,000 characters; at most 40 are allowed" in told


def test_a_zip_bomb_is_refused_by_what_it_says(tmp_path: Path) -> None:
    files = {f"{label}/{at}.png": bytes(MEGABYTE) for at, label in enumerate((0, 1, 2))}
    inner = zipped({"sun/1.png": bytes(3 * MEGABYTE)})
    for data in (zipped(files), zipped({"inner.zip": inner})):
        (tmp_path / "own.zip").write_bytes(data)
        with pytest.raises(BadFile, match="at most 2 MB are read"):
            read([tmp_path / "own.zip"], ["own.zip"], most_megabytes=2)


def test_a_zip_that_lies_about_sizes_is_read_no_further_than_it_says(tmp_path: Path) -> None:
    data = bytearray(zipped({"x.npy": npy(X), "y.npy": npy(Y)}))
    directory = data.index(b"PK\x01\x02")
    for place in (22, directory + 24):  # the size of the first member, unpacked
        data[place : place + 4] = struct.pack("<I", 200)
    assert "cannot be read (" in refused(tmp_path, "own.npz", bytes(data))


def test_more_files_than_can_be_kept_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MOST_ENTRIES", 20)
    monkeypatch.setattr(listing, "MOST_ENTRIES", 20)
    assert "more than 20 files" in refused(tmp_path, "png.zip", WHOLE["png.zip"])
    monkeypatch.setattr(listing, "MOST_DIRECTORY", 500)
    assert "more than 20 files" in refused(tmp_path, "png.zip", WHOLE["png.zip"])


def test_pictures_that_take_too_long_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MOST_PIXELS", 10 * 28 * 28)
    assert "million pixels together" in refused(tmp_path, "png.zip", WHOLE["png.zip"])


def test_zip_files_deep_inside_zip_files_are_told(tmp_path: Path) -> None:
    deep = WHOLE["png.zip"]
    for _ in range(3):
        deep = zipped({"inner.zip": deep})
    assert "a zip file in a zip file in a zip file" in refused(tmp_path, "own.zip", deep)


def test_names_that_point_elsewhere_stay_names(tmp_path: Path) -> None:
    files = {
        name: picture(X[at])
        for at, name in enumerate(
            ["../../own/sun/1.png", "/own/moon/2.png", ".\\own\\sun\\3.png", "own/\x1b[2J/4.png"]
        )
    }
    found = bring(tmp_path, "own.zip", zipped(files))
    assert {"sun", "moon"} <= {*found.class_names}
    assert all(name.isprintable() for name in found.class_names)
    assert [*tmp_path.iterdir()] == [tmp_path / "own.zip"]


def tarred(*infos: tarfile.TarInfo) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for at, info in enumerate(infos):
            data = picture(X[at % len(X)])
            info.size = len(data) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def test_a_tar_is_read_and_its_links_are_left_alone(tmp_path: Path) -> None:
    link = tarfile.TarInfo("own/3/passwords.png")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    names = [f"../own/{label}/{at}.png" for at, label in enumerate(Y.tolist())]
    data = tarred(*map(tarfile.TarInfo, names), link)
    for name, packed in (("own.tar", data), ("own.tgz", gzip.compress(data))):
        found = bring(tmp_path, name, packed)
        assert len(found.train) == 30
        assert any("passwords.png: no file, or a link to none" in told for told in found.told)


def test_a_tar_that_is_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    data = bytearray(tarred(*[tarfile.TarInfo(f"{n % 3}/{n}.png") for n in range(30)]))
    data[data.index(b"2/20.png")] ^= 1
    assert "cannot be read (" in refused(tmp_path, "own.tar", bytes(data))


def test_a_note_in_a_tar_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    note = tarfile.TarInfo("long")
    note.type, note.size = tarfile.GNUTYPE_LONGNAME, 2**30
    data = note.tobuf(tarfile.GNU_FORMAT) + bytes(10_000)
    assert "made to do harm" in refused(tmp_path, "own.tar", data)


def test_a_protected_zip_is_told(tmp_path: Path) -> None:
    data = bytearray(WHOLE["png.zip"])
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refused(tmp_path, "own.zip", bytes(data))


def test_links_in_circles_and_devices_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    for at, label in enumerate(Y.tolist()):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        (folder / str(label) / f"{at}.png").write_bytes(picture(X[at]))
    (folder / "0" / "back").symlink_to(folder, target_is_directory=True)
    (folder / "1" / "endless.png").symlink_to("/dev/zero")
    (folder / "2" / "gone.png").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "3" / "silent.png")
    found = read([folder], ["own"])
    assert len(found.train) == 30
    assert any("own/1/endless.png and 2 more: no file, or a link to none" in x for x in found.told)


@pytest.mark.parametrize("name", ["x.npy", "own.csv", "own.zip", "train-images-idx3-ubyte", "a"])
def test_two_gigabytes_of_nothing_are_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write({"x.npy": b"\x93NUMPY\x01\x00", "own.zip": b"PK\x03\x04"}.get(name, b""))
        file.truncate(2**31 + 1)
    before = _peak()
    with pytest.raises(BadFile):
        read([path], [name])
    assert _peak() - before < 300 * MEGABYTE


def test_class_names_may_be_of_any_script_but_not_too_long(tmp_path: Path) -> None:
    names = ("\N{GRINNING FACE}", "кот", "猫", "e\u0301", "*a* <b>")
    files = {f"own/{name}/{at}.png": picture(X[at]) for name in names for at in range(2)}
    found = bring(tmp_path, "own.zip", zipped(files))
    assert {*found.class_names} == {*names[:3], "\u00e9", names[4]}
    long = {f"own/{'a' * 41}/1.png": picture(X[0]), "own/b/2.png": picture(X[1])}
    assert "has 41 characters; at most 40" in refused(tmp_path, "own.zip", zipped(long))


def test_names_of_old_zip_programs_are_understood(tmp_path: Path) -> None:
    data = zipped({"猫/1.png": picture(X[0]), "犬/2.png": picture(X[1])}, zipfile.ZIP_STORED)
    without = bytearray(data)  # the flag which says that names are UTF-8
    for mark, flag in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        place = without.find(mark)
        while place >= 0:
            without[place + flag] &= ~0x08
            place = without.find(mark, place + 4)
    assert {*bring(tmp_path, "own.zip", bytes(without)).class_names} == {"猫", "犬"}
