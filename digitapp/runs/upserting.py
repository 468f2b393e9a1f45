"""Rows that are inserted, or changed if they are there already, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def put(
    connection: sa.Connection,
    table: sa.Table,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    at_first: Mapping[str, Any] | None = None,
) -> sa.Executable:
    """Return the statement that gives the row of a primary key these values.

    Args:
        key: the columns of the primary key.
        values: of other columns.
        at_first: of the columns that have other values only if the row is new.
    """
    insert = _insert(connection, table).values(**{**(at_first or {}), **key, **values})
    return insert.on_conflict_do_update(index_elements=list(key), set_=dict(values))


def added_to(
    connection: sa.Connection, table: sa.Table, key: Mapping[str, Any], column: str, amount: float
) -> sa.Executable:
    """Return the statement that adds to a number in the row of a primary key, from 0 on."""
    insert = _insert(connection, table).values(**key, **{column: amount})
    more = table.c[column] + amount
    return insert.on_conflict_do_update(index_elements=list(key), set_={column: more})


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
