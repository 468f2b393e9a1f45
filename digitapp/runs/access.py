"""Whose rows a statement may read and change: one rule for each table, applied in one place.

A connection on behalf of a person carries that person as an execution option. Before such a
connection executes a statement, the rules of all tables in it are added to it: a SELECT finds only
what the person may read, an UPDATE or a DELETE meets only what the person may change, and an INSERT
is stamped with the person. So whoever asks for something of another person's finds what there is of
things that do not exist: nothing. A table without a rule cannot be used by a person at all.

A statement about everybody, such as one about the order of the queue, is marked by `of_house`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import SelectState

from digitapp.errors import NotYours
from digitapp.runs import tables
from digitapp.runs.tables import classrooms, dataset_people, members, runs

HOUSE = ""  # not a person: whoever runs the app alone, and the command line; may do everything
OPTION = "digitapp_person"  # execution option; without it, or with HOUSE, nothing is added
OF_PERSON = ":"  # between a dataset's name and its person; not allowed in names

Condition = sa.ColumnElement[bool]
Rule = Callable[[Any, str], Condition]  # of a table, or of an alias of it, and a person
Statement = TypeVar("Statement", bound=sa.Executable)
Parameters = Mapping[str, Any]


def of_house(statement: Statement) -> Statement:
    """Mark a statement that concerns everybody, also when a person's connection executes it."""
    return statement.execution_options(**{OPTION: HOUSE})


def key_of(name: str, person: str) -> str:
    """Return the name under which a person's dataset is stored."""
    return f"{name}{OF_PERSON}{person}" if person else name


def name_of(key: str) -> str:
    """Return what the person who has it calls a dataset that is stored under a name."""
    return key.partition(OF_PERSON)[0]


def enforce(engine: sa.Engine) -> None:
    """Apply the rules to every statement that a connection of an engine executes."""
    sa.event.listen(engine, "before_execute", _restricted, retval=True)


def rooms_of(person: str) -> sa.Select[Any]:
    """Return a query for the codes of a person's rooms; ended ones are their teachers' only."""
    mine, its = members.alias("mine"), classrooms.alias("its")
    there = (mine.c.person == person, sa.not_(mine.c.removed))
    going = sa.or_(its.c.ended.is_(None), mine.c.teacher)
    joined = sa.select(mine.c.room).select_from(mine.join(its, its.c.code == mine.c.room))
    return joined.where(*there, going)


def current_room(person: str) -> sa.Select[Any]:
    """Return a query for the code of the open room that a person entered last."""
    mine, its = members.alias("mine"), classrooms.alias("its")
    here = (mine.c.person == person, sa.not_(mine.c.removed), its.c.ended.is_(None))
    joined = sa.select(mine.c.room).select_from(mine.join(its, its.c.code == mine.c.room))
    return joined.where(*here).order_by(mine.c.joined.desc()).limit(1)


def _taught_by(person: str) -> sa.Select[Any]:
    mine = members.alias("mine")
    taught = (mine.c.person == person, mine.c.teacher, sa.not_(mine.c.removed))
    return sa.select(mine.c.room).where(*taught)


def _readable_run(run: Any, person: str) -> Condition:
    return sa.or_(
        run.c.person == person,
        run.c.room.in_(_taught_by(person)),
        sa.and_(run.c.shown, run.c.room.in_(rooms_of(person))),
    )


def _own(row: Any, person: str) -> Condition:
    return row.c.person == person


def _nobody(row: Any, person: str) -> Condition:
    return sa.false()


def _everybody(row: Any, person: str) -> Condition:
    return sa.true()


def _of_runs(rule: Rule) -> Rule:
    """Return the rule for a table of runs' parts."""

    @functools.lru_cache(maxsize=1_000)  # making it takes as long as the query
    def ids(person: str) -> sa.Select[Any]:
        whole = runs.alias("whole")
        return sa.select(whole.c.id).where(rule(whole, person))

    return lambda row, person: row.c.run.in_(ids(person))


