"""The order of a machine's queue, in which people take turns and not runs, as one SQL statement.

Everybody's first run comes before anybody's second one. Of those that are equal in this, the run of
the person whose last turn is the longest ago comes first, then the one that was queued first. So of
people with ten runs each, every one has a run trained before anyone has two; and with one person,
such as the house alone, the order is that in which the runs were queued.

Runs of people who have left come behind those of all who are there. Among each of the two, while a
class is there, those of people who are in no room (`guests`) come behind its own and the house's.
Behind all these come runs that may not begin yet, whoever else waits: their person has as many
trained at once as one may, or has used up the training time of the hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from digitapp.runs import access, guests, limits
from digitapp.runs.clock import Now, alive, waits
from digitapp.runs.records import RUNNING
from digitapp.runs.tables import people, runs, usage

COMPUTING, LAST_TURN = "computing", "last turn"  # kinds of `usage`; the second is a time
HOUR, MINUTE = 3600.0, 60.0  # seconds
AT_LIMIT, OUT_OF_TIME = "running", "computing_minutes"  # what may hold a run back: limits


@dataclass(frozen=True)
class Place:
    """A waiting run's place in the queue of its machine.

    Attributes:
        ahead: number of runs that come first.
        people: number of other people whose runs are among these.
        held: the limit for which it may not begin yet, whoever else waits; empty for none.
    """

    ahead: int = 0
    people: int = 0
    held: str = ""


def in_line(host: str | None = None) -> sa.Select[Any]:
    """Return a query for all waiting runs, of whomever, in the order of their turns.

    Its columns are `id`, `host`, `person`, `owner`, `experiment`, and whether it is held back:
    `at_limit` and `out_of_time`.

    Args:
        host: only of this machine; None for all machines, one after the other.

    Raises:
        InvalidSetting: when a limit is set to something that it cannot be.
    """
    return _in_line(host, Limits(*(limits.most(name) for name in Limits._fields)))


class Limits(NamedTuple):
    """The limits that the order depends on."""

    running: float | None
    computing_minutes: float | None
    computing_in_all: float | None
    away_minutes: float | None


@lru_cache  # pages ask several times a second
def _in_line(host: str | None, most: Limits) -> sa.Select[Any]:
    line = _numbered(host, most.away_minutes)
    names = ("id", "host", "person", "owner", "experiment")
    columns = [line.c[name] for name in names]
    at_limit, out_of_time = _at_limit(line, most.running), _out_of_time(line, most)
    held = sa.case((sa.or_(at_limit, out_of_time), 1), else_=0)
    away = sa.case((line.c.away, 1), else_=0)
    guest = sa.case((line.c.guest, 1), else_=0)
    in_turn = (line.c.round, line.c.turn, line.c.queued, line.c.id)
    order = (line.c.host, held, away, guest, *in_turn)
    told = at_limit.label("at_limit"), out_of_time.label("out_of_time")
    return access.of_house(sa.select(*columns, *told).order_by(*order))


def first_in_line(host: str) -> sa.ScalarSelect[int]:
    """Return SQL for the id of the run whose turn is next on a machine; NULL when there is none."""
    line = in_line(host).limit(1).subquery("line")
    return sa.select(line.c.id).where(~line.c.at_limit, ~line.c.out_of_time).scalar_subquery()


def places(rows: Sequence[Any]) -> dict[int, Place]:
    """Return the places of the runs that `in_line` found, by run.

    Args:
        rows: in their order.
    """
    found: dict[int, Place] = {}
    before: dict[str, list[str]] = {}  # by machine: whose runs come first
    for row in rows:
        ahead = before.setdefault(row.host, [])
        found[row.id] = Place(len(ahead), len({*ahead} - {row.person}), held_by(row))
        ahead.append(row.person)
    return found


def held_by(row: Any) -> str:
    """Return the limit that holds a run in the line back; empty for none."""
    return OUT_OF_TIME if row.out_of_time else AT_LIMIT if row.at_limit else ""


def _numbered(host: str | None, away_minutes: float | None) -> sa.Subquery:
    """Return the waiting runs, each with its round, and with what is known of its person.

    The round is the number of its person's runs which are trained already or were queued before it.
    Of the person: whether it is `away`, or a `guest`, when its last `turn` was, and the
    seconds `used` of the hour.
    """
    waiting, other = runs.alias("waiting"), runs.alias("other")
    training = (
        sa.select(other.c.host, other.c.person, sa.func.count().label("count"))
        .where(other.c.status == RUNNING, alive(other), other.c.deleted.is_(None))
        .group_by(other.c.host, other.c.person)
        .subquery("training")
    )
    turn, used, inside = (
        usage.alias("turn"),
        used_in_the_hour(),
        guests.in_rooms().subquery("inside"),
    )
    known = waiting.outerjoin(people, people.c.id == waiting.c.person)
    known = known.outerjoin(used, used.c.person == waiting.c.person)
    known = known.outerjoin(inside, inside.c.person == waiting.c.person)
    last = turn.c.person == waiting.c.person, turn.c.kind == LAST_TURN, turn.c.minute == 0
    known = known.outerjoin(turn, sa.and_(*last))
    same = sa.and_(training.c.host == waiting.c.host, training.c.person == waiting.c.person)
    known = known.outerjoin(training, same)
    number = sa.func.row_number().over(
        partition_by=(waiting.c.host, waiting.c.person), order_by=(waiting.c.queued, waiting.c.id)
    )
    taken = number - 1 + sa.func.coalesce(training.c.count, 0)
    names = ("id", "host", "person", "owner", "experiment", "queued")
    stranger = waiting.c.person != "", inside.c.person.is_(None)
    found = sa.select(
        *(waiting.c[name] for name in names),
        taken.label("round"),
        _away(away_minutes).label("away"),
        sa.and_(*stranger, sa.exists(guests.in_rooms())).label("guest"),
        sa.func.coalesce(turn.c.amount, 0.0).label("turn"),
        sa.func.coalesce(used.c.seconds, 0.0).label("used"),
    )
    here = () if host is None else (waiting.c.host == host,)
    waits_there = waits(waiting), waiting.c.deleted.is_(None), *here
    return found.select_from(known).where(*waits_there).subquery("numbered")


def used_in_the_hour() -> sa.Subquery:
    """Return the `seconds` for which runs of each `person` were trained within the last hour."""
    recent = usage.c.kind == COMPUTING, usage.c.minute > (Now() - HOUR) / MINUTE
    total = sa.select(usage.c.person, sa.func.sum(usage.c.amount).label("seconds"))
    return total.where(*recent).group_by(usage.c.person).subquery("used")


def _at_limit(line: sa.Subquery, most: float | None) -> sa.ColumnElement[bool]:
    return sa.false() if most is None else sa.and_(line.c.person != "", line.c.round >= int(most))


def _out_of_time(line: sa.Subquery, most: Limits) -> sa.ColumnElement[bool]:
    """SQL condition: its person, or all together, have used up the training time of the hour."""
    met = []
    if most.computing_minutes is not None:
        met.append(line.c.used >= most.computing_minutes * MINUTE)
    if most.computing_in_all is not None:
        used = used_in_the_hour()
        total = sa.select(sa.func.sum(used.c.seconds)).scalar_subquery()
        met.append(total >= most.computing_in_all * MINUTE)
    return sa.and_(line.c.person != "", sa.or_(*met)) if met else sa.false()


def _away(minutes: float | None) -> sa.ColumnElement[bool]:
    """SQL condition: the person has left; one of whom nothing is known has not."""
    if minutes is None:
        return sa.false()
    gone = people.c.seen < Now() - minutes * MINUTE
    return sa.func.coalesce(gone, sa.false())
