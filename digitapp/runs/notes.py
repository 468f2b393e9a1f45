"""What people do with a run: name it, note, tag and star it, delete it and bring it back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from digitapp.errors import RunBusy, StoreProblem
from digitapp.runs import note_text, purging
from digitapp.runs.clock import Now, entered, unheard
from digitapp.runs.listing import RESTORABLE, THERE, Listing
from digitapp.runs.tables import deleted, notes, runs
from digitapp.runs.values import ACTIVE, QUEUED, STOPPED

TIDIED = 4  # transactions, with each new run
KEPT_FOR = 7 * 24 * 3600.0  # seconds that a deleted run can be brought back


class Notes(Listing):
    """Changes of what people see of a run, not of what it learned.

    Raises:
        UnknownName: from each method of one run, when there is none or it was deleted.
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def rename(self, run: int, name: str) -> None:
        """Give a run another name; an empty one takes it away.

        Raises:
            InvalidSetting: when it is longer than 100 characters.
        """
        change = runs.update().where(runs.c.id == run).values(name=note_text.name(name))
        with self.changing(run) as connection:
            connection.execute(change)

    def annotate(self, run: int, note: str) -> None:
        """Note something about a run, in the place of what was noted before.

        Raises:
            InvalidSetting: when it is longer than 2,000 characters.
        """
        self._note(run, note=note_text.note(note))

    def tag(self, run: int, tags: Sequence[str]) -> None:
        """Give a run these tags, in the place of those it has.

        Raises:
            InvalidSetting: when one is longer than 30 characters, or when they are more than 20.
        """
        self._note(run, tags=json.dumps(note_text.tags(tags)))

    def describe(self, run: int, name: str, note: str, tags: Sequence[str]) -> None:
        """Give a run a name, a note and tags, in the place of those it has: all of them, or none.

        Raises:
            InvalidSetting: as `rename`, `annotate` and `tag`; nothing is changed then.
        """
        named = runs.update().where(runs.c.id == run).values(name=note_text.name(name))
        noted = {"note": note_text.note(note), "tags": json.dumps(note_text.tags(tags))}
        with self.changing(run) as connection:
            connection.execute(named)
            _note(connection, run, noted)

    def star(self, run: int, starred: bool = True) -> None:
        """Give a run a star, or take it away."""
        self._note(run, starred=starred)

    def delete(self, run: int) -> None:
        """Delete a run. For seven days it can be brought back, with all that belongs to it.

        Raises:
            RunBusy: when it is not over.
        """
        over = sa.or_(runs.c.status.not_in(ACTIVE), unheard())
        change = runs.update().where(runs.c.id == run, over)
        # One that was lost while it waited is not started when it comes back.
        status = sa.case((runs.c.status == QUEUED, STOPPED), else_=runs.c.status)
        with self.changing(run) as connection:
            # A process that was only slow finds that the run is not its own any more.
            if not connection.execute(change.values(owner="", status=status)).rowcount:
                raise RunBusy(f"Run {run} is not over; stop it before deleting it.")
            connection.execute(deleted.delete().where(deleted.c.run == run))  # by another just now
            connection.execute(deleted.insert().values(run=run, at=Now()))

    def restore(self, run: int) -> None:
        """Bring a deleted run back; one that is there stays as it is."""
        back = deleted.delete().where(deleted.c.run == run, deleted.c.run.in_(RESTORABLE))
        with self.database.begin() as connection:
            connection.execute(back)
        self.get(run)

    def purge(self) -> int:
        """Remove all deleted runs for good, and make the file smaller; returns how many.

        It takes its time, in which others can write.
        """
        gone = purging.remove(self.database)
        purging.shrink(self.database)
        return gone

    def tidy(self) -> None:
        """Remove some of what was deleted long ago for good; the next time, some more.

        When the database fails, it is left to the next time, too.
        """
        with suppress(StoreProblem):
            purging.remove(self.database, KEPT_FOR, TIDIED)
            purging.shrink(self.database, TIDIED)

    @contextmanager
    def changing(self, run: int) -> Iterator[sa.Connection]:
        """A transaction that nobody else's change of this run comes between.

        Raises:
            UnknownName: when there is no such run, or it was deleted.
        """
        found = runs.update().where(runs.c.id == run, THERE).values(status=runs.c.status)
        with entered(self.database, found) as (connection, met):
            if met:
                yield connection
        if not met:
            raise self._gone(run)

    def _note(self, run: int, **values: Any) -> None:
        with self.changing(run) as connection:
            _note(connection, run, values)


def _note(connection: sa.Connection, run: int, values: dict[str, Any]) -> None:
    """Change what is noted of a run, of which nothing may have been noted yet."""
    change = notes.update().where(notes.c.run == run).values(values)
    if not connection.execute(change).rowcount:
        connection.execute(notes.insert().values({**NOTHING, "run": run, **values}))


NOTHING: dict[str, Any] = {"note": "", "tags": "[]", "starred": False}
