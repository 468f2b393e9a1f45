"""The same digits in every form in which people keep such data."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]


@dataclass(frozen=True)
class Digits:
    """Images uint8 (n, 28, 28), 0 paper to 255 ink, and labels uint8 (n,) from 0 to 9."""

    x: Array
    y: Array
    x_test: Array
    y_test: Array

    @property
    def parts(self) -> tuple[tuple[str, Array, Array], ...]:
        return ("train", self.x, self.y), ("test", self.x_test, self.y_test)


def sorted_rows(x: Array, y: Array) -> Array:
    """Return images with their labels in an order of their own."""
    rows = np.column_stack([y, x.reshape(len(x), -1)])
    return rows[np.lexsort(rows.T[::-1])]


Make = Callable[[Path, Digits], list[Path]]


def picture(image: Array, form: str = "PNG", mode: str = "L", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).convert(mode).save(file, form, **options)
    return file.getvalue()


def idx(array: Array) -> bytes:
    shape = np.array(array.shape, dtype=">u4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + shape + array.astype(np.uint8).tobytes()


def npz(folder: Path, digits: Digits, **arrays: Callable[[Digits], Array]) -> list[Path]:
    path = folder / "own.npz"
    np.savez_compressed(
        path, allow_pickle=False, **{name: make(digits) for name, make in arrays.items()}
    )
    return [path]


def one_npz(
    images: Callable[[Array], Array] = lambda x: x, labels: Callable[[Array], Array] = lambda y: y
) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        return npz(
            folder,
            digits,
            x_train=lambda d: images(d.x),
            y_train=lambda d: labels(d.y),
            x_test=lambda d: images(d.x_test),
            y_test=lambda d: labels(d.y_test),
        )

    return make


def table(x: Array, y: Array | None, head: bool, last: bool = False, separator: str = ",") -> str:
    rows = x.reshape(len(x), -1)
    names = [f"pixel{at}" for at in range(rows.shape[1])]
    columns = [] if y is None else [y[:, None]]
    told = [] if y is None else ["label"]
    rows = np.concatenate([rows, *columns] if last else [*columns, rows], axis=1)
    names = [*names, *told] if last else [*told, *names]
    lines = [separator.join(map(str, row)) for row in rows.tolist()]
    return "\n".join([separator.join(names), *lines] if head else lines) + "\n"


def csv(
    head: bool = True,
    last: bool = False,
    separator: str = ",",
    pack: Callable[[bytes], bytes] = bytes,
    ending: str = ".csv",
    images: Callable[[Array], Array] = lambda x: x,
) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        paths = []
        for part, x, y in digits.parts:
            paths.append(folder / f"mnist_{part}{ending}")
            text = table(images(x), y.astype(int), head, last, separator)
            paths[-1].write_bytes(pack(text.encode()))
        return paths

    return make


def idx_files(names: Mapping[str, str], pack: Callable[[bytes], bytes] = bytes) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        for part, x, y in digits.parts:
            for what, array in (("images", x), ("labels", y)):
                path = folder / "own" / names[f"{part} {what}"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pack(idx(array)))
        return [folder / "own"]

    return make


MNIST_NAMES = {
    "train images": "train-images-idx3-ubyte",
    "train labels": "train-labels-idx1-ubyte",
    "test images": "t10k-images-idx3-ubyte",
    "test labels": "t10k-labels-idx1-ubyte",
}
RAW = {part: f"MNIST/raw/{name}" for part, name in MNIST_NAMES.items()}
EMNIST = {
    f"{part} {what}": f"gzip/emnist-digits-{part}-{what}-idx{rank}-ubyte.gz"
    for part in ("train", "test")
    for what, rank in (("images", 3), ("labels", 1))
}
KAGGLE_IDX = {part: f"{name}/{name}".replace("-idx", "-idx") for part, name in MNIST_NAMES.items()}


_encoded: dict[object, list[bytes]] = {}  # pictures are encoded once for all forms


def named(
    digits: Digits, name: str, form: str = "PNG", change: Callable[..., bytes] = picture, **how: Any
) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of pictures; `{part}`, `{label}` and `{at}` stand in the name."""
    key = (id(digits), change, form, tuple(how.items()))
    if key not in _encoded:
        images = [image for _, x, _ in digits.parts for image in x]
        _encoded[key] = [change(image, form, **how) for image in images]
    data = iter(_encoded[key])
    for part, _, y in digits.parts:
        for at, label in enumerate(y.tolist()):
            yield name.format(part=part, label=label, at=at), next(data)


