"""`runs export` and `runs report`: files are written where requested, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.files.folders import ROOT
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.takehome.exports import EXPORTS
from digitapp.training.spec import TrainingSpec
from tests.tiny_runs import write_mnist

TRAIN = ("train", "--preset", "nodes-and-layers", "--epochs", "1", "--name", "Mine")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> dict[str, str]:
    """The environment of a store in which run 1 has been trained."""
    folder = tmp_path_factory.mktemp("home")
    url = f"sqlite:///{folder / 'runs.db'}"
    found = {FOLDER_VARIABLE: str(write_mnist(folder / "ds", toy)), DATABASE_VARIABLE: url}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in found.items():
            patched.setenv(name, value)
        assert main(TRAIN) == 0
    return found


@pytest.fixture
def here(places: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with the store of run 1 elsewhere."""
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    found = tmp_path / "here"
    found.mkdir()
    monkeypatch.chdir(found)
    return found


def _refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err.removeprefix("digitapp: ").removesuffix("\n")


def test_an_export_is_written_here_and_told_with_its_size_and_accuracy(
    here: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "export", "1", "--format", "tflite-int8"]) == 0
    out, err = capfd.readouterr()
    assert [path.name for path in here.iterdir()] == ["run-1-int8.tflite"]
    kilobytes = (here / "run-1-int8.tflite").stat().st_size / 1024
    assert out.startswith(f"run-1-int8.tflite: {kilobytes:.1f} kB. It reads ")
    assert "of 50 test images right" in out
    assert err == ""  # the converter's own output is suppressed


def test_read_picture_is_written_beside_what_reads_pictures_and_replaces_no_other_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mine").mkdir()
    file, other = here / "read_picture.py", here / "mine" / "read_picture.py"
    other.write_text("# mine")
    assert main(["runs", "export", "1", "--format", "script", "--out", "train.py"]) == 0
    assert {each.name for each in here.iterdir()} == {"mine", "train.py", "read_picture.py"}
    assert "def predict_picture(" in file.read_text("utf-8")
    assert "\nread_picture.py: it prepares pictures as the app does" in capsys.readouterr().out
    onnx = ["runs", "export", "1", "--format", "onnx"]
    assert main(onnx) == 0
    assert "\nread_picture.py: is there already.\n" in capsys.readouterr().out
    assert main([*onnx, "--out", "mine/net.onnx"]) == 0
    assert "is another file, and stays; --force replaces it.\n" in capsys.readouterr().out
    assert other.read_text("utf-8") == "# mine"
    assert main([*onnx, "--out", "mine/net.onnx", "--force"]) == 0
    assert other.read_bytes() == file.read_bytes()
    assert {each.name for each in (here / "mine").iterdir()} == {"net.onnx", "read_picture.py"}


def test_an_exact_export_has_the_accuracy_of_the_run(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "export", "1", "--format", "keras"]) == 0
    accuracy = RunStore().get(1).test_accuracy
    assert accuracy is not None
    assert f"Test accuracy {accuracy * 100:.2f} %, as in the run." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "file"), [("webpage", "run-1-draw.html"), ("tfjs", "run-1-tfjs.zip")]
)
def test_what_runs_in_a_browser_is_as_exact(
    name: str, file: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "export", "1", "--format", name]) == 0
    assert [path.name for path in here.iterdir()] == [file]
    told = capsys.readouterr().out
    assert told.startswith(f"{file}: ")
    assert told.endswith(" %, as in the run.\n")


def test_a_file_that_is_there_is_replaced_only_by_force(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = here / "run-1.csv"
    path.write_text("mine")
    said = _refusal(capsys, "runs", "export", "1", "--format", "history")
    assert said == "run-1.csv already exists; give another --out, or --force to replace it."
    assert path.read_text() == "mine"
    assert main(["runs", "export", "1", "--format", "history", "--force"]) == 0
    assert path.read_text().startswith("epoch,")
    assert [*here.iterdir()] == [path]


@pytest.mark.parametrize(
    ("out", "written"), [("a.csv", "a.csv"), ("folder", "folder/run-1.csv"), (".", "run-1.csv")]
)
def test_an_export_goes_where_it_is_wanted(out: str, written: str, here: Path) -> None:
    (here / "folder").mkdir()
    assert main(["runs", "export", "1", "--format", "history", "--out", out]) == 0
    assert (here / written).read_text().startswith("epoch,")


@pytest.mark.parametrize("out", ["nowhere/a.csv", "file/a.csv", "x" * 300])
def test_a_place_that_cannot_be_written_is_named(
    out: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "file").write_text("")
    said = _refusal(capsys, "runs", "export", "1", "--format", "history", "--out", out)
    assert said.startswith(f"{out}: cannot be written (")
    assert [path.name for path in here.iterdir()] == ["file"]


COMMAND = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
from digitapp.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_all_formats_go_into_a_folder_and_the_command_itself_needs_no_tensorflow(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "runs", "export", "1", "--format", "all"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    names = {f"run-1{entry.suffix}" for entry in EXPORTS.values()} | {"read_picture.py"}
    assert {path.name for path in (here / "run-1").iterdir()} == names
    assert len(done.stdout.splitlines()) == len(names)


def test_what_cannot_be_had_of_a_run_is_told_and_the_rest_is_written(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queued = RunStore().create(TrainingSpec())
    assert main(["runs", "export", str(queued), "--format", "all", "--out", "x"]) == 1
    out, err = capsys.readouterr()
    assert f"keras: Run {queued} has no trained network: it is queued.\n" in err
    assert {path.suffix for path in (here / "x").iterdir()} >= {".py", ".ipynb", ".csv"}
    assert len(out.splitlines()) + len(err.splitlines()) == len(EXPORTS) + 1
    assert out.splitlines()[-1].startswith(f"{Path('x/read_picture.py')}: ")


def test_a_folder_that_cannot_be_made_is_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "run-1").write_text("")
    said = _refusal(capsys, "runs", "export", "1", "--format", "all")
    assert said.startswith("run-1: cannot be created (")


def test_an_unknown_format_is_answered_with_those_that_exist(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refusal(capsys, "runs", "export", "1", "--format", "zip")
    assert said == f"Unknown format 'zip'. Available: {', '.join(EXPORTS)}."


def test_a_run_that_is_none_is_no_traceback(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _refusal(capsys, "runs", "export", "99", "--format", "all") == "There is no run 99."
    assert [*here.iterdir()] == []


def test_a_report_is_one_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "report", "1", "--out", "mine.html"]) == 0
    assert "mine.html: " in capsys.readouterr().out
    text = (here / "mine.html").read_text("utf-8")
    assert "Mine" in text
    assert text.lstrip().lower().startswith("<!doctype html>")


def test_the_help_names_all_formats(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["runs", "export", "--help"])
    assert ended.value.code == 0
    told = "".join(capsys.readouterr().out.split())
    assert "".join(f"{name}," for name in EXPORTS).removesuffix(",") in told
