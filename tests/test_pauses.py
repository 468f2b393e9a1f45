import ctypes
from collections.abc import Callable

import pytest

from tests.pauses import ATTEMPTS, unless_paused


def pause() -> None:
    """Hold up all threads of this process for half a second."""
    ctypes.PyDLL(None).usleep(500_000)


class Fallible:
    """A test that fails so many times, perhaps during pauses."""

    def __init__(self, times: int, while_failing: Callable[[], object]) -> None:
        self.runs, self.times, self.while_failing = 0, times, while_failing

    def __call__(self) -> None:
        self.runs += 1
        if self.runs <= self.times:
            self.while_failing()
            pytest.fail("as it should")


def nothing() -> None: ...


def test_a_failure_during_a_pause_is_repeated() -> None:
    fallible, between = Fallible(2, pause), []
    unless_paused(lambda: between.append(fallible.runs))(fallible)()
    assert (fallible.runs, between) == (3, [1, 2])


def test_what_fails_again_and_again_fails() -> None:
    fallible = Fallible(ATTEMPTS, pause)
    with pytest.raises(pytest.fail.Exception, match="as it should"):
        unless_paused(nothing)(fallible)()
    assert fallible.runs == ATTEMPTS


@pytest.mark.parametrize("error", [AssertionError, OSError])
def test_a_failure_without_a_pause_counts_at_once(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.pauses.NOTABLE", 60.0)  # whatever else the machine does
    runs = []

    @unless_paused(nothing)
    def failing() -> None:
        runs.append(len(runs))
        raise error

    with pytest.raises(error):
        failing()
    assert runs == [0]
