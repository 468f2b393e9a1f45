"""The built-in datasets, loaded from this machine if possible, otherwise downloaded.

MNIST: Y. LeCun, C. Cortes, C. J. C. Burges. Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf (2017).
The handwriting of `hands` and `uji`: see `hands.py`. KMNIST and EMNIST: see `standard_sets.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitapp.data import array_files, hand_images, image_cache, non_digits, pen
from digitapp.data.array_files import Arrays, Images, Labels, checked, read_arrays
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.data.source import Source
from digitapp.data.standard_sets import STANDARD
from digitapp.data.writers import Writers
from digitapp.errors import DatasetUnavailable
from digitapp.files.folders import home, keras_folder
from digitapp.registry import lookup

FOLDER_VARIABLE = "DIGITAPP_DATASETS"
DIGIT_NAMES = tuple("0123456789")
DIGITS_AND_OTHER = (*DIGIT_NAMES, NOT_A_DIGIT)  # as the bundled networks know them
OTHERS, OTHERS_SEED = 30_000, 20_260_003
CLOTHES_NAMES = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def knows_digits(class_names: Sequence[str]) -> bool:
    """Whether all ten digits are among these classes."""
    return {*DIGIT_NAMES} <= {*class_names}


@dataclass(frozen=True)
class Dataset:
    """Labelled images.

    Attributes:
        x_train, x_test: uint8 (n, 28, 28); 0 is paper, 255 is ink.
        y_train, y_test: uint8 (n,), indices into `class_names`.
        writers: who wrote the images; None where nobody knows. The training images are then
            ordered by writer.
        others: images of none of the classes, uint8 (n, 28, 28), to train on as well, as the class
            `NOT_A_DIGIT`; None for none.
    """

    name: str
    class_names: tuple[str, ...]
    x_train: Images
    y_train: Labels
    x_test: Images
    y_test: Labels
    writers: Writers | None = None
    others: Images | None = None


def load(name: str) -> Dataset:
    """Load a dataset by name, from this machine or by download.

    Raises:
        UnknownName: when it is not in `DATASETS`.
        BadFile: when a local file has the wrong content; the file is left unchanged.
        DatasetUnavailable: when there is no local file and the download fails.
    """
    source = lookup(DATASETS, "dataset", name)
    folder = local_folder(source) or _downloaded(source)
    writers = source.writers() if source.writers else None
    files = [folder / file for file in source.files]
    arrays = image_cache.of_files(name, files, lambda: source.read(folder))
    return Dataset(name, source.class_names, *arrays, writers)


def where(source: Source) -> str:
    """Describe where a dataset is stored."""
    if source.made_of:
        return " and ".join(f"{name}: {where(DATASETS[name])}" for name in source.made_of)
    if not source.files:
        return "built in"
    folder = local_folder(source)
    return str(folder) if folder else "not on this machine; downloaded when first used"


def local_folder(source: Source) -> Path | None:
    """Return the first folder that contains every file of the dataset, or None."""
    for folder in _folders():
        if all((folder / file).is_file() for file in source.files):
            return folder
    return None


def _folders() -> Iterator[Path]:
    if os.environ.get(FOLDER_VARIABLE):
        yield Path(os.environ[FOLDER_VARIABLE])
    yield _keras_datasets()
    if own := home():
        yield own / ".keras" / "datasets"


def _keras_datasets() -> Path:
    return keras_folder() / "datasets"


def _read_mnist(folder: Path) -> Arrays:
    path = folder / "mnist.npz"
    x_train, y_train, x_test, y_test = read_arrays(path, array_files.PARTS)
    train = checked(x_train, y_train, str(path))
    return (*train, *checked(x_test, y_test, str(path)))


def _mnist_and_pen() -> Arrays:
    """Concatenate both training parts; the test part is MNIST's alone."""
    mnist, (x_pen, y_pen, _, _) = load("mnist"), pen.load()
    x_train = np.concatenate([mnist.x_train, x_pen])
    return x_train, np.concatenate([mnist.y_train, y_pen]), mnist.x_test, mnist.y_test


def _digits_and_others() -> Arrays:
    """Shuffle digits of both datasets with non-digits; the test part is MNIST's alone."""
    x, y, x_test, y_test = _mnist_and_pen()
    x, y = non_digits.added_to(x, y, len(DIGIT_NAMES), OTHERS, OTHERS_SEED)
    order = np.random.default_rng(OTHERS_SEED).permutation(len(x))
    return x[order], y[order], x_test, y_test


