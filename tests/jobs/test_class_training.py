"""A pupil's run on a class dataset, trained by a process that sees the store as that pupil does."""

from dataclasses import replace

from digitapp.jobs import worker
from digitapp.library import catalogue, models
from digitapp.runs import RunStore, classroom_datasets, classroom_race, drawn_examples
from digitapp.runs.records import DONE
from tests.a_class import a_class, example
from tests.tiny_runs import TINY


def test_a_pupil_trains_on_what_all_have_drawn_and_enters_the_race(store_url: str) -> None:
    seven = a_class(RunStore(store_url))
    signs = classroom_datasets.create(seven.teacher, seven.room, "Signs", ["star", "spiral"])
    for store in (seven.ada, seven.bo):
        few = [example(kind, number) for kind in (0, 1) for number in range(3)]
        drawn_examples.keep(store, signs, few)
    assert signs in catalogue.dataset_names(seven.ada)
    run = seven.ada.create(replace(TINY, dataset=signs))
    assert worker.execute(seven.house, run).status == DONE
    classroom_race.enter(seven.ada, seven.room, run)
    assert models.class_names_of(seven.bo, seven.bo.get(run)) == ("star", "spiral")
    (entry,) = classroom_race.entries(seven.bo, seven.room)
    assert entry.run.images == 9  # of twelve, two are for the test and one for validation
    assert models.load(models.of_run(run), seven.bo).class_names == ("star", "spiral")
