"""The generated `pen` dataset."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from digitapp.data import image_cache, pen
from digitapp.data.array_files import Arrays
from digitapp.data.pen import generate, load
from digitapp.data.pen_styles import STYLES, Style
from digitapp.drawing.line_width import stroke_width
from digitapp.files import folders

COUNTS = (40, 20)
ALL = [(digit, style) for digit, styles in STYLES.items() for style in styles]
NAMES = [f"{digit} {style.name}" for digit, style in ALL]


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    return generate(600, seed=5)


def _drawn(style: Style, count: int = 150, seed: int = 0) -> np.ndarray:
    return pen.draw(style.strokes, count, np.random.default_rng(seed), style.pen)


def _same(one: Arrays, other: Arrays) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_same_seed_gives_the_same_bytes(sample: tuple[np.ndarray, np.ndarray]) -> None:
    again = generate(600, seed=5)
    assert [part.tobytes() for part in again] == [part.tobytes() for part in sample]


def test_another_seed_gives_other_images_in_another_order() -> None:
    (one, labels), (other, other_labels) = generate(50, seed=1), generate(50, seed=2)
    assert not (one == other).all(axis=(1, 2)).any()
    assert (labels != other_labels).any()


def test_no_image_comes_twice(sample: tuple[np.ndarray, np.ndarray]) -> None:
    assert len({image.tobytes() for image in sample[0]}) == len(sample[0])


def test_images_and_labels_are_bytes_of_the_shapes_that_mnist_has() -> None:
    images, labels = generate(30, seed=0)
    assert (images.shape, images.dtype) == ((30, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((30,), np.uint8)


@pytest.mark.parametrize("count", [0, 1, 7, 25, 300])
def test_every_digit_is_drawn_equally_often(count: int) -> None:
    _, labels = generate(count, seed=3)
    counts = np.bincount(labels, minlength=10)
    assert len(labels) == counts.sum() == count
    assert counts.max() - counts.min() <= 1


def test_the_digits_come_shuffled(sample: tuple[np.ndarray, np.ndarray]) -> None:
    labels = sample[1].astype(int)
    assert len(set(labels[:40])) > 5
    assert len(set(np.diff(labels[:40]))) > 5


def test_the_ink_is_white_on_black(sample: tuple[np.ndarray, np.ndarray]) -> None:
    images = sample[0]
    assert images.max() == 255
    assert 0.08 < images.mean() / 255 < 0.2
    assert not images[:, [0, 0, 27, 27], [0, 27, 0, 27]].any()


def test_lines_have_soft_edges(sample: tuple[np.ndarray, np.ndarray]) -> None:
    ink = sample[0][sample[0] > 0]
    assert 0.2 < (ink < 250).mean() < 0.8


def test_the_longest_side_of_the_ink_is_20_pixels(sample: tuple[np.ndarray, np.ndarray]) -> None:
    for image in sample[0]:
        rows, columns = np.nonzero(image > 0)
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


def test_the_centre_of_mass_is_on_the_centre(sample: tuple[np.ndarray, np.ndarray]) -> None:
    grid = np.indices((28, 28))
    masses = sample[0].sum(axis=(1, 2), dtype=float)
    middles = (grid * sample[0][:, np.newaxis]).sum(axis=(2, 3)) / masses[:, np.newaxis]
    assert np.abs(middles - 14).max() < 1


def test_lines_are_as_wide_as_those_of_mnist(sample: tuple[np.ndarray, np.ndarray]) -> None:
    widths = np.array([stroke_width(image > 127) for image in sample[0]])
    # the same measure for MNIST's training split: 2.0, 2.7 and 4.9
    low, middle, high = np.percentile(widths, [2, 50, 98])
    assert 1.5 < low < 2.3
    assert 2.4 < middle < 3.0
    assert 3.5 < high < 5.2


def test_every_digit_has_several_styles_each_with_its_own_name() -> None:
    assert list(STYLES) == list(range(10))
    for styles in STYLES.values():
        assert len({style.name for style in styles}) == len(styles) >= 2


@pytest.mark.parametrize(("digit", "style"), ALL, ids=NAMES)
def test_a_style_is_well_formed_and_leaves_ink(digit: int, style: Style) -> None:
    assert style.share > 0
    for stroke in style.strokes:
        assert all(0 <= value <= 1 for point in stroke.points for value in point)
        assert all(one != other for one, other in itertools.pairwise(stroke.points))
        assert all(0 < corner < len(stroke.points) - 1 for corner in stroke.corners)
    assert (_drawn(style, 20).max(axis=(1, 2)) > 128).all()


@pytest.mark.parametrize("digit", STYLES)
def test_the_styles_of_a_digit_differ(digit: int) -> None:
    means = [_drawn(style).mean(axis=0) for style in STYLES[digit]]
    halves = [_drawn(style, seed=1).mean(axis=0) for style in STYLES[digit]]
    chance = np.mean([np.abs(a - b).mean() for a, b in zip(means, halves, strict=True)])
    for one, other in itertools.combinations(means, 2):
        assert np.abs(one - other).mean() > chance


def test_a_style_with_a_share_of_none_would_never_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    line, bar = Style("line", 1, "50,0 50,100"), Style("bar", 0, "0,50 100,50")
    monkeypatch.setattr(pen, "STYLES", {0: (line, bar)})
    images, labels = generate(40, seed=0)
    assert not labels.any()
    assert all(np.ptp(np.nonzero(image)[0]) > np.ptp(np.nonzero(image)[1]) for image in images)


def test_a_style_may_be_written_with_a_wider_pen() -> None:
    usual, bold = (_drawn(Style("line", 1, "50,0 50,100", pen)) for pen in (1, 1.5))
    assert 1.3 < (bold / 255).sum() / (usual / 255).sum() < 1.6


def test_a_path_is_read_with_its_corners_and_strokes() -> None:
    first, second = Style("seven", 1, "0,0 100,10! 50,100 ; 20,50 80,50").strokes
    assert first.points == ((0.0, 0.0), (1.0, 0.1), (0.5, 1.0))
    assert (first.corners, second.corners) == ((1,), ())


@pytest.mark.parametrize("path", ["", "10,10", "0,0 1,1 ;", "0,0 1", "0,0 a,b", "0,0 1,2,3"])
def test_a_path_that_is_not_in_the_notation_is_refused(path: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        _ = Style("broken", 1, path).strokes


def test_the_two_parts_have_the_sizes_asked_for_and_share_no_image(tmp_path: Path) -> None:
    x_train, y_train, x_test, y_test = load(tmp_path, COUNTS)
    assert (len(x_train), len(y_train), len(x_test), len(y_test)) == (40, 40, 20, 20)
    assert not {each.tobytes() for each in x_train} & {each.tobytes() for each in x_test}


def test_what_was_drawn_once_is_read_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = load(tmp_path / "new" / "folder", COUNTS)
    monkeypatch.setattr(pen, "generate", None)
    read = load(tmp_path / "new" / "folder", COUNTS)
    assert _same(drawn, read)
    assert [part.dtype for part in read] == [np.uint8] * 4


def test_the_folder_holds_one_file_and_no_remains(tmp_path: Path) -> None:
    load(tmp_path, COUNTS)
    assert [path.name for path in tmp_path.iterdir()] == ["pen-v1.npz"]


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def _one_byte_changed(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 255
    path.write_bytes(bytes(raw))


def _someone_elses_archive(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, x_train=np.zeros((40, 28, 28), dtype=np.uint8), y_train=np.zeros(40))


def _a_single_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


DAMAGE = {
    "cut short": _cut_short,
    "one byte changed": _one_byte_changed,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("not an archive"),
    "someone else's archive": _someone_elses_archive,
    "a single array": _a_single_array,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_foreign_file_is_drawn_anew(tmp_path: Path, damage: str) -> None:
    drawn = load(tmp_path, COUNTS)
    path = tmp_path / "pen-v1.npz"
    good = path.stat().st_size
    DAMAGE[damage](path)
    assert _same(load(tmp_path, COUNTS), drawn)
    assert path.stat().st_size == good


def test_a_file_of_another_size_or_of_other_styles_is_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, COUNTS)
    assert len(load(tmp_path, (10, 10))[0]) == 10
    monkeypatch.setattr(pen, "STYLES", {**STYLES, 1: (Style("new", 1, "0,0 100,100"),)})
    ones = load(tmp_path, (10, 10))
    monkeypatch.undo()
    assert not _same(ones, load(tmp_path, (10, 10)))


@pytest.mark.parametrize("obstacle", ["the folder is a file", "the file is a folder"])
def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, obstacle: str) -> None:
    folder = tmp_path / "cache"
    if obstacle == "the folder is a file":
        folder.write_text("in the way")
    else:
        (folder / "pen-v1.npz").mkdir(parents=True)
    assert _same(load(folder, COUNTS), load(folder, COUNTS))
    assert not list(tmp_path.rglob("*.part"))


def test_a_read_only_folder_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(image_cache.tempfile, "NamedTemporaryFile", refuse)
    assert len(load(tmp_path, COUNTS)[0]) == 40
    assert not list(tmp_path.iterdir())


def test_the_file_goes_into_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    load(counts=COUNTS)
    assert (tmp_path / "cache" / "digitapp" / "pen-v1.npz").is_file()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for unset in ("", "not/absolute"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert folders.cache_folder() == tmp_path / "home" / ".cache" / "digitapp"
