"""The Stress test page's script, run without a browser."""

import dataclasses
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import DIGIT_NAMES, FOLDER_VARIABLE, Dataset
from digitapp.data.example_drawings import example
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import from_canvas_json
from digitapp.evaluation.distortions import DISTORTIONS, Distortion
from digitapp.jobs import worker
from digitapp.library import models
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore
from digitapp.training.spec import Augmentation, TrainingSpec
from tests.digits import DIGITS, fabric
from tests.pages.train_page import checked, component, figure, refusals, said
from tests.tiny_runs import write_mnist

QUICK = {"hidden": (16,), "batch_size": 20, "epochs": 2}
PLAIN = TrainingSpec(**QUICK)
TURNED = TrainingSpec(**QUICK, augmentation=Augmentation(rotate=30))
CLOTHES = TrainingSpec(dataset="fashion_mnist", **QUICK)
SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))


def _script() -> None:
    """The app with only this page."""
    import streamlit as st

    from digitapp.pages import stress

    st.navigation([st.Page(stress.page, title="Stress test", url_path="stress")]).run()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Path:
    """A folder with a store of two runs, without and with augmentation."""
    folder = tmp_path_factory.mktemp("stress")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        for spec in (PLAIN, TURNED):
            assert worker.execute(store, store.create(spec, "dense-128")).status == "done"
    return folder


@pytest.fixture
def runs(home: Path, store_url: str) -> RunStore:
    """The two runs in this test's store."""
    shutil.copy(home / "runs.db", store_url.removeprefix("sqlite:///"))
    return RunStore(store_url)


def opened(**state: Any) -> AppTest:
    """The page, opened with this session state."""
    app = AppTest.from_function(_script, default_timeout=60)
    for name, value in state.items():
        app.session_state[name] = value
    return checked(app.run())


def move(app: AppTest, name: str, value: float) -> AppTest:
    """The page after a slider was moved."""
    return checked(app.slider(key=f"distortion-{name}").set_value(value).run())


def choose(app: AppTest, *names: str) -> AppTest:
    """The page after these networks were chosen."""
    return checked(app.multiselect(key="tested-networks").set_value(list(names)).run())


def lines(app: AppTest) -> dict[str, list[float]]:
    """Return the lines of the plot by the networks' titles."""
    traces = figure(app, "endurance")["data"]
    return {trace["name"]: trace["y"] for trace in traces if trace["mode"] == "lines"}


def pixels(app: AppTest) -> str:
    """Return the enlarged picture, as the data of its address."""
    page = " ".join(str(each.proto.body) for each in app.get("html"))
    (found,) = re.findall(r'<img src="([^"]+)" alt="The distorted drawing', page)
    return str(found)


def trial(app: AppTest) -> dict[str, Any]:
    """Return what the browser is told, to follow a slider while it is dragged."""
    found: dict[str, Any] = component(app, "stress-live-drawing")["trial"]
    return found


def test_an_empty_page_tests_an_example_that_can_be_changed() -> None:
    app = opened()
    assert "Nothing is drawn yet" in app.selectbox(key="example").label
    assert app.selectbox(key="example").value == "6"
    assert "right, 99" in said(app)
    checked(app.selectbox(key="example").set_value("3").run())
    assert figure(app, "endurance")["layout"]["yaxis"]["title"]["text"].endswith("3")


def test_without_runs_it_tells_how_to_come_to_networks_to_compare() -> None:
    app = opened()
    assert list(lines(app)) == ["The built-in network"]
    assert "Train two networks" in said(app)


def test_the_drawing_of_the_draw_page_is_tested_as_the_digit_that_is_read() -> None:
    app = opened(sketch=SEVEN)
    assert [box.label for box in app.selectbox] == ["Which digit is it?"]
    assert app.selectbox(key="tested-digit").value == "7"


def test_the_plot_is_what_the_network_says(recogniser: Predictor) -> None:
    app = opened(sketch=SEVEN)
    (shares,) = lines(app).values()
    drawn = stroke_image(from_canvas_json({"objects": SEVEN.objects}))
    expected = recogniser.probabilities(drawn[None])[0, DIGIT_NAMES.index("7")]
    start = DISTORTIONS["rotation"].values.index(0)
    assert shares[start] == pytest.approx(expected, abs=0.02)
    assert min(shares) < 0.1


def test_another_digit_can_be_meant_until_the_drawing_changes(recogniser: Predictor) -> None:
    four = tuple(map(fabric, DIGITS[4]))
    app = opened(sketch=Sketch(objects=four))
    checked(app.selectbox(key="tested-digit").set_value("8").run())
    assert "wrong, 99" in said(app)
    assert app.selectbox(key="tested-digit").value == "8"
    checked(app.button(key="undo").click().run())
    (read,) = recogniser.predict([stroke_image(from_canvas_json({"objects": four[:1]}))])
    assert app.selectbox(key="tested-digit").value == read.name != "8"


@pytest.mark.parametrize(("name", "value"), [("shift_x", 4.0), ("size", 50.0), ("pen", 6.0)])
def test_the_plot_follows_the_slider_that_was_moved(name: str, value: float) -> None:
    app = opened(sketch=SEVEN)
    before = pixels(app)
    assert figure(app, "endurance")["layout"]["xaxis"]["title"]["text"] == "Rotation"
    move(app, name, value)
    found = figure(app, "endurance")
    assert found["layout"]["xaxis"]["title"]["text"] == DISTORTIONS[name].title
    assert found["layout"]["shapes"][0]["x0"] == value
    assert pixels(app) != before


