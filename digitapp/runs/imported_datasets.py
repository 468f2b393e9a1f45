"""Users' own datasets, imported or made, kept in the store so that every worker finds them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from digitapp.data.class_dataset_names import IN_CLASS
from digitapp.data.class_names import MOST
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.digit import PREPARATIONS
from digitapp.errors import InvalidSetting, UnknownName, Unreadable
from digitapp.runs import access, note_text
from digitapp.runs.clock import TAKE_TURN, entered
from digitapp.runs.store import RunStore
from digitapp.runs.stored import check as check_space
from digitapp.runs.tables import dataset_facts, dataset_people, datasets, fingerprints


@dataclass(frozen=True)
class Facts:
    """What a dataset is.

    Attributes:
        classes: id and name of each class, in the order of the labels; an id stays when its class
            is renamed.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        made: whether it is made in the page, of examples; otherwise it was imported.
        told: a sentence about each thing that was converted or mended.
        created: seconds since 1970; 0 when an older version imported it.
        revision: raised with each change of its examples.
    """

    classes: tuple[tuple[int, str], ...] = tuple(enumerate(DIGIT_NAMES))
    preparation: str = "mnist"
    made: bool = False
    told: tuple[str, ...] = ()
    created: float = 0.0
    revision: int = 0

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(name for _, name in self.classes)


@dataclass(frozen=True)
class Listed:
    """A dataset in a list, without its images.

    Attributes:
        origin: where it came from.
        images: their number in all.
        problem: what is damaged about it, as a sentence; its facts are then unknown.
    """

    name: str
    origin: str
    images: int
    facts: Facts = field(default_factory=Facts)
    problem: str = ""


def key(store: RunStore, name: str) -> str:
    """Return the name under which a dataset is stored that the store's person calls so.

    People's datasets are stored under names of their own, so that each may use any name. A person's
    own one comes before one of the same name that is shared with a room.
    """
    own = access.key_of(name, store.person)
    if own == name:
        return name
    query = sa.select(datasets.c.name).where(datasets.c.name.in_((own, name)))
    found = {row.name for row in store.database.rows(query)}
    return name if found == {name} else own


def of_names(names: Sequence[str], preparation: str = "mnist", told: Sequence[str] = ()) -> Facts:
    """Return the facts of a dataset with these classes, created now."""
    return Facts(tuple(enumerate(names)), preparation, told=tuple(told), created=time.time())


def listed(store: RunStore) -> list[Listed]:
    """Return all datasets in the store, in order of names.

    Raises:
        StoreProblem: when the store fails.
    """
    columns = datasets.c.name, datasets.c.origin, datasets.c.images
    query = sa.select(*columns, *_OF_FACTS).outerjoin(dataset_facts).order_by(datasets.c.name)
    query = query.where(_in_lists(store))
    return [_listed(row, _called(store, row.name)) for row in store.database.rows(query)]


def _listed(row: sa.Row[Any], name: str) -> Listed:
    try:
        return Listed(name, row.origin, row.images, facts_of_row(name, row))
    except Unreadable as error:
        return Listed(name, row.origin, row.images, problem=str(error))


def _in_lists(store: RunStore) -> sa.ColumnElement[bool]:
    """SQL condition: a dataset is in the store's lists; what a person may read is."""
    if store.person or store.lists_all:
        return sa.true()
    return sa.not_(datasets.c.name.contains(access.OF_PERSON))


def _called(store: RunStore, stored: str) -> str:
    """Return what the store's person calls a dataset; the house tells all of them apart."""
    return access.name_of(stored) if store.person else stored


def names(store: RunStore) -> dict[str, str]:
    """Return the origin of each dataset in the store, by name, in order of names."""
    query = sa.select(datasets.c.name, datasets.c.origin).order_by(datasets.c.name)
    query = query.where(_in_lists(store))
    return {_called(store, row.name): row.origin for row in store.database.rows(query)}


def read(store: RunStore, name: str) -> tuple[str, bytes] | None:
    """Return a dataset's origin and its `.npz` archive; None when there is none of that name.

    The archive of a dataset that is made in the page is empty: its images are its examples.
    """
    query = sa.select(datasets.c.origin, datasets.c.data).where(datasets.c.name == key(store, name))
    found = store.database.rows(query)
    return (found[0].origin, bytes(found[0].data or b"")) if found else None


def whole(store: RunStore, name: str) -> tuple[str, bytes, Facts] | None:
    """Return what `read` and `facts` return, of the same moment: it may be replaced in between.

    Raises:
        StoreProblem, Unreadable: as `facts`.
    """
    found = store.database.rows(
        sa.select(datasets.c.data, datasets.c.origin, *_OF_FACTS)
        .select_from(datasets.outerjoin(dataset_facts))
        .where(datasets.c.name == key(store, name))
    )
    if not found:
        return None
    return found[0].origin, bytes(found[0].data or b""), facts_of_row(name, found[0])


