"""Randomly damaged files, with a fixed seed: rejected or accepted, never any other error."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from digitapp.errors import DigitappError
from digitapp.takehome import bundle
from digitapp.takehome.bundle.archive import MEMBER, WEIGHTS
from digitapp.takehome.bundle.weights import read
from digitapp.training import layer_table
from digitapp.training.architectures import layers
from tests.takehome.bundle.run_files import (
    DIGITS,
    SPEC,
    parts,
    weighted,
    weights_of,
    zipped,
)

JUNK = (
    *(None, True, -1, 0, 3.5, 1e308, float("nan"), float("inf"), 2**70, [], [[]], {}),
    *("", "x" * 5000, "\ud800", "\0", {"a": [1]}, [1, 2], ["0"] * 10, "pen", "run-1"),
)
VARIABLES = layer_table.variables(layers(SPEC, len(DIGITS)))
TIMES = 150


def places(file: bytes) -> list[int]:
    """Return the bytes of a file of weights outside the numbers of the largest layer."""
    weights = parts(file)[WEIGHTS]
    largest = max(weights_of(file).values(), key=lambda array: array.size).tobytes()
    start = weights.index(largest)
    return [at for at in range(len(weights)) if not start <= at < start + len(largest)]


def damaged(data: bytes, rng: random.Random, allowed: list[int]) -> bytes:
    """Change some bytes, overwrite a number, or cut off the end."""
    found, at = bytearray(data), rng.choice(allowed)
    kind = rng.randrange(4)
    if kind == 0:
        return data[:at]
    if kind == 1:
        found[at : at + 8] = rng.choice([bytes(8), b"\xff" * 8, rng.randbytes(8)])
    for at in rng.sample(allowed, 1 + kind):
        found[at] = rng.choice([0, 1, 255, rng.randrange(256)])
    return bytes(found)


def littered(told: Any, rng: random.Random) -> Any:
    """Replace a random part with junk."""
    node = told
    while True:
        key = rng.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if not isinstance(node[key], dict | list) or not node[key] or rng.random() < 0.4:
            node[key] = rng.choice(JUNK)
            return told
        node = node[key]


def refusals(attempts: Iterator[Any]) -> int:
    """Return how many attempts raise a DigitappError; let other errors through."""
    reasons = []
    for attempt in attempts:
        try:
            attempt()
        except DigitappError as error:
            reasons.append(str(error))
    assert all(10 < len(reason) < 500 for reason in reasons)
    return len(reasons)


def test_a_damaged_file_is_refused_with_a_sentence(file: bytes) -> None:
    rng, anywhere = random.Random(1), list(range(len(file)))
    files = [damaged(file, rng, anywhere) for _ in range(TIMES)]
    assert refusals(lambda each=each: bundle.read(each) for each in files) > TIMES / 2


def test_damaged_weights_are_refused_with_a_sentence(file: bytes) -> None:
    rng, allowed = random.Random(2), places(file)
    weights = [damaged(parts(file)[WEIGHTS], rng, allowed) for _ in range(TIMES)]
    assert refusals(lambda each=each: read(each, VARIABLES) for each in weights) > TIMES / 4


def test_a_littered_story_is_refused_with_a_sentence(file: bytes) -> None:
    rng, members = random.Random(3), parts(file)
    stories = [json.dumps(littered(json.loads(members[MEMBER]), rng)) for _ in range(TIMES)]
    files = [zipped({**members, MEMBER: story.encode()}) for story in stories]
    assert refusals(lambda each=each: bundle.read(each) for each in files) > TIMES / 2


@pytest.mark.parametrize("name", ["config.json", "metadata.json", MEMBER])
def test_a_member_in_the_place_of_another_is_refused(name: str, file: bytes) -> None:
    members = parts(file)
    swapped = weighted(file, members[name])
    weights = bundle.read(swapped).weights
    assert refusals(iter([lambda: read(weights, VARIABLES)])) == 1
    assert refusals(iter([lambda: bundle.read(zipped({**members, MEMBER: weights[:90]}))])) == 1


def test_weights_that_hold_nothing_are_refused() -> None:
    assert refusals(iter([lambda: read(zipped({}), VARIABLES)])) == 1
