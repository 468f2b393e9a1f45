"""The user's folders: the system's, an older version's, or none."""

from pathlib import Path

import platformdirs
import pytest

from digitapp.files import folders

SYSTEM = "Application Support/digitapp"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for data on a system other than Linux."""
    found = tmp_path / SYSTEM
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: found)
    return found


def test_data_is_in_the_systems_folder(elsewhere: Path) -> None:
    assert folders.data_folder() == elsewhere


def test_the_folder_of_an_earlier_version_stays_in_use(elsewhere: Path, tmp_path: Path) -> None:
    older = tmp_path / ".local" / "share" / "digitapp"
    older.mkdir(parents=True)
    assert folders.data_folder() == older


def test_a_folder_that_was_named_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".local" / "share" / "digitapp").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "named"))
    assert folders.data_folder() == tmp_path / "named" / "digitapp"


@pytest.mark.parametrize("variable", ["", "not/absolute"])
def test_without_a_home_there_is_no_folder(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "home", lambda: None)
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, variable)
    assert folders.data_folder() is None
    assert folders.cache_folder() is None


def test_without_a_home_a_named_folder_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "home", lambda: None)
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    assert folders.data_folder() == folders.cache_folder() == tmp_path / "digitapp"
