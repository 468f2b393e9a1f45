"""A small cache: what is used stays, each value is made once, an error is not kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from digitapp.recently_used import RecentlyUsed


def test_the_least_recently_used_is_dropped() -> None:
    cache = RecentlyUsed[str, int](2)
    cache.keep({"a": 1, "b": 2})
    assert cache.of(["a"]) == {"a": 1}
    assert cache.get("c", lambda: 3) == 3
    assert cache.of(["a", "b", "c", "d"]) == {"a": 1, "c": 3}


def test_none_is_a_value_too() -> None:
    cache = RecentlyUsed[str, int | None](2)
    assert cache.get("a", lambda: None) is None
    assert cache.get("a", lambda: 1) is None


def test_threads_that_ask_at_once_have_it_made_once() -> None:
    cache, made = RecentlyUsed[str, object](5), []

    def make() -> object:
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: cache.get("a", make), range(30))]
    assert len(made) == 1
    assert all(each is made[0] for each in found)


def test_what_is_there_is_not_waited_for_while_another_is_made() -> None:
    cache, begun, over = RecentlyUsed[str, int](5), Event(), Event()
    cache.keep({"a": 1})

    def make() -> int:
        begun.set()
        assert over.wait(10)
        return 2

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(cache.get, "b", make)
        assert begun.wait(10)
        assert cache.get("a", make) == 1
        over.set()
        assert slow.result() == 2


def test_after_an_error_the_next_call_tries_again() -> None:
    cache = RecentlyUsed[str, int](5)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 1) == 1
