"""Results of trainings, kept in a folder: found again only if they are of the same beginnings."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.evaluation import side_by_side
from digitapp.evaluation.kept_trainings import NOTHING_KEPT, KeptTrainings, digest_of

FOUND = [np.arange(3.0), np.zeros((0, 11), np.float32), np.array([[1, 2]], np.uint8)]
JOBS = {"first": 1, "second": 2, "third": 3}


def work(job: int) -> Sequence[np.ndarray]:
    return [np.full(2, job)]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "PROCESSES", 1)


def test_what_is_kept_is_found_again_in_the_same_order(tmp_path: Path) -> None:
    KeptTrainings(tmp_path / "new").keep("it", "abc", FOUND * 5)
    found = KeptTrainings(tmp_path / "new").get("it", "abc")
    assert found
    for each, wanted in zip(found, FOUND * 5, strict=True):
        assert each.dtype == wanted.dtype
        np.testing.assert_array_equal(each, wanted)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["it-abc.npz"]


def test_of_other_beginnings_or_without_a_folder_nothing_is_found(tmp_path: Path) -> None:
    kept = KeptTrainings(tmp_path)
    kept.keep("it", "abc", FOUND)
    assert kept.get("it", "abd") is None
    assert kept.get("that", "abc") is None
    NOTHING_KEPT.keep("it", "abc", FOUND)
    assert NOTHING_KEPT.get("it", "abc") is None


def test_only_what_is_missing_is_trained_and_each_is_kept_as_soon_as_it_is_there(
    tmp_path: Path,
) -> None:
    kept, done = KeptTrainings(tmp_path), []

    def noted(job: int) -> Sequence[np.ndarray]:
        done.append(job)
        return work(job)

    first = kept.trained(noted, JOBS, str)
    for _ in range(2):  # and then it fails
        next(first)
    assert {file.name for file in tmp_path.iterdir()} == {"first-1.npz", "second-2.npz"}
    done.clear()
    values = [int(found[0]) for (found,) in kept.trained(noted, JOBS, str)]
    assert (values, done) == ([1, 2, 3], [3])


@pytest.mark.parametrize("damage", [b"", b"no archive"])
def test_a_damaged_file_is_named_with_what_to_do(damage: bytes, tmp_path: Path) -> None:
    kept = KeptTrainings(tmp_path)
    kept.keep("it", "abc", FOUND)
    (tmp_path / "it-abc.npz").write_bytes(damage)
    with pytest.raises(BadFile, match=r"it-abc\.npz: .* Delete it to train anew\."):
        kept.get("it", "abc")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadFile, match=r"it-abc\.npz: cannot be written"):
        KeptTrainings(tmp_path / "file").keep("it", "abc", FOUND)


def test_a_digest_tells_arrays_apart_by_value_type_and_shape() -> None:
    parts = [
        np.zeros(4),
        np.zeros((2, 2)),
        np.zeros(4, np.int64),
        np.ones(4),
        b"0",
        "0",
        (0, "0"),
    ]
    assert len({digest_of(each) for each in parts}) == len(parts)
    assert digest_of(*parts) == digest_of(*parts)