def folder_of(name: str, **how: Any) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        for file, data in named(digits, name, **how):
            path = folder / "own" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return [folder / "own"]

    return make


def zip_of(name: str, more: Mapping[str, bytes] | None = None, **how: Any) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        path = folder / "own.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file, data in (*(more or {}).items(), *named(digits, name, **how)):
                archive.writestr(file, data)
        return [path]

    return make


def packed(make: Make, name: str = "own.zip") -> Make:
    """Put all files of another form into a zip file."""

    def into_zip(folder: Path, digits: Digits) -> list[Path]:
        inside = folder / "inside"
        inside.mkdir()
        (paths, path) = make(inside, digits), folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for top in paths:
                files = [top] if top.is_file() else [f for f in top.rglob("*") if f.is_file()]
                for file in files:
                    archive.write(file, file.relative_to(inside))
        return [path]

    return into_zip


def separate_arrays(names: str, save: Callable[[Path, Array], None] = np.save) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        arrays = (digits.x, digits.y, digits.x_test, digits.y_test)
        paths = [folder / name for name in names.split()]
        for path, array in zip(paths, arrays, strict=True):
            save(path, array)
        return paths

    return make


def coloured(image: Array, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    grey = Image.fromarray(image)
    if how["mode"] == "RGBA":
        opaque = Image.new("RGBA", grey.size, "white")
        opaque.putalpha(grey)
        opaque.save(file, form)
    elif how["mode"] == "I;16":
        Image.fromarray(image.astype(np.uint16) * 257).save(file, form)
    else:
        grey.convert("RGB").convert(how["mode"]).save(file, form)
    return file.getvalue()


def turned(image: Array, form: str, **how: Any) -> bytes:
    """Lay the picture on its side, and say so by its EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture(np.rot90(image), form, exif=exif, **how)


def enlarged(image: Array, form: str, **how: Any) -> bytes:
    """Draw the digit three times as large on a sheet of some size."""
    large = np.asarray(Image.fromarray(image).resize((84, 84), Image.Resampling.BILINEAR))
    rows, columns = int(image.sum()) % 20, int(image.sum()) % 30
    return picture(np.pad(large, ((10, rows), (columns, 5))), form)


def table_of_names(folder: Path, digits: Digits) -> list[Path]:
    (path,) = folder_of("images/{part}{at}.png")(folder, digits)
    rows = [
        f"{part}{at},{label}" for part, _, y in digits.parts for at, label in enumerate(y.tolist())
    ]
    (path / "labels.csv").write_text("\n".join(["id,label", *rows]))
    return [path]


def sheet(folder: Path, digits: Digits) -> list[Path]:
    """Put as many digits as every class has onto one sheet, a row for each class."""
    y = np.concatenate([digits.y, digits.y_test])
    x = np.concatenate([digits.x, digits.x_test])
    most = int(np.bincount(y).max())
    rows = []
    for label in range(10):
        own = x[y == label]
        rows.append(np.hstack([*own, *np.zeros((most - len(own), 28, 28), np.uint8)]))
    Image.fromarray(np.vstack(rows)).save(folder / "sheet.png")
    return [folder / "sheet.png"]


def torch_layout(folder: Path, digits: Digits) -> list[Path]:
    """Keep each file both packed and unpacked, as torchvision does."""
    idx_files(RAW)(folder, digits)
    packed_names = {part: f"{name}.gz" for part, name in RAW.items()}
    return idx_files(packed_names, gzip.compress)(folder, digits)


def zips_in_zip(folder: Path, digits: Digits) -> list[Path]:
    outer = folder / "own.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        for part, x, y in digits.parts:
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as inner:
                for at, (image, label) in enumerate(zip(x, y.tolist(), strict=True)):
                    inner.writestr(f"{label}/{at}.png", picture(image))
            archive.writestr(f"{part}.zip", file.getvalue())
    return [outer]


def tar_of(mode: Literal["w", "w:gz"], name: str) -> Make:
    def make(folder: Path, digits: Digits) -> list[Path]:
        with tarfile.open(folder / name, mode) as archive:
            for file, data in named(digits, "mnist_png/{part}/{label}/{at}.png"):
                info = tarfile.TarInfo(file)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return [folder / name]

    return make


def with_names(folder: Path, digits: Digits) -> list[Path]:
    """Number the classes from 0, and tell their names in an array of its own."""
    return npz(
        folder,
        digits,
        x_train=lambda d: d.x,
        y_train=lambda d: 9 - d.y,
        x_test=lambda d: d.x_test,
        y_test=lambda d: 9 - d.y_test,
        class_names=lambda d: np.array([str(9 - number) for number in range(10)]),
    )


def csv_apart(folder: Path, digits: Digits) -> list[Path]:
    paths = []
    for part, x, y in digits.parts:
        paths += [folder / f"csv_{part}_images.csv", folder / f"csv_{part}_labels.csv"]
        paths[-2].write_text(table(x, None, head=False))
        paths[-1].write_text("\n".join(map(str, y.tolist())) + "\n")
    return paths


RUBBISH = {
    "own/__MACOSX/._0.png": b"\0\5\x16\7",
    "own/train/.DS_Store": b"\0\0\0\1Bud1",
    "own/train/3/Thumbs.db": b"\xd0\xcf\x11\xe0",
    "own/README.md": b"# My digits\n",
}
BY_CLASS = "{part}/{label}/{at}.png"
one_hot = partial(np.eye(10).__getitem__)

# The same arrays come in, pixel by pixel.
SAME: dict[str, Make] = {
    "npz, x_train ...": one_npz(),
    "npz, train_images ...": partial(
        npz,
        train_images=lambda d: d.x,
        train_labels=lambda d: d.y,
        test_images=lambda d: d.x_test,
        test_labels=lambda d: d.y_test,
    ),
    "npz, arr_0 ... arr_3": partial(
        npz,
        arr_0=lambda d: d.x,
        arr_1=lambda d: d.y,
        arr_2=lambda d: d.x_test,
        arr_3=lambda d: d.y_test,
    ),
    "npz, int64": one_npz(lambda x: x.astype(np.int64), lambda y: y.astype(np.int64)),
    "npz, float32 0-255": one_npz(lambda x: x.astype(np.float32)),
    "npz, float64 0-1": one_npz(lambda x: x / 255),
    "npz, float16 0-1": one_npz(lambda x: (x / 255).astype(np.float16)),
    "npz, float32 -1 to 1": one_npz(lambda x: (x / 127.5 - 1).astype(np.float32)),
    "npz, 16 bits": one_npz(lambda x: x.astype(np.uint16) * 257),
    "npz, (n, 784)": one_npz(lambda x: x.reshape(-1, 784)),
    "npz, (n, 28, 28, 1)": one_npz(lambda x: x[..., None]),
    "npz, (n, 1, 28, 28)": one_npz(lambda x: x[:, None]),
    "npz, (n, 28, 28, 3)": one_npz(lambda x: np.repeat(x[..., None], 3, axis=3)),
    "npz, labels (n, 1)": one_npz(labels=lambda y: y[:, None]),
    "npz, one-hot labels": one_npz(labels=one_hot),
    "npz, labels as text": one_npz(labels=lambda y: y.astype(str)),
    "npz, labels with a point": one_npz(labels=lambda y: y.astype(np.float64)),
    "npy files": separate_arrays("x_train.npy y_train.npy x_test.npy y_test.npy"),
    "npy files in a zip": packed(
        separate_arrays("X_train.npy Y_train.npy X_test.npy Y_test.npy"), "arrays.zip"
    ),
    "KMNIST's npz files": separate_arrays(
        "kmnist-train-imgs.npz kmnist-train-labels.npz kmnist-test-imgs.npz kmnist-test-labels.npz",
        np.savez_compressed,
    ),
    "idx": idx_files(MNIST_NAMES),
    "idx, gzipped": idx_files({k: f"{v}.gz" for k, v in MNIST_NAMES.items()}, gzip.compress),
    "idx, MNIST/raw": torch_layout,
    "idx, EMNIST's names": idx_files(EMNIST, gzip.compress),
    "idx, a folder a file": idx_files(KAGGLE_IDX),
    "idx, in a zip": packed(idx_files(EMNIST, gzip.compress)),
    "CSV, Kaggle's": csv(),
    "CSV, 785 columns": csv(head=False),
    "CSV, a name of its own": csv(pack=lambda data: data.replace(b"label", b"letter")),
    "CSV, label last": csv(head=False, last=True),
    "CSV, semicolons": csv(separator=";"),
    "CSV, tabs": csv(separator="\t", ending=".tsv"),
    "CSV, gzipped": csv(pack=gzip.compress, ending=".csv.gz"),
    "CSV, with a mark of UTF-8": csv(pack=lambda data: b"\xef\xbb\xbf" + data),
    "CSV, Windows": csv(pack=lambda data: data.replace(b"\n", b"\r\n")),
    "CSV, quoted": csv(pack=lambda data: b'"' + data.replace(b",", b'","').replace(b"\n", b'"\n"')),
    "CSV in a zip": packed(csv()),
    "CSV, images and labels apart": csv_apart,
    "folders": folder_of(BY_CLASS),
    "zip, class first": zip_of("{label}/{part}/{at}.png"),
    "zip, BMP": zip_of("{part}/{label}/{at}.bmp", form="BMP"),
    "zip, TIFF": zip_of("{part}/{label}/{at}.tif", form="TIFF"),
    "zip, GIF": zip_of("{part}/{label}/{at}.gif", form="GIF"),
    "zip, WebP": zip_of("{part}/{label}/{at}.webp", form="WEBP", lossless=True),
    "zip, wrong endings": zip_of("{part}/{label}/{at}.jpg"),
    "zip, RGB": zip_of(BY_CLASS, mode="RGB"),
    "zip, palette": zip_of(BY_CLASS, mode="P"),
    "zip, 16 bits": zip_of(BY_CLASS, change=coloured, mode="I;16"),
    "zip, white on transparent": zip_of(BY_CLASS, change=coloured, mode="RGBA"),
    "zip, turned by EXIF": zip_of(BY_CLASS, change=turned),
    "zip of folders": zip_of("own/" + BY_CLASS),
    "zip of folders, with rubbish": zip_of("own/" + BY_CLASS, RUBBISH),
    "zip of folders, backslashes": zip_of("own\\{part}\\{label}\\{at}.png"),
    "zip of folders, names that point upwards": zip_of("../../{part}/{label}/{at}.png"),
    "zips in a zip": zips_in_zip,
    "tar of folders": tar_of("w", "own.tar"),
    "tar.gz of folders": tar_of("w:gz", "own.tar.gz"),
    "names, 7_001.png": folder_of("{part}/{label}_{at:04}.png"),
    "names, img001-7.png": zip_of("{part}/img{at:04}-{label}.png"),
    "names, label_7_id_1.png": zip_of("{part}/label_{label}_id_{at}.png"),
}


def class_by_class(start: str) -> Make:
    """Save an array for each class, of all digits, as Quick, Draw! does."""

    def make(folder: Path, digits: Digits) -> list[Path]:
        x, y = np.concatenate([digits.x, digits.x_test]), np.concatenate([digits.y, digits.y_test])
        paths = [folder / f"{start}{label}.npy" for label in range(10)]
        for label, path in enumerate(paths):
            np.save(path, x[y == label].reshape(-1, 784))
        return paths

    return make


def one_archive_of_classes(folder: Path, digits: Digits) -> list[Path]:
    x, y = np.concatenate([digits.x, digits.x_test]), np.concatenate([digits.y, digits.y_test])
    arrays = {f"digit_{label}": x[y == label] for label in range(10)}
    np.savez(folder / "own.npz", allow_pickle=False, **arrays)
    return [folder / "own.npz"]


# They come in nearly so, or in one part.
NEARLY: dict[str, Make] = {
    "zip, JPEG": zip_of("{part}/{label}/{at}.jpg", form="JPEG", quality=95),
    "zip, CMYK": zip_of("{part}/{label}/{at}.jpg", form="JPEG", change=coloured, mode="CMYK"),
}
TOGETHER: dict[str, Make] = {
    "names in a table": table_of_names,
    "a sheet": sheet,
    "Quick, Draw!'s npy files": class_by_class("full_numpy_bitmap_"),
    "npz, an array a class": one_archive_of_classes,
}
LARGER: dict[str, Make] = {"zip, large pictures": zip_of(BY_CLASS, change=enlarged)}
