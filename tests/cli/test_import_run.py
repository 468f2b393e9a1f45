"""`runs import` on the command line."""

from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.runs import RunStore
from digitapp.takehome import bundle
from tests.takehome.bundle.run_files import added


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A run that someone else has exported."""
    store = RunStore(f"sqlite:///{tmp_path / 'theirs.db'}")
    path = tmp_path / "theirs.keras"
    path.write_bytes(bundle.keras_bundle(store, added(store)))
    return path


def test_a_run_is_taken_in_and_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "import", str(file), "--name", "From Ada"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Run 1 is From Ada.\n")
    assert "as told by the file" in said
    assert RunStore().get(1).name == "From Ada"


def test_a_file_that_cannot_be_taken_in_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.keras"
    path.write_text("these are no weights")
    for file, reason in ((path, "not a .keras file"), (tmp_path, "cannot be read")):
        assert main(["runs", "import", str(file)]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"digitapp: {file}: ")
        assert reason in said
    assert not RunStore().all()


def test_a_file_that_is_too_large_is_not_even_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "large.keras"
    with path.open("wb") as large:
        large.truncate((bundle.MOST_MEGABYTES + 1) * 2**20)
    assert main(["runs", "import", str(path)]) == 1
    assert f"at most {bundle.MOST_MEGABYTES} are allowed" in capsys.readouterr().err
