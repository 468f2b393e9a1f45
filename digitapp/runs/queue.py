"""The queue of a machine: how many runs train on it, and which ones wait, in order."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import sqlalchemy as sa

from digitapp.errors import QueueFull
from digitapp.runs import access, fair_order, guests, limits
from digitapp.runs.clock import alive, unheard, waits
from digitapp.runs.listing import THERE, Listing
from digitapp.runs.records import ACTIVE, RUNNING
from digitapp.runs.tables import runs

WAITING = "waiting"  # the limit of one person; that of all is called `waiting_in_all`
FOR_A_FIRST_ONE = 3.0  # times as many may wait before a person with none is rejected


@dataclass(frozen=True)
class TrainingRun:
    """A run that is being trained, and whose it is."""

    run: int
    person: str = ""


@dataclass(frozen=True)
class WaitingRun:
    """A run that waits for its turn.

    Attributes:
        owned: whether it has a process already, which takes the turn by itself.
        experiment: as in `Run`.
        follows: whether a process trains another run of its experiment, and goes on with this one
            unless there is a place for it before.
        held: the limit for which it may not begin yet, whoever else waits; empty for none. Those
            that are held come last.
        person: whose it is; empty for the house.
    """

    run: int
    owned: bool
    experiment: str = ""
    follows: bool = False
    held: str = ""
    person: str = ""


@dataclass(frozen=True)
class Queue:
    """The runs of one machine that train or wait.

    Attributes:
        training: those being trained, in the order of their ids; paused ones do not count.
        waiting: in the order of their turns.
        in_doubt: whether some run has no recent heartbeat, perhaps only because of a lock.
    """

    training: tuple[TrainingRun, ...]
    waiting: tuple[WaitingRun, ...]
    in_doubt: bool

    @property
    def busy(self) -> int:
        """Number of runs being trained."""
        return len(self.training)

    @property
    def of_people(self) -> bool:
        """Whether any run is not the house's."""
        training = any(each.person for each in self.training)
        return training or any(each.person for each in self.waiting)

    @property
    def unowned(self) -> bool:
        """Whether any waiting run still needs a process to be started for it."""
        return not all(each.owned for each in self.waiting)


def look(store: Listing) -> Queue:
    """Return the queue of this machine, with the runs of all people.

    Raises:
        StoreProblem: when the database fails.
        InvalidSetting: when a limit is set to something that it cannot be.
    """
    here = socket.gethostname()
    fields = (runs.c.id, runs.c.person, runs.c.status, runs.c.experiment)
    active = runs.c.status.in_(ACTIVE), runs.c.host == here, THERE
    query = sa.select(*fields, unheard().label("unheard")).where(*active).order_by(runs.c.id)
    with store.whole.database.begin() as connection:
        found = connection.execute(query).all()
        line = connection.execute(fair_order.in_line(here)).all()
    training = [row for row in found if row.status == RUNNING and not row.unheard]
    trained = {row.experiment for row in training if row.experiment}
    waiting = [
        WaitingRun(
            *(row.id, row.owner != "", row.experiment, row.experiment in trained),
            *(fair_order.held_by(row), row.person),
        )
        for row in line
    ]
    busy = tuple(TrainingRun(row.id, row.person) for row in training)
    return Queue(busy, tuple(waiting), any(row.unheard for row in found))


def next_of_experiment(store: Listing, experiment: str) -> int | None:
    """Return the run whose turn is next, if it has no process and is a part of that experiment.

    Args:
        experiment: as in `Run`; of no experiment, there is none.

    Raises:
        StoreProblem: when the database fails.
    """
    first = look(store).waiting[:1]
    found = [
        each.run
        for each in first
        if each.experiment == experiment and not each.owned and not each.held
    ]
    return found[0] if found and experiment else None


def may_start(host: str, at_once: int) -> sa.ColumnElement[bool]:
    """SQL condition: it is the run's turn on its machine.

    Fewer than `at_once` runs train there, and it is the first in the order of `fair_order`.
    """
    others = runs.alias("others")
    there = others.c.host == host, others.c.deleted.is_(None)
    busy = sa.select(sa.func.count()).where(*there, alive(others), others.c.status == RUNNING)
    first = runs.c.id == fair_order.first_in_line(host)
    return sa.and_(runs.c.host == host, busy.scalar_subquery() < at_once, first)


def check_room(connection: sa.Connection, person: str) -> None:
    """Reject one more waiting run when as many wait already as may.

    The house counts its own alone: nobody keeps it from queueing. A person counts the own ones and
    all; who has none waiting yet finds a place when all have many. Guests together have a part.

    Args:
        person: whose it would be.

    Raises:
        QueueFull: with their number.
    """
    each, in_all = limits.most(WAITING), limits.most(f"{WAITING}_in_all")
    own = _count(connection, runs.c.person == person)
    if not person:
        _check(f"{WAITING}_in_all", own, in_all)
        return
    _check(WAITING, own, each)
    if in_all is None:
        return
    if guests.is_guest(connection, person):
        theirs = _count(connection, guests.are_guests(runs.c.person))
        if theirs >= in_all * guests.SHARE:
            raise QueueFull(guests.USED_UP)
    _check(f"{WAITING}_in_all", _count(connection), in_all if own else in_all * FOR_A_FIRST_ONE)


def _count(connection: sa.Connection, *whose: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(runs).where(waits(), THERE, *whose)
    return int(connection.execute(access.of_house(query)).scalar_one())


def _check(name: str, count: int, most: float | None) -> None:
    if most is not None and count >= most:
        raise QueueFull(limits.sentence(name, count=limits.counted(count, "runs")))
