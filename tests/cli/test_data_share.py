"""`data share` and `data open`: a dataset travels as one file."""

import json
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.drawing.strokes import from_points
from digitapp.library import new_examples
from digitapp.runs import RunStore, drawn_examples

SIGNS = "Secret signs"


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """A store with a dataset of six drawn examples, and an empty current folder."""
    monkeypatch.chdir(tmp_path)
    store = RunStore()
    drawn_examples.create(store, SIGNS, ["star", "🌀"])
    lines = [from_points([[(20, 20 + number), (200, 90)]], 14) for number in range(6)]
    new = [new_examples.drawn(number % 2, line, "mnist") for number, line in enumerate(lines)]
    drawn_examples.keep(store, SIGNS, new)
    return store


def test_a_drawn_dataset_is_listed_shared_deleted_and_opened_again(
    drawn: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "list", "--json"]) == 0
    row = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (row["name"], row["about"]) == (SIGNS, "Drawn by you.")
    before = drawn_examples.read(drawn, SIGNS)[0]

    assert main(["data", "share", SIGNS]) == 0
    assert capsys.readouterr().out.startswith("Wrote Secret signs.npz (")
    assert main(["data", "delete", SIGNS]) == 0
    assert main(["data", "open", "Secret signs.npz"]) == 0
    assert capsys.readouterr().out.endswith("Secret signs: 6 images of 2 classes.\n")
    after = drawn_examples.read(drawn, SIGNS)[0]
    assert {each.image.tobytes() for each in after} == {each.image.tobytes() for each in before}
    assert all(each.strokes for each in after)


def test_a_file_of_that_name_is_not_overwritten_unless_it_is_named(
    drawn: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path("Secret signs.npz")
    file.write_bytes(b"what it was imported from")
    assert main(["data", "share", SIGNS]) == 1
    assert "there is such a file already. Say where to write with --out" in capsys.readouterr().err
    assert file.read_bytes() == b"what it was imported from"
    assert main(["data", "share", SIGNS, "--out", file.name]) == 0


def test_it_is_opened_under_another_name(
    drawn: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "share", SIGNS, "--out", "signs.npz"]) == 0
    assert main(["data", "open", "signs.npz", "--name", "others"]) == 0
    assert main(["data", "open", "signs.npz", "--name", "OTHERS"]) == 1
    assert "There is a dataset 'others' already" in capsys.readouterr().err
    assert main(["data", "open", "signs.npz"]) == 0
    assert "Secret signs 2: 6 images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["share", "gone"], "no dataset 'gone' of yours"),
        (["share", "mnist"], "no dataset 'mnist' of yours"),
        (["share", SIGNS, "--out", "no/such/folder.npz"], "cannot be written"),
        (["open", "gone.npz"], "gone.npz"),
        (["open", "."], "a folder"),
        (["open", "text.npz"], "not an .npz file"),
        (["open", "plain.npz"], "data import"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(
    drawn: RunStore, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    Path("text.npz").write_text("text", "utf-8")
    np.savez("plain.npz", allow_pickle=False, x_train=np.zeros((2, 28, 28), np.uint8))
    assert main(["data", *arguments]) == 1
    assert said in capsys.readouterr().err
