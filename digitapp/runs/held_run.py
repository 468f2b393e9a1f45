"""A run in the hands of one process: taking it, its turn, its heartbeat and its orders."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import sqlalchemy as sa

from digitapp.drawing import IMAGE_SIDE
from digitapp.errors import Superseded
from digitapp.runs import usage
from digitapp.runs.clock import TAKE_TURN, Now, alive, entered, waits
from digitapp.runs.listing import THERE
from digitapp.runs.metering import Meter
from digitapp.runs.queue import may_start
from digitapp.runs.records import QUEUED, RUNNING, Orders
from digitapp.runs.store import RunStore
from digitapp.runs.tables import runs


def new_owner() -> str:
    """Return a unique name for the owner of a run."""
    return uuid.uuid4().hex


class HeldRun:
    """The right of one process to train one run; `Lease` adds what it records.

    Args:
        run: its id.
        owner: the owner's name under which the run was created or resumed for this process.

    Raises:
        Superseded: from each method, when the run was deleted or taken over.
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def __init__(self, runs_store: RunStore, run: int, owner: str = "") -> None:
        self._database, self._run = runs_store.database, run
        self._owner, self._host = owner or new_owner(), socket.gethostname()
        self._meter = Meter(run)

    def take(self) -> None:
        """Take a queued run that no other living process owns; it then waits for its turn."""
        free = sa.or_(runs.c.owner.in_(("", self._owner)), sa.not_(alive()))
        change = runs.update().where(runs.c.id == self._run, runs.c.status == QUEUED, THERE, free)
        mine = {"owner": self._owner, "host": self._host, "pid": os.getpid(), "heartbeat": Now()}
        with entered(self._database, TAKE_TURN) as (connection, _):
            if not connection.execute(change.values(mine)).rowcount:
                raise self._superseded()

    def turn(self, at_once: int) -> bool:
        """Start, or continue after a pause, if it is this run's turn; return whether it is.

        It is when fewer than `at_once` runs train on this machine, and none waits before this one.
        """
        mine = (runs.c.id == self._run, runs.c.owner == self._owner)
        come = sa.and_(*mine, waits(), may_start(self._host, at_once))
        if not self._database.value(sa.select(runs.c.id).where(come)):  # avoid a write
            return False
        with entered(self._database, TAKE_TURN) as (connection, _):
            change = runs.update().where(come).values(status=RUNNING, heartbeat=Now())
            begun = bool(connection.execute(change).rowcount)
            if begun:
                usage.note_turn(connection, self._person(connection))
            return begun

    def beat(self) -> Orders:
        """Write a heartbeat; return the orders to this process."""
        with self._held() as connection:
            row = connection.execute(self._ordered()).one()
            self._meter.read(connection, row.person, row.status)
            return _orders(row)

    def look(self) -> Orders:
        """Return the orders to this process without writing anything."""
        found = self._database.rows(self._ordered().where(runs.c.owner == self._owner))
        if not found:
            raise self._superseded()
        return _orders(found[0])

    def _ordered(self) -> sa.Select[Any]:
        steps = (runs.c.pace, runs.c.steps, runs.c.pause_after)
        told = (runs.c.person, runs.c.status)
        given = (runs.c.request, runs.c.learning_rate, runs.c.watched, *steps, *told)
        return sa.select(*given).where(runs.c.id == self._run)

    def _person(self, connection: sa.Connection) -> str:
        whose = sa.select(runs.c.person).where(runs.c.id == self._run)
        return str(connection.execute(whose).scalar_one())

    @contextmanager
    def _held(self) -> Iterator[sa.Connection]:
        mine = self._update().where(runs.c.owner == self._owner).values(heartbeat=Now())
        with entered(self._database, mine) as (connection, met):
            if not met:
                raise self._superseded()
            yield connection

    def _update(self) -> sa.Update:
        return runs.update().where(runs.c.id == self._run)

    def _superseded(self) -> Superseded:
        return Superseded(
            f"This process cannot train run {self._run}: it was stopped, deleted, or taken over by "
            "another process."
        )


def _orders(row: Any) -> Orders:
    side = (IMAGE_SIDE, IMAGE_SIDE)
    watched = np.frombuffer(row.watched, np.float32).reshape(side) if row.watched else None
    steps = (row.pace, row.steps, row.pause_after)
    return Orders(row.request, row.learning_rate, watched, *steps)
