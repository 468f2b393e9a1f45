"""An installation of requirements-light.txt alone: it reads, and says what it cannot do.

`make test` makes it, in `.venv-light`.
"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from digitapp.backend import MISSING
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.drawing.strokes import from_points, paint
from digitapp.runs import RunStore
from digitapp.training.experiments import EXPERIMENTS
from tests import stores
from tests.browser.session import free_port, wait_until_up
from tests.digits import DIGITS
from tests.tiny_runs import ROOT, TINY, trained_store

LIGHT = ROOT / ".venv-light"
TRAINS = ("tensorflow", "keras")
# What each page shows there, of a drawn seven and of one run.
SHOWN = {
    "draw": "after 2 strokes",
    "train": MISSING,
    "run": "Test accuracy",
    "runs": "first",
    "handwriting": "Nothing is kept yet",
    "stress": "right, ",
}
PATIENCE = 120  # seconds
# What keeps TensorFlow from being imported where it is installed.
BLOCKED = {
    "taken": "sys.modules['tensorflow'] = None",
    "replaced": "sys.modules['keras'] = type(sys)('keras')",
    "refused": """
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow":
            raise ImportError(name)
sys.meta_path.insert(0, Refusing())
""",
}


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python of that installation."""
    if not (LIGHT / ".run").exists():
        stores.skip("There is no installation that only reads. To make it: make light")
    return LIGHT / "bin" / "python"


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Path:
    """A folder with a store of one run, and its images."""
    folder = tmp_path_factory.mktemp("trained")
    trained_store(folder, toy, ("first", TINY))
    return folder


@pytest.fixture
def runs(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """That store, copied for this test."""
    (tmp_path / "runs.db").write_bytes((trained / "runs.db").read_bytes())
    monkeypatch.setenv(FOLDER_VARIABLE, str(trained / "datasets"))
    return RunStore(f"sqlite:///{tmp_path / 'runs.db'}")


def _ended(python: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run that Python with these arguments; check its exit status."""
    done = subprocess.run(
        [python, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


def _said(python: Path, *arguments: str) -> str:
    """Return what a command of digitapp prints there."""
    return _ended(python, "-m", "digitapp", *arguments).stdout


def test_neither_tensorflow_nor_keras_is_there(python: Path) -> None:
    code = f"from importlib.util import find_spec; print(*map(find_spec, {TRAINS}))"
    assert _ended(python, "-c", code).stdout.split() == ["None", "None"]


def test_whether_they_are_there_is_found_without_importing_them() -> None:
    code = (
        "import sys; from digitapp import backend; backend.check_can_train(); "
        f"print(*{{*{TRAINS}}} & {{*sys.modules}})"
    )
    assert _ended(Path(sys.executable), "-c", code).stdout == "\n"


@pytest.mark.parametrize("way", BLOCKED)
def test_packages_whose_import_is_blocked_count_as_missing(way: str) -> None:
    code = f"import sys\n{BLOCKED[way]}\nfrom digitapp import backend\nprint(backend.can_train())"
    assert _ended(Path(sys.executable), "-c", code).stdout == "False\n"


@pytest.mark.parametrize("model", ["recogniser", "run-1"])
def test_pictures_are_read(model: str, python: Path, runs: RunStore, tmp_path: Path) -> None:
    paint(from_points(DIGITS[7], 20)).save(tmp_path / "seven.png")
    read = json.loads(
        _said(python, "predict", "--model", model, "--json", str(tmp_path / "seven.png"))
    )
    assert read["file"] == str(tmp_path / "seven.png")
    assert model != "recogniser" or read["digit"] == 7


def test_networks_are_evaluated(python: Path, runs: RunStore, toy: Dataset, tmp_path: Path) -> None:
    entries = [{"label": label, "strokes": DIGITS[label]} for label in DIGITS]
    (tmp_path / "strokes.json").write_text(json.dumps(entries))
    found = json.loads(
        _said(python, "evaluate", "--strokes", str(tmp_path / "strokes.json"), "--json")
    )
    assert found
    of_run = json.loads(_said(python, "evaluate", "--run", "1", "--json"))["test"]
    assert of_run["total"] == len(toy.y_test)


def test_runs_and_datasets_are_listed(python: Path, runs: RunStore) -> None:
    assert "first" in _said(python, "runs", "list")
    assert "fashion_mnist" in _said(python, "data", "list")


@pytest.mark.parametrize("command", ["train --preset dense-128", "runs resume 1", "recogniser"])
def test_a_command_that_trains_says_what_is_missing(
    command: str, python: Path, runs: RunStore
) -> None:
    before = runs.all()
    done = _ended(python, "-m", "digitapp", *command.split(), status=1)
    assert done.stderr == f"digitapp: {MISSING}\n"
    assert runs.all() == before


def test_a_run_that_was_queued_elsewhere_fails_with_that_sentence(
    python: Path, runs: RunStore
) -> None:
    run = runs.create(TINY)
    _ended(python, "-m", "digitapp", "work", str(run))
    assert MISSING in runs.get(run).error


def test_every_page_is_shown_and_reads(python: Path, runs: RunStore) -> None:
    found = json.loads(_ended(python, "-m", "tests.light_pages").stdout)
    for page, text in SHOWN.items():
        shown = found["shown"][page]
        assert shown["refused"] == []
        assert text in shown["said"]
    experiments = [each.title for each in EXPERIMENTS.values()]
    assert found["shown"]["train"]["disabled"] == ["Train", *experiments]
    assert not {*TRAINS} & {*found["imported"]}


def test_the_server_starts(python: Path, runs: RunStore, tmp_path: Path) -> None:
    port = free_port()
    options = ("--server.headless=true", f"--server.port={port}")
    with (tmp_path / "printed").open("wb") as output:
        server = subprocess.Popen(
            [python, "-m", "streamlit", "run", "app.py", *options],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_up(f"http://localhost:{port}")
            with urllib.request.urlopen(f"http://localhost:{port}/", timeout=PATIENCE) as page:
                assert page.status == 200
        finally:
            server.terminate()
            server.wait(PATIENCE)
    assert "Traceback" not in (tmp_path / "printed").read_text()
