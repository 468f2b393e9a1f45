"""The Train page in presenter mode: its address, its parts, and what it keeps."""

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.runs import RunStore
from digitapp.ui.train.presenting import PARTS, read
from tests.pages.train_page import labels, opened, press, refusals, said, spec
from tests.tiny_runs import TINY

EVERY = tuple(PARTS)


def shown(app: AppTest) -> str | None:
    """Return `show` in the address."""
    return str(app.query_params["show"]) if "show" in app.query_params else None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("all", EVERY),
        ("", EVERY),
        ("curves", ("curves",)),
        ("sentences, Curves", ("curves", "sentences")),
        ("first_layer", ("first-layer",)),
        ("curves,all", EVERY),
    ],
)
def test_a_show_names_parts(text: str, parts: Sequence[str]) -> None:
    assert read(text) == (tuple(parts), ())


def test_an_unknown_part_is_told_and_the_others_are_shown() -> None:
    parts, problems = read("curvs,controls")
    assert parts == ("controls",)
    assert len(problems) == 1
    assert "Unknown part 'curvs'" in problems[0]
    assert "Did you mean curves?" in problems[0]


def test_no_known_part_shows_all() -> None:
    assert read("nothing")[0] == EVERY


def test_the_page_tells_an_unknown_part(launched: list[int]) -> None:
    app = opened(preset="dense-128", show="curvs,controls")
    assert "Did you mean curves?" in refusals(app).replace("\\", "")
    assert shown(app) == "controls"


def test_the_address_keeps_show_while_a_run_is_set_up_started_and_set_up_again(
    launched: list[int], store: RunStore
) -> None:
    app = opened(preset="dense-128", dataset="pen", train_size=300, show="curves,controls")
    assert spec(app).train_size == 300
    assert not app.sidebar.selectbox
    app = press(app, "train")
    assert launched == [1]
    assert app.query_params["run"] == "1"
    assert shown(app) == "controls,curves"
    app = press(app, "new")
    assert "run" not in app.query_params
    assert shown(app) == "controls,curves"
    assert spec(app).train_size == 300


def test_a_button_switches_it_on_and_off(runs: RunStore) -> None:
    app = opened(run=1)
    assert shown(app) is None
    app = press(app, "present")
    assert shown(app) == "all"
    assert app.query_params["run"] == "1"
    assert "Leave" in labels(app)
    app = press(app, "present")
    assert shown(app) is None
    assert "Present" in labels(app)


def test_it_comes_back_after_another_page(runs: RunStore) -> None:
    left = {"show": "curves,results", "page": "draw", "run": 1}
    assert shown(opened(left)) == "curves,results"
    assert shown(opened({**left, "show": None})) is None


def test_views_are_chosen_by_buttons_and_only_the_named_parts_have_one(runs: RunStore) -> None:
    app = opened(run=1, show="curves,results")
    assert "Curves" in labels(app)
    assert "First layer" not in labels(app)
    assert "Test accuracy" in said(app)
    app = press(app, "view-mistakes")
    assert "What it takes for what" in said(app)
    assert not [each for each in app.get("bidi_component") if each.key == "loss-curve"]
    app = press(app, "view-curves")
    assert [each for each in app.get("bidi_component") if each.key == "loss-curve"]


def test_without_sentences_and_settings_neither_is_there(runs: RunStore) -> None:
    everything = said(opened(run=1, show="all"))
    assert "Learning rate" in everything
    only = said(opened(run=1, show="curves"))
    assert "Learning rate" not in only
    assert "Look inside" not in labels(opened(run=1, show="curves"))


def test_a_run_that_waits_asks_for_no_press_that_is_not_possible_yet(store: RunStore) -> None:
    store.create(TINY)
    app = press(opened(run=1, show="all"), "view-last-batch")
    assert "This run has not started yet." in said(app)
    assert "Press One batch" not in said(app)
