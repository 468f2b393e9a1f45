"""Corrections on the Draw page, and the page My handwriting, without a browser."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitapp.data import datasets
from digitapp.data.datasets import CLOTHES_NAMES, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import from_canvas_json, from_points, paint
from digitapp.jobs import finetuning, stroke_lessons, worker
from digitapp.jobs.stroke_lessons import STROKES_BY_OTHERS
from digitapp.library import handwriting_files, models
from digitapp.library.models import MODELS
from digitapp.runs import Lease, Outcome, RunStore, corrected_drawings
from digitapp.runs.records import DONE, BeforeAndAfter
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS, fabric
from tests.pages.test_draw import APP, UPLOAD
from tests.pages.train_page import checked, labels, link, press, said
from tests.pages.train_page import opened as trained
from tests.takehome.bundle import run_files
from tests.tiny_runs import TINY, age, change

SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))
UNITS_PER_PIXEL = 0.5  # of the page's canvas
KEPT = "kept correction"  # the last one, in the session
SIX = Sketch(objects=tuple(map(fabric, DIGITS[6])))


def drawn(sketch: Sketch = SEVEN, **state: object) -> AppTest:
    """The Draw page with a drawing on it."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["sketch"] = sketch
    for name, value in state.items():
        app.session_state[name] = value
    return checked(app.run())


def script() -> None:
    """The app with the page My handwriting first."""
    import streamlit as st

    from digitapp.pages import draw, handwriting

    draw_page = st.Page(draw.page, title="Draw", url_path="draw")
    page = st.Page(
        lambda: handwriting.page(lambda: st.switch_page(draw_page)),
        title="My handwriting",
        url_path="handwriting",
        default=True,
    )
    st.navigation([page, draw_page]).run()


def opened(**address: object) -> AppTest:
    """The page My handwriting at this URL."""
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = str(value)
    return checked(app.run())


def keep(store: RunStore, labels: list[int], drawn: Sequence[int] = ()) -> None:
    """Store drawings corrected to these digits; those at the places `drawn` with strokes."""
    image = np.eye(28, dtype=np.float32)
    for place, label in enumerate(labels):
        strokes = from_points(DIGITS[label], 20) if place in drawn else None
        corrected_drawings.add(store, image, label, "9", "recogniser", strokes)


def taught(store: RunStore, *compared: BeforeAndAfter, status: str = DONE) -> int:
    """Add a run that has fine-tuned a network, with its scores; return its id."""
    run = store.create(finetuning.settings(store, "recogniser"), name="The built-in network")
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(64)
    lease.begin(0, 12, 1)
    if status == DONE:
        lease.finish(Outcome(DONE, "", 1.0, 0.5, model=b"model", compared=compared))
    return run


def test_one_press_keeps_the_drawing_under_the_right_digit(store: RunStore) -> None:
    app = press(drawn(), "correct-4")
    (found,) = corrected_drawings.read(store)
    assert (found.label, found.guess, found.model) == (4, "7", "recogniser")
    assert (found.image > 128).sum() > 20
    assert found.strokes is not None
    drawing = from_canvas_json({"objects": SEVEN.objects}, UNITS_PER_PIXEL)
    for stroke, was in zip(found.strokes, drawing, strict=True):
        np.testing.assert_allclose(stroke.points, was.points, atol=1e-4)
    assert [toast.value for toast in app.toast] == ["Kept as a **4** in *My handwriting*."]
    assert "Kept as a 4 in *My handwriting*." in said(app)
    assert not checked(app.run()).toast  # said once


def test_another_press_changes_the_label_and_undo_takes_it_back(store: RunStore) -> None:
    app = press(press(drawn(), "correct-4"), "correct-1")
    assert [each.label for each in corrected_drawings.read(store)] == [1]
    app = press(app, "undo-correction")
    assert corrected_drawings.read(store) == []
    assert "Kept as" not in said(app)
    press(app, "correct-4")
    assert [each.label for each in corrected_drawings.read(store)] == [4]


