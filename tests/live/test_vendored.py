"""The vendored files are those of npm, byte for byte."""

import hashlib
from pathlib import Path

import digitapp.live

FOLDER = Path(digitapp.live.__file__).parent / "vendor" / "tfjs-4.22.0"


def test_the_vendored_files_have_the_checksums_that_are_written_down() -> None:
    lines = (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [path for path in FOLDER.iterdir() if path.suffix in (".js", ".wasm")]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == expected


def test_their_licence_is_beside_them() -> None:
    assert "Apache License\n                           Version 2.0" in (
        FOLDER / "LICENSE"
    ).read_text("utf-8")
