"""The single-file report: its content, and that nothing in it is loaded from or sent anywhere."""

import base64
import hashlib
import io
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.library import catalogue
from digitapp.runs import RunStore, imported_datasets, stored_arrays
from digitapp.runs.records import GUESS
from digitapp.takehome.report import report, report_texts
from digitapp.text import escaping
from digitapp.training import checkpoints
from digitapp.training.architectures import ARCHITECTURES
from digitapp.training.guess import Guess
from digitapp.training.spec import TrainingSpec
from tests.takehome.bundle.run_files import DIGITS, SPEC, added, learned

EVIL = (
    "</script><script>alert(1)</script><img src=https://x.example onerror=alert(2)>"
    "{{ 7*7 }}{% raw %}'\"'"
)
NAMES = (*DIGITS, "</script><b>")
SECTIONS = [
    *("How it learned", "What it takes for what", "Its most confident mistakes"),
    *("What its nodes look for", "Network and settings", "Use it in Python", "Model card"),
    "The training in Keras's words",
]


class Page(HTMLParser):
    """A parsed page: its elements, its text, and the content of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.headings: list[str] = []
        self.text = ""
        self._inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside.append(tag)
        if tag == "script":
            self.scripts.append("")
        if tag == "h2":
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        assert tag in self._inside
        while self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1:] or [""]
        if inside[0] == "script":
            self.scripts[-1] += data
        elif inside[0] != "style":
            self.text += data
        if inside[0] == "h2":
            self.headings[-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def charts(self) -> dict:
        return json.loads(self.scripts[0])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(f"sqlite:///{tmp_path_factory.mktemp('report') / 'runs.db'}")


@pytest.fixture(scope="module")
def whole(store: RunStore, toy: Dataset) -> str:
    """The report of a run that has everything, with hostile names."""
    arrays = {name: getattr(toy, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    imported_datasets.add(store, SPEC.dataset, "here", 250, checkpoints.pack(arrays))
    images = toy.x_test.astype(np.float32) / 255
    said = learned(SPEC, len(NAMES)).predict(images, verbose=0)
    same = catalogue.fingerprint(catalogue.in_terms_of(toy, NAMES))
    test = checkpoints.pack({"probabilities": said, "fingerprint": np.array(same)})
    run = added(store, SPEC, NAMES, name=EVIL, note=EVIL, test=test)
    store.tag(run.id, ["<i>7b</i>"])
    return report(store, store.get(run.id))


@pytest.fixture(scope="module")
def page(whole: str) -> Page:
    return Page(whole)


def test_it_has_every_part(page: Page) -> None:
    assert page.headings == SECTIONS
    assert list(page.charts) == ["accuracy", "loss", "confusion", "network"]
    places = [each["id"] for each in page.all("div") if each.get("class") == "chart"]
    assert sorted(places) == sorted(page.charts)


def test_it_refers_to_nothing_outside_of_itself(page: Page) -> None:
    sources = [
        value
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data", "poster")
    ]
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not {"link", "iframe", "object", "embed", "base", "form"} & {t for t, _ in page.elements}


def test_its_own_style_fetches_nothing(whole: str) -> None:
    style = re.findall("<style>(.*?)</style>", whole, re.DOTALL)
    assert len(style) == 1
    assert not re.search(r"url\(|@import|https?:", style[0])


def test_only_its_own_scripts_may_run(page: Page) -> None:
    policy = next(each["content"] for each in page.all("meta") if "http-equiv" in each)
    assert policy.startswith("default-src 'none'; img-src data: blob:;")
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()) for s in page.scripts[1:]]
    allowed = " ".join(f"'sha256-{each.decode()}'" for each in hashes)
    assert f"script-src {allowed};" in policy


def test_the_text_of_users_stays_text(page: Page) -> None:
    assert page.text.count(EVIL) == 3  # in the name, the title and the note
    assert "<i>7b</i>" in page.text
    assert len(page.scripts) == 3
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    assert escaping.figure(NAMES[-1]) in page.charts["confusion"]["layout"]["xaxis"]["ticktext"]


def test_plotly_is_there_once(whole: str) -> None:
    assert whole.count("plotly.js v") == 1
    assert len(whole.encode()) < 6 * 2**20


def test_the_scores_come_with_their_intervals(page: Page) -> None:
    assert "87.50 %" in page.text
    assert "95 % interval: 75.6 to 94.1 %" in page.text  # of 50 images


def test_what_is_all_right_is_100_percent_and_what_there_is_none_of_a_dash() -> None:
    assert [report_texts.share(each) for each in (1.0, 0.9996, math.nan, None)] == [
        *("100.0 %", "100.0 %", "-", "-"),
    ]
    assert report_texts.interval(math.nan, 0) == ""


def test_the_accuracy_on_ones_own_handwriting_is_told(store: RunStore) -> None:
    run = replace(added(store, SPEC), handwriting=(3, 4))
    text = Page(report(store, run)).text
    assert "My handwriting75.0 %3 of 4; 95 % interval: 30.1 to 95.4 %" in text


def test_the_mistakes_are_pictures_of_the_test_images(page: Page, toy: Dataset) -> None:
    from PIL import Image

    shown = [each for each in page.all("img") if each["class"] == "digit"]
    assert 0 < len(shown) <= 24
    data = base64.b64decode(shown[0]["src"].partition(",")[2])
    picture = 255 - np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    assert any(np.array_equal(picture, image) for image in toy.x_test)
    assert ", read as " in shown[0]["alt"]


def test_each_class_has_its_recall_and_precision(whole: str) -> None:
    heads = re.findall(r"<th(?: [^>]*)?>(.*?)</th>", whole)
    assert heads == ["Class", "Recall", "95 % interval", "Precision", "Images"]
    rows = re.findall(r'<tr>(<td>[^<]*</td>(?:<td class="number">[^<]*</td>){4})</tr>', whole)
    assert len(rows) == len(NAMES)


def test_a_single_node_is_one_node(store: RunStore) -> None:
    text = Page(report(store, added(store, replace(SPEC, hidden=(1,))))).text
    assert "with a hidden layer of 1 node that learned" in text
    assert "The only node of the first layer" in text


def test_settings_are_in_words(page: Page) -> None:
    assert "Early stoppingnoStop when" in page.text
    assert "Hidden layers8How many nodes" in page.text
    assert "A dense network with a hidden layer of 8 nodes that learned from 1,000" in page.text


def test_the_keras_lines_run(page: Page, store: RunStore, tmp_path: Path) -> None:
    import keras

    code = page.text[page.text.index("import keras, numpy") : page.text.index("Model card")]
    assert len([line for line in code.splitlines() if line]) == 6
    name = re.findall(r'load_model\("(.*)"\)', code)[0]
    model = learned(SPEC, len(NAMES))
    model.save(tmp_path / name)
    found: dict = {}
    exec(code.replace(f'"{name}"', repr(str(tmp_path / name))), found)
    zero = np.zeros((1, 28, 28), np.float32)
    assert np.array_equal(found["shares"], model.predict(zero, verbose=0)[0])
    assert isinstance(found["model"], keras.Model)


def test_the_card_and_the_console_are_there(page: Page) -> None:
    card = page.text[page.text.index("Model card") :]
    assert "Networkdense, 6,379 weights" in card
    assert "Test accuracy87.50 %" in card
    assert json.dumps(json.loads(SPEC.to_json())) in card
    assert "python -m digitapp train --preset dense-128" in page.text
    assert "Epoch 3/4" in page.text
    assert "32/32 ━" in page.text


def test_hidden_layers_are_listed_as_people_do(store: RunStore) -> None:
    for hidden, said in (
        ((), "A network without hidden layers that"),
        ((64, 32), "with 2 hidden layers of 64 and 32 nodes"),
        ((1024, 64, 32), "with 3 hidden layers of 1,024, 64 and 32 nodes"),
    ):
        run = store.get(store.create(replace(SPEC, hidden=hidden)))
        assert said in Page(report(store, run)).text


def test_random_labels_are_in_the_summary(store: RunStore) -> None:
    run = replace(added(store, replace(SPEC, random_labels=0.25)), images=1000)
    told = report_texts.summary(run, None)
    assert "from 1,000 images of a-class-of-mine, 25 % of them with random labels, for 3" in told
    assert "random labels" not in report_texts.summary(replace(run, spec=SPEC), None)


def test_a_run_that_never_began_gives_what_there_is(store: RunStore) -> None:
    run = store.create(replace(SPEC, base="run-999", dataset="gone"), name="Waiting")
    page = Page(report(store, store.get(run)))
    assert page.headings == ["Network and settings"]
    assert list(page.charts) == ["network"]
    assert "that was to learn from gone." in page.text


def test_the_guess_is_drawn_and_compared(store: RunStore) -> None:
    run = added(store, SPEC, NAMES)
    before = Page(report(store, run))
    guess = Guess((0.0, 1.0), (0.1, 0.2))
    stored_arrays.keep(store, run.id, GUESS, stored_arrays.pack_guess(guess))
    page = Page(report(store, run))
    *others, line = page.charts["accuracy"]["data"]
    assert [trace["name"] for trace in others] == [
        trace["name"] for trace in before.charts["accuracy"]["data"]
    ]
    assert (line["name"], line["x"]) == ("your guess", [0, SPEC.epochs])
    assert page.charts["loss"] == before.charts["loss"]
    assert "Your guess was" in page.text
    assert "Your guess was" not in before.text


def test_a_damaged_guess_is_left_out(store: RunStore) -> None:
    run = added(store, SPEC, NAMES)
    stored_arrays.keep(store, run.id, GUESS, b"damaged")
    assert "your guess" not in Page(report(store, run)).text


def test_a_failed_run_says_why(store: RunStore) -> None:
    run = store.create(SPEC)
    store.fail_unstarted(run, "There was <no> room.")
    assert "There was <no> room." in Page(report(store, store.get(run))).text


def test_a_network_without_epochs_or_answers_gives_what_there_is(store: RunStore) -> None:
    run = added(store, SPEC, epochs=[], images=0, batches=0)
    page = Page(report(store, run))
    assert page.headings == SECTIONS[3:-1]


def test_answers_to_images_that_are_others_now_are_not_shown(store: RunStore, whole: str) -> None:
    said = np.full((50, 10), 0.1, np.float32)
    for answers in (said, said[:20]):
        test = checkpoints.pack({"probabilities": answers, "fingerprint": np.array(5)})
        page = Page(report(store, added(store, SPEC, test=test)))
        assert "its mistakes cannot be shown" in page.text
        assert "confusion" not in page.charts
        assert SECTIONS[2] not in page.headings


@pytest.mark.parametrize("architecture", sorted({*ARCHITECTURES} - {"dense", "deeper-cnn"}))
def test_other_networks_are_reported_too(architecture: str, store: RunStore) -> None:
    spec = TrainingSpec(dataset="gone", architecture=architecture)
    page = Page(report(store, added(store, spec)))
    assert f"A network of the kind {architecture}" in page.text
    assert "Hidden layers" not in page.text
    assert [each["class"] for each in page.all("img")] == ["nodes small"]
