"""Processes that share out work."""

import os

from digitapp.process_pool import process_pool


def test_work_is_done_in_other_processes_in_order_with_the_variables_that_are_set() -> None:
    with process_pool(2, {"DIGITAPP_TESTED": "yes"}) as pool:
        assert [*pool.map(pow, (2, 3, 4), (5, 5, 5))] == [32, 243, 1024]
        assert pool.submit(os.getpid).result() != os.getpid()
        assert pool.submit(os.getenv, "DIGITAPP_TESTED").result() == "yes"
    assert "DIGITAPP_TESTED" not in os.environ


def test_a_process_of_a_pool_knows_the_environment_of_this_one() -> None:
    with process_pool(1) as pool:
        assert pool.submit(os.getenv, "PATH").result() == os.environ["PATH"]
