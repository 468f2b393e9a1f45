"""The second stage: batches of a fixed mixture, a fold left out, and a network that learns."""

import numpy as np
import pytest

from digitapp.data.hands import fold_of
from digitapp.data.picture_pool import Group
from digitapp.training import picture_stage
from digitapp.training.picture_stage import BATCH, GENERAL, WITH_HANDS, Phase, order, rate
from digitapp.training.spec import TrainingSpec

SHARES = {"bright": 0.75, "hands": 0.25}
PHASE = Phase(20 * BATCH, 0.003, 0, picture_stage.SMALL_CHANGES, SHARES)


@pytest.fixture
def groups() -> dict[str, Group]:
    """Bright images of no writer, and dark ones of twelve; a label for each of the two."""
    rng = np.random.default_rng(0)
    bright, dark = (rng.integers(low, low + 60, (120, 28, 28)) for low in (180, 0))
    none = np.full(120, -1)
    return {
        "bright": Group(bright.astype(np.uint8), np.zeros(120, dtype=np.uint8), none),
        "hands": Group(dark.astype(np.uint8), np.ones(120, dtype=np.uint8), np.arange(120) % 12),
    }


def test_every_batch_has_the_same_share_of_each_group(groups: dict[str, Group]) -> None:
    batches = order(PHASE, [*groups.values()], seed=1)
    assert batches.shape == (20, BATCH)
    assert ((batches >= 120).sum(axis=1) == BATCH // 4).all()
    counts = np.bincount(batches.ravel(), minlength=240)
    assert np.ptp(counts[:120]) <= 1
    assert np.ptp(counts[120:]) <= 1


def test_no_image_of_a_writer_in_the_fold_left_out_is_seen(groups: dict[str, Group]) -> None:
    for fold in range(6):
        seen = order(PHASE, [*groups.values()], seed=1, fold=fold)
        writers = groups["hands"].writers[seen[seen >= 120] - 120]
        assert {*fold_of(writers).tolist()} == {*range(6)} - {fold}


def test_the_learning_rate_rises_shortly_and_falls_to_zero() -> None:
    rates = [rate(PHASE, step, 200) for step in range(200)]
    assert rates[0] < 0.1 * PHASE.learning_rate
    assert max(rates) > 0.9 * PHASE.learning_rate
    assert rates[-1] < 0.001 * PHASE.learning_rate
    assert np.argmax(rates) < 40


def test_the_phases_name_only_groups_that_exist() -> None:
    from digitapp.data import picture_pool

    made = {f"hands, {way}" for way in picture_pool.HANDS}
    made |= {f"digits, {way}" for way in picture_pool.DIGITS}
    made |= {"mnist", "pen", "others", "signs", "things", "parts and pairs"}
    assert all({*phase.shares} <= made for phase in WITH_HANDS)
    assert {*GENERAL.shares} <= {name for name in made if not name.startswith("hands")}


def test_a_network_learns_from_the_mixture(groups: dict[str, Group]) -> None:
    from digitapp.training.architectures import build

    model = build(TrainingSpec(hidden=(8,), seed=1), 2)
    losses: list[float] = []
    picture_stage.train(model, PHASE, groups, seed=2, told=lambda step, loss: losses.append(loss))
    assert len(losses) == 20
    assert np.mean(losses[-5:]) < 0.5 * losses[0]
