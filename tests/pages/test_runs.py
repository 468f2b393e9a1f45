"""The Runs page's script, run without a browser."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from digitapp.drawing.sketch import Sketch
from digitapp.errors import WorkerProblem
from digitapp.jobs import tensorflow_process
from digitapp.library import handwriting_datasets
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.records import QUEUED
from digitapp.takehome import bundle
from digitapp.takehome.exports import EXPORTS
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS, fabric
from tests.pages.train_page import checked, figure, press, refusals, said
from tests.tiny_runs import SGD, TINY

AT_ONCE = [name for name, each in EXPORTS.items() if not each.needs_tensorflow]


def _script() -> None:
    """The app with the Runs page first."""
    import streamlit as st

    from digitapp.pages import runs, train

    train_page = st.Page(
        lambda: train.page(lambda: None, lambda: None), title="Train", url_path="train"
    )
    go = lambda run: st.switch_page(  # noqa: E731
        train_page, query_params={} if run is None else {"run": str(run)}
    )
    st.navigation(
        [st.Page(lambda: runs.page(go), title="Runs", url_path="runs", default=True), train_page]
    ).run()


def opened(chosen: str = "", **state: Any) -> AppTest:
    """The page at a URL with these runs ticked."""
    app = AppTest.from_function(_script, default_timeout=60)
    for name, value in state.items():
        app.session_state[name.replace("_", "-") if name.startswith("runs") else name] = value
    if chosen:
        app.query_params["runs"] = chosen
    return checked(app.run())


def table(app: AppTest) -> Any:
    """The table of all runs."""
    return app.dataframe[0].value


def part(app: AppTest, name: str) -> AppTest:
    """The page with this tab open."""
    app.session_state["runs-part"] = name
    return checked(app.run())


def tick(app: AppTest, *numbers: int) -> AppTest:
    """The page after exactly these runs were ticked."""
    return checked(app.multiselect(key="runs-picker").set_value(list(numbers)).run())


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_an_empty_store_sends_to_the_train_page(store_url: str) -> None:
    app = opened()
    assert "Nothing has been trained yet" in said(app)
    assert not app.dataframe
    press(app, "to-train")


def test_the_table_has_a_row_a_run_with_all_that_is_known(runs: RunStore) -> None:
    found = table(opened())
    assert list(found["run"]) == [3, 2, 1]
    assert list(found["name"]) == ["another", "again", "first"]
    row, run = found.iloc[0], runs.get(3)
    assert row["network"] == "dense 8"
    assert row["epochs"] == "2 of 2"
    assert row["parameters"] == run.parameters == 784 * 8 + 8 + 8 * 10 + 10
    assert row["test"] == pytest.approx(100 * (run.test_accuracy or 0))
    assert row["best"] == pytest.approx(100 * max(e.val_accuracy or 0 for e in runs.epochs(3)))
    assert row["status"] == "done"


@pytest.mark.parametrize(
    ("words", "expected"),
    [("again", [2]), ("SGD another", [3]), ("run 1", [1]), ("nonsense", []), ("mnist", [3, 2, 1])],
)
def test_the_table_shows_what_is_searched_for(
    runs: RunStore, words: str, expected: list[int]
) -> None:
    app = opened()
    checked(app.text_input(key="runs-search").set_value(words).run())
    assert list(table(app).get("run", [])) == expected


def test_only_starred_runs_can_be_shown(runs: RunStore) -> None:
    runs.star(2, True)
    app = opened()
    checked(app.toggle(key="runs-starred").set_value(True).run())
    assert list(table(app)["run"]) == [2]
    assert "1 of 3 runs are shown" in said(app)


def test_runs_of_one_tag_can_be_shown(runs: RunStore) -> None:
    runs.tag(1, ["lesson 5"])
    runs.tag(3, ["lesson 5", "odd"])
    app = opened()
    checked(app.multiselect(key="runs-tags").set_value(["lesson 5"]).run())
    assert list(table(app)["run"]) == [3, 1]


def test_ticked_runs_are_in_the_address_and_come_from_it(runs: RunStore) -> None:
    app = tick(opened("3,1,77,x"), 1, 2)
    assert app.query_params["runs"] == "1,2"
    assert app.multiselect(key="runs-picker").value == [1, 2]
    tick(app)
    assert "runs" not in app.query_params
    assert "Tick runs in the table" in said(app)


def test_a_table_of_other_rows_is_another_table(runs: RunStore) -> None:
    app = opened("1,2")
    before = app.dataframe[0].proto.id
    assert checked(app.run()).dataframe[0].proto.id == before
    runs.create(TINY)  # an older press still refers to the previous rows
    assert checked(app.run()).dataframe[0].proto.id != before
    assert app.multiselect(key="runs-picker").value == [1, 2]


def test_a_run_that_is_renamed_stays_the_one_to_take_home(runs: RunStore) -> None:
    app = part(opened("1,2,3"), "Take home")
    checked(app.selectbox(key="home-run").set_value(2).run())
    runs.rename(2, "Renamed by a classmate")
    checked(app.run())
    assert app.selectbox(key="home-run").value == 2


def test_a_ticked_run_that_is_hidden_by_a_filter_stays_ticked(runs: RunStore) -> None:
    app = opened("1,2")
    checked(app.text_input(key="runs-search").set_value("another").run())
    assert app.multiselect(key="runs-picker").value == [1, 2]


def test_curves_of_all_ticked_runs_are_in_one_figure(runs: RunStore) -> None:
    app = opened("1,2,3")
    named = [trace["name"] for trace in figure(app, "overlay")["data"] if trace["showlegend"]]
    assert named == ["Runs 1, 2: first (2 seeds)", "Run 3: another"]
    assert "A band shows how much" in said(app)
    checked(app.segmented_control(key="overlay-metric").set_value("loss").run())
    checked(app.segmented_control(key="overlay-way").set_value("images").run())
    shown = figure(app, "overlay")
    assert shown["layout"]["xaxis"]["title"]["text"] == "images seen"
    assert shown["layout"]["yaxis"]["title"]["text"] == "loss"
    (line,) = [trace for trace in shown["data"] if trace.get("uid") == "3 validation"]
    assert line["y"] == pytest.approx([epoch.val_loss for epoch in runs.epochs(3, since=0)])
    assert line["x"] == [0, 180, 360]


def test_only_the_settings_that_differ_are_told(runs: RunStore) -> None:
    told = said(part(opened("1,3"), "What differs"))
    assert "Hidden layers 16 8 Optimizer adam sgd" in told
    assert "Batch size" not in told


def test_equal_runs_are_told_to_be_so(runs: RunStore) -> None:
    runs.add(TINY, name="twin", epochs=[], model=b"", test=None, test_loss=None,
             test_accuracy=None, images=1, batches=1, parameters=1)  # fmt: skip
    assert "All these runs have the same settings" in said(part(opened("1,4"), "What differs"))


def test_scores_are_plotted_against_a_setting_and_against_the_cost(runs: RunStore) -> None:
    app = part(opened("3"), "Scores")
    assert app.selectbox(key="scatter-x").value in ("hidden", "optimizer")  # those that differ
    checked(app.selectbox(key="scatter-x").set_value("optimizer").run())
    (points,) = figure(app, "scatter")["data"]
    assert sorted(points["x"]) == ["adam", "adam", "sgd"]
    checked(app.segmented_control(key="scatter-kind").set_value("parameters").run())
    points, front = figure(app, "scatter")["data"]
    assert sorted(points["x"]) == sorted(run.parameters for run in runs.all())
    assert front["name"] == "Pareto front"
    assert "Pareto front" in said(app)


def test_one_drawing_is_read_by_all_ticked_networks(runs: RunStore) -> None:
    drawing = Sketch(objects=tuple(map(fabric, DIGITS[7])))
    app = part(opened("1,2,3", sketch=drawing), "One drawing")
    told = " ".join(part.proto.body for part in app.get("html"))
    assert told.count('class="reading"') == 3
    for number in (1, 2, 3):
        assert f'data-run="{number}"' in told


def test_before_anything_is_drawn_it_says_what_will_happen(runs: RunStore) -> None:
    assert "all the networks read it at once" in said(part(opened("1"), "One drawing"))


def test_a_run_without_a_network_is_left_out_of_the_reading(runs: RunStore) -> None:
    runs.create(TINY)
    runs.ask(4, "stop")
    told = said(part(opened("1,4"), "One drawing"))
    assert "Left out, because there is no network yet: run 4" in told


def test_a_run_gets_a_name_a_note_and_tags(runs: RunStore) -> None:
    app = opened("3")
    (name,) = [box for box in app.text_input if box.label == "Name"]
    name.set_value("Small")
    app.text_area[0].set_value("For the lesson.")
    (keep,) = [button for button in app.button if button.label == "Keep"]
    checked(keep.click().run())
    assert (runs.get(3).name, runs.get(3).note) == ("Small", "For the lesson.")
    assert table(app).iloc[0]["note"] == "For the lesson."


def test_a_name_that_is_too_long_is_refused_and_the_old_one_stays(runs: RunStore) -> None:
    app = opened("3")
    (name,) = [box for box in app.text_input if box.label == "Name"]
    name.set_value("x" * 500)
    (keep,) = [button for button in app.button if button.label == "Keep"]
    checked(keep.click().run())
    assert "500" in refusals(app)
    forms = [[each.type for each in form] for form in app.get("form")]
    (kinds,) = [form for form in forms if "error" in form]
    assert kinds.index("text_input") < kinds.index("error") < kinds.index("text_area")
    assert runs.get(3).name == "another"


@pytest.mark.parametrize("tag", ["t" * 31])
def test_a_note_form_that_is_refused_changes_nothing(runs: RunStore, tag: str) -> None:
    app = opened("3")
    (name,) = [box for box in app.text_input if box.label == "Name"]
    name.set_value("Small")
    app.text_area[0].set_value("For the lesson.")
    (tags,) = [box for box in app.multiselect if box.label == "Tags"]
    tags.options.append(tag)
    tags.set_value([tag])
    (keep,) = [button for button in app.button if button.label == "Keep"]
    checked(keep.click().run())
    assert "31 characters" in refusals(app)
    assert (runs.get(3).name, runs.get(3).note, runs.get(3).tags) == ("another", "", ())


def test_a_star_is_given_and_taken_away(runs: RunStore) -> None:
    app = press(opened("1,2"), "runs-star")
    assert [run.starred for run in runs.all()] == [False, True, True]
    press(app, "runs-star")
    assert not any(run.starred for run in runs.all())


def test_deleted_runs_can_be_brought_back(runs: RunStore) -> None:
    app = press(opened("1,3"), "runs-delete")
    assert [run.id for run in runs.all()] == [2]
    assert "2 runs were deleted" in said(app)
    press(app, "runs-undo")
    assert [run.id for run in runs.all()] == [3, 2, 1]
    assert "were deleted" not in said(app)
    assert runs.epochs(3)


def test_a_run_that_goes_on_is_not_deleted(runs: RunStore) -> None:
    runs.create(TINY)
    app = press(opened("4,1"), "runs-delete")
    assert "stop it before deleting it" in refusals(app)
    assert len(runs.all()) == 4


def test_a_refused_deletion_leaves_what_was_deleted_before_to_be_undone(runs: RunStore) -> None:
    waiting = runs.create(TINY)
    app = press(opened("1,3"), "runs-delete")
    press(tick(app, waiting), "runs-delete")
    assert "stop it before deleting it" in refusals(app)
    assert "2 runs were deleted" in said(app)
    press(app, "runs-undo")
    assert [run.id for run in runs.all()] == [4, 3, 2, 1]


def test_what_was_removed_for_good_does_not_keep_the_others_from_coming_back(
    runs: RunStore,
) -> None:
    app = press(opened("1,3"), "runs-delete")
    with runs.database.begin() as connection:
        connection.execute(sa.text("DELETE FROM runs WHERE id = 3"))
    press(app, "runs-undo")
    assert "There is no run 3" in refusals(app)
    press(app, "runs-undo")
    assert [run.id for run in runs.all()] == [2, 1]


def test_a_run_of_another_version_is_told_and_the_others_are_there(runs: RunStore) -> None:
    runs.tag(2, ["good"])
    for change in ("""runs SET spec = '{"new": 1}'""", "runs SET status = 'archived'"):
        with runs.database.begin() as connection:
            connection.execute(sa.text(f"UPDATE {change} WHERE id = 2"))
        app = opened("1,2")
        assert "Run 2" in refusals(app)
        assert "cannot be read by this version of digitapp" in refusals(app)
        assert list(table(app)["run"]) == [3, 1]
        assert app.multiselect(key="runs-picker").value == [1]


def test_train_again_opens_the_train_page_with_the_settings_of_the_run(runs: RunStore) -> None:
    app = press(opened("3"), "runs-again")
    assert app.selectbox(key="optimizer-1").value == "sgd"
    assert "run" not in app.query_params


def test_open_goes_to_the_run_on_the_train_page(runs: RunStore) -> None:
    app = press(opened("3"), "runs-open")
    assert app.query_params["run"] == "3"
    assert "Run 3: another" in said(app)


def test_code_and_history_can_be_taken_home_at_once_and_networks_when_prepared(
    runs: RunStore,
) -> None:
    app = part(opened("3"), "Take home")
    ready = {part.key for part in app.get("download_button")}
    with_file = {f"download-{name}-with" for name in AT_ONCE if EXPORTS[name].reads_pictures}
    assert ready == {f"download-{name}" for name in AT_ONCE} | with_file
    assert with_file == {"download-onnx-with", "download-script-with"}
    press(app, "prepare-keras")
    keras = {"download-keras", "download-keras-with"}
    assert keras <= {part.key for part in app.get("download_button")}
    assert "prepare-keras" not in {button.key for button in app.button}


def test_a_lite_network_is_offered_with_its_measured_size_and_accuracy(runs: RunStore) -> None:
    app = press(part(opened("3"), "Take home"), "prepare-tflite")
    assert "kB. It reads" in said(app)
    assert "of 50 test images right" in said(app)


def test_tensorflow_is_started_when_a_run_is_shown_to_take_home_and_not_at_each_refresh(
    runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(tensorflow_process, "warm_up", lambda: started.append("here"))
    app = opened("3")
    assert not started
    app = part(app, "Take home")
    checked(app.run())
    assert len(started) == 1


def test_a_file_that_could_not_be_written_says_so_and_can_be_asked_for_again(
    runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*call: object) -> None:
        raise WorkerProblem("It ended <unexpectedly>.")

    app = part(opened("3"), "Take home")
    with monkeypatch.context() as patched:
        patched.setattr(tensorflow_process, "call", broken)
        for _ in range(2):
            app = press(app, "prepare-savedmodel")
            assert refusals(app) == r"It ended \<unexpectedly\>."
        assert refusals(checked(app.run())) == r"It ended \<unexpectedly\>."
    app = press(app, "prepare-savedmodel")
    assert "download-savedmodel" in {part.key for part in app.get("download_button")}
    assert not app.error


def test_a_run_without_a_network_offers_only_its_code_and_history(runs: RunStore) -> None:
    runs.create(TINY)
    runs.ask(4, "stop")
    app = part(opened("4"), "Take home")
    prepared = [button.key for button in app.button if button.label == "Prepare"]
    assert prepared == ["prepare-tensorboard"]  # its curves, if there are any
    assert "has no network yet" in said(app)


def test_a_run_from_elsewhere_is_brought_in_and_ticked(runs: RunStore) -> None:
    data = bundle.keras_bundle(runs, runs.get(3))
    app = opened("1")
    app.file_uploader(key="bring-file").upload("run-3.keras", data, "application/zip")
    (bring,) = [button for button in app.button if button.label == "Bring it in"]
    checked(bring.click().run())
    assert app.success[0].value == "Run 4 is in the table now, and ticked."
    assert app.multiselect(key="runs-picker").value == [1, 4]
    assert runs.get(4).spec == SGD


def test_a_file_that_is_no_run_is_refused_with_a_sentence(runs: RunStore) -> None:
    app = opened()
    app.file_uploader(key="bring-file").upload("notes.keras", b"hello", "application/zip")
    (bring,) = [button for button in app.button if button.label == "Bring it in"]
    checked(bring.click().run())
    assert "not a .keras file" in refusals(app)
    assert len(runs.all()) == 3


def test_networks_are_measured_on_my_handwriting_when_there_is_any(runs: RunStore) -> None:
    assert "Measure on my handwriting" not in labels(opened("1"))
    for number in range(24):
        corrected_drawings.add(runs, np.eye(28, dtype=np.float32), number % 2, "7", "recogniser")
    aside = handwriting_datasets.put_aside(runs)
    assert aside is not None
    app = press(opened("1,2"), "runs-measure")
    assert [run.handwriting is not None for run in runs.all()] == [False, True, True]
    right, total = runs.get(1).handwriting or (0, 0)
    assert total == len(aside.y_test)
    assert table(app).iloc[2]["mine"] == pytest.approx(100 * right / total)


def test_a_damaged_store_is_told_in_a_sentence(runs: RunStore, store_url: str) -> None:
    Path(store_url.removeprefix("sqlite:///")).write_bytes(b"no database" * 1000)
    assert "is damaged" in refusals(opened())


def test_a_run_that_goes_on_is_in_the_table(runs: RunStore) -> None:
    runs.create(TrainingSpec(epochs=7), name="waiting")
    row = table(opened("1")).iloc[0]
    assert (row["name"], row["status"], row["epochs"]) == ("waiting", QUEUED, "0 of 7")
