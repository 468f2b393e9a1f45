"""Downloads, from a server of the test's own: what arrives, what is checked, what is left alone."""

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from digitapp.data import datasets, downloads
from digitapp.data.array_files import PARTS
from digitapp.data.datasets import DATASETS, Dataset, load, local_folder
from digitapp.errors import DatasetUnavailable
from tests.tiny_runs import ROOT, write_datasets

CONTENT = b"some bytes" * 20_000
SOON = 0.2  # seconds


@dataclass
class Origin:
    """A server of files, which can behave badly.

    Attributes:
        files: the content of each.
        cut_off, stalls: files of which only the first half arrives; then the connection ends, or
            nothing more happens until `go_on` is set.
        asked: the files that were asked for so far.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    cut_off: set[str] = field(default_factory=set)
    stalls: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        origin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.lstrip("/")
                origin.asked.append(name)
                content = origin.files.get(name)
                self.send_response(404 if content is None else 200)
                content = content or b"There is no such file."
                half = len(content) // 2
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[:half])
                if name in origin.stalls:
                    origin.go_on.wait(60)
                if name not in origin.cut_off:
                    with suppress(OSError):  # nobody waits for it any more
                        self.wfile.write(content[half:])

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        return Handler


@pytest.fixture
def origin(no_datasets: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """The server that datasets are downloaded from."""
    found = Origin()
    server = ThreadingHTTPServer(("127.0.0.1", 0), found.handler())
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setattr(downloads, "ORIGIN", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield found
    found.go_on.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def published(
    origin: Origin, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Origin:
    """That server, with the toy as MNIST and as Fashion-MNIST, whose hashes are known."""
    write_datasets(toy, tmp_path / "published")
    for name in ("mnist", "fashion_mnist"):
        source, hashes = DATASETS[name], {}
        for file in source.files:
            content = (tmp_path / "published" / file).read_bytes()
            origin.files[Path(file).name] = content
            hashes[file] = _sha256(content)
        monkeypatch.setitem(DATASETS, name, replace(source, files=hashes))
    return origin


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _everything(folder: Path) -> dict[str, bytes]:
    """Return the content of all files in a folder, whatever they are called."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_a_dataset_is_downloaded_once_into_the_folder_of_keras(
    name: str, published: Origin, toy: Dataset, no_datasets: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        data = load(name)
        for part in PARTS:
            np.testing.assert_array_equal(getattr(data, part), getattr(toy, part))
    files = DATASETS[name].files
    assert published.asked == [Path(file).name for file in files]
    assert local_folder(DATASETS[name]) == no_datasets / ".keras" / "datasets"
    assert {*_everything(no_datasets / ".keras" / "datasets")} == {*files}
    assert not capfd.readouterr().out


def test_keras_itself_finds_what_was_downloaded(
    published: Origin, toy: Dataset, no_datasets: Path
) -> None:
    load("fashion_mnist")
    code = "import keras, numpy; print(keras.datasets.fashion_mnist.load_data()[1][1].tolist())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == str(toy.y_test.tolist())


@pytest.mark.parametrize("variable", ["KERAS_HOME", None])
def test_keras_may_have_another_home_or_none(
    variable: str | None, published: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "keras"))
    else:
        monkeypatch.setattr("digitapp.files.folders.home", lambda: None)
        monkeypatch.setattr(datasets, "home", lambda: None)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    load("mnist")
    assert (tmp_path / "keras" / "datasets" / "mnist.npz").is_file()
    load("mnist")
    assert published.asked == ["mnist.npz"]


def test_only_missing_files_are_downloaded_and_the_others_stay_as_they_are(
    origin: Origin, tmp_path: Path
) -> None:
    origin.files = {"missing": CONTENT, "repacked": CONTENT, "link": CONTENT}
    (tmp_path / "repacked").write_bytes(b"of an unknown hash")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    downloads.fetch(dict.fromkeys(origin.files, _sha256(CONTENT)), tmp_path)
    assert origin.asked == ["missing"]
    assert (tmp_path / "missing").read_bytes() == CONTENT
    assert (tmp_path / "repacked").read_bytes() == b"of an unknown hash"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("another file", "what came from http://127.0.0.1:.* is another file, or damaged"),
        ("cut off", "127.0.0.1: the connection was lost"),
        ("stalls", "127.0.0.1: the connection timed out"),
        ("not there", "127.0.0.1: 404 Not Found"),
    ],
)
def test_a_download_that_fails_says_why_and_leaves_nothing_behind(
    fault: str, reason: str, published: Origin, no_datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "TO_GO_ON", SOON)
    right = published.files["mnist.npz"]
    match fault:
        case "another file":
            published.files["mnist.npz"] = right[:-1] + b"?"
        case "cut off":
            published.cut_off.add("mnist.npz")
        case "stalls":
            published.stalls.add("mnist.npz")
        case "not there":
            del published.files["mnist.npz"]
    sentence = rf"^MNIST is not on this machine and could not be downloaded \({reason}\)\. Put "
    with pytest.raises(DatasetUnavailable, match=sentence):
        load("mnist")
    assert not _everything(no_datasets)
    published.files["mnist.npz"] = right
    published.cut_off.clear()
    published.stalls.clear()
    assert load("mnist").x_train.size


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9/", "127.0.0.1: Connection refused"),
        ("http://nothing.invalid/", "nothing.invalid: .*[Nn]ame"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named(
    address: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "ORIGIN", address)
    with pytest.raises(downloads.DownloadFailed, match=f"^{reason}"):
        downloads.fetch({"file": _sha256(CONTENT)}, tmp_path)


def test_a_folder_that_cannot_be_written_is_named(published: Origin, no_datasets: Path) -> None:
    (no_datasets / ".keras").write_bytes(b"not a folder")
    folder = no_datasets / ".keras" / "datasets"
    with pytest.raises(DatasetUnavailable, match=f"{folder} cannot be written: Not a directory"):
        load("mnist")


def test_a_folder_without_permission_is_named(
    published: Origin, no_datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/a/temporary/name")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refused)  # root may write everywhere
    folder = no_datasets / ".keras" / "datasets"
    folder.mkdir(parents=True)
    with pytest.raises(DatasetUnavailable, match=f"{folder} cannot be written: Permission denied"):
        load("mnist")
    assert not published.asked


def test_thirty_people_download_it_once(published: Origin) -> None:
    with ThreadPoolExecutor(30) as pool:
        loaded = [*pool.map(load, ["mnist"] * 30)]
    assert published.asked == ["mnist.npz"]
    assert len({data.x_train.tobytes() for data in loaded}) == 1


def test_processes_that_download_at_once_do_each_other_no_harm(
    origin: Origin, tmp_path: Path
) -> None:
    origin.files, origin.stalls = {"file": CONTENT}, {"file"}
    code = (
        "import sys; from pathlib import Path; from digitapp.data import downloads\n"
        f"downloads.ORIGIN = {downloads.ORIGIN!r}\n"
        f"downloads.fetch({{'file': {_sha256(CONTENT)!r}}}, Path(sys.argv[1]))"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=ROOT) for _ in range(2)]
    latest = time.monotonic() + 60
    while len(origin.asked) < 2:
        assert time.monotonic() < latest
        time.sleep(0.02)
    assert not (tmp_path / "file").exists(), "half of it is not shown to anybody"
    origin.go_on.set()
    assert [each.wait(60) for each in both] == [0, 0]
    assert _everything(tmp_path) == {"file": CONTENT}