def test_a_drawing_that_was_deleted_elsewhere_is_not_said_to_be_kept(store: RunStore) -> None:
    app = press(drawn(), "correct-4")
    corrected_drawings.clear(store)
    app = press(app, "correct-1")
    assert "not in My handwriting any more" in app.error[0].value
    assert "Kept as" not in said(app)
    assert corrected_drawings.read(store) == []
    assert "Kept as a 1 " in said(press(app, "correct-1"))  # pressed again, it is stored again
    assert [each.label for each in corrected_drawings.read(store)] == [1]


def test_what_was_kept_is_looked_up_before_it_is_said_again(store: RunStore) -> None:
    app = press(drawn(), "correct-4")
    corrected_drawings.clear(store)
    assert "Kept as" not in said(checked(app.run()))
    assert not app.error


def test_undoing_what_is_gone_already_says_so_once(store: RunStore) -> None:
    app = press(drawn(), "correct-4")
    corrected_drawings.clear(store)
    app = press(app, "undo-correction")
    assert "not in My handwriting any more" in app.error[0].value
    assert KEPT not in app.session_state


def test_another_drawing_is_another_correction(store: RunStore) -> None:
    before = press(drawn(), "correct-4").session_state[KEPT]
    app = drawn(SIX, **{KEPT: before})
    assert "Kept as" not in said(app)
    press(app, "correct-8")
    assert [(each.label, each.guess) for each in corrected_drawings.read(store)] == [
        (4, "7"),
        (8, "6"),
    ]


def test_an_upload_is_corrected_in_its_own_row(store: RunStore) -> None:
    app = drawn()
    picture = io.BytesIO()
    paint(from_points(DIGITS[6], 20)).save(picture, "PNG")
    app.session_state["way"] = UPLOAD
    app.run()
    app.file_uploader(key="files").upload("six.png", picture.getvalue(), "image/png").run()
    press(checked(app.run()), "upload-correct-0")
    (found,) = corrected_drawings.read(store)
    assert (found.label, found.guess, found.strokes) == (0, "6", None)


def test_a_network_of_clothes_has_no_digits_to_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    names = (*CLOTHES_NAMES, NOT_A_DIGIT)
    clothes = replace(MODELS["recogniser"], class_names=names, strokes=None)
    monkeypatch.setitem(MODELS, "clothes", clothes)
    app = drawn(reader="clothes")
    assert "% sure" in said(app)
    assert "4" not in labels(app)
    assert "4" in labels(drawn())


def test_nothing_is_kept_before_anything_is_drawn(store: RunStore) -> None:
    press(drawn(Sketch()), "correct-4")
    assert corrected_drawings.read(store) == []


def test_a_page_without_corrections_says_how_to_make_some() -> None:
    app = opened()
    assert "Nothing is kept yet." in said(app)
    assert "Teach" not in labels(app)
    assert "Draw for the network" in said(press(app, "to-draw"))


def test_what_was_kept_is_shown_the_newest_first(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    app = opened()
    table = app.dataframe[0].value
    assert table["label"].tolist() == ["1", "2", "7", "4"]
    assert table["use"].tolist() == ["the test", "learning", "learning", "learning"]
    assert set(table["guess"]) == {"9"}
    assert set(table["model"]) == {"The built-in network"}
    assert all(source.startswith("data:image/png") for source in table["picture"])
    assert "4 in all: 3 to learn from, 1 put aside for the test." in said(app)


def test_it_is_shown_of_which_drawings_the_movement_is_kept(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1], drawn=(1, 2))
    with store.database.begin() as connection:
        connection.execute(sa.text("UPDATE handwriting SET strokes = 'none' WHERE id = 3"))
    app = opened()
    assert app.dataframe[0].value["movement"].tolist() == ["", "", "kept", ""]
    assert "How the pen moved in 1 drawing in the store cannot be read; only" in said(app)
    assert "will be used: number 3." in said(app)
    assert "Teach" in labels(app)


def test_a_damaged_drawing_is_told_and_the_others_are_there(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1, 5])
    with store.database.begin() as connection:
        connection.execute(sa.text("UPDATE handwriting SET image = 'none' WHERE id = 2"))
    app = opened()
    assert "1 drawing in the store cannot be read and will not be used: number 2." in said(app)
    assert app.dataframe[0].value["label"].tolist() == ["5", "1", "2", "4"]
    assert "Teach" in labels(app)