def _of_datasets(column: str, rule: Rule) -> Rule:
    """Return the rule for datasets, or a table of their parts.

    Args:
        column: that holds the dataset's name.
    """

    @functools.lru_cache(maxsize=1_000)
    def names(person: str) -> sa.Select[Any]:
        whose = dataset_people.alias("whose")
        return sa.select(whose.c.dataset).where(rule(whose, person))

    return lambda row, person: row.c[column].in_(names(person))


def _readable_dataset(whose: Any, person: str) -> Condition:
    return sa.or_(whose.c.person == person, whose.c.room.in_(rooms_of(person)))


# What a person may read.
READ: dict[str, Rule] = {
    "store": _everybody,
    "runs": _readable_run,
    **dict.fromkeys(("epochs", "points", "blobs", "scores"), _of_runs(_readable_run)),
    "datasets": _of_datasets("name", _readable_dataset),
    **dict.fromkeys(
        ("fingerprints", "dataset_facts", "examples"), _of_datasets("dataset", _readable_dataset)
    ),
    "dataset_people": _readable_dataset,
    "handwriting": _own,
    "people": lambda row, person: row.c.id == person,
    "classrooms": lambda row, person: row.c.code.in_(rooms_of(person)),
    **dict.fromkeys(("members", "screens", "sent_drawings", "usage"), _own),
    **dict.fromkeys(("secrets", "store_revision"), _nobody),
}
# What a person may change, and delete; rooms and what is in them change by functions that check who
# asks (`classrooms`).
CHANGE: dict[str, Rule] = {
    "store": _everybody,  # its counter, which serialises processes
    "runs": _own,
    **dict.fromkeys(("epochs", "points", "blobs", "scores"), _of_runs(_own)),
    "datasets": _of_datasets("name", _own),
    **dict.fromkeys(("fingerprints", "dataset_facts", "examples"), _of_datasets("dataset", _own)),
    "dataset_people": _own,
    "handwriting": _own,
}
# What a person may add: the column that says whose it is, or of what it is a part.
ADD = {
    "runs": "person",
    **dict.fromkeys(("epochs", "points", "blobs", "scores"), "run"),
    "datasets": "name",
    **dict.fromkeys(("fingerprints", "dataset_facts", "examples"), "dataset"),
    "dataset_people": "person",
    "handwriting": "person",
}


def _restricted(
    connection: sa.Connection,
    statement: Any,
    several: Sequence[Parameters],
    one: Parameters,
    options: Mapping[str, Any],
) -> tuple[Any, Sequence[Parameters], Parameters]:
    """Add the rules to a statement, before it is executed on behalf of a person."""
    if not isinstance(statement, sa.sql.ClauseElement):
        return statement, several, one
    person = _person(statement, options)
    if person == HOUSE:
        return statement, several, one
    if not isinstance(statement, sa.Select | sa.Insert | sa.Update | sa.Delete):
        raise NotYours(f"A {type(statement).__name__} is not for people.")
    if isinstance(statement, sa.Insert):
        return _stamped(connection, statement, several, one, person)
    found: Any = statement
    if _has_selects(statement):
        restrict = {"select": lambda select: _read_only_own(select, person)}
        found = visitors.cloned_traverse(statement, {}, restrict)
    elif isinstance(statement, sa.Select):
        found = statement.where(*_rules_of(statement, person))
    if isinstance(found, sa.Update | sa.Delete):
        table: Any = found.table
        return found.where(_rule(CHANGE, table.name)(table, person)), several, one
    return found, several, one


def _person(statement: Any, options: Mapping[str, Any]) -> str:
    """Return on whose behalf a statement is executed, as it says itself or its connection does.

    Among all `options`, those of the connection would take the place of the statement's own.
    """
    own = statement.get_execution_options() if isinstance(statement, sa.Executable) else {}
    return str(own.get(OPTION, options.get(OPTION, HOUSE)))


