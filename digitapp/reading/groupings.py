"""Choose which strokes belong together: the most probable partition of a row into digits and signs.

Every partition has a weight: the product, over its groups, of `exp(WEIGHTS . features)`. This is a
conditional random field (Lafferty, McCallum & Pereira, 2001) whose features are the network's
answer to the group, and how its strokes lie and when they were written. The best partition is
found, and the weights of all are summed, by dynamic programming over sets of strokes; the quotient
is the probability that the strokes were grouped correctly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST_STATES = 64  # sets that begin with the same strokes; a number has fewer than ten

# Of a set of strokes that is covered: the best score, its items, and the logarithm of the sum of
# the weights of all ways to cover it.
State = tuple[float, tuple[int, ...], float]


@dataclass(frozen=True)
class Choice:
    """One way to read a group of strokes.

    Attributes:
        parts: the places of its strokes in the row, from left to right.
        score: the logarithm of its weight.
        item: its number in the caller's list.
    """

    parts: tuple[int, ...]
    score: float
    item: int


def best(count: int, choices: Sequence[Choice]) -> tuple[list[int], float]:
    """Find the most probable partition.

    Args:
        count: strokes in the row.
        choices: every stroke alone is among them.

    Returns:
        the items of its groups, and its probability, 0 to 1.
    """
    starting: list[list[tuple[int, Choice]]] = [[] for _ in range(count)]
    for each in choices:
        starting[each.parts[0]].append((sum(1 << n for n in each.parts), each))
    waiting: list[dict[int, State]] = [{} for _ in range(count + 1)]
    waiting[0][0] = 0.0, (), 0.0
    for first in range(count):
        for covered, (score, items, total) in _best_of(waiting[first]):
            for mask, choice in starting[first]:
                if covered & mask:
                    continue
                now = covered | mask
                new = score + choice.score, (*items, choice.item), total + choice.score
                states = waiting[first_free(now)]
                states[now] = _merged(states[now], new) if now in states else new
    score, items, total = waiting[count][(1 << count) - 1]
    return list(items), math.exp(score - total)


def _best_of(states: dict[int, State]) -> list[tuple[int, State]]:
    """Return the best states, at most `MOST_STATES`."""
    found = list(states.items())
    if len(found) <= MOST_STATES:
        return found
    return sorted(found, key=lambda each: -each[1][0])[:MOST_STATES]


def first_free(covered: int) -> int:
    """Return the lowest bit that is not set."""
    return (~covered & (covered + 1)).bit_length() - 1


def _merged(one: State, other: State) -> State:
    score, items, _ = max(one, other, key=lambda each: each[0])
    high, low = max(one[2], other[2]), min(one[2], other[2])
    return score, items, high + math.log1p(math.exp(low - high))
