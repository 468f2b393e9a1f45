"""JSON files that users name: gzipped or not, and a sentence for whatever else they are."""

import gzip
import json
from pathlib import Path

import pytest

from digitapp.errors import BadFile
from digitapp.files import json_files

VALUE = {"strokes": [[[1, 2.5]]], "id": "é"}


@pytest.mark.parametrize("name", ["a.json", "a.json.gz", "gzipped, with another name"])
def test_a_file_is_read_whether_it_is_gzipped_or_not(name: str, tmp_path: Path) -> None:
    content = json.dumps(VALUE, ensure_ascii=False).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if "gz" in name else content)
    assert json_files.read(tmp_path / name) == VALUE


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    whole = gzip.compress(b"[1, 2, 3]" * 100)
    cases = {
        "text.json": (b"milk, eggs", "not JSON"),
        "latin.json": (b'["\xe9"]', "not JSON"),
        "deep.json": (b"[" * 100_000, "not JSON"),
        "short.gz": (whole[:-20], "cannot be unpacked"),
        "broken.gz": (whole[:20] + b"\0\0\0" + whole[23:], "cannot be unpacked"),
    }
    for name, (content, reason) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadFile, match=reason) as caught:
            json_files.read(tmp_path / name)
        assert str(caught.value).startswith(f"{tmp_path / name}: ")
    for path, reason in ((tmp_path, "this is a folder"), (tmp_path / "no", "No such file")):
        with pytest.raises(BadFile, match=reason):
            json_files.read(path)


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "MAX_UNPACKED", 2**20)
    assert json_files.parsed(gzip.compress(b"1" + b" " * 1000), "a") == 1
    with pytest.raises(BadFile, match="larger than 1 MB when unpacked"):
        json_files.parsed(gzip.compress(b"1" + b" " * 2**21), "a")
