"""Bundled handwriting: what is in it, that packing loses nothing, and damaged files."""

import gzip
import hashlib
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitapp.data import hand_files, hands
from digitapp.data.hand_files import WrittenDigit
from digitapp.errors import BadFile, UnknownName

# Of `_plain` as JSON, computed from the original files, without this project's code.
ORIGINALS = {
    "hands": "e9b9e065ab744d4380a6eac2cd391560b11a444efe593748ef2aa6267f8c4ba2",
    "uji": "c52f28a87735a3df528d484fd5200472e7da61a2d7dae6f9f82f612db5fd6476",
}
COUNTS = {"hands": (7494, range(30)), "uji": (1200, range(30, 90))}
ENTRIES = [
    {"label": 7, "writer": "B2", "strokes": [[[1.5, 2.0], [499.9, 0.1]], [[30.0, 40.0]]]},
    {"label": 0, "writer": "A10", "strokes": [[[250.0, 250.0]]]},
    {"label": 7, "writer": "B2", "strokes": [[[0.0, 500.0], [0.0, 500.0], [0.3, 0.6]]]},
]


def _plain(digits: Sequence[WrittenDigit]) -> list[list[Any]]:
    return [[each.label, each.writer, [s.tolist() for s in each.strokes]] for each in digits]


def _file(path: Path, **changes: Any) -> Path:
    """A file of three digits, with some arrays changed; None drops one."""
    packed = hand_files.packed(hand_files.from_json(json.dumps(ENTRIES).encode(), 30), 10)
    with np.load(io.BytesIO(packed)) as found:
        arrays = {**found, **changes}
    np.savez(path, **{name: each for name, each in arrays.items() if each is not None})
    return path


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_bundled_digits_are_those_of_the_original_point_by_point(name: str) -> None:
    count, writers = COUNTS[name]
    digits = hands.read(name)
    assert len(digits) == count
    assert {each.writer for each in digits} == {*writers}
    assert {each.label for each in digits} == {*range(10)}
    assert hashlib.sha256(json.dumps(_plain(digits)).encode()).hexdigest() == ORIGINALS[name]


def test_without_a_name_all_digits_are_read_and_only_once() -> None:
    both = hands.read()
    assert both == (*hands.read("hands"), *hands.read("uji"))
    assert all(one is other for one, other in zip(both, hands.read(), strict=True))


def test_the_writers_are_known_without_the_strokes() -> None:
    for name in hands.FILES:
        assert hands.writers(name).tolist() == [each.writer for each in hands.read(name)]


def test_each_fold_has_fifteen_writers_of_both_sources() -> None:
    for fold in range(hands.FOLDS):
        of_fold = [writer for writer in range(90) if hands.fold_of(writer) == fold]
        assert len(of_fold) == 15
        assert sum(writer < 30 for writer in of_fold) == 5


def test_an_unknown_source_is_answered_with_those_that_exist() -> None:
    for read in (hands.read, hands.writers):
        with pytest.raises(UnknownName, match=r"'uij'\. Available: hands, uji\."):
            read("uij")


def test_packing_and_reading_again_is_exact(tmp_path: Path) -> None:
    digits = hand_files.read(_file(tmp_path / "few.npz"))
    assert _plain(digits) == [
        [7, 30, ENTRIES[0]["strokes"]],
        [0, 31, ENTRIES[1]["strokes"]],
        [7, 30, ENTRIES[2]["strokes"]],
    ]
    assert hand_files.writers(tmp_path / "few.npz").tolist() == [30, 31, 30]


def test_coordinates_that_would_be_rounded_are_refused() -> None:
    digit = WrittenDigit(1, 0, (np.array([[1.25, 2.0]]),))
    with pytest.raises(ValueError, match="multiples of 1/10"):
        hand_files.packed([digit], 10)


def test_the_script_makes_the_file_from_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "few.json.gz", tmp_path / "few.npz"
    source.write_bytes(gzip.compress(json.dumps(ENTRIES).encode()))
    monkeypatch.setattr(sys, "argv", ["pack", str(source), str(target), "--first-writer", "5"])
    hand_files.main()
    assert "3 digits, coordinates in units of 1/10" in capsys.readouterr().out
    assert _plain(hand_files.read(target))[1] == [0, 6, ENTRIES[1]["strokes"]]


def test_a_digit_is_drawn_on_the_canvas_with_a_pen_of_the_width_that_is_wanted() -> None:
    digit = WrittenDigit(1, 0, (np.array([[0.0, 500.0], [250.0, 0.0]]), np.array([[500.0, 125.0]])))
    one, two = digit.drawing(6)
    assert one.points.tolist() == [[0, 280], [140, 0]]
    assert two.points.tolist() == [[280, 70]]
    assert (one.width, digit.drawing()[1].width) == (6, 20)


def test_the_points_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        hands.read("uji")[0].strokes[0][0, 0] = 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"steps": None}, "steps is not a file in the archive"),
        ({"label": np.array([7.0, 0.0, 7.0])}, r"label is float64 \(3,\)"),
        ({"label": np.array([7, 10, 7])}, "labels 7 to 10"),
        ({"label": np.array([7, 0])}, "2 labels, 3 writers, 3 digits"),
        ({"writer": np.array([[1, 2, 3]])}, r"writer is int64 \(1, 3\)"),
        ({"strokes": np.array([2, 0, 2])}, "do not have 4 strokes"),
        ({"strokes": np.array([2, 1, 2])}, "do not have 4 strokes"),
        ({"points": np.array([2, 1, 1, 4])}, r"8 points, its steps are int64 \(2, 7\)"),
        ({"points": np.array([2, 1, -1, 5])}, "7 points"),
        ({"steps": np.zeros((3, 7), np.int16)}, r"int64 \(3, 7\)"),
        ({"units": np.array(0)}, "units 0"),
        ({"units": np.array([10])}, r"units is int64 \(1,\)"),
    ],
)
def test_a_damaged_file_is_named_and_says_what_is_wrong(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFile, match=reason) as caught:
        hand_files.read(_file(tmp_path / "few.npz", **changes))
    assert str(tmp_path / "few.npz") in str(caught.value)


def test_a_file_that_is_missing_or_cut_short_is_named(tmp_path: Path) -> None:
    whole = _file(tmp_path / "few.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("half.npz", "none.npz"):
        for read in (hand_files.read, hand_files.writers):
            with pytest.raises(BadFile, match=name):
                read(tmp_path / name)
