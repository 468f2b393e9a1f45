"""What people look at and have not kept yet is counted, on a shared server."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile, LimitMet
from digitapp.imports.entries import MOST_MEGABYTES
from digitapp.library import brought_files, looked_at
from digitapp.library.brought_files import Brought
from digitapp.library.looked_at import LookedAt
from digitapp.runs import limits

ADA, BO, HOUSE = "ada", "bo", ""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of 1 MB for each, and 2 MB for all."""
    monkeypatch.setenv(limits.variable(looked_at.OF_ONE), "1")
    monkeypatch.setenv(limits.variable(looked_at.IN_ALL), "2")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """An .npz file of 1,000 images, 0.78 MB unpacked."""
    images = np.random.default_rng(0).integers(0, 255, (1_000, 28, 28), np.uint8)
    np.savez_compressed(tmp_path / "a.npz", images=images, labels=np.arange(1_000) % 10)
    return tmp_path / "a.npz"


def looked(file: Path) -> Brought:
    return brought_files.look([file], [file.name])


def test_images_are_counted_while_they_are_looked_at(small: None, file: Path) -> None:
    held = LookedAt()
    first = looked(file)
    held.hold(ADA, first)
    with pytest.raises(LimitMet, match=r"take 1.6 MB, unpacked, with those in your other tabs"):
        held.hold(ADA, looked(file))
    second = looked(file)
    held.hold(BO, second)
    with pytest.raises(LimitMet, match="Others are looking"):
        held.hold("eve", looked(file))
    held.hold(HOUSE, looked(file))
    del first
    gc.collect()
    held.hold(ADA, looked(file))


def test_one_person_has_files_unpacked_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looked_at, "PATIENCE", 0.01)
    held = LookedAt()
    with ExitStack() as stack:
        stack.enter_context(held.reading(ADA))
        with pytest.raises(LimitMet, match="in another tab"):
            stack.enter_context(held.reading(ADA))
        stack.enter_context(held.reading(BO))
        with pytest.raises(LimitMet, match="Others are having"):
            stack.enter_context(held.reading("eve"))
        stack.enter_context(held.reading(HOUSE))
    for person in (ADA, BO, "eve"):
        with held.reading(person):
            pass


def test_what_would_take_too_much_is_not_unpacked(small: None, tmp_path: Path) -> None:
    images = np.zeros((20_000, 28, 28), np.uint8)
    np.savez_compressed(tmp_path / "bomb.npz", images=images, labels=np.arange(20_000) % 10)
    most = looked_at.most_unpacked(ADA)
    assert most == 2
    with pytest.raises(BadFile, match="at most 2 MB are read"):
        brought_files.look([tmp_path / "bomb.npz"], ["bomb.npz"], most_megabytes=most)
    assert looked_at.most_unpacked(HOUSE) == MOST_MEGABYTES
