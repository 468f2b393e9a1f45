"""Datasets imported by users, kept in the store so that every worker finds them."""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.errors import UnknownName
from digitapp.runs import note_text
from digitapp.runs.store import RunStore
from digitapp.runs.tables import datasets, fingerprints


def names(store: RunStore) -> dict[str, str]:
    """Return the origin of each dataset in the store, by name, in order of names."""
    query = sa.select(datasets.c.name, datasets.c.origin).order_by(datasets.c.name)
    return {row.name: row.origin for row in store.database.rows(query)}


def read(store: RunStore, name: str) -> tuple[str, bytes] | None:
    """Return a dataset's origin and its `.npz` archive; None when there is none of that name."""
    query = sa.select(datasets.c.origin, datasets.c.data).where(datasets.c.name == name)
    found = store.database.rows(query)
    return (found[0].origin, bytes(found[0].data or b"")) if found else None


def version(store: RunStore, name: str) -> str:
    """Return the fingerprint stored with a dataset; empty when it has none or does not exist."""
    query = sa.select(fingerprints.c.fingerprint).where(fingerprints.c.dataset == name)
    return str(store.database.value(query) or "")


def add(
    store: RunStore, name: str, origin: str, images: int, data: bytes, fingerprint: str = ""
) -> None:
    """Store a dataset, replacing one of the same name.

    Args:
        origin: where it came from.
        images: total number of images.
        data: an `.npz` archive of x_train, y_train, x_test and y_test.
        fingerprint: identifies its content.
    """
    row = {"name": name, "origin": note_text.printable(origin), "images": images, "data": data}
    with store.database.begin() as connection:
        connection.execute(datasets.delete().where(datasets.c.name == name))
        connection.execute(datasets.insert().values(row))
        if fingerprint:
            known = {"dataset": name, "fingerprint": fingerprint}
            connection.execute(fingerprints.insert().values(known))


def remove(store: RunStore, name: str) -> None:
    """Delete a dataset.

    Raises:
        UnknownName: when there is none of that name.
    """
    if not store.database.change(datasets.delete().where(datasets.c.name == name)):
        raise UnknownName(f"There is no dataset {name!r} of yours.")
