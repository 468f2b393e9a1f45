"""`data import`: files of any form, looked at, mended and kept; or only looked at."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import load
from digitapp.drawing.strokes import from_points
from digitapp.imports.mends import MENDS
from digitapp.imports.orientations import ORIENTATIONS
from digitapp.library import catalogue, handwriting_files, shared_files
from digitapp.library.handwriting_datasets import OWN
from digitapp.runs import RunStore, corrected_drawings, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import NewExample

COUNT = 150


@pytest.fixture
def spoilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Transposed digits by people on white paper, sorted by class, in the current folder."""
    monkeypatch.chdir(tmp_path)
    data = load("hands")
    order = np.argsort(data.y_test[:COUNT], kind="stable")
    images = 255 - data.x_test[:COUNT][order].transpose(0, 2, 1)
    np.savez("spoilt.npz", allow_pickle=False, images=images, labels=data.y_test[:COUNT][order])
    return "spoilt.npz"


def _json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["data", "import", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def _images(name: str) -> set[bytes]:
    data = catalogue.dataset(RunStore(), name)
    return {*map(bytes, data.x_train), *map(bytes, data.x_test)}


def test_what_is_wrong_is_told_mended_and_kept(
    spoilt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", spoilt, "--name", "Meine Ziffern"]) == 0
    out = capsys.readouterr().out
    assert "The paper is white and the ink is black." in out
    assert "rows and columns swapped" in out
    assert "sorted by class" in out
    done = ["Black and white changed places.", "Rows and columns were swapped."]
    assert all(line in out.splitlines() for line in done)
    assert "train --dataset 'Meine Ziffern'" in out
    assert _images("Meine Ziffern") == {*map(bytes, load("hands").x_test[:COUNT])}
    facts = imported_datasets.facts(RunStore(), "Meine Ziffern")
    assert facts is not None
    assert {*done} <= {*facts.told}


def test_the_same_as_json(spoilt: str, capsys: pytest.CaptureFixture[str]) -> None:
    values = _json([spoilt, "--name", "mine"], capsys)
    found = {each["name"]: each["mend"] for each in values["report"]["findings"]}
    assert {
        "inverted": "invert",
        "turned": "transpose",
        "sorted": "shuffle",
    }.items() <= found.items()
    assert {"invert", "transpose", "shuffle", "split"} == {*values["mends"]}
    assert values["dataset"]["training_images"] + values["dataset"]["test_images"] == COUNT


def test_images_that_fill_their_square_have_drawings_prepared_like_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)
    images[:, [0, -1]], images[:, :, [0, -1]] = 0, 0
    np.savez("things.npz", allow_pickle=False, images=images, labels=np.arange(40) % 2)
    assert _json(["things.npz", "--name", "things"], capsys)["preparation"] == "fashion_mnist"
    assert catalogue.preparation(RunStore(), "things") == "fashion_mnist"
    assert main(["data", "import", "things.npz", "--look", "--preparation", "mnist"]) == 0
    assert "Drawings will be prepared like those of MNIST." in capsys.readouterr().out


def test_it_is_said_that_another_of_the_same_name_is_replaced(
    spoilt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not _json([spoilt, "--name", "mine"], capsys)["replaced"]
    assert main(["data", "import", spoilt, "--name", "mine", "--as-is"]) == 0
    assert "takes the place of your dataset of the same name" in capsys.readouterr().out
    assert _json([spoilt, "--name", "mine"], capsys)["replaced"]


@pytest.mark.parametrize("option", ["--look", "--json"])
def test_my_handwriting_is_not_looked_at_first(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "drawings.npz"
    path.write_bytes(handwriting_files.archive([]))
    assert main(["data", "import", str(path), "--name", OWN, option]) == 1
    assert "--look and --json go with another --name" in capsys.readouterr().err


def test_a_shared_file_comes_in_as_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing = from_points([[(9, 8), (70, 60)]], 20)
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28), dtype=np.uint8)
    examples = [NewExample(n % 2, image, drawing) for n, image in enumerate(images)]
    store, path = RunStore(), tmp_path / "shared.npz"
    drawn_examples.create(store, "signs", ("star", "spiral"), "mnist")
    drawn_examples.keep(store, "signs", examples)
    path.write_bytes(shared_files.archive(store, "signs"))

    assert main(["data", "import", str(path), "--look"]) == 0
    assert "a dataset that was shared" in capsys.readouterr().out
    values = _json([str(path), "--name", "theirs"], capsys)
    assert values["dataset"] == {"name": "theirs", "classes": ["star", "spiral"]}
    found, _ = drawn_examples.read(store, "theirs")
    assert len(found) == 8
    assert all(each.strokes for each in found)

    assert main(["data", "import", str(path), "--name", OWN]) == 1
    assert "its classes are star, spiral; only drawings of the digits" in capsys.readouterr().err
    assert not corrected_drawings.read(store)


def test_looking_keeps_nothing(spoilt: str, capsys: pytest.CaptureFixture[str]) -> None:
    values = _json([spoilt, "--look"], capsys)
    assert "dataset" not in values
    assert main(["data", "import", spoilt, "--look"]) == 0
    out = capsys.readouterr().out
    assert "(Swap black and white: --invert.)" in out
    assert "(Swap rows and columns: --orientation transpose.)" in out
    assert not imported_datasets.names(RunStore())


def test_nothing_is_mended_where_somebody_objects(
    spoilt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    as_is = _json([spoilt, "--name", "as is", "--as-is"], capsys)
    assert as_is["mends"] == []
    white = _json([spoilt, "--name", "white", "--no-invert"], capsys)
    assert "invert" not in white["mends"]
    with np.load(spoilt) as file:
        assert _images("as is") == {*map(bytes, file["images"])}
    lying = _json([spoilt, "--name", "lying", "--orientation", "as-is"], capsys)
    assert not {*lying["mends"]} & {*ORIENTATIONS}


def test_a_mend_is_made_where_somebody_asks_for_it(
    spoilt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [spoilt, "--name", "mine", "--as-is", "--orientation", "turn-left", "--brighten"]
    assert {*_json(arguments, capsys)["mends"]} == {"turn_left", "brighten"}


def test_leaving_out_what_is_not_there_is_said(
    spoilt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "import", spoilt, "--name", "mine", "--leave-out-blank"]) == 0
    assert "--leave-out-blank: no such images were found." in capsys.readouterr().err


def test_every_mend_has_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["data", "import", "--help"])
    out = capsys.readouterr().out
    assert all(name.replace("_", "-") in out for name in ORIENTATIONS)
    options = {*MENDS} - {*ORIENTATIONS} - {"split", "shuffle"}  # which always happen
    assert len(options) > 10
    assert all(f"--no-{name.replace('_', '-')}" in out for name in options)


def test_a_name_or_only_a_look_is_needed(spoilt: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["data", "import", spoilt])
    assert "give --name NAME, or --look" in capsys.readouterr().err


def test_what_a_file_names_cannot_command_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    labels = np.array(["\x1b[31mred", "blue"] * 10)
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    np.savez("named.npz", allow_pickle=False, images=images, labels=labels)
    main(["data", "import", "named.npz", "--look"])
    out, err = capsys.readouterr()
    assert "red" in out + err
    assert "\x1b" not in out + err
