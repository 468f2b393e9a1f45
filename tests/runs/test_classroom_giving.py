"""Taking back all that one gave to a class."""

import pytest

from digitapp.errors import UnknownName
from digitapp.runs import RunStore, classroom_datasets
from digitapp.runs.classroom_giving import take_back_all
from digitapp.runs.classroom_race import enter, entries
from digitapp.runs.classroom_wall import send, sent
from digitapp.runs.drawn_examples import keep
from tests.a_class import BO, a_class, drawing, example
from tests.runs.test_classroom_race import trained


def test_all_that_one_gave_is_taken_back_and_nothing_of_others(store_url: str) -> None:
    seven = a_class(RunStore(store_url))
    signs = classroom_datasets.create(seven.teacher, seven.room, "Signs", ["star", "spiral"])
    for number, store in enumerate((seven.ada, seven.bo)):
        send(store, seven.room, drawing(number))
        keep(store, signs, [example(0, number)])
        enter(store, seven.room, trained(store))
    take_back_all(seven.ada, seven.room)
    assert [each.person for each in sent(seven.bo, seven.room)] == [BO]
    assert classroom_datasets.counts_by_person(seven.bo, signs) == {BO: 1}
    assert [each.person for each in entries(seven.bo, seven.room)] == [BO]
    with pytest.raises(UnknownName):
        take_back_all(seven.eve, seven.room)
