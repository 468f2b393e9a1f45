"""Datasets made in the page, example by example: their classes and examples in the store.

Each change raises the dataset's revision, and keeps the number of its images up to date. Those of a
room are changed by all of its members, as `dataset_rights` says.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.data import class_names
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.packed_strokes import pack, unpack
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadStrokes, InvalidSetting, UnknownName
from digitapp.runs import dataset_rights, imported_datasets, usage
from digitapp.runs.dataset_rights import Rights
from digitapp.runs.imported_datasets import Facts, facts_row, key
from digitapp.runs.store import RunStore
from digitapp.runs.stored import check as check_space
from digitapp.runs.tables import dataset_facts, datasets, examples

MOST_EXAMPLES = 20_000  # of a dataset
FIRST_ADDED, MOST_IDS = 1_000, 2**30  # ids of classes that are added later
ORIGIN = "drawn in the page"


@dataclass(frozen=True)
class NewExample:
    """An example to be kept.

    Attributes:
        class_id: of its class.
        image: uint8 (28, 28), 0 paper to 255 ink, as a network reads it.
        strokes: how the pen moved; None of a picture.
    """

    class_id: int
    image: NDArray[np.uint8]
    strokes: Drawing | None = None


@dataclass(frozen=True)
class Example(NewExample):
    """An example in the store.

    Attributes:
        created: seconds since 1970.
        strokes_damaged: whether it has strokes that cannot be read; the image is good all the same.
        person: who drew it.
    """

    id: int = 0
    created: float = 0.0
    strokes_damaged: bool = False
    person: str = ""


def create(
    store: RunStore,
    name: str,
    names: Sequence[str],
    preparation: str = "mnist",
    *,
    of_class: bool = False,
) -> None:
    """Create an empty dataset; the caller has checked that its name is allowed.

    Args:
        names: of its classes, 2 to 100.
        of_class: as for `imported_datasets.add`.

    Raises:
        InvalidSetting: when the classes cannot be called so, or there is one of this name.
        StoreProblem: from each function here, when the database fails.
    """
    classes = tuple(enumerate(class_names.checked(names)))
    facts = Facts(classes, preparation, made=True, created=time.time())
    imported_datasets.add(store, name, ORIGIN, 0, b"", known=facts, of_class=of_class)


def facts(store: RunStore, name: str) -> Facts:
    """Return what a dataset is that is made in the page.

    Raises:
        UnknownName: when there is none of that name.
    """
    found = imported_datasets.facts(store, name)
    if found is None or not found.made:
        raise UnknownName(_gone(name))
    return found


def read(store: RunStore, name: str) -> tuple[list[Example], list[int]]:
    """Return a dataset's readable examples, oldest first, and the ids of damaged ones."""
    query = sa.select(examples).where(examples.c.dataset == key(store, name))
    rows = store.database.rows(query.order_by(examples.c.id))
    return [_example(row) for row in rows if _is_whole(row)], [
        row.id for row in rows if not _is_whole(row)
    ]


def counts(store: RunStore, name: str) -> dict[int, int]:
    """Return how many examples each class has, by its id; classes without any are missing."""
    mine = examples.c.dataset == key(store, name)
    query = sa.select(examples.c.class_id, sa.func.count()).where(mine)
    return {row[0]: row[1] for row in store.database.rows(query.group_by(examples.c.class_id))}


def class_of(store: RunStore, name: str, example: int) -> int | None:
    """Return the class of an example; None when there is no such example.

    Raises:
        StoreProblem: when the store fails.
    """
    this = _among(key(store, name), [example])
    found = store.database.rows(sa.select(examples.c.class_id).where(this))
    return int(found[0].class_id) if found else None


