"""Orders to runs: pause, go on, stop, take one batch or one epoch, at which pace and rate."""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, RunBusy
from digitapp.runs import rows
from digitapp.runs.clock import Now, alive, is_one_of
from digitapp.runs.notes import Notes
from digitapp.runs.records import (
    ACTIVE,
    GO_ON,
    LOST,
    MOST_STEPS,
    ONE_EPOCH,
    PACES,
    PAUSE,
    PAUSED,
    QUEUED,
    RUNNING,
    STOP,
    STOPPED,
)
from digitapp.runs.tables import epochs, runs
from digitapp.training import setting_checks
from digitapp.training.spec import LEARNING_RATES

_BEGUN = (RUNNING, PAUSED)
_POSSIBLE = {PAUSE: (RUNNING,), GO_ON: _BEGUN, ONE_EPOCH: _BEGUN, STOP: (*ACTIVE, LOST)}
_VERBS = {
    **{PAUSE: "be paused", GO_ON: "be resumed", STOP: "be stopped"},
    ONE_EPOCH: "train one epoch and pause",
}


class Commands(Notes):
    """Orders to the processes that train runs; each is seen within a second.

    Raises:
        UnknownName: from each method, when there is no such run.
        RunBusy: from each method, when the run's status does not allow it.
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def ask(self, run: int, request: str, times: int = 1) -> None:
        """Ask a run to pause, to continue, to train to the end of the epoch and pause, or to stop.

        A run that still waits, or whose process has died, is stopped at once. Batches that it was
        asked for before are no longer wanted.

        Args:
            times: of `ONE_EPOCH`, for how many epochs: added to those that it was asked for and
                has not trained yet.
        """
        change = runs.update().where(runs.c.id == run, is_one_of(_POSSIBLE[request]))
        at_once = runs.update().where(
            runs.c.id == run, sa.or_(runs.c.status == QUEUED, sa.not_(alive()))
        )
        values: rows.Row = {"request": request, "steps": 0}
        if request in (GO_ON, ONE_EPOCH):
            values["queued"] = _LAST_IN_THE_QUEUE
        if request == ONE_EPOCH:
            values["pause_after"] = _LAST_EPOCH_WANTED + times
        with self.changing(run) as connection:
            done = connection.execute(change.values(values)).rowcount
            if done and request == STOP:
                connection.execute(at_once.values(status=STOPPED, owner="", request=""))
        if not done:
            status = self.get(run).status
            raise RunBusy(f"Run {run} is {status}; it cannot {_VERBS[request]}.")

    def ask_batches(self, run: int, count: int = 1) -> None:
        """Ask a run to train so many batches more and then to pause, also if it trains now.

        Args:
            count: added to those that it was asked for and has not trained yet.

        Raises:
            InvalidSetting: when the count is not from 1 to `MOST_STEPS`.
            RunBusy: also when it is about to stop, or would have more than `MOST_STEPS` to take.
        """
        setting_checks.number("batches", count, 1, MOST_STEPS, whole=True)
        change = runs.update().where(runs.c.id == run, is_one_of(_BEGUN), runs.c.request != STOP)
        room = runs.c.steps <= MOST_STEPS - count
        values = {"steps": runs.c.steps + count, "request": PAUSE, "queued": _LAST_IN_THE_QUEUE}
        with self.changing(run) as connection:
            done = connection.execute(change.where(room).values(values)).rowcount
        if done:
            return
        found = self.get(run)
        if found.status in _BEGUN and found.request != STOP:
            raise RunBusy(
                f"Run {run} has {found.steps} batches to train already; at most {MOST_STEPS} can "
                "be asked for at a time."
            )
        status = "about to stop" if found.status in _BEGUN else found.status
        raise RunBusy(f"Run {run} is {status}; it cannot train one batch and pause.")

    def set_pace(self, run: int, batches_per_second: float | None) -> None:
        """Set the pace of an active run; the weights it learns do not depend on it.

        Args:
            batches_per_second: within `PACES`; None for as fast as it can.

        Raises:
            InvalidSetting: when the pace is out of range.
        """
        pace = checked_pace(batches_per_second)
        self._change_active(run, "pace", pace=pace)

    def set_learning_rate(self, run: int, rate: float) -> None:
        """Change the learning rate of an active run; it takes effect within a second.

        Raises:
            InvalidSetting: when the rate is out of range, or the run follows a schedule
                (cosine decay).
        """
        setting_checks.number("learning_rate", rate, *LEARNING_RATES)
        found = self.get(run)
        if found.spec.cosine_decay:
            raise InvalidSetting(
                f"Run {run} lowers its learning rate itself (cosine_decay is yes); "
                "it cannot be changed by hand."
            )
        self._change_active(run, "learning rate", learning_rate=rate)

    def _change_active(self, run: int, what: str, **values: float | None) -> None:
        change = runs.update().where(runs.c.id == run, is_one_of(ACTIVE))
        with self.changing(run) as connection:
            done = connection.execute(change.values(values)).rowcount
        if not done:
            status = self.get(run).status
            raise RunBusy(f"Run {run} is {status}; its {what} can no longer be changed.")


_LAST_EPOCH = (
    sa.select(sa.func.coalesce(sa.func.max(epochs.c.number), 0))
    .where(epochs.c.run == runs.c.id)
    .scalar_subquery()
)
_LAST_EPOCH_WANTED = sa.case((runs.c.request == ONE_EPOCH, runs.c.pause_after), else_=_LAST_EPOCH)
# A paused run joins the end of the queue, unless it waits there already.
_LAST_IN_THE_QUEUE = sa.case(
    (sa.and_(runs.c.status == PAUSED, runs.c.request == PAUSE, runs.c.steps == 0), Now()),
    else_=runs.c.queued,
)


def checked_pace(pace: float | None) -> float | None:
    """Return a pace in batches a second; None for as fast as it can.

    Raises:
        InvalidSetting: when it is not within `PACES`.
    """
    if pace is not None:
        setting_checks.number("pace", pace, *PACES)
        return float(pace)
    return None
