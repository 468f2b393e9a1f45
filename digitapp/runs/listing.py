"""Reading runs from the store: one or all of them, their epochs, points and blobs."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import Any, Self

import sqlalchemy as sa

from digitapp.errors import DigitappError, NotYours, UnknownName, Unreadable
from digitapp.runs import access, fair_order, rows
from digitapp.runs.clock import LONG_AGO, Now, unheard
from digitapp.runs.database import Database
from digitapp.runs.records import ACTIVE, GUESS, DamagedRun, Run
from digitapp.runs.tables import blobs, epochs, points, runs
from digitapp.training.history import Epoch, Point

MOMENT = 0.25  # seconds; a process waiting for the store's lock tries at least twice meanwhile
THERE = runs.c.deleted.is_(None)  # excludes deleted runs, even while they can be restored
RESTORABLE = runs.c.deleted > 0  # 0: it is being purged


class Listing:
    """Read access to all runs except deleted ones.

    Args:
        url: of the database, as for `Database`.

    Raises:
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    _own_only = False

    def __init__(self, url: str | None = None) -> None:
        self.database = Database(url)

    def seen_by(self, person: str) -> Self:
        """Return this store as a person may use it: others' runs and datasets do not exist in it.

        Args:
            person: an identity; `access.HOUSE` for everything in the store.
        """
        seen = copy.copy(self)
        seen.database, seen._own_only = self.database.seen_by(person), False
        return seen

    @property
    def whole(self) -> Self:
        """This store with everything in it, for what concerns everybody."""
        return self.seen_by(access.HOUSE)

    @property
    def own(self) -> Self:
        """This store with lists of one's own things, also for the house, which can read others'.

        A person's lists are of its own things anyway: others' that it may read have their places.
        """
        seen = copy.copy(self)
        seen._own_only = True
        return seen

    @property
    def lists_all(self) -> bool:
        """Whether lists are of everybody's things: the house's are, unless it wants its own."""
        return self.person == access.HOUSE and not self._own_only

    @property
    def in_lists(self) -> sa.ColumnElement[bool]:
        """SQL condition: a run is in this store's lists."""
        return sa.true() if self.lists_all else runs.c.person == self.person

    @property
    def person(self) -> str:
        """On whose behalf it is used; `access.HOUSE` for everything."""
        return self.database.person

    def get(self, run: int) -> Run:
        """Return a run by its id.

        Raises:
            UnknownName: when it does not exist, or was deleted.
            Unreadable: when it is damaged, or of another version.
        """
        readable, damaged = self._select(runs.c.id == run, THERE)
        if damaged:
            raise Unreadable(damaged[0].sentence)
        if not readable:
            raise self._gone(run)
        return readable[0]

    def several(self, of: Sequence[int]) -> dict[int, Run]:
        """Return runs by their ids, all from one reading; those that `get` rejects are left out."""
        readable = self._select(runs.c.id.in_(of), THERE)[0] if of else []
        return {run.id: run for run in readable}

    def all(self) -> list[Run]:
        """Return all readable runs, newest first."""
        return self.listed()[0]

    def latest(self, most: int) -> list[Run]:
        """Return the readable runs that were created last, at most so many, newest first."""
        last = sa.select(runs.c.id).where(THERE, self.in_lists)
        last = last.order_by(runs.c.id.desc()).limit(most)
        readable, damaged = self._select(runs.c.id.in_(last))
        return self.all()[:most] if damaged else readable

    def listed(self, deleted: bool = False) -> tuple[list[Run], list[DamagedRun]]:
        """Return all readable runs, and the damaged ones; newest first.

        Args:
            deleted: return the deleted runs that can still be restored instead.
        """
        return self._select(RESTORABLE if deleted else THERE, self.in_lists)

    def has_of_others(self) -> bool:
        """Return whether there are runs of anybody but the house."""
        query = sa.select(runs.c.id).where(runs.c.person != access.HOUSE, THERE).limit(1)
        return self.database.value(query) is not None

    def active(self) -> list[Run]:
        """Return the queued, running and paused runs, newest first."""
        readable, _ = self._select(runs.c.status.in_(ACTIVE), THERE, self.in_lists)
        return [run for run in readable if run.active]

    def deleted(self) -> list[Run]:
        """Return the deleted runs that can still be restored, newest first."""
        return self.listed(deleted=True)[0]

    def epochs(self, run: int, since: int = 1) -> list[Epoch]:
        """Return a run's finished epochs from number `since` on, in order.

        Args:
            since: 0 for the untrained network, too, if its scores are known.

        Raises:
            Unreadable: when one of them is damaged.
        """
        return [rows.epoch_from(row) for row in self.database.rows(epochs_of([run], since))]

    def epochs_of(self, of: Sequence[int], since: int = 1) -> dict[int, list[Epoch]]:
        """Return the finished epochs of several runs from number `since` on, in order, by run.

        Runs without finished epochs, or with a damaged one, are left out.
        """
        found: dict[int, list[Epoch]] = {}
        read = self.database.rows(epochs_of(of, since))
        for run, epoch_rows in groupby(read, lambda row: int(row.run)):
            with suppress(Unreadable):
                found[run] = [rows.epoch_from(row) for row in epoch_rows]
        return found

    def points(self, run: int, since: tuple[int, int] = (0, 0)) -> list[Point]:
        """Return a run's measurements within its epochs, in order.

        Args:
            since: the epoch and the batch to begin with.

        Raises:
            Unreadable: when one of them is damaged.
        """
        return [rows.point_from(run, row) for row in self.database.rows(points_of(run, since))]

    def blob(self, run: int, kind: str, epoch: int | None = None) -> bytes | None:
        """Return packed arrays of a kind, by default the latest; None when there are none."""
        query = sa.select(blobs.c.data).join(runs).where(*_blobs_of(run, kind))
        if kind == GUESS:
            query = query.where(self._private)
        if epoch is not None:
            query = query.where(blobs.c.epoch == epoch)
        found = self.database.value(query.order_by(blobs.c.epoch.desc()).limit(1))
        return None if found is None else bytes(found)

    def blob_epochs(self, run: int, kind: str) -> list[int]:
        """Return the epochs after which arrays of a kind were stored."""
        query = sa.select(blobs.c.epoch).join(runs).where(*_blobs_of(run, kind))
        return [row.epoch for row in self.database.rows(query.order_by(blobs.c.epoch))]

    def blobs(self, run: int, kind: str) -> list[bytes]:
        """Return the packed arrays of a kind of all epochs, in order."""
        query = sa.select(blobs.c.data).join(runs).where(*_blobs_of(run, kind))
        return [bytes(row.data) for row in self.database.rows(query.order_by(blobs.c.epoch))]

    def watched(self, run: int) -> bytes | None:
        """Return the digit pinned when a run was created, as float32 (28, 28); None if none was."""
        known = (runs.c.id == run, THERE, self._private)
        found = self.database.value(sa.select(runs.c.watched).where(*known))
        return None if found is None else bytes(found)

    def traceback(self, run: int) -> str:
        """Return the traceback of a run's last attempt; empty when there is none."""
        query = sa.select(runs.c.traceback).where(runs.c.id == run, self._private)
        found = self.database.value(query)
        return str(found or "")

    def _select(self, *conditions: sa.ColumnElement[bool]) -> tuple[list[Run], list[DamagedRun]]:
        found, queue = self._read(*conditions)
        silent = [row.silence for row in found if row.unheard]
        held = bool(silent) and self.busy()
        if silent and not held and min(silent) < LONG_AGO:
            # The store may have been locked until just now: let waiting processes beat first.
            time.sleep(MOMENT)
            found, queue = self._read(*conditions)
        places = fair_order.places(queue)
        made = [rows.run_from(row, places, held) for row in found]
        readable = [self._as_told(run) for run in made if isinstance(run, Run)]
        return readable, [run for run in made if isinstance(run, DamagedRun)]

    def _as_told(self, run: Run) -> Run:
        """Return a run without its person's notes, if somebody else reads it."""
        if self._is_whose(run.person):
            return run
        return replace(run, note="", tags=(), starred=False)

    def _is_whose(self, person: str) -> bool:
        return self.person in (access.HOUSE, person)

    @property
    def _private(self) -> sa.ColumnElement[bool]:
        """SQL condition: all of a run, also what it does not show to others, may be read."""
        return sa.true() if self.person == access.HOUSE else runs.c.person == self.person

    def busy(self) -> bool:
        """Whether another program has the store locked right now, so that no run counts as lost."""
        return self.database.busy()

    def _read(self, *conditions: sa.ColumnElement[bool]) -> tuple[Sequence[Any], Sequence[Any]]:
        """Return the rows of runs, newest first; and all waiting runs, as `fair_order` has them."""
        totals = (
            sa.func.max(epochs.c.number).label("epoch"),
            sa.func.sum(epochs.c.seconds).label("seconds"),
            sa.func.max(epochs.c.val_accuracy).label("best_val_accuracy"),
        )
        these = epochs.c.run.in_(sa.select(runs.c.id).where(*conditions)), epochs.c.number > 0
        done = sa.select(epochs.c.run, *totals).where(*these).group_by(epochs.c.run).subquery()
        last = epochs.alias("last")
        is_last = sa.and_(last.c.run == runs.c.id, last.c.number == done.c.epoch)
        query = sa.select(
            *(column for column in runs.c if column.name not in ("watched", "traceback")),
            *(done.c.epoch, done.c.seconds, done.c.best_val_accuracy, last.c.val_accuracy),
            *(unheard().label("unheard"), (Now() - runs.c.heartbeat).label("silence")),
        )
        joined = runs.outerjoin(done, done.c.run == runs.c.id).outerjoin(last, is_last)
        listed = query.select_from(joined).where(*conditions).order_by(runs.c.id.desc())
        with self.database.begin() as connection:
            found = connection.execute(listed).all()
            queue = connection.execute(fair_order.in_line()).all()
        return found, queue

    def _gone(self, run: int) -> DigitappError:
        if self.person and self.several([run]):
            return NotYours(f"Run {run} is somebody else's: you can look at it, not change it.")
        if not self.database.value(sa.select(runs.c.id).where(runs.c.id == run, RESTORABLE)):
            return UnknownName(f"There is no run {run}.")
        return UnknownName(
            f"There is no run {run} any more: it was deleted. It can be restored for a few days "
            f"with: python -m digitapp runs restore {run}"
        )


def epochs_of(of: Sequence[int], since: int) -> sa.Select:
    """Return a query for the epochs of several runs from number `since` on, in order."""
    known = (runs.c.id.in_(of), THERE, epochs.c.number >= since)
    return sa.select(epochs).join(runs).where(*known).order_by(epochs.c.run, epochs.c.number)


def points_of(run: int, since: tuple[int, int]) -> sa.Select:
    """Return a query for a run's points from this epoch and batch on, in order."""
    place = sa.tuple_(points.c.epoch, points.c.batch)
    known = (runs.c.id == run, THERE, place >= sa.tuple_(*since))
    query = sa.select(*rows.OF_POINT).join(runs).where(*known)
    return query.order_by(points.c.epoch, points.c.batch)


def _blobs_of(run: int, kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    return runs.c.id == run, blobs.c.kind == kind, THERE
