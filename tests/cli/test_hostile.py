"""Hostile arguments, environments and output streams: one sentence, never a traceback."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.drawing.pictures import read_file
from digitapp.drawing.strokes import from_points, paint
from digitapp.errors import BadFile, BadPicture
from digitapp.evaluation.labelled_files import read_strokes
from digitapp.files import error_log, opening
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.training.history import Epoch
from tests.digits import DIGITS
from tests.tiny_runs import TINY

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = r"digitapp: The output cannot be written \(No space left on device\)\."
CLOSED = r"digitapp: The output cannot be written \(Bad file descriptor\)\."
HOMELESS = """
import os, pwd, sys
def nobody(number):
    raise KeyError("getpwuid(): uid not found")
os.environ.pop("HOME", None)
pwd.getpwuid = nobody
from digitapp.cli import main
sys.exit(main(sys.argv[1:]))
"""
NAME = b"caf\xe9.png"  # not UTF-8

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@dataclass(frozen=True)
class Case:
    """A shell command line and its expected result.

    Attributes:
        command: after `digitapp`.
        said: pattern for everything on standard error; empty for nothing.
        printed: pattern for part of standard output.
        settings: environment variables.
    """

    command: str
    said: str = ""
    printed: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    status: int | None = None


CASES = {
    "a full disk": Case("runs list > /dev/full", FULL),
    "a full disk for JSON": Case("runs list --json > /dev/full", r'\{"error": "The output .*"\}'),
    "a full disk for help": Case("--help > /dev/full", FULL),
    "no output": Case("runs list >&-", CLOSED),
    "nobody to complain to": Case("runs show 99 2>&-", status=1),
    "nobody at all": Case("runs list >&- 2>&- <&-", status=1),
    "no input": Case("predict - <&-", "-: Nothing arrives on standard input; .*"),
    "ASCII": Case(
        "runs list; $D runs show 1",
        printed=r"(?s)\* \[caf\\xe9\].*1/1 =+ ",
        settings={"PYTHONIOENCODING": "ascii"},
    ),
    "Windows": Case(
        "runs list; $D runs show 1",
        printed=r"(?s)\* \[caf.\].*1/1 =+ ",
        settings={"PYTHONIOENCODING": "cp1252"},
    ),
    "an endless device as a run": Case(
        "runs import /dev/zero", r"digitapp: /dev/zero: it cannot be read: this is a device; .*"
    ),
    "a pipe as a run": Case(
        "runs import pipe",
        r"digitapp: pipe: it cannot be read: this is a pipe; it must be a \.keras file\.",
    ),
    "a folder as a run": Case(
        "runs import .", r"digitapp: \.: it cannot be read: this is a folder; it must .*"
    ),
    "an endless device as a dataset": Case(
        "data import /dev/zero --name mine",
        r"digitapp: /dev/zero: this is a device; it must be a file or a folder\.",
    ),
    "a pipe as a dataset": Case(
        "data import pipe --name mine",
        r"digitapp: pipe: this is a pipe; it must be a file or a folder\.",
    ),
    "no database's name": Case(
        "runs list",
        rf"digitapp: {DATABASE_VARIABLE} does not name a database .*null .*",
        settings={DATABASE_VARIABLE: "sqlite:////tmp/a%00b.db"},
    ),
    "no database's setting": Case(
        "runs list --json",
        rf'\{{"error": "{DATABASE_VARIABLE} does not name a database .*"\}}',
        settings={DATABASE_VARIABLE: "sqlite:////tmp/digitapp.db?timeout=soon"},
    ),
    "wrong arguments, in JSON": Case(
        "runs show one --json", r'\{"error": "digitapp runs show: argument ID: .*"\}', status=2
    ),
    "signs that move a terminal's cursor": Case(
        "runs import $'\\e[2Jname'", r"digitapp: \[U\+001B\]\[2Jname: .*"
    ),
    "a name in other signs": Case(
        "runs import $'caf\\xe9'", r"digitapp: caf\[U\+DCE9\]: it cannot be read .*"
    ),
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a named pipe that nobody writes into."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.fixture
def starred(store_url: str) -> RunStore:
    """A store with a run that has a star, a tag and an epoch."""
    store = RunStore(store_url)
    store.add(
        TINY,
        name="One",
        epochs=[Epoch(1, 0.5, 0.9, None, None, 0.001, 1.0)],
        model=b"",
        test=None,
        test_loss=None,
        test_accuracy=None,
        images=100,
        batches=1,
        parameters=10,
    )
    store.tag(1, ["caf\N{LATIN SMALL LETTER E WITH ACUTE}"])
    store.star(1, True)
    return store


@posix
@pytest.mark.parametrize("name", CASES)
def test_it_ends_with_a_sentence(name: str, desk: Path, starred: RunStore) -> None:
    case = CASES[name]
    done = _ran(case.command, desk, case.settings)
    assert not re.search(r"Traceback|Exception ignored|site-packages", done.stderr)
    assert re.fullmatch(case.said + r"\n?", done.stderr), done.stderr
    assert re.search(case.printed, done.stdout), done.stdout
    assert done.returncode == (bool(case.said) if case.status is None else case.status)


@posix
def test_without_a_home_there_is_no_store_but_all_the_rest(tmp_path: Path, store_url: str) -> None:
    command = [sys.executable, "-c", HOMELESS]
    bare = {**os.environ, "PYTHONPATH": str(ROOT), DATABASE_VARIABLE: "", "XDG_DATA_HOME": ""}
    lost = _done([*command, "runs", "list"], tmp_path, bare)
    assert lost.returncode == 1
    assert re.fullmatch(r"digitapp: There is no folder for the store .*\n", lost.stderr)
    found = _done([*command, "data", "list"], tmp_path, {**bare, DATABASE_VARIABLE: store_url})
    assert (found.returncode, found.stderr) == (0, "")
    assert "mnist" in found.stdout
    assert not list(tmp_path.glob("~*"))


@posix
def test_pipes_and_files_of_any_name_are_read_and_the_others_all_the_same(desk: Path) -> None:
    picture = paint(from_points(DIGITS[7], 20))
    picture.save(desk / "seven.png")
    Path(os.fsdecode(bytes(desk / "seven.png"))).rename(os.fsdecode(bytes(desk) + b"/" + NAME))
    picture.save(desk / "other.png")
    shell = "predict /dev/zero caf* <(cat other.png) . other.png"
    plain = _ran(shell, desk, {"PYTHONIOENCODING": "ascii"})
    assert re.fullmatch(
        r"caf\[U\+DCE9\]\.png: 7 .*\n/dev/fd/\d+: 7 .*\nother\.png: 7 .*\n", plain.stdout
    )
    assert re.fullmatch(
        r"/dev/zero: This is a device; .*\n\.: This is a folder; .*\n", plain.stderr
    )
    assert plain.returncode == 1


@posix
def test_with_json_each_file_that_fails_is_an_object(desk: Path) -> None:
    done = _ran("predict --json gone.png . ", desk)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert [each["file"] for each in found] == ["gone.png", "."]
    assert [each["error"].split(";")[0] for each in found] == [
        "There is no such file.",
        "This is a folder",
    ]
    assert done.stdout == ""


@posix
def test_a_pipe_is_read_up_to_a_limit_and_not_for_ever(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SILENCE", 0.1)
    with pytest.raises(BadPicture, match=r"Nothing has arrived from this pipe for"):
        read_file(desk / "pipe")
    with pytest.raises(BadFile, match=r"this is a pipe; it must be a JSON file"):
        read_strokes(desk / "pipe")
    endless = subprocess.Popen(["sh", "-c", "exec cat /dev/zero > pipe"], cwd=desk)
    try:
        assert len(opening.read_at_most(desk / "pipe", 1_000_000)) == 1_000_001
    finally:
        endless.kill()
        endless.wait()


def _unreadable_schema(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = CAST(x'ff00fe' AS TEXT)")


def _nonsense_schema(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = 'CREATE NONSENSE' WHERE name = 'runs'")


def _unreadable_name(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET name = CAST(x'fffe' AS TEXT) WHERE name = 'epochs'"
        )


@pytest.mark.parametrize("damage", [_unreadable_schema, _nonsense_schema, _unreadable_name])
def test_a_damaged_schema_is_a_sentence(
    damage: Callable[[Path], None],
    starred: RunStore,
    store_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damage(Path(store_url.removeprefix("sqlite:///")))
    assert main(["runs", "list"]) == 1
    out, err = capsys.readouterr()
    assert re.fullmatch(r"digitapp: The store \S+ .*\n", err)
    assert out == ""


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make `runs list` fail unexpectedly; return the file in which the error is logged."""

    def fail(store: RunStore, *how: object) -> object:
        raise KeyError("nobody\nforesaw this")

    monkeypatch.setattr(RunStore, "listed", fail)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "digitapp" / "errors.log"


