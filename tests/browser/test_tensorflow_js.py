"""The exported folder for TensorFlow.js: what is in it, and its example page."""

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from digitapp.data.datasets import CLOTHES_NAMES
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points
from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports import Exported, export
from digitapp.takehome.exports.with_read_picture import with_read_picture
from digitapp.training import checkpoints
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.session import Chromium
from tests.browser.tensorflow_js import ORIGIN, served
from tests.digits import DIGITS
from tests.live.stored import give_stroke_reader
from tests.of_classes import NAMES, RUNS
from tests.takehome.bundle.run_files import added
from tests.untrained import as_if_trained, stroke_reader, values


def _folder(store: RunStore, run: Run) -> dict[str, bytes]:
    """Return the files of a run's folder by their paths in it."""
    archive = zipfile.ZipFile(io.BytesIO(export(store, run, "tfjs").data))
    inside = f"run-{run.id}/"
    assert all(name.startswith(inside) for name in archive.namelist())
    return {name.removeprefix(inside): archive.read(name) for name in archive.namelist()}


@pytest.fixture
def clothes(store_url: str) -> tuple[RunStore, Run]:
    store = RunStore(store_url)
    spec = TrainingSpec(dataset="fashion_mnist", architecture="lenet-5", activation="gelu")
    weights = checkpoints.pack_model(values(as_if_trained(spec, 10)))
    return store, added(store, spec, CLOTHES_NAMES, model=weights, parameters=1)


def test_its_example_reads_as_the_server_does(
    browser: Chromium, clothes: tuple[RunStore, Run]
) -> None:
    store, run = clothes
    predictor = models.load(models.of_run(run.id), store)
    with opened(browser, "wide") as page, served(page, _folder(store, run)):
        page.goto(ORIGIN)
        answer = page.locator("output")
        expect(answer).to_have_text("Draw something.")
        box = page.locator("canvas").bounding_box()
        assert box is not None
        left, top = round(box["x"]) + 1, round(box["y"]) + 1  # inside the border
        for digit in (4, 7):
            strokes = [[[round(x), round(y)] for x, y in stroke] for stroke in DIGITS[digit]]
            for stroke in strokes:
                for number, (x, y) in enumerate(stroke):
                    page.mouse.move(left + x, top + y)
                    if number == 0:
                        page.mouse.down()
                page.mouse.up()
            image = stroke_image(from_points(strokes, 20), predictor.preparation)
            shares = predictor.outputs(image[None])[0]
            best = CLOTHES_NAMES[shares.argmax()]
            expect(answer).to_have_text(f"{best}: {100 * shares.max():.1f} %")
            page.get_by_role("button", name="Clear").click()
            expect(answer).to_have_text("Draw something.")


def test_its_readme_tells_the_classes_and_the_preparation(clothes: tuple[RunStore, Run]) -> None:
    store, run = clothes
    files = _folder(store, run)
    assert {Path(name).suffix for name in files} == {".txt", ".html", ".json", ".bin", ".js"}
    told = files["README.txt"].decode()
    assert told.startswith(f"Run {run.id}: Ada's network\n===")
    assert "   9  ankle boot\n" in told
    assert "fitted into 28x28 pixels" in told
    assert "thick" not in told


def test_the_readmes_say_what_is_left_out_of_a_run_that_reads_the_movement(
    clothes: tuple[RunStore, Run],
) -> None:
    store, run = clothes

    def told() -> list[str]:
        zipped = with_read_picture(store, run, "onnx", Exported("run.onnx", b""))
        with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
            beside = archive.read(f"run-{run.id}/README.txt")
        return [each.decode() for each in (_folder(store, run)["README.txt"], beside)]

    assert not any("how the pen moves" in each for each in told())
    give_stroke_reader(store, run.id, stroke_reader())
    assert all("a second network reads how the pen moves" in each for each in told())


def test_its_readme_shows_hostile_names_as_text(other_classes: RunStore) -> None:
    told = _folder(other_classes, other_classes.get(RUNS["creatures"]))["README.txt"].decode()
    assert all(f"{number:4d}  {name}\n" in told for number, name in enumerate(NAMES["creatures"]))
    assert "drawn with a line 2.5 pixels thick" in told
    assert "the centre of its ink" in told
