"""Sums over the paths of small graphs, against sums over a list of all paths."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.evaluation.path_fitting import Edge, Loss, PathSums, Row, paths

STEPS = [(0, 2, 0), (0, 5, 1), (2, 5, 2), (2, 7, 3), (5, 7, 4), (5, 9, 5), (7, 9, 6), (0, 9, 7)]


def _listed(edges: list[Edge], node: int = 0) -> list[list[int]]:
    """List the items of every path from a node."""
    last = max(edge.end for edge in edges)
    if node == last:
        return [[]]
    return [
        [edge.item, *rest]
        for edge in edges
        if edge.start == node
        for rest in _listed(edges, edge.end)
    ]


def test_only_edges_between_the_two_ends_are_kept() -> None:
    found = paths([*STEPS, (3, 7, 8), (2, 4, 9)], 9)  # 3 is never reached, and 4 leads nowhere
    assert sorted(edge.item for edge in found) == list(range(8))
    assert {edge.start for edge in found} | {edge.end for edge in found} == set(range(5))
    assert paths(STEPS, 8) == []
    assert paths([], 9) == []


def test_sums_over_paths_are_those_of_all_paths_listed() -> None:
    rng = np.random.default_rng(1)
    first, second = paths(STEPS, 9), paths(STEPS[:5], 7)
    scores = rng.normal(size=16)
    totals, shares = PathSums([first, second], [8, 8]).of(scores)
    for row, edges in enumerate((first, second)):
        own, listed = scores[8 * row :][:8], _listed(edges)
        weights = np.exp([own[path].sum() for path in listed])
        assert totals[row] == pytest.approx(np.log(weights.sum()))
        for item in range(8):
            through = weights[[item in path for path in listed]].sum()
            assert shares[8 * row + item] == pytest.approx(through / weights.sum())


def _rows(count: int, true: NDArray[np.float64]) -> list[Row]:
    """Return rows in which each right path was drawn as likely as some weights say."""
    rng = np.random.default_rng(2)
    ways, found = paths(STEPS, 9), []
    for _ in range(count):
        features = rng.normal(size=(8, len(true)))
        listed = _listed(ways)
        weights = np.exp([(features[path] @ true).sum() for path in listed])
        chosen = listed[rng.choice(len(listed), p=weights / weights.sum())]
        right = paths([step for step in STEPS if step[2] in chosen], 9)
        found.append(Row(features, np.zeros(8), ways, right))
    return found


def test_the_gradient_is_the_losses_slope() -> None:
    loss, rng = Loss(_rows(5, np.zeros(3))), np.random.default_rng(3)
    weights, step = rng.normal(size=3), 1e-6
    _, gradient = loss.of(weights)
    for n, side in enumerate(np.eye(3) * step):
        slope = (loss.of(weights + side)[0] - loss.of(weights - side)[0]) / (2 * step)
        assert gradient[n] == pytest.approx(slope, abs=1e-6)


def test_weights_by_which_paths_were_drawn_are_found_again() -> None:
    true = np.array([1.5, -0.8, 0.4])
    loss = Loss(_rows(600, true))
    found = loss.fitted(np.zeros(3))
    np.testing.assert_allclose(found, true, atol=0.25)
    assert loss.of(found)[0] < loss.of(np.zeros(3))[0] - 0.3


def test_what_is_fixed_is_added_to_the_scores() -> None:
    ways = paths(STEPS, 9)
    right = paths([(0, 9, 7)], 9)
    fixed = np.zeros(8)
    fixed[7] = 50.0
    row = Row(np.zeros((8, 1)), fixed, ways, right)
    assert Loss([row]).of(np.zeros(1))[0] == pytest.approx(0, abs=1e-9)