@pytest.mark.parametrize("as_json", [False, True])
def test_what_nobody_foresaw_is_a_sentence_and_its_details_are_kept(
    broken: Path, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "list", *["--json"] * as_json]) == 1
    out, err = capsys.readouterr()
    said = json.loads(err)["error"] if as_json else err.removeprefix("digitapp: ").rstrip("\n")
    assert out == ""
    assert "\n" not in said
    assert "Something went wrong unexpectedly (KeyError: " in said
    assert str(broken) in said
    assert "Traceback" in broken.read_text("utf-8")
    assert "in fail" in broken.read_text("utf-8")


def test_who_wants_to_sees_the_details_at_once(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(error_log.DEBUG_VARIABLE, "1")
    assert main(["runs", "list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_without_a_place_for_details_there_is_still_a_sentence(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken.parent.write_text("This is no folder.")
    assert main(["runs", "list"]) == 1
    assert f"set {error_log.DEBUG_VARIABLE}=1 to see the details" in capsys.readouterr().err


def test_the_file_of_details_does_not_grow_for_ever(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_log, "MOST_BYTES", 2000)
    sizes = []
    for _ in range(20):
        main(["runs", "list"])
        sizes.append(broken.stat().st_size)
    assert max(sizes) < 2000 + 2 * sizes[0]


def test_an_interruption_is_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(store: RunStore, *how: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(RunStore, "listed", interrupt)
    assert main(["runs", "list"]) == 130
    assert capsys.readouterr().err == "digitapp: stopped.\n"


def _ran(
    command: str, folder: Path, settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a bash command line, with `$D` for the program."""
    shell = f'D="{sys.executable} -m digitapp"; $D {command}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(settings or {})}
    return _done(["bash", "-c", shell], folder, environment)


def _done(
    command: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="latin-1",
        timeout=120,
        check=False,
    )