def test_moving_along_the_plot_does_not_change_its_lines() -> None:
    app = opened(sketch=SEVEN)
    before = lines(app)
    move(app, "rotation", 60.0)
    assert lines(app) == before
    move(app, "shift_x", 6.0)
    checked(app.segmented_control(key="plotted").set_value("rotation").run())
    assert lines(app) != before


def test_preparing_again_leaves_only_the_rotation() -> None:
    app = opened(sketch=SEVEN)
    before = pixels(app)
    move(app, "shift_x", 7.0)
    assert pixels(app) != before
    checked(app.toggle(key="prepared-again").set_value(True).run())
    (shares,) = lines(app).values()
    assert max(shares) - min(shares) < 0.01
    assert "Right everywhere" in said(app)
    assert "back in its place" in said(app)


def test_undistort_puts_all_sliders_back() -> None:
    app = opened(sketch=SEVEN)
    before = pixels(app)
    move(app, "size", 60.0)
    move(app, "rotation", 45.0)
    (button,) = [each for each in app.button if each.label == "Undistort"]
    checked(button.click().run())
    values = {name: app.slider(key=f"distortion-{name}").value for name in DISTORTIONS}
    assert Distortion(**values) == Distortion()
    assert pixels(app) == before


def test_networks_of_runs_stand_side_by_side_with_what_they_practised(runs: RunStore) -> None:
    titles = [run.title for run in runs.all()]
    app = opened(sketch=SEVEN)
    assert len(lines(app)) == 3
    assert all(title in said(app) for title in titles)
    assert "no digit was turned" in said(app)
    assert "digits were turned by up to 30°" in said(app)
    choose(app, "run-2", "recogniser")
    assert list(lines(app)) == [f"Run 2: {titles[0]}", "The built-in network"]


def test_a_network_of_clothes_is_not_offered(runs: RunStore) -> None:
    runs.create(CLOTHES, "")
    app = opened()
    options = app.multiselect(key="tested-networks").options
    assert len(options) == 3
    assert not [each for each in options if "fashion" in each]


def test_without_a_network_it_asks_for_one() -> None:
    app = choose(opened(sketch=SEVEN))
    assert "Choose a network" in said(app)
    assert pixels(app)


def test_a_run_that_was_deleted_is_left_out_with_a_sentence(runs: RunStore) -> None:
    app = choose(opened(sketch=SEVEN), "recogniser", "run-1")
    assert len(lines(app)) == 2
    runs.delete(1)
    st.cache_data.clear()
    checked(app.run())
    assert "run-1 can no longer be chosen" in refusals(app)
    assert list(lines(app)) == ["The built-in network"]


def test_a_run_that_is_deleted_while_it_is_looked_at_is_a_sentence(runs: RunStore) -> None:
    app = choose(opened(sketch=SEVEN), "recogniser", "run-1")
    runs.delete(1)
    checked(app.run())
    assert "run" in refusals(app).lower()
    assert list(lines(app)) == ["The built-in network"]


def test_a_network_that_cannot_be_loaded_does_not_take_the_others_with_it(
    runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = models.Entry("Broken", Path("none.keras"), DIGIT_NAMES, "mnist")
    monkeypatch.setitem(models.MODELS, "absent", broken)
    app = opened(sketch=SEVEN, **{"tested networks": ["absent", "run-1", "run-2"]})
    assert "none.onnx" in refusals(app)
    assert len(lines(app)) == 2


@pytest.mark.parametrize(
    "extra",
    [
        {**fabric(DIGITS[7][0]), "stroke": "#ffffff", "strokeWidth": 400},
        {**fabric(DIGITS[7][0]), "path": [["M", "x", None]]},
    ],
    ids=["erased", "broken"],
)
def test_without_a_drawing_that_can_be_read_the_example_takes_its_place(extra: Any) -> None:
    app = opened(sketch=Sketch(objects=(*SEVEN.objects, extra)))
    assert app.selectbox(key="example").value == "6"
    assert lines(app)


def test_the_browser_is_told_all_that_it_needs_to_follow_a_slider(runs: RunStore) -> None:
    app = move(opened(), "size", 60.0)
    told = trial(app)
    assert told["how"] == {**dataclasses.asdict(Distortion()), "size": 60.0}
    assert told["example"][0]["points"] == example("6")[0].points.ravel().tolist()
    checked(app.toggle(key="prepared-again").set_value(True).run())
    assert trial(app)["again"]
    networks = component(app, "stress-live-drawing")["networks"]
    assert [each["name"] for each in networks] == ["recogniser", "run-2", "run-1"]
    assert all(each["address"] for each in networks)
    cards = component(app, "live-verdicts")["cards"]
    assert cards[0]["record"]["name"] == "6"
    assert trial(opened(sketch=SEVEN))["example"] == []


def test_the_browser_gets_the_drawing_before_the_networks_are_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[str, list[str]]] = []
    app = opened(sketch=SEVEN)

    def remember(place: str, names: list[str], **more: Any) -> None:
        told.append(("browser", names))

    def load(names: list[str]) -> dict[str, Predictor]:
        told.append(("server", names))
        return {}

    monkeypatch.setattr("digitapp.ui.shared.live.live_drawing", remember)
    monkeypatch.setattr("digitapp.ui.shared.networks.loaded_networks", load)
    checked(app.run())
    assert told == [("browser", ["recogniser"]), ("server", ["recogniser"])]


def test_the_strip_shows_seven_pictures_with_what_is_read_in_each() -> None:
    app = opened(sketch=SEVEN)
    page = " ".join(str(each.proto.body) for each in app.get("html"))
    assert len(re.findall(r'<img [^>]*alt="The digit at ', page)) == 7
    assert len(re.findall(r"sure\"><b>[\d?]</b> ", page)) == 7
