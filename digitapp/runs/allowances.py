"""Whether a person may have one more run trained: its size, the time of the hour, space, the queue.

None of it concerns the house, except how many runs may wait in all.
"""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.errors import InvalidSetting, LimitMet
from digitapp.runs import access, limits, queue, stored, usage
from digitapp.runs.fair_order import MINUTE
from digitapp.runs.metering import RUN_MINUTES
from digitapp.runs.tables import epochs
from digitapp.training import architectures, layer_table
from digitapp.training.spec import TrainingSpec

EPOCHS, WEIGHTS = "epochs", "weights"


def check_size(person: str, spec: TrainingSpec) -> None:
    """Reject a run of a person that would be too long, or whose network would be too large.

    Raises:
        InvalidSetting: with what is allowed.
    """
    if not person:
        return
    most = limits.most(EPOCHS)
    if most is not None and spec.epochs > most:
        raise InvalidSetting(limits.sentence(EPOCHS, count=spec.epochs), EPOCHS)
    most, weights = limits.most(WEIGHTS), layer_table.parameters(architectures.layers(spec))
    if most is not None and weights > most:
        raise InvalidSetting(limits.sentence(WEIGHTS, count=f"{weights:,}"), "hidden")


def check_more(connection: sa.Connection, person: str, run: int) -> None:
    """Reject a run of a person to be resumed that has no time left for one more epoch.

    Raises:
        LimitMet: when it has trained for about as long as one run may.
    """
    most = limits.most(RUN_MINUTES)
    if not person or most is None:
        return
    trained = sa.func.coalesce(sa.func.sum(epochs.c.seconds), 0.0).label("trained")
    longest = sa.func.coalesce(sa.func.max(epochs.c.seconds), 0.0).label("longest")
    of_run = sa.select(trained, longest).where(epochs.c.run == run, epochs.c.number > 0)
    found = connection.execute(access.of_house(of_run)).one()
    if found.trained + found.longest > most * MINUTE:
        longest_time = limits.in_words(RUN_MINUTES)
        raise LimitMet(
            f"Run {run} has trained for as long as one run may here, {longest_time}, so it cannot "
            "be resumed. What it learned is kept."
        )


def check_start(connection: sa.Connection, person: str, url: str) -> None:
    """Reject one more run to be queued, new or resumed.

    Args:
        connection: in a transaction that no other process has that queues a run.
        person: whose it would be.
        url: of the store.

    Raises:
        QueueFull: when as many wait as may.
        LimitMet: when the person's training time of the hour, or space, is used up.
    """
    queue.check_room(connection, person)
    if told := usage.out_of_time(connection, person):
        raise LimitMet(told)
    stored.check_in(connection, person, 0, url)
