"""Names, notes, tags and stars of runs; deleting runs and restoring them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from digitapp.errors import RunBusy, StoreProblem
from digitapp.runs import note_text, purging, stored
from digitapp.runs.clock import Now, entered, unheard
from digitapp.runs.listing import RESTORABLE, THERE, Listing
from digitapp.runs.records import ACTIVE, QUEUED, STOPPED
from digitapp.runs.tables import runs

TIDIED = 4  # transactions, with each new run
RESTORABLE_FOR = 7 * 24 * 3600.0  # seconds during which a deleted run can be restored


class Notes(Listing):
    """Changes to a run's description and to whether it is deleted, not to its training.

    Raises:
        UnknownName: from each method for one run, when it does not exist or was deleted.
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def rename(self, run: int, name: str) -> None:
        """Rename a run; an empty name removes it.

        Raises:
            InvalidSetting: when it is longer than 100 characters, or unreadable.
        """
        self._change(run, name=note_text.name(name))

    def annotate(self, run: int, note: str) -> None:
        """Replace a run's note.

        Raises:
            InvalidSetting: when it is longer than 2,000 characters, or unreadable.
        """
        self._change(run, note=note_text.note(note))

    def tag(self, run: int, tags: Sequence[str]) -> None:
        """Replace a run's tags.

        Raises:
            InvalidSetting: when one is longer than 30 characters or unreadable, or there are more
                than 20.
        """
        self._change(run, tags=json.dumps(note_text.tags(tags)))

    def describe(self, run: int, name: str, note: str, tags: Sequence[str]) -> None:
        """Replace a run's name, note and tags in one transaction.

        Raises:
            InvalidSetting: as `rename`, `annotate` and `tag`; nothing is changed then.
        """
        noted = {"note": note_text.note(note), "tags": json.dumps(note_text.tags(tags))}
        self._change(run, name=note_text.name(name), **noted)

    def star(self, run: int, starred: bool = True) -> None:
        """Star a run, or remove its star. One with a star is not deleted for want of space."""
        self._change(run, starred=starred, **({"leaving": None} if starred else {}))

    def delete(self, run: int) -> None:
        """Delete a run. For seven days it can be restored with all its data.

        Raises:
            RunBusy: when it is queued, running or paused.
        """
        over = sa.or_(runs.c.status.not_in(ACTIVE), unheard())
        change = runs.update().where(runs.c.id == run, over)
        # A run that was lost while it waited must not start when it is restored.
        status = sa.case((runs.c.status == QUEUED, STOPPED), else_=runs.c.status)
        with self.changing(run) as connection:
            # Without its owner, a process that was only slow finds its lease superseded.
            gone = change.values(owner="", status=status, deleted=Now())
            if not connection.execute(gone).rowcount:
                raise RunBusy(f"Run {run} is still active; stop it before deleting it.")

    def restore(self, run: int) -> None:
        """Restore a deleted run; a run that was not deleted stays as it is.

        Raises:
            LimitMet: when there is no room for it any more.
        """
        change = runs.update().where(runs.c.id == run, RESTORABLE)
        with self.database.begin() as connection:
            stored.check_in(
                connection, self.person, stored.of_run(connection, run), self.database.url
            )
            connection.execute(change.values(deleted=None))
        self.get(run)

    def purge(self) -> int:
        """Remove all deleted runs permanently, and shrink the file; return their number.

        It may take long; others can write meanwhile.
        """
        gone = purging.remove(self.database)
        purging.shrink(self.database)
        return gone

    def tidy(self) -> None:
        """Permanently remove some of what was deleted more than seven days ago; the rest later.

        Database failures are ignored: the next call tries again.
        """
        with suppress(StoreProblem):
            purging.remove(self.whole.database, RESTORABLE_FOR, TIDIED)
            purging.shrink(self.whole.database, TIDIED)

    @contextmanager
    def changing(self, run: int) -> Iterator[sa.Connection]:
        """Open a transaction during which nobody else can change this run.

        Raises:
            UnknownName: when there is no such run, or it was deleted.
        """
        found = runs.update().where(runs.c.id == run, THERE).values(status=runs.c.status)
        with entered(self.database, found) as (connection, met):
            if met:
                yield connection
        if not met:
            raise self._gone(run)

    def _change(self, run: int, **values: Any) -> None:
        with self.changing(run) as connection:
            connection.execute(runs.update().where(runs.c.id == run).values(values))