def test_all_can_be_deleted(store: RunStore) -> None:
    keep(store, [4, 7])
    app = opened()
    assert "Yes, delete all 2" in labels(app)
    assert app.button(key="delete").disabled  # nothing is ticked
    app = press(app, "delete-all")
    assert corrected_drawings.read(store) == []
    assert "Nothing is kept yet." in said(app)


def _added(file: bytes) -> AppTest:
    """The page after the drawings of a file were added."""
    app = opened()
    uploader = app.file_uploader(key="bring-drawings-file")
    uploader.upload("mine.npz", file, "application/octet-stream")
    (add,) = [button for button in app.button if button.label == "Add the drawings"]
    return checked(add.click().run())


def test_a_downloaded_file_is_added_where_nothing_is_kept_and_where_something_is(
    store: RunStore,
) -> None:
    keep(store, [4, 7], drawn=[1])
    with_drawings = handwriting_files.archive(corrected_drawings.read(store))
    corrected_drawings.clear(store)
    for sentence in (
        "2 drawings added to My handwriting, 1 of them with the movement.",
        "0 drawings added to My handwriting. 2 in the file were there already.",
    ):
        app = _added(with_drawings)
        assert [toast.value for toast in app.toast] == [sentence]
        table = app.dataframe[0].value
        assert table["movement"].tolist() == ["kept", ""]
        assert table["model"].tolist() == ["from a file", "from a file"]


def test_a_file_of_something_else_is_rejected_with_a_sentence(store: RunStore) -> None:
    app = _added(b"something else")
    assert "mine.npz: not an archive of x_train, y_train" in app.error[0].value
    assert not corrected_drawings.some(store)


def test_too_few_are_a_sentence(store: RunStore) -> None:
    keep(store, [4, 7])
    app = opened()
    assert "My handwriting has 2 pictures, 0 of them put aside for the test; at" in said(app)
    assert "Teach" not in labels(app)


def test_teach_starts_a_run_and_puts_it_into_the_address(
    store: RunStore, launched: list[int]
) -> None:
    keep(store, [4, 7, 2, 1])
    app = opened()
    app.button_group(key="length").set_value("A little")
    assert app.toggle(key="mixed").value
    assert "1 is put aside for the test so far. A network is judged by them once" in said(app)
    app = press(app, "teach")
    (run,) = store.all()
    assert launched == [run.id]
    assert run.spec == finetuning.settings(store, "recogniser", mixed=True, epochs=1)
    assert run.title == "The built-in network + my handwriting"
    assert app.query_params["run"] == str(run.id)
    assert "Run 1:" in said(app)
    assert "gray-badge" in said(app)


def network(store: RunStore, name: str = "") -> str:
    """Add a run with a network; return the network's name."""
    run = store.create(TINY, name=name)
    change(store, run, status=DONE, test_accuracy=0.9)
    return f"run-{run}"


def test_the_network_to_teach_stays_when_others_rename_it_or_train_many(
    store: RunStore, launched: list[int]
) -> None:
    keep(store, [4, 7, 2, 1])
    network(store, "not this one")
    chosen = network(store, "Mine")
    app = opened()
    checked(app.selectbox(key="pupil").set_value(chosen).run())
    store.rename(2, "Renamed by a classmate")
    for _ in range(20):  # as many of the latest runs as are offered
        network(store)
    st.cache_data.clear()  # lists of networks are cached for two seconds
    press(app, "teach")
    assert [store.get(run).spec.base for run in launched] == [chosen]


def test_a_network_to_teach_that_was_deleted_meanwhile_is_not_another_one(
    store: RunStore, launched: list[int]
) -> None:
    keep(store, [4, 7, 2, 1])
    chosen = network(store)
    app = opened()
    checked(app.selectbox(key="pupil").set_value(chosen).run())
    store.delete(1)
    st.cache_data.clear()  # lists of networks are cached for two seconds
    press(app, "teach")
    assert "There is no run 1 any more: it was deleted" in app.error[0].value
    assert launched == []


