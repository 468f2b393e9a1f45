"""The vendored files are those of npm, byte for byte."""

import hashlib
from pathlib import Path

import pytest

import digitapp.live

FOLDER = Path(digitapp.live.__file__).parent / "vendor"
PACKAGES = [path.name for path in FOLDER.iterdir()]


def test_all_of_them_are_known() -> None:
    assert sorted(PACKAGES) == ["tfjs-4.22.0", "umap-js-1.4.0"]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_vendored_files_have_the_checksums_that_are_written_down(package: str) -> None:
    lines = (FOLDER / package / "SHA256SUMS").read_text("utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [path for path in (FOLDER / package).iterdir() if path.suffix in (".js", ".wasm")]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == expected


@pytest.mark.parametrize("package", PACKAGES)
def test_their_licence_is_beside_them(package: str) -> None:
    licence = (FOLDER / package / "LICENSE").read_text("utf-8")
    assert "Apache License\n                           Version 2.0" in licence
