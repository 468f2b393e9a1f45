"""The databases that a store may be in: their tests are the same."""

import pytest

SQLITE, POSTGRESQL = "sqlite", "postgresql"

# For a test, or as a module's `pytestmark`: run it on both.
on_both = pytest.mark.parametrize("store_url", [SQLITE, POSTGRESQL], indirect=True)