def keep(store: RunStore, name: str, new: Sequence[NewExample]) -> list[int]:
    """Keep examples, all or none of them; return their ids.

    Raises:
        UnknownName: when the dataset, or a class, does not exist any more.
        InvalidSetting: when there would be too many.
        BadStrokes: when the strokes of one have too many points.
        LimitMet: when the person keeps as much as one may, or so often in a minute.
    """
    check_space(store, sum(each.image.size for each in new))
    usage.take(store, "drawings")
    with _changed(store, name) as (connection, known, _):
        for each in new:
            _check_class(known, name, each.class_id)
        stored = key(store, name)
        kept = _count(connection, stored)
        if kept + len(new) > MOST_EXAMPLES:
            raise InvalidSetting(
                f"The dataset “{name}” has {kept:,} examples; with {len(new):,} more there would "
                f"be more than {MOST_EXAMPLES:,}."
            )
        return [_insert(connection, stored, each, store.person) for each in new]


def same(store: RunStore, name: str, new: NewExample) -> int | None:
    """Return the id of an example that is the same, stroke by stroke; None without any."""
    if new.strokes is None:
        return None
    alike = sa.and_(
        examples.c.dataset == key(store, name),
        examples.c.class_id == new.class_id,
        examples.c.image == _bytes(new),
        examples.c.strokes == pack(new.strokes),
    )
    return store.database.value(sa.select(examples.c.id).where(alike).limit(1))


def remove(store: RunStore, name: str, ids: Sequence[int]) -> None:
    """Delete examples by their ids; those that are deleted already are passed over.

    Raises:
        UnknownName: when the dataset does not exist any more.
        InvalidSetting: when somebody else drew one of them, and only that person may change it.
    """
    with _changed(store, name) as (connection, _, rights):
        stored = key(store, name)
        _check_own(connection, name, stored, ids, rights)
        connection.execute(examples.delete().where(_among(stored, ids)))


def move(store: RunStore, name: str, ids: Sequence[int], class_id: int) -> None:
    """Move examples to another class.

    Raises:
        UnknownName: when the dataset or the class does not exist any more.
        InvalidSetting: as `remove`.
    """
    with _changed(store, name) as (connection, known, rights):
        _check_class(known, name, class_id)
        stored = key(store, name)
        _check_own(connection, name, stored, ids, rights)
        connection.execute(examples.update().where(_among(stored, ids)).values(class_id=class_id))


def add_classes(store: RunStore, name: str, names: Sequence[str]) -> None:
    """Add classes behind the others.

    Raises:
        UnknownName: when the dataset does not exist any more.
        InvalidSetting: when the classes cannot be called so, there would be too many, or who asks
            may not change them; so do the next two.
    """
    with _classes_changed(store, name) as (connection, known):
        own = class_names.checked((*known.class_names, *names))[len(known.classes) :]
        # By chance, so that no id comes again: a browser may still draw for a deleted class.
        ids = [FIRST_ADDED + secrets.randbelow(MOST_IDS) for _ in own]
        _set_classes(connection, key(store, name), (*known.classes, *zip(ids, own, strict=True)))


def rename_class(store: RunStore, name: str, class_id: int, new: str) -> None:
    """Give a class another name; its examples stay with it.

    Raises:
        UnknownName: when the dataset or the class does not exist any more.
        InvalidSetting: when it cannot be called so.
    """
    with _classes_changed(store, name) as (connection, known):
        _check_class(known, name, class_id)
        named = [(each, new if each == class_id else own) for each, own in known.classes]
        checked = class_names.checked([own for _, own in named])
        numbers = [each for each, _ in named]
        _set_classes(connection, key(store, name), tuple(zip(numbers, checked, strict=True)))


def remove_class(store: RunStore, name: str, class_id: int) -> None:
    """Delete a class with its examples.

    Raises:
        UnknownName: when the dataset or the class does not exist any more.
        InvalidSetting: when fewer than two classes would be left.
    """
    with _classes_changed(store, name) as (connection, known):
        _check_class(known, name, class_id)
        left = tuple(each for each in known.classes if each[0] != class_id)
        class_names.checked([own for _, own in left])
        stored = key(store, name)
        mine = sa.and_(examples.c.dataset == stored, examples.c.class_id == class_id)
        connection.execute(examples.delete().where(mine))
        _set_classes(connection, key(store, name), left)


