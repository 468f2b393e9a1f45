"""Well-known datasets of other signs than MNIST's: KMNIST and EMNIST.

KMNIST: T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep Learning for
Classical Japanese Literature (2018), CC BY-SA 4.0. EMNIST: see `emnist.py`.
"""

from __future__ import annotations

from pathlib import Path

from digitapp.data import array_files, emnist
from digitapp.data.array_files import Arrays, checked
from digitapp.data.source import Source

KMNIST_FILES = {  # in the order of `Arrays`, with the hashes that torchvision has
    "kmnist/train-images-idx3-ubyte.gz": "md5:bdb82020997e1d708af4cf47b453dcf7",
    "kmnist/train-labels-idx1-ubyte.gz": "md5:e144d726b3acfaa3e44228e80efcd344",
    "kmnist/t10k-images-idx3-ubyte.gz": "md5:5c965bf0a639b31b8f53240b1b52f4d7",
    "kmnist/t10k-labels-idx1-ubyte.gz": "md5:7320c461ea6c1c855c0b718fb2a4b134",
}


def _read_kmnist(folder: Path) -> Arrays:
    parts = [array_files.read_idx(folder / file) for file in KMNIST_FILES]
    train = checked(parts[0], parts[1], str(folder / "kmnist"))
    return (*train, *checked(parts[2], parts[3], str(folder / "kmnist")))


def _emnist(name: str, title: str, about: str) -> Source:
    split = emnist.SPLITS[name]
    return Source(
        title=title,
        about=f"{about} (Cohen, Afshar, Tapson, van Schaik, 2017). All of EMNIST is a download of "
        "561 MB.",
        class_names=split.class_names,
        preparation="mnist",
        files={emnist.FILE: emnist.HASH},
        read=lambda folder: emnist.read(folder, name),
        count=lambda folder: emnist.counts(folder, name),
    )


STANDARD: dict[str, Source] = {
    "kmnist": Source(
        title="KMNIST",
        about="70,000 handwritten Japanese signs (hiragana) in ten classes, from old books "
        "(Clanuwat et al., 2018).",
        class_names=tuple("おきすつなはまやれを"),
        preparation="fashion_mnist",  # they fill the image
        files=KMNIST_FILES,
        read=_read_kmnist,
        count=lambda folder: array_files.count_idx(folder / "kmnist"),
    ),
    "emnist_letters": _emnist(
        "letters",
        "EMNIST letters",
        "145,600 handwritten letters, upper and lower case together in 26 classes",
    ),
    "emnist_balanced": _emnist(
        "balanced",
        "EMNIST balanced",
        "131,600 handwritten digits and letters in 47 classes of the same size",
    ),
}
