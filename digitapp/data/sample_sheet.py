"""A few images of each class of a dataset, and a picture of them."""

from __future__ import annotations

import numpy as np
from PIL import Image

from digitapp.data.array_files import Images
from digitapp.data.datasets import Dataset


def sample_sheet(data: Dataset, columns: int = 10) -> Image.Image:
    """Return a picture of `samples` of each class, one row per class; mode L."""
    rows = []
    for label in range(len(data.class_names)):
        images = samples(data, label, columns)
        blank = np.zeros((columns - len(images), 28, 28), dtype=np.uint8)
        rows.append(np.hstack(list(np.concatenate([images, blank]))))
    sheet = Image.fromarray(255 - np.vstack(rows))
    return sheet.resize((sheet.width * 2, sheet.height * 2), Image.Resampling.NEAREST)


def samples(data: Dataset, label: int, count: int) -> Images:
    """Return up to `count` training images of a class: the first, or by as many people as can be.

    Returns:
        uint8 (n, 28, 28).
    """
    places = np.flatnonzero(data.y_train == label)
    if data.writers and len(places) > count:
        places = places[np.linspace(0, len(places) - 1, count).astype(int)]
    return data.x_train[places[:count]]
