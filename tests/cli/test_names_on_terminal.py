"""Names from users and files on a terminal: shown, without any control characters."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image

from digitapp.cli import main
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.runs import RunStore
from digitapp.runs.tables import runs
from digitapp.takehome import bundle
from digitapp.text import escaping
from tests.takehome.bundle.constant import reading
from tests.takehome.bundle.run_files import added

CONTROLS = "\x1b[2J\x1b]0;title\x07\u202egpj.exe\u2028end"


def _printed(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the output of a command, after checking that it has no control characters."""
    out, err = capsys.readouterr()
    assert escaping.plain(out + err) == out + err
    return out + err


def test_stored_names_control_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    store = RunStore()
    run = added(store).id
    added(store)
    with store.database.begin() as connection:  # as an older version may have stored them
        noted = {"note": CONTROLS, "tags": json.dumps([CONTROLS])}
        connection.execute(runs.update().values(name=CONTROLS, error=CONTROLS, **noted))
        assert connection.execute(sa.select(runs.c.name)).first() == (CONTROLS,)
    for command in ("list", f"show {run}", f"compare {run} {run + 1}", f"tag {run} x"):
        assert main(["runs", *command.split()]) == 0
        assert "U+001B" in _printed(capsys) or command.startswith("tag")


def test_file_names_control_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = CONTROLS.replace("\u2028", "")
    Image.fromarray(np.eye(28, dtype=np.uint8) * 255).save(f"{name}.png")
    Path(f"{name}.txt").write_text("no picture")
    Image.new("L", (30, 30)).save(os.fsdecode(b"half-\xff.png"))
    for path in (f"{name}.png", f"{name}.txt", f"{name}-missing", os.fsdecode(b"half-\xff.png")):
        main(["predict", path])
        assert "U+" in _printed(capsys)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bundle_may_have_its_refusal_anywhere(
    place: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["shoe", "ankle boot"]
    names.insert(place, NOT_A_DIGIT)
    theirs = RunStore(f"sqlite:///{tmp_path / 'theirs.db'}")
    shares = {"shoe": 0.2, "ankle boot": 0.132, NOT_A_DIGIT: 0.668}
    weights = reading([shares[name] for name in names])
    file = bundle.keras_bundle(theirs, added(theirs, class_names=tuple(names), **weights))
    store = RunStore()
    assert bundle.import_run(store, file) == 1
    picture = tmp_path / "boot.png"
    Image.fromarray(np.eye(28, dtype=np.uint8) * 255).save(picture)
    assert main(["predict", str(picture), "--model", "run-1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["class"], found["refused"]) == ("shoe", True)
    assert found["confidence"] == pytest.approx(0.2 / 0.332, abs=1e-4)
    assert len(found["probabilities"]) == 2
