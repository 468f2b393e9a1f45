"""A store with rows in each of its tables, whatever tables there are."""

from typing import Any

import sqlalchemy as sa

from digitapp.runs.backup import COPIED
from digitapp.runs.database import Database

ROWS = 3
ODD = ("", "Zoë <b>%s", "naïve \N{GRINNING FACE}\n'\"\\")


def fill(database: Database) -> None:
    """Add rows to each table; those that refer to another table's refer to its rows."""
    with database.begin() as connection:
        for table in COPIED:
            rows = [_row(table, number) for number in range(ROWS)]
            connection.execute(table.insert(), rows)


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    given = [column for column in table.c if column is not table.autoincrement_column]
    return {column.name: _value(column, number) for column in given}


def _value(column: sa.Column, number: int) -> Any:
    if column.foreign_keys:
        return _value(next(iter(column.foreign_keys)).column, number)
    if column.nullable and number == 0:
        return None
    values = {
        sa.LargeBinary: bytes(range(256)) * number,
        sa.Boolean: number == 1,
        sa.Integer: number + 1,
        sa.Float: number / 3,
        sa.Text: f"{column.name}-{number}" if column.primary_key else ODD[number],
    }
    return next(value for kind, value in values.items() if isinstance(column.type, kind))
