"""Fit the weights of a conditional random field whose readings are the paths through a graph.

The weight of a path is the product over its edges of `exp(weights . features)`; a row of writing is
likely to be read right where the right paths have most of the weight of all (Lafferty, McCallum &
Pereira, "Conditional Random Fields", 2001). The sums over paths, and by reverse differentiation how
much each edge has in them, are found for all rows at once, one step of the paths after the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import scipy
from numpy.typing import NDArray

HOLD = 1e-3  # weight of the squared distance from where the search begins
MOST_STEPS = 150

Node = TypeVar("Node", int, tuple[int, int])
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Edge:
    """A step of a path.

    Attributes:
        start, end: its nodes; paths lead from node 0 to the highest one, always upwards.
        item: the number, in its row, of what is read.
    """

    start: int
    end: int
    item: int


@dataclass(frozen=True)
class Row:
    """A row of writing, all ways to read it, and the right ones.

    Attributes:
        features: float64 (items, weights), of all that may be read.
        fixed: (items,), what is added to their scores.
        ways, right: the edges of all paths, and of the right ones among them; at least one.
    """

    features: Values
    fixed: Values
    ways: Sequence[Edge]
    right: Sequence[Edge]


def paths(edges: Iterable[tuple[Node, Node, int]], last: Node) -> list[Edge]:
    """Return the edges that lie on a path from the lowest node to the last one; none without one.

    Args:
        edges: lower and higher node, and item.
    """
    ordered = sorted(edges)
    reached = {start for start, _, _ in ordered[:1]}
    for start, end, _ in ordered:
        if start in reached:
            reached.add(end)
    leading = {last} & reached
    for start, end, _ in reversed(ordered):
        if end in leading and start in reached:
            leading.add(start)
    place = {node: n for n, node in enumerate(sorted(leading))}
    return [
        Edge(place[start], place[end], item)
        for start, end, item in ordered
        if start in place and end in place
    ]


class PathSums:
    """The sums of the weights of all paths, row by row.

    Args:
        rows: the edges of each, as `paths` gives them.
        items: how many each row has.
    """

    def __init__(self, rows: Sequence[Sequence[Edge]], items: Sequence[int]) -> None:
        table, lasts = [], []
        node = item = 0
        for edges, count in zip(rows, items, strict=True):
            steps = [0] * (1 + max(edge.end for edge in edges))  # the longest way to each node
            for edge in edges:  # ordered by their starts
                steps[edge.end] = max(steps[edge.end], steps[edge.start] + 1)
            table += [(steps[e.end], node + e.end, node + e.start, item + e.item) for e in edges]
            node, item = node + len(steps), item + count
            lasts.append(node - 1)
        step, self._end, self._start, self._item = np.array(sorted(table), dtype=np.intp).T
        bounds = np.searchsorted(step, np.arange(1, step[-1] + 2))
        self._steps = [slice(*pair) for pair in itertools.pairwise(bounds)]
        self._lasts = np.array(lasts)
        self._nodes = node

    def of(self, scores: Values) -> tuple[Values, Values]:
        """Sum the weights of the paths of each row.

        Args:
            scores: (all items,), logarithms of weights.

        Returns:
            the logarithms of the sums, (rows,), and the share of each item in its row's, (all
            items,), which is the sum's derivative by the item's score.
        """
        totals, shares = np.zeros(self._nodes), np.zeros(len(self._item))
        for step in self._steps:
            end = self._end[step]
            weights = totals[self._start[step]] + scores[self._item[step]]
            first = np.flatnonzero(np.diff(end, prepend=-1))
            totals[end[first]] = np.logaddexp.reduceat(weights, first)
            shares[step] = np.exp(weights - totals[end])
        passing = np.zeros(self._nodes)
        passing[self._lasts] = 1
        for step in reversed(self._steps):
            shares[step] *= passing[self._end[step]]
            np.add.at(passing, self._start[step], shares[step])
        of_items = np.zeros(len(scores))
        np.add.at(of_items, self._item, shares)
        return totals[self._lasts], of_items


class Loss:
    """How unlikely the right readings are: the mean of their negative logarithms, in nats."""

    def __init__(self, rows: Sequence[Row]) -> None:
        items = [len(row.features) for row in rows]
        self._ways = PathSums([row.ways for row in rows], items)
        self._right = PathSums([row.right for row in rows], items)
        self._features = np.concatenate([row.features for row in rows])
        self._fixed = np.concatenate([row.fixed for row in rows])
        self._count = len(rows)

    def of(self, weights: Values) -> tuple[float, Values]:
        """Return the loss of some weights, and its gradient."""
        scores = self._features @ weights + self._fixed
        (ways, of_ways), (right, of_right) = self._ways.of(scores), self._right.of(scores)
        return float((ways - right).mean()), (of_ways - of_right) @ self._features / self._count

    def fitted(self, start: Values) -> Values:
        """Return the weights with the lowest loss, near the start where the rows say little."""

        def held(weights: Values) -> tuple[float, Values]:
            loss, gradient = self.of(weights)
            away = weights - start
            return loss + HOLD * float(away @ away), gradient + 2 * HOLD * away

        found = scipy.optimize.minimize(
            held, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}
        )
        return np.asarray(found.x)
