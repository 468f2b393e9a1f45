"""One store with one exported run for all tests of bundles."""

import pytest

from digitapp.runs import RunStore
from digitapp.takehome import bundle
from tests.takehome.bundle.made import added


@pytest.fixture(scope="package")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """Where runs are exported from."""
    return RunStore(f"sqlite:///{tmp_path_factory.mktemp('theirs') / 'runs.db'}")


@pytest.fixture(scope="package")
def file(theirs: RunStore) -> bytes:
    """A run of theirs as it travels."""
    return bundle.keras_bundle(theirs, added(theirs))


@pytest.fixture
def ours(store_url: str) -> RunStore:
    """Where runs are imported."""
    return RunStore(store_url)