def facts(store: RunStore, name: str) -> Facts | None:
    """Return what a dataset is; None when there is none of that name.

    Raises:
        StoreProblem: when the store fails.
        Unreadable: when they are damaged.
    """
    query = sa.select(*_OF_FACTS).select_from(datasets.outerjoin(dataset_facts))
    found = store.database.rows(query.where(datasets.c.name == key(store, name)))
    return facts_of_row(name, found[0]) if found else None


def version(store: RunStore, name: str) -> str:
    """Return the fingerprint stored with a dataset; empty when it has none or does not exist."""
    mine = fingerprints.c.dataset == key(store, name)
    query = sa.select(fingerprints.c.fingerprint).where(mine)
    return str(store.database.value(query) or "")


def add(  # noqa: PLR0913 - all that a dataset is
    store: RunStore,
    name: str,
    origin: str,
    images: int,
    data: bytes,
    fingerprint: str = "",
    known: Facts | None = None,
    *,
    instead: bool = False,
    of_class: bool = False,
) -> None:
    """Store a dataset.

    Args:
        origin: where it came from.
        images: total number of images.
        data: an `.npz` archive of x_train, y_train, x_test and y_test.
        fingerprint: identifies its content.
        known: what it is; by default digits, prepared as MNIST was.
        instead: whether it may take the place of an imported one of exactly this name.
        of_class: whether it belongs to a room, and is called as such datasets alone are.

    Raises:
        InvalidSetting: when there is one of this name, where capital and small letters are the
            same, or when it is called like a class dataset and is none.
        LimitMet: when its person keeps as much as one may.
        StoreProblem: when the store fails.
    """
    check_space(store, len(data))
    if IN_CLASS.fullmatch(name) and not of_class:
        raise InvalidSetting(f"{name!r} can only be the name of a class dataset; choose another.")
    stored = access.key_of(name, store.person)
    row = {"name": stored, "origin": note_text.printable(origin), "images": images, "data": data}
    with entered(store.database, TAKE_TURN) as (connection, _):
        _make_room(connection, stored, instead)
        connection.execute(datasets.insert().values(row))
        if store.person:
            whose = {"dataset": stored, "person": store.person, "room": ""}
            connection.execute(dataset_people.insert().values(whose))
        if fingerprint:
            value = {"dataset": stored, "fingerprint": fingerprint}
            connection.execute(fingerprints.insert().values(value))
        told = facts_row(known or Facts(created=time.time()))
        connection.execute(dataset_facts.insert().values(dataset=stored, **told))


def _make_room(connection: sa.Connection, stored: str, instead: bool) -> None:
    """Delete the dataset that is to be replaced.

    Raises:
        InvalidSetting: when there is one of this name that is not.
    """
    columns = datasets.c.name, dataset_facts.c.made
    found = connection.execute(sa.select(*columns).outerjoin(dataset_facts)).all()
    for row in found:
        if row.name.casefold() != stored.casefold():
            continue
        if not instead or row.made or row.name != stored:
            raise InvalidSetting(name_taken(access.name_of(row.name)))
        connection.execute(datasets.delete().where(datasets.c.name == stored))


def name_taken(name: str) -> str:
    """Say that a name is another dataset's."""
    return f"There is a dataset {name!r} already; choose another name."


def remove(store: RunStore, name: str) -> None:
    """Delete a dataset, with its examples if it was made in the page.

    Raises:
        UnknownName: when there is none of that name.
    """
    change = datasets.delete().where(datasets.c.name == key(store, name))
    if not store.database.change(change):
        raise UnknownName(f"There is no dataset {name!r} of yours.")


def facts_row(known: Facts) -> dict[str, object]:
    """Return the columns of a dataset's facts."""
    return {
        "classes": json.dumps(known.classes, ensure_ascii=False),
        "preparation": known.preparation,
        "made": known.made,
        "told": json.dumps(known.told, ensure_ascii=False),
        "created": known.created,
        "revision": known.revision,
    }


def facts_of_row(name: str, row: sa.Row[Any]) -> Facts:
    """Return the facts in a row of `dataset_facts`; one of an older version has none.

    Raises:
        Unreadable: when they are damaged.
    """
    if row.classes is None:
        return Facts()
    try:
        classes = tuple((int(number), str(each)) for number, each in json.loads(row.classes))
        told = tuple(map(str, json.loads(row.told)))
        created, revision = float(row.created), int(row.revision)
        if not 1 <= len(classes) <= MOST or row.preparation not in PREPARATIONS:
            found = f"{len(classes)} classes, prepared as {row.preparation!r}"
            raise ValueError(found)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(
            f"What is kept about the dataset {name!r} is damaged ({error}). Delete it, and bring "
            "it in again."
        ) from None
    return Facts(classes, str(row.preparation), bool(row.made), told, created, revision)


_OF_FACTS = tuple(column for column in dataset_facts.c if column.name != "dataset")