def test_a_network_to_begin_with_stays_chosen_when_others_rename_it(store: RunStore) -> None:
    network(store, "not this one")
    chosen = network(store, "Mine")
    app = trained()
    checked(app.selectbox(key="base-0").set_value(chosen).run())
    store.rename(2, "Renamed by a classmate")
    st.cache_data.clear()
    checked(app.run())
    assert app.session_state["spec"].base == chosen


def test_a_reload_finds_the_run_that_goes_on(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    app = opened(run=taught(store, status="running"))
    assert "Epoch 1 of 20" in said(app)
    assert {"Pause", "Stop"} <= {*labels(app)}
    assert "Teach" not in labels(app)


def test_what_it_learned_and_forgot_is_told(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    known = BeforeAndAfter("my_handwriting", 3, 7, 8), BeforeAndAfter("mnist", 9960, 9810, 10_000)
    app = opened(run=taught(store, *known))
    assert "It learned your writing: 3 of 8 right before, 7 of 8 now." in said(app)
    assert "On MNIST it got 99.60 % right before and 98.1 % now: it forgot a little." in said(app)
    table = next(found.value for found in app.dataframe if "before" in found.value)
    assert table["data"].tolist() == ["Yours, put aside", "MNIST (10,000)"]
    assert table["before"].tolist() == ["3 of 8", "99.60 %"]
    assert table["after"].tolist() == ["7 of 8", "98.10 %"]
    assert "may be chance" in said(app)


def test_a_network_is_not_judged_on_four_pictures(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    known = BeforeAndAfter("my_handwriting", 1, 4, 4), BeforeAndAfter("mnist", 9960, 9810, 10_000)
    app = opened(run=taught(store, *known))
    assert "Whether it learned your writing cannot be said yet: only 4 pictures" in said(app)
    table = next(found.value for found in app.dataframe if "before" in found.value)
    assert table["data"].tolist() == ["MNIST (10,000)"]
    assert "may be chance" not in said(app)


def test_it_is_said_whether_movements_are_learned_too(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1], drawn=(1, 3))  # the last one is for the test
    assert "from 3 pictures, and from the movement of the pen in 1 of them." in said(opened())
    corrected_drawings.clear(store)
    keep(store, [4, 7, 2, 1], drawn=(0, 1, 2))
    assert "from the movement of the pen in all of them." in said(opened())
    corrected_drawings.clear(store)
    keep(store, [4, 7, 2, 1])
    app = opened()
    assert "How this network reads movements stays as it is." in said(app)
    chosen = network(store)
    st.cache_data.clear()
    app = opened()
    checked(app.selectbox(key="pupil").set_value(chosen).run())
    assert "movement of the pen" not in said(app)  # it reads pictures alone


def test_what_each_reader_learned_is_in_the_table(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    known = [
        BeforeAndAfter("mnist", 9960, 9960, 10_000),
        BeforeAndAfter(STROKES_BY_OTHERS, 299, 299, 300),
        BeforeAndAfter(finetuning.BY_MOVEMENT, 2, 6, 6),
        BeforeAndAfter(finetuning.BY_PICTURE, 3, 4, 6),
        BeforeAndAfter("my_handwriting", 3, 7, 8),
    ]
    app = opened(run=taught(store, *known))
    table = next(found.value for found in app.dataframe if "before" in found.value)
    assert table["data"].tolist() == [
        "Yours, put aside",
        "Yours, picture alone",
        "Yours, movement alone",
        "Other people's strokes (300)",
        "MNIST (10,000)",
    ]
    assert table["after"].tolist()[:3] == ["7 of 8", "4 of 6", "6 of 6"]
    told = said(app)
    assert "On other people's strokes it got 99.67 % right before and 99.67 % now" in told
    assert "two rows say how well each of them does by itself" in told


def test_a_taught_network_is_chosen_for_the_draw_page(store: RunStore) -> None:
    app = press(opened(run=taught(store)), "use")
    assert app.session_state["reader"] == "run-1"
    assert "Draw for the network" in said(app)


def test_another_lesson_can_be_given(store: RunStore) -> None:
    keep(store, [4, 7, 2, 1])
    app = press(opened(run=taught(store)), "again")
    assert "run" not in app.query_params
    assert "Teach" in labels(app)


def test_a_failed_or_lost_one_says_why(store: RunStore) -> None:
    run = taught(store, status="running")
    age(store, run)
    app = opened(run=run)
    assert "This run is lost: nothing is heard any more from the program" in said(app)
    assert "Resume" in labels(app)
    change(store, run, status="failed", error="There is no run 7.")
    assert "There is no run 7." in said(opened(run=run))


@pytest.mark.parametrize("number", ["99", "abc", "1", "-1"])
def test_an_address_that_names_no_lesson_is_a_sentence(number: str, store: RunStore) -> None:
    store.create(TINY)
    keep(store, [4, 7, 2, 1])
    app = opened(run=number)
    wanted = "There is no run 99|in this page's address is not a run that taught"
    assert re.search(wanted, said(app))
    assert "Teach" in labels(app)


def test_the_train_page_shows_a_taught_network_until_its_test_pictures_change(
    store: RunStore, no_datasets: Path, monkeypatch: pytest.MonkeyPatch, toy: Dataset
) -> None:
    monkeypatch.setattr(datasets, "load", lambda name: replace(toy, name=name))
    base = run_files.added(store, TINY.changed({"dataset": "pen"})).id
    keep(store, [4, 7, 2, 1])
    run = store.create(finetuning.settings(store, f"run-{base}", epochs=1))
    assert worker.execute(store, run).status == "done"
    app = trained(run=run)
    assert "Begin with run 1" in said(app)
    assert "Dataset My handwriting" in said(app)
    assert "What it takes for what" in said(app)
    keep(store, [1] * 8)
    assert "The test images of My handwriting have changed since this run" in said(trained(run=run))
    corrected_drawings.clear(store)
    assert "My handwriting has 0 pictures" in said(trained(run=run))


def test_what_is_drawn_and_corrected_teaches_a_network_pictures_and_movements(
    store: RunStore,
    launched: list[int],
    no_datasets: Path,
    monkeypatch: pytest.MonkeyPatch,
    toy: Dataset,
) -> None:
    monkeypatch.setattr(datasets, "load", lambda name: replace(toy, name=name))
    monkeypatch.setattr(stroke_lessons, "TESTED", 20)
    monkeypatch.setattr("digitapp.runs.records.LEAST_JUDGED", 1)  # to draw no twenty digits
    for digit in (1, 2, 3, 5):
        press(drawn(Sketch(objects=tuple(map(fabric, DIGITS[digit])))), "correct-9")
    app = opened()
    assert app.dataframe[0].value["movement"].tolist() == ["kept"] * 4
    app.button_group(key="length").set_value("A little")
    app.toggle(key="mixed").set_value(False)
    app = press(app, "teach")
    (run,) = launched
    assert worker.execute(store, run).status == "done"
    app = opened(run=run)
    table = next(found.value for found in app.dataframe if "before" in found.value)
    assert table["data"].tolist()[:3] == [
        "Yours, put aside",
        "Yours, picture alone",
        "Yours, movement alone",
    ]
    assert table["before"].tolist()[:3] == ["0 of 1"] * 3  # they are called what they are not
    assert models.load(f"run-{run}", store).reads_movement
    press(app, "use")
    assert "% sure" in said(drawn(SIX, reader=f"run-{run}"))


def test_a_network_to_begin_with_is_a_setting_of_every_training(
    store: RunStore, launched: list[int]
) -> None:
    wanted = TrainingSpec(dataset="pen", architecture="deeper-cnn", base="recogniser")
    app = trained(**link(wanted, "dense-128"))
    assert "starts from what the built-in network has learned" in said(app)
    press(app, "train")
    assert store.get(launched[0]).spec == wanted
    app = trained(**link(replace(wanted, architecture="dense"), "dense-128"))
    assert app.session_state["spec"].base == "recogniser"
    assert "a run that begins with a network must have the same layers" in said(app)
    assert app.button(key="train").disabled
