"""What a built-in dataset is, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from digitapp.data.array_files import Arrays, Counts
from digitapp.data.writers import Writers


@dataclass(frozen=True)
class Source:
    """The description of a dataset and where it comes from; `load` loads it.

    Attributes:
        preparation: the entry of `PREPARATIONS` by which its images were made.
        read: returns the arrays, from the folder of the files unless the dataset is built in.
        files: paths relative to the dataset folder, in the layout of `~/.keras/datasets`, each
            with the hash that a download must have; empty when the dataset is built in.
        made_of: the names of the datasets that it combines, if any.
        others: the number of additional training images that are not digits.
        count: returns the number of images without loading any, from the folder of the files
            unless the dataset is built in. None for a combined dataset (`made_of`).
        writers: returns who wrote the images, without loading any. None where nobody knows.
    """

    title: str
    about: str
    class_names: tuple[str, ...]
    preparation: str
    read: Callable[[Path], Arrays]
    files: Mapping[str, str] = field(default_factory=dict)
    made_of: tuple[str, ...] = ()
    others: int = 0
    count: Callable[[Path], Counts] | None = None
    writers: Callable[[], Writers] | None = None
