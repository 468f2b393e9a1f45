"""People who use a store at once, for tests of what each of them may do."""

import time

import sqlalchemy as sa

from digitapp.runs import Lease, Outcome, RunStore, classroom_joining, classrooms, queue
from digitapp.runs.records import DONE
from digitapp.runs.tables import people, runs, usage

ANN, BEN, CAT = ("ann".ljust(22, "0"), "ben".ljust(22, "0"), "cat".ljust(22, "0"))


OF_ANN = usage.c.person == ANN


def seen(store: RunStore, person: str, minutes_ago: float = 0.0) -> None:
    """Say when a person was last here."""
    when = time.time() - 60 * minutes_ago
    with store.whole.database.begin() as connection:
        connection.execute(people.delete().where(people.c.id == person))
        row = {"id": person, "created": when, "seen": when, "house": False}
        connection.execute(people.insert().values(row))


def whose(store: RunStore, of: list[int]) -> str:
    """Return the first letters of the people whose runs these are; `-` for the house."""
    query = sa.select(runs.c.id, runs.c.person)
    found = {row.id: row.person[:1] or "-" for row in store.whole.database.rows(query)}
    return "".join(found[run] for run in of)


def enter_room(store: RunStore, *people: str) -> str:
    """Let people enter a new room; return its code."""
    code = classrooms.create(store, "7a").code
    for person in people:
        classroom_joining.join(store.seen_by(person), code)
    return code


def order(store: RunStore) -> list[int]:
    """Return the waiting runs in the order of their turns."""
    return [each.run for each in queue.look(store).waiting]


def begun(store: RunStore, run: int, at_once: int = 64) -> Lease:
    """Let a waiting run be trained, whose turn it must be; return its lease."""
    lease = Lease(store.whole, run)
    lease.take()
    assert lease.turn(at_once)
    return lease


def trained_in_turn(store: RunStore) -> list[int]:
    """Train all waiting runs, one at a time; return them in the order in which that happened."""
    found: list[int] = []
    while waiting := order(store):
        begun(store, waiting[0], at_once=1).finish(Outcome(DONE))
        found.append(waiting[0])
    return found
