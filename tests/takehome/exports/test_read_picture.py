"""`read_picture.py`: without digitapp, it prepares and reads pictures exactly as the app does."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.pictures import read_file
from digitapp.drawing.preprocessing import from_image, stroke_image
from digitapp.drawing.strokes import from_points, paint
from digitapp.library import models
from digitapp.reading.reader import read_picture
from digitapp.takehome.code.picture_code import READ_PICTURE, read_picture_file
from digitapp.takehome.exports import EXPORTS, Exported
from digitapp.takehome.exports.with_read_picture import with_read_picture, zip_name
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS
from tests.drawing.test_pictures import HEIC
from tests.photographs import photograph
from tests.takehome.bundle import run_files
from tests.takehome.exports.conftest import DENSE, SMALL, Kept

UPRIGHT, ON_ITS_SIDE = 1, 6  # EXIF orientations


def _drawn(digit: int) -> Image.Image:
    return paint(from_points(DIGITS[digit], 20))


def _photographed(case: str, seed: int, orientation: int = UPRIGHT) -> bytes:
    picture, exif = photograph(case, seed).picture, Image.Exif()
    exif[0x0112] = orientation
    return _saved(picture, "JPEG", exif=exif, quality=90)


def _saved(picture: Image.Image, form: str, **more: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **more)
    return data.getvalue()


def _transparent() -> bytes:
    ink = _drawn(3)
    picture = Image.new("RGBA", ink.size, (20, 30, 90, 0))
    picture.putalpha(ink.point(lambda grey: 255 - grey))
    return _saved(picture, "PNG")


def _prepared() -> bytes:
    image = stroke_image(from_points(DIGITS[5], 20))
    return _saved(Image.fromarray((image * 255).astype(np.uint8)), "PNG")


def _sixteen_bits() -> bytes:
    return _saved(Image.fromarray(np.asarray(_drawn(4), dtype=np.uint16) * 257), "PNG")


PICTURES: dict[str, Callable[[], bytes]] = {
    "shadow.jpg": lambda: _photographed("shadow", 12),
    "squares, on its side.jpg": lambda: _photographed("squared paper", 17, ON_ITS_SIDE),
    "chalk.jpg": lambda: _photographed("chalk on green", 3),
    "transparent.png": _transparent,
    "prepared, 28x28.png": _prepared,
    "tiny.png": lambda: _saved(_drawn(7).resize((28, 28)), "PNG"),
    "sixteen bits.png": _sixteen_bits,
    "scribble.gif": lambda: _saved(Image.fromarray(np.eye(60, dtype=np.uint8) * 200), "GIF"),
}
BAD: dict[str, bytes] = {
    "empty.png": b"",
    "notes.jpg": b"Buy milk, please.\n",
    "half.jpg": _photographed("clean scan", 1)[:3000],
    "white.png": _saved(Image.new("L", (200, 200), 255), "PNG"),
    "phone.heic": HEIC,
}

READ_ALL = """
import json, os, sys
import numpy as np
from PIL import Image
import read_picture as ours

images, answers = {}, {}
for name in sorted(os.listdir("pictures")):
    for how in ours.PREPARATIONS:
        images[f"{name} {how}"] = ours.read_picture(os.path.join("pictures", name), how)
with Image.open("pictures/tiny.png") as opened:
    images["opened"] = ours.read_picture(opened)
assert not {"digitapp", "keras", "tensorflow", "onnxruntime"} & {*sys.modules}
np.savez("images.npz", **images)
for file in sys.argv[1:]:
    model, names, how = ours.open_network(file)
    for name in sorted(os.listdir("pictures")):
        found = ours.predict_picture(model, os.path.join("pictures", name), names, how)
        answers[f"{file} {name}"] = [found.answer, found.refuses, *map(float, found.shares)]
try:
    import digitapp
except ModuleNotFoundError:
    print(json.dumps(answers))
"""
REFUSE = """
import importlib.util, os, sys

find = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "pi_heif" else find(name)
sys.modules["pi_heif"] = None
from read_picture import DigitappError, read_picture

