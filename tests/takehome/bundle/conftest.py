"""A store with an exported run, and a store to import it, for all bundle tests."""

import pytest

from digitapp.runs import RunStore
from digitapp.takehome import bundle
from tests.takehome.bundle.run_files import added


@pytest.fixture(scope="package")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """The store to export from."""
    return RunStore(f"sqlite:///{tmp_path_factory.mktemp('theirs') / 'runs.db'}")


@pytest.fixture(scope="package")
def file(theirs: RunStore) -> bytes:
    """An exported run."""
    return bundle.keras_bundle(theirs, added(theirs))


@pytest.fixture
def ours(store_url: str) -> RunStore:
    """The store to import into."""
    return RunStore(store_url)