def _has_selects(statement: Any) -> bool:
    """Return whether a statement has a SELECT within it, which makes adding the rules costly."""
    parts = visitors.iterate(statement)
    return any(isinstance(part, sa.Select) and part is not statement for part in parts)


def _read_only_own(select: Any, person: str) -> None:
    """Add to a SELECT, a part of a statement that has been cloned, the rules of what it reads."""
    select._where_criteria += tuple(_rules_of(select, person))


def _rules_of(select: sa.Select[Any], person: str) -> Iterator[Condition]:
    """Yield the rules of the tables that a SELECT reads, without those in its subqueries."""
    found = SelectState(select, None).froms  # type: ignore[arg-type] # nothing is compiled
    within = {part for each in found for part in each._hide_froms}
    for table, may_lack in _tables(each for each in found if each not in within):
        own = _may_read(table, person)
        yield sa.or_(next(iter(table.primary_key)).is_(None), own) if may_lack else own


def _may_read(table: Any, person: str) -> Condition:
    """Return the rule of a table, or of an alias of one."""
    if isinstance(table, sa.Table):
        return _may_read_table(table, person)
    return _rule(READ, table.element.name)(table, person)


@functools.lru_cache(maxsize=1_000)
def _may_read_table(table: sa.Table, person: str) -> Condition:
    return _rule(READ, table.name)(table, person)


def _tables(found: Iterable[Any], may_lack: bool = False) -> list[tuple[Any, bool]]:
    """Return the tables, and aliases of tables, that are joined; subqueries have their own.

    Args:
        may_lack: whether an outer join leaves their columns empty where there is no such row;
            returned with each.
    """
    flat: list[tuple[Any, bool]] = []
    for each in found:
        if isinstance(each, sa.sql.selectable.Join):
            flat += _tables((each.left,), may_lack or each.full)
            flat += _tables((each.right,), may_lack or each.full or each.isouter)
        elif isinstance(getattr(each, "element", each), sa.Table):
            flat.append((each, may_lack))
    return flat


def _rule(rules: Mapping[str, Rule], table: str) -> Rule:
    if table not in rules:
        raise NotYours(f"The table {table} is not for people.")
    return rules[table]


def _stamped(
    connection: sa.Connection,
    insert: sa.Insert,
    several: Sequence[Parameters],
    one: Parameters,
    person: str,
) -> tuple[Any, Sequence[Parameters], Parameters]:
    """Stamp new rows with the person, or check that what they are a part of is the person's."""
    table = insert.table
    column = ADD.get(table.name)
    if column is None or any(isinstance(each, sa.Select) for each in visitors.iterate(insert)):
        raise NotYours(f"The table {table.name} is not for people.")
    if column != "person":
        rows = several or [{**insert.compile().params, **one}]
        _check_own(connection, {row[column] for row in rows}, column, person)
        return insert, several, one
    stamp: dict[str, Any] = {"person": person}
    if table is runs:
        stamp["room"] = connection.execute(of_house(current_room(person))).scalar() or ""
    if several:
        return insert, [{**row, **stamp} for row in several], one
    return insert.values(**stamp), several, one


def _check_own(connection: sa.Connection, values: set[Any], column: str, person: str) -> None:
    """Reject parts of another person's run or dataset.

    Raises:
        NotYours: naming none of them.
    """
    if column == "run":
        own = sa.select(runs.c.id).where(_own(runs, person), runs.c.id.in_(values))
    elif column == "dataset":
        mine = _own(dataset_people, person), dataset_people.c.dataset.in_(values)
        own = sa.select(dataset_people.c.dataset).where(*mine)
    else:  # a dataset itself; a row of `dataset_people` follows
        if not all(str(value).endswith(f"{OF_PERSON}{person}") for value in values):
            raise NotYours("This is the name of another person's dataset.")
        return
    found = set(connection.execute(of_house(own)).scalars())
    if found != values:
        raise NotYours("This belongs to somebody else.")


assert {*READ} == {*tables.metadata.tables}