def _read_fashion(folder: Path) -> Arrays:
    parts = [array_files.read_idx(folder / file) for file in DATASETS["fashion_mnist"].files]
    train = checked(parts[0], parts[1], str(folder / "fashion-mnist"))
    return (*train, *checked(parts[2], parts[3], str(folder / "fashion-mnist")))


def _downloaded(source: Source) -> Path:
    """Download the files that are missing; return their folder."""
    from digitapp.data import downloads

    folder = _keras_datasets()
    try:
        downloads.fetch(source.files, folder)
    except downloads.DownloadFailed as failure:
        raise DatasetUnavailable(
            f"{source.title} is not on this machine and could not be downloaded ({failure}). "
            f"Put {' and '.join(source.files)}{_published(source)} into {folder}, or into a folder "
            f"of your own named by the environment variable {FOLDER_VARIABLE}; or choose the "
            "dataset pen, which is built in."
        ) from None
    return folder


def _published(source: Source) -> str:
    """Say where files are published that Keras does not have."""
    from digitapp.data import downloads

    origins = {downloads.origin_of(file) for file in source.files} - {downloads.ORIGIN}
    return f", published at {' and '.join(sorted(origins))}," if origins else ""


def _handwriting(name: str, title: str, about: str) -> Source:
    return Source(
        title=title,
        about=about,
        class_names=DIGIT_NAMES,
        preparation=hand_images.PREPARATION,
        read=lambda folder: hand_images.load(name),
        count=lambda folder: hand_images.counts(name),
        writers=lambda: hand_images.writers(name),
    )


DATASETS: dict[str, Source] = {
    "mnist": Source(
        title="MNIST",
        about="70,000 handwritten digits by some 500 people (LeCun, Cortes, Burges).",
        class_names=DIGIT_NAMES,
        preparation="mnist",
        # The hash is Keras's.
        files={
            "mnist.npz": "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
        },
        read=_read_mnist,
        count=lambda folder: array_files.count(folder / "mnist.npz"),
    ),
    "fashion_mnist": Source(
        title="Fashion-MNIST",
        about="70,000 pictures of clothes in ten classes (Zalando Research).",
        class_names=CLOTHES_NAMES,
        preparation="fashion_mnist",
        # In the order of `Arrays`. The hashes are those that Zalando Research publishes.
        files={
            "fashion-mnist/train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "fashion-mnist/train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
            "fashion-mnist/t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
            "fashion-mnist/t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
        },
        read=_read_fashion,
        count=lambda folder: array_files.count_idx(folder / "fashion-mnist"),
    ),
    **STANDARD,
    "pen": Source(
        title="Pen",
        about="70,000 digits drawn by this project itself, in 125 ways of writing.",
        class_names=DIGIT_NAMES,
        preparation="mnist",
        read=lambda folder: pen.load(),
        count=lambda folder: pen.COUNTS,
    ),
    "hands": _handwriting(
        "hands",
        "Hands",
        "7,494 digits that 30 people wrote with a pen on a tablet, drawn again stroke by stroke "
        "(Alpaydin, Alimoglu: Pen-Based Recognition of Handwritten Digits; CC BY 4.0).",
    ),
    "uji": _handwriting(
        "uji",
        "UJI hands",
        "1,200 digits that 60 people wrote with a pen on a tablet, drawn again stroke by stroke "
        "(Prat, Castro, Llorens, Marzal, Vilar: UJI Pen Characters, Version 2; CC BY 4.0).",
    ),
    "mnist_and_pen": Source(
        title="MNIST and Pen",
        about="The training parts of both, and MNIST's test part.",
        class_names=DIGIT_NAMES,
        preparation="mnist",
        read=lambda folder: _mnist_and_pen(),
        made_of=("mnist", "pen"),
    ),
    "digits_and_others": Source(
        title="MNIST, Pen and others",
        about="Digits, and one more class for letters, shapes and scribbles; MNIST's test part.",
        class_names=DIGITS_AND_OTHER,
        preparation="mnist",
        read=lambda folder: _digits_and_others(),
        others=OTHERS,
        made_of=("mnist", "pen"),
    ),
}
