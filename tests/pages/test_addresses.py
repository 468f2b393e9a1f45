"""Unknown query parameters are reported on every page, and none is dropped silently."""

from pathlib import Path

import pytest

from digitapp import pages
from digitapp.runs import RunStore
from digitapp.text.escaping import markdown
from digitapp.training.spec import TrainingSpec
from tests.hostile import MARKUP
from tests.pages.test_hostile import opened, raw
from tests.pages.train_page import refusals

FOLDER = Path(pages.__file__).parent
PAGES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("page", PAGES)
def test_a_name_that_a_page_does_not_know_is_told(page: str) -> None:
    assert "Unknown setting 'colour' in the address of this page." in refusals(
        opened(page, colour="red")
    )


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_told_of_an_address_without_a_name(page: str) -> None:
    assert "address" not in refusals(opened(page))


def test_hostile_names_are_shown_as_they_are() -> None:
    app = opened("draw", **dict.fromkeys(MARKUP, "red"))
    assert not raw(app)
    told = refusals(app)
    missing = [name for name in MARKUP if f"Unknown setting {markdown(repr(name))}" not in told]
    assert not missing


def test_runs_that_a_link_names_and_that_do_not_exist_are_told(store: RunStore) -> None:
    for _ in range(2):
        store.create(TrainingSpec())
    app = opened("runs", runs="2,9,x,1,2")
    told = refusals(app)
    assert "There is no run 9." in told
    assert "runs names 'x'; it must list run numbers, such as 3,5." in told
    assert app.session_state["chosen runs"] == [2, 1]
    assert app.query_params["runs"] == "2,1"