for name in [*sorted(os.listdir("bad")), "gone.png", "."]:
    try:
        read_picture(os.path.join("bad", name))
    except DigitappError as error:
        print(error)
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `read_picture.py`, pictures, and files that are none."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / READ_PICTURE).write_text(read_picture_file(), "utf-8")
    for name in ("pictures", "bad"):
        (folder / name).mkdir()
    for name, data in PICTURES.items():
        (folder / "pictures" / name).write_bytes(data())
    for name, wrong in BAD.items():
        (folder / "bad" / name).write_bytes(wrong)
    return folder


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, where it cannot import digitapp."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def clothes(trained_runs: Kept) -> int:
    """The id of a run of Fashion-MNIST."""
    spec = TrainingSpec(dataset="fashion_mnist", hidden=(8,), epochs=4)
    return run_files.added(trained_runs.store, spec, run_files.DIGITS).id


@pytest.fixture(scope="module")
def read(here: Path, trained_runs: Kept, clothes: int) -> dict[str, list[object]]:
    """What three networks read, by network and picture."""
    from digitapp.takehome.exports import export

    ids = [trained_runs.ids[DENSE], trained_runs.ids[SMALL], clothes]
    for number in ids:
        file = export(trained_runs.store, trained_runs.store.get(number), "onnx")
        (here / file.file_name).write_bytes(file.data)
    done = _run(here, "-c", READ_ALL, *(f"run-{number}.onnx" for number in ids))
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_prepared_as_in_the_app(
    name: str, preparation: str, here: Path, read: dict[str, list[object]]
) -> None:
    expected = from_image(read_file(here / "pictures" / name), preparation).image
    with np.load(here / "images.npz") as images:
        found = images[f"{name} {preparation}"]
    assert found.dtype == np.float32
    assert np.array_equal(found, expected)


def test_a_picture_that_pillow_has_opened_is_the_same(
    here: Path, read: dict[str, list[object]]
) -> None:
    with np.load(here / "images.npz") as images:
        assert np.array_equal(images["opened"], images["tiny.png mnist"])


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("network", [DENSE, SMALL, "clothes"])
def test_a_network_reads_what_it_reads_in_the_app(
    network: str,
    name: str,
    here: Path,
    trained_runs: Kept,
    clothes: int,
    read: dict[str, list[object]],
) -> None:
    run = models.of_run(trained_runs.ids.get(network, clothes))
    predictor = models.load(run, trained_runs.store)
    assert predictor.preparation == ("fashion_mnist" if network == "clothes" else "mnist")
    expected = read_picture(predictor, read_file(here / "pictures" / name)).prediction
    found = read[f"{run}.onnx {name}"]
    assert found == [expected.answer, network == SMALL, *map(float, expected.shares)]


def test_a_bad_file_is_answered_with_a_sentence(here: Path) -> None:
    done = _run(here, "-c", REFUSE)
    assert done.stderr == ""
    said = dict(re.findall(r"^bad.(.+?): (.+)$", done.stdout, re.MULTILINE))
    assert said.keys() == {*BAD, "gone.png", "."}
    assert said["empty.png"] == "The file is empty (0 bytes)."
    assert said["notes.jpg"].startswith("This is text, not a picture; it must be PNG, JPEG, HEIC")
    assert said["half.jpg"].startswith("The picture is damaged or cut short")
    assert said["white.png"].startswith("There is nothing on this picture that stands out")
    assert said["gone.png"] == "There is no such file."
    assert said["."].startswith("This is a folder")
    assert said["phone.heic"] == (
        "This is a HEIC picture, which cannot be read here yet: pip install pi-heif, or save it as "
        "JPEG."
    )


def _nearly(answer: str) -> list[object]:
    """Return an answer to compare with Keras's, whose last decimal may be another."""
    words = re.split(r"([\d.]+) %", answer)
    return [pytest.approx(float(each), abs=0.11) if n % 2 else each for n, each in enumerate(words)]


