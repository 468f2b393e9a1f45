"""Stores of older versions are migrated when they are opened, once and as a whole."""

from alembic.config import Config
from alembic.script import ScriptDirectory

from digitapp.runs import tables


def test_the_last_migration_leads_to_the_current_version() -> None:
    config = Config()
    config.set_main_option("script_location", "digitapp.runs:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [str(tables.VERSION)]