@contextmanager
def _classes_changed(store: RunStore, name: str) -> Iterator[tuple[sa.Connection, Facts]]:
    """Like `_changed`, for those who may change the classes.

    Raises:
        InvalidSetting: when who asks may not.
    """
    with _changed(store, name) as (connection, known, rights):
        if not rights.to_all:
            raise InvalidSetting(f"Only the teacher can change the classes of “{name}”.")
        yield connection, known


@contextmanager
def _changed(store: RunStore, name: str) -> Iterator[tuple[sa.Connection, Facts, Rights]]:
    """Open a transaction on a dataset that no other one changes; at its end count what is there.

    It comes with what who asks may do to it.
    """
    raised, rights = dataset_facts.c.revision + 1, dataset_rights.of(store, name)
    stored = key(store, name)
    with rights.store.database.begin() as connection:
        mine = sa.and_(dataset_facts.c.dataset == stored, dataset_facts.c.made)
        if not connection.execute(
            dataset_facts.update().where(mine).values(revision=raised)
        ).rowcount:
            raise UnknownName(_gone(name))
        row = connection.execute(sa.select(dataset_facts).where(mine)).one()
        yield connection, imported_datasets.facts_of_row(name, row), rights
        images = _count(connection, stored)
        connection.execute(datasets.update().where(datasets.c.name == stored).values(images=images))


def _count(connection: sa.Connection, stored: str) -> int:
    query = sa.select(sa.func.count()).select_from(examples).where(examples.c.dataset == stored)
    return int(connection.execute(query).scalar_one())


def _check_own(
    connection: sa.Connection, name: str, stored: str, ids: Sequence[int], rights: Rights
) -> None:
    """Reject a change of examples that others drew, for who may change only her own."""
    others = sa.select(examples.c.id).where(_among(stored, ids), examples.c.person != rights.person)
    if not rights.to_all and connection.execute(others.limit(1)).first():
        raise InvalidSetting(
            f"In “{name}”, an example can be changed or taken away by who drew it, and by the "
            "teacher."
        )


def _insert(connection: sa.Connection, stored: str, new: NewExample, person: str) -> int:
    values = {
        "dataset": stored,
        "class_id": new.class_id,
        "created": time.time(),
        "image": _bytes(new),
        "strokes": None if new.strokes is None else pack(new.strokes),
        "person": person,
    }
    key = connection.execute(examples.insert().values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _bytes(new: NewExample) -> bytes:
    return np.ascontiguousarray(new.image, np.uint8).tobytes()


def _set_classes(
    connection: sa.Connection, stored: str, classes: tuple[tuple[int, str], ...]
) -> None:
    told = facts_row(replace(Facts(), classes=classes))["classes"]
    mine = dataset_facts.c.dataset == stored
    connection.execute(dataset_facts.update().where(mine).values(classes=told))


def _among(stored: str, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.and_(examples.c.dataset == stored, examples.c.id.in_(ids))


def _check_class(known: Facts, name: str, class_id: int) -> None:
    if class_id not in dict(known.classes):
        raise UnknownName(
            f"A class of the dataset “{name}” does not exist any more: it was deleted, perhaps by "
            "someone else."
        )


def _gone(name: str) -> str:
    return f"There is no dataset “{name}” to draw examples for: it was deleted, or is another kind."


def _example(row: sa.Row[Any]) -> Example:
    image = np.frombuffer(row.image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    known = {"id": row.id, "created": row.created, "person": row.person}
    try:
        strokes = None if row.strokes is None else unpack(row.strokes)
    except BadStrokes:
        return Example(row.class_id, image, strokes_damaged=True, **known)
    return Example(row.class_id, image, strokes, **known)


def _is_whole(row: sa.Row[Any]) -> bool:
    """Whether all columns have valid types and values: SQLite stores any type in any column."""
    timed = isinstance(row.created, int | float)
    return isinstance(row.class_id, int) and timed and len(row.image or b"") == IMAGE_SIDE**2
