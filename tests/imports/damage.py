"""Whole files of every kind, and damaged ones: cut short, with changed, doubled or lost bytes."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from tests.imports.digit_forms import Array, idx, picture, table


def zipped(files: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def npy(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def whole_files(x: Array, y: Array) -> dict[str, bytes]:
    """Return small files by their names; the images uint8 (n, 28, 28), labels (n,)."""
    numbers = y.astype(int)
    text = table(x, numbers, head=True).encode()
    sheet = np.concatenate([np.hstack([*x[y == each][:2]]) for each in np.unique(y)])
    arrays = {"x.npy": npy(x), "y.npy": npy(y)}
    pictures = {f"{label}/{at}.png": picture(x[at]) for at, label in enumerate(numbers)}
    photographs = {f"{label}/{at}.jpg": picture(x[at], "JPEG") for at, label in enumerate(numbers)}
    raw = {"train-images-idx3-ubyte": idx(x), "train-labels-idx1-ubyte": idx(y)}
    return {
        "own.npz": zipped(arrays),
        "stored.npz": zipped(arrays, zipfile.ZIP_STORED),
        "text.npz": zipped({"x.npy": npy(x / 255), "y.npy": npy(y.astype(str))}),
        "own.csv": text,
        "plain.csv": table(x, numbers, head=False).encode(),
        "own.csv.gz": gzip.compress(text),
        "idx.zip": zipped(raw),
        "gz.zip": zipped({f"{name}.gz": gzip.compress(each) for name, each in raw.items()}),
        "png.zip": zipped(pictures, zipfile.ZIP_STORED),
        "jpg.zip": zipped(photographs),
        "nested.zip": zipped({"inner.zip": zipped(pictures)}),
        "sheet.png": picture(sheet),
        "own.tar": tarred(pictures),
        "own.tar.gz": gzip.compress(tarred(pictures)),
        "table.zip": zipped(
            {f"{at}.png": picture(x[at]) for at in range(len(x))}
            | {"labels.csv": "\n".join(f"{at}.png,{n}" for at, n in enumerate(numbers)).encode()}
        ),
    }


def _cut(data: bytearray, rng: np.random.Generator) -> bytes:
    return bytes(data[: int(rng.integers(0, len(data)))])


def _changed(data: bytearray, rng: np.random.Generator) -> bytes:
    for place in rng.integers(0, len(data), int(rng.integers(1, 30))):
        data[place] = int(rng.integers(0, 256))
    return bytes(data)


def _changed_at_an_end(data: bytearray, rng: np.random.Generator) -> bytes:
    """Change some of the first or last bytes, where most headers are."""
    near = min(len(data), 400)
    for place in rng.integers(0, near, int(rng.integers(1, 8))):
        at = place if rng.random() < 0.5 else len(data) - 1 - place
        data[at] = int(rng.choice([0, 1, 127, 128, 255, int(rng.integers(0, 256))]))
    return bytes(data)


def _lost(data: bytearray, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(0, len(data)))
    del data[start : start + int(rng.integers(1, 2000))]
    return bytes(data)


def _doubled(data: bytearray, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(0, len(data)))
    part = data[start : start + int(rng.integers(1, 2000))]
    return bytes(data[:start] + part * int(rng.integers(2, 5)) + data[start:])


def _zeros(data: bytearray, rng: np.random.Generator) -> bytes:
    start = int(rng.integers(0, len(data)))
    length = int(rng.integers(1, 2000))
    data[start : start + length] = bytes(length)
    return bytes(data)


DAMAGES: tuple[Callable[[bytearray, np.random.Generator], bytes], ...] = (
    _cut,
    _changed,
    _changed_at_an_end,
    _lost,
    _doubled,
    _zeros,
)


def damaged(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield damaged copies of a file, always the same."""
    rng = np.random.default_rng(seed)
    for at in range(count):
        yield DAMAGES[at % len(DAMAGES)](bytearray(data), rng)
