"""Read files of users: the same digits in every form, 100,000 images, and damaged files.

python -m benchmarks.imports forms     # each form: the same images? trained to what accuracy?
python -m benchmarks.imports large     # seconds and memory of 100,000 images
python -m benchmarks.imports damaged   # 2,000 damaged files: what else than sentences?
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitapp.cli import main as main_of_digitapp
from digitapp.data import datasets, hand_images
from digitapp.errors import BadFile
from digitapp.imports import reading, sizes
from digitapp.imports.collection import Collection
from digitapp.runs.database import DATABASE_VARIABLE
from tests.imports import digit_forms, test_every_form
from tests.imports.damage import damaged, whole_files
from tests.imports.digit_forms import Digits, Make

MANY, DAMAGED = 100_000, 2000
COUNTS = 1700, 300  # of `hands`, of different people
STEPS, RATE = 300, 0.5

Images = NDArray[np.uint8]


def forms() -> None:
    """Print a Markdown table: each form, what it became, and the accuracy of a small network."""
    x, y, x_test, y_test = hand_images.load("hands")
    of = Digits(x[: COUNTS[0]], y[: COUNTS[0]], x_test[: COUNTS[1]], y_test[: COUNTS[1]])
    plain = accuracy(of.x, of.y, of.x_test, of.y_test)
    print(f"plain arrays: {plain:.1%}\n\n| form | came in | images | accuracy |\n| - | - | - | - |")
    makes: dict[str, Make] = {
        **digit_forms.SAME,
        **digit_forms.NEARLY,
        **digit_forms.TOGETHER,
        **digit_forms.LARGER,
        **{name: make for name, (make, _) in test_every_form.REFUSED.items()},
    }
    for name, make in makes.items():
        with tempfile.TemporaryDirectory() as folder:
            paths = make(Path(folder), of)
            try:
                found = reading.read(paths, [path.name for path in paths])
            except BadFile as error:
                print(f"| {name} | refused | | {error} |", flush=True)
                continue
        print(f"| {name} | {found.form} | {_compared(found, of)} | {_trained(found, of)} |")


def _compared(found: Collection, of: Digits) -> str:
    images = found.train.images
    same = images.shape == of.x.shape and np.array_equal(
        digit_forms.sorted_rows(images, found.train.labels), digit_forms.sorted_rows(of.x, of.y)
    )
    return "the same" if same else f"{len(images):,} of {images.shape[1]} x {images.shape[2]}"


def _trained(found: Collection, of: Digits) -> str:
    """Train on the images as they came, and test with the plain test part."""
    train = found.train
    images, labels = sizes.prepared(train.images), train.labels
    if not found.test:  # all came together: leave those out that the test has
        known = {each.tobytes() for each in of.x_test}
        new = [each.tobytes() not in known for each in images]
        images, labels = images[new], labels[new]
    return f"{accuracy(images, labels, of.x_test, of.y_test):.1%}"


def accuracy(x: Images, y: NDArray[np.uint8], x_test: Images, y_test: NDArray[np.uint8]) -> float:
    """Train a softmax regression by gradient descent, from zeros; the order does not matter."""
    rows, wanted = x.reshape(len(x), -1) / 255, np.eye(10)[y]
    weights = np.zeros((rows.shape[1] + 1, 10))
    rows = np.column_stack([rows, np.ones(len(rows))])
    for _ in range(STEPS):
        scores = rows @ weights
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights -= RATE * rows.T @ (scores / scores.sum(axis=1, keepdims=True) - wanted) / len(x)
    tested = np.column_stack([x_test.reshape(len(x_test), -1) / 255, np.ones(len(x_test))])
    return float(((tested @ weights).argmax(axis=1) == y_test).mean())


def large() -> None:
    """Print seconds and memory of reading 100,000 images, each in a process of its own."""
    x, y = many()
    with tempfile.TemporaryDirectory() as folder:
        for name, path in large_files(Path(folder), x, y):
            size = path.stat().st_size / 2**20
            for what in ("one", "import"):
                command = [sys.executable, "-m", "benchmarks.imports", what, str(path)]
                told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                last = told.strip().splitlines()[-1]
                print(f"{name}, {size:,.0f} MB, {what}: {last}", flush=True)
            path.unlink()


def many() -> tuple[Images, NDArray[np.uint8]]:
    """Return 100,000 images and labels of MNIST and `pen`."""
    parts = [datasets.load(name) for name in ("mnist", "pen")]
    x = np.concatenate([each for part in parts for each in (part.x_train, part.x_test)])[:MANY]
    y = np.concatenate([each for part in parts for each in (part.y_train, part.y_test)])[:MANY]
    return x, y


def large_files(folder: Path, x: Images, y: NDArray[np.uint8]) -> Sequence[tuple[str, Path]]:
    """Write the images as a CSV, a zip and an npz file; return them with their names."""
    csv, pictures, archive = folder / "many.csv", folder / "many.zip", folder / "many.npz"
    with csv.open("w") as file:
        file.write(",".join(["label", *(f"pixel{at}" for at in range(784))]) + "\n")
        for start in range(0, len(x), 1000):
            part = digit_forms.table(x[start : start + 1000], y[start : start + 1000], False)
            file.write(part)
    with zipfile.ZipFile(pictures, "w") as packed:
        for at, (image, label) in enumerate(zip(x, y.tolist(), strict=True)):
            data = io.BytesIO()
            Image.fromarray(image).save(data, "PNG", compress_level=1)
            packed.writestr(f"train/{label}/{at}.png", data.getvalue())
    np.savez_compressed(archive, images=x, labels=y)
    return [("CSV", csv), ("zip of PNG pictures", pictures), ("npz", archive)]


def one(path: Path) -> None:
    """Read one file, and print what that took."""
    before = _peak()
    start = time.perf_counter()
    found = reading.read([path], [path.name])
    seconds = time.perf_counter() - start
    print(
        f"{len(found.train):,} images in {seconds:.1f} s, at most {_peak():,.0f} MB of memory "
        f"({before:,.0f} MB before)"
    )


def whole_import(path: Path) -> None:
    """Do what `data import` does with one file, and print what that took."""
    before, start = _peak(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[DATABASE_VARIABLE] = f"sqlite:///{folder}/runs.db"
        sys.argv = ["digitapp", "data", "import", str(path), "--name", "many"]
        status = main_of_digitapp()
    print(
        f"status {status}, {time.perf_counter() - start:.1f} s, at most {_peak():,.0f} MB of "
        f"memory ({before:,.0f} MB before)"
    )


def _peak() -> float:
    """Return the most memory that this process has had, in MB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def damaged_files() -> None:
    """Read damaged files of every kind; print what was no sentence, or slow."""
    x, y, _, _ = hand_images.load("hands")
    chosen = np.concatenate([np.flatnonzero(y == label)[:3] for label in range(10)])
    files = whole_files(x[chosen], y[chosen])
    each = -(-DAMAGED // len(files))
    read = refused = 0
    longest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, whole in files.items():
            path = Path(folder, name)
            for data in damaged(whole, each, seed=2026):
                path.write_bytes(data)
                start = time.perf_counter()
                try:
                    reading.read([path], [name])
                    read += 1
                except BadFile as error:
                    refused += 1
                    if "\n" in str(error) or not str(error).endswith("."):
                        print(f"no sentence: {error!r}")
                longest = max(longest, time.perf_counter() - start)
    print(
        f"{read + refused:,} damaged files: {refused:,} refused with a sentence, {read:,} read; "
        f"the slowest took {longest:.1f} s."
    )


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("forms", "large", "damaged", "one", "import"))
    parser.add_argument("file", nargs="?", type=Path)
    chosen = parser.parse_args()
    if chosen.what in ("one", "import"):
        {"one": one, "import": whole_import}[chosen.what](chosen.file)
    else:
        {"forms": forms, "large": large, "damaged": damaged_files}[chosen.what]()


if __name__ == "__main__":
    main()