def test_it_reads_pictures_in_a_terminal_with_a_keras_file(here: Path, kept: Kept) -> None:
    file, run = kept.exported(SMALL, "keras"), models.of_run(kept.ids[SMALL])
    (here / file.file_name).write_bytes(file.data)
    names = [*(f"pictures/{name}" for name in PICTURES), "bad/empty.png"]
    done = _run(here, READ_PICTURE, file.file_name, *names)
    predictor = models.load(run, kept.store)
    answers = [read_picture(predictor, read_file(here / name)) for name in names[:-1]]
    expected = [
        f"{name}: {each.prediction.answer}" for name, each in zip(names, answers, strict=False)
    ]
    for line, wanted in zip(done.stdout.splitlines(), expected, strict=True):
        assert _nearly(line) == _nearly(wanted)
    assert "bad/empty.png: The file is empty (0 bytes).\n" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Usage: python read_picture.py NETWORK PICTURE ..."),
        (["bad/empty.png"], "Usage: python read_picture.py NETWORK PICTURE ..."),
        (["gone.onnx", "a.png"], "gone.onnx: there is no such file."),
        (["bad/notes.jpg", "a.png"], "notes.jpg: this is not a .keras file that digitapp has"),
        (["bad/notes.onnx", "a.png"], "notes.onnx: this is not an .onnx file that digitapp has"),
    ],
)
def test_a_wrong_call_is_answered_with_a_sentence(
    arguments: list[str], said: str, here: Path
) -> None:
    (here / "bad" / "notes.onnx").write_text("Buy milk, please.")
    done = _run(here, READ_PICTURE, *arguments)
    (here / "bad" / "notes.onnx").unlink()
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def _unpacked(kept: Kept, name: str, kind: str, exported: Exported, folder: Path) -> Path:
    data = with_read_picture(kept.store, kept.run(name), kind, exported)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder / models.of_run(kept.ids[name])


@pytest.mark.parametrize("kind", ["keras", "onnx"])
def test_the_code_in_the_readme_runs_as_it_stands(
    kind: str, kept: Kept, here: Path, tmp_path: Path
) -> None:
    file = kept.exported(SMALL, kind)
    place = _unpacked(kept, SMALL, kind, file, tmp_path)
    assert {each.name for each in place.iterdir()} == {file.file_name, READ_PICTURE, "README.txt"}
    readme = (place / "README.txt").read_text("utf-8")
    assert '"not a digit" is the class of everything else' in readme
    code = "".join(re.findall(r"^    (?!pip|python)(.*\n)", readme, re.MULTILINE))
    (place / "seven.jpg").write_bytes((here / "pictures" / "shadow.jpg").read_bytes())
    done = _run(place, "-c", code)
    predictor = models.load(models.of_run(kept.ids[SMALL]), kept.store)
    expected = read_picture(predictor, read_file(place / "seven.jpg")).prediction
    assert done.returncode == 0, done.stderr
    assert _nearly(done.stdout.splitlines()[-1]) == _nearly(expected.answer)


def test_the_readme_of_a_network_of_clothes_prepares_pictures_as_its_dataset(
    kept: Kept, clothes: int
) -> None:
    run = kept.store.get(clothes)
    data = with_read_picture(kept.store, run, "onnx", Exported("run.onnx", b""))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        readme = archive.read(f"run-{clothes}/README.txt").decode()
    assert readme.count(', preparation="fashion_mnist")') == 2
    assert "not a digit" not in readme


def test_the_code_is_taken_home_with_the_file_that_it_imports(kept: Kept, tmp_path: Path) -> None:
    place = _unpacked(kept, DENSE, "script", kept.exported(DENSE, "script"), tmp_path)
    assert {each.name for each in place.iterdir()} == {
        f"{place.name}.py",
        READ_PICTURE,
        "README.txt",
    }
    assert f"python {place.name}.py" in (place / "README.txt").read_text("utf-8")


def test_no_two_downloads_have_the_same_name(kept: Kept) -> None:
    run = kept.run(DENSE)
    named = [zip_name(run, name) for name, each in EXPORTS.items() if each.reads_pictures]
    named += [models.of_run(run.id) + each.suffix for each in EXPORTS.values()]
    assert len({*named}) == len(named)
