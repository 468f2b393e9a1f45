"""The Data page, without a browser."""

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import Dataset
from digitapp.library import own_datasets, shared_files
from digitapp.runs import RunStore, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import NewExample
from tests.pages.train_page import checked, press, said

SIGNS = "Secret signs"
NAMES = ("star", "spiral")


def script() -> None:
    """The app with the Data page first."""
    import streamlit as st

    from digitapp.pages import data

    def to_train(name: str) -> None:
        st.session_state["trained on"] = name

    page = st.Page(lambda: data.page(to_train), title="Data", url_path="data", default=True)
    st.navigation([page]).run()


def opened(**address: str) -> AppTest:
    """The page at this URL."""
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return checked(app.run())


def drawn(store: RunStore, count: int = 3) -> None:
    """Make a dataset with so many examples of each class."""
    drawn_examples.create(store, SIGNS, NAMES)
    image = np.eye(28, dtype=np.uint8) * 255
    new = [NewExample(number, image) for number in (0, 1) for _ in range(count)]
    drawn_examples.keep(store, SIGNS, new)


def make(app: AppTest, name: str, classes: str) -> AppTest:
    app.text_input(key="new-dataset-name").set_value(name)
    app.text_area(key="new-dataset-classes").set_value(classes)
    button = next(each for each in app.button if each.label == "Start drawing")
    return checked(button.click().run())


def test_without_any_of_ones_own_the_page_says_how_to_get_one(store: RunStore) -> None:
    app = opened()
    assert "You have none yet" in said(app)
    app = press(app, "new-drawn")
    assert app.query_params["new"] == "drawn"
    assert "# New dataset" in said(app)


def test_a_new_dataset_is_named_and_shown(store: RunStore) -> None:
    app = make(opened(new="drawn"), " Secret  signs ", "star\n🌀\nيد")
    assert app.query_params == {"dataset": SIGNS}
    assert f"# {SIGNS}" in said(app)
    (found,) = imported_datasets.listed(store)
    assert (found.name, found.images, found.facts.made) == (SIGNS, 0, True)
    assert found.facts.class_names == ("star", "🌀", "يد")


@pytest.mark.parametrize(
    ("name", "classes", "sentence"),
    [
        (" ", "a\nb", "Give the dataset a name"),
        ("\u200b", "a\nb", "needs at least one letter"),
        ("a/b", "a\nb", "are not allowed"),
        ("mnist", "a\nb", "taken by a built-in dataset"),
        (SIGNS.upper(), "a\nb", "There is a dataset"),
        ("new", "", "0 classes"),
        ("new", "a", "1 class;"),
        ("new", "a\nA", "differ only in capitals"),
    ],
)
def test_what_cannot_be_made_gets_a_sentence_and_keeps_what_was_typed(
    store: RunStore, name: str, classes: str, sentence: str
) -> None:
    drawn(store)
    app = make(opened(new="drawn"), name, classes)
    assert sentence in app.error[0].value
    assert app.text_area(key="new-dataset-classes").value == classes
    assert len(imported_datasets.listed(store)) == 1


def test_own_datasets_are_listed_with_their_classes_and_counts(store: RunStore) -> None:
    drawn(store)
    app = opened()
    assert "Secret signs" in said(app)
    assert "6 images" in said(app)
    assert "star, spiral" in said(app)
    app = press(app, f"open-{SIGNS}")
    assert app.query_params == {"dataset": SIGNS}


def test_a_dataset_that_was_imported_is_shown_with_what_was_converted(
    store: RunStore, toy: Dataset
) -> None:
    told = ["The pictures were *inverted*."]
    own_datasets.keep(store, Dataset("mine", *toy_parts(toy)), "mnist", "a file", told)
    app = opened(dataset="mine")
    assert "- The pictures were \\*inverted\\*." in [each.value for each in app.markdown]
    assert len(app.dataframe[0].value) == 10
    app = press(app, "delete-dataset")
    assert imported_datasets.names(store) == {}
    assert "You have none yet" in said(app)


def toy_parts(toy: Dataset) -> tuple[tuple[str, ...], *tuple[np.ndarray, ...]]:
    return toy.class_names, toy.x_train, toy.y_train, toy.x_test, toy.y_test


def test_an_unknown_way_to_a_new_dataset_gets_a_sentence_above_the_list(store: RunStore) -> None:
    app = opened(new="files")
    assert "it must be drawn or file" in app.error[0].value
    assert "You have none yet" in said(app)


def test_an_address_that_names_nothing_gets_a_sentence(store: RunStore) -> None:
    app = opened(dataset="gone")
    assert "There is no dataset 'gone' here any more" in app.error[0].value
    assert "You have none yet" in said(app)


def test_train_leads_to_the_training_on_it(store: RunStore) -> None:
    drawn(store)
    app = press(opened(dataset=SIGNS), "train-on-drawn")
    assert app.session_state["trained on"] == SIGNS


def test_too_few_examples_of_a_class_cannot_be_trained_on(store: RunStore) -> None:
    drawn(store, count=2)
    button = opened(dataset=SIGNS).button(key="train-on-drawn")
    assert button.disabled
    assert button.help == "Each class needs at least 3 examples."


def test_classes_are_added_renamed_and_removed(store: RunStore) -> None:
    drawn(store)
    app = opened(dataset=SIGNS)

    def classes() -> tuple[str, ...]:
        return drawn_examples.facts(store, SIGNS).class_names

    def write(app: AppTest, key: str, text: str, label: str) -> AppTest:
        app.text_input(key=key).set_value(text)
        return checked(next(each for each in app.button if each.label == label).click().run())

    app = write(app, "class-name-new-0", "heart", "Add")
    assert classes() == ("star", "spiral", "heart")
    app = write(app, "class-name-1-0", "spiral", "Rename")
    assert "Two classes are called" in app.error[0].value
    app = write(app, "class-name-1-0", "sun *", "Rename")
    assert classes() == ("sun *", "spiral", "heart")
    assert "Remove sun \\*" in [each.label for each in app.button]
    app = press(app, "remove-class-0")
    assert "sun \\* goes with its 3 examples" in app.warning[0].value
    app = press(app, "remove-class-no")
    assert classes() == ("sun *", "spiral", "heart")
    press(press(app, "remove-class-0"), "remove-class-yes")
    assert classes() == ("spiral", "heart")


def test_pictures_become_examples_and_what_is_none_is_told(store: RunStore) -> None:
    drawn(store)
    app = opened(dataset=SIGNS)
    picture = io.BytesIO()
    sheet = np.full((200, 200), 250, np.uint8)
    sheet[40:160, 90:110] = 10
    Image.fromarray(sheet).save(picture, "PNG")
    app.selectbox(key="example-class-0").set_value(1)
    files = [("one.png", picture.getvalue(), "image/png"), ("b*.txt", b"text", "text/plain")]
    app.file_uploader(key="example-files-0").set_value(files)
    app = checked(app.run())
    assert app.success[0].value == "1 example was added."
    assert "b\\*.txt: This is text" in app.error[0].value
    assert drawn_examples.counts(store, SIGNS) == {0: 3, 1: 4}
    assert drawn_examples.read(store, SIGNS)[0][-1].image.max() == 255


def test_one_photo_of_a_sheet_becomes_many_examples(store: RunStore) -> None:
    drawn(store)
    app = opened(dataset=SIGNS)
    sheet = np.full((400, 600), 250, np.uint8)
    for row, column in ((60, 60), (70, 300), (260, 80), (250, 290), (240, 480)):
        sheet[row : row + 80, column : column + 12] = sheet[
            row : row + 12, column : column + 60
        ] = 9
    picture = io.BytesIO()
    Image.fromarray(sheet).save(picture, "PNG")
    app.toggle(key="many-each").set_value(True)
    files = [("sheet.png", picture.getvalue(), "image/png")]
    app.file_uploader(key="example-files-0").set_value(files)
    app = checked(app.run())
    assert app.success[0].value == "5 examples were added."
    assert drawn_examples.counts(store, SIGNS) == {0: 8, 1: 3}


def test_a_shared_file_is_opened(store: RunStore) -> None:
    drawn(store)
    data = shared_files.archive(store, SIGNS)
    app = opened(new="drawn")
    app.file_uploader(key="bring-shared-file").set_value(("signs.npz", data, "application/zip"))
    app = checked(next(each for each in app.button if each.label == "Open it").click().run())
    assert app.query_params == {"dataset": f"{SIGNS} 2"}
    assert drawn_examples.counts(store, f"{SIGNS} 2") == {0: 3, 1: 3}


def test_a_file_that_is_no_shared_dataset_gets_a_sentence(store: RunStore) -> None:
    app = opened(new="drawn")
    app.file_uploader(key="bring-shared-file").set_value(("x.npz", b"text", "text/plain"))
    app = checked(next(each for each in app.button if each.label == "Open it").click().run())
    assert "not an .npz file" in app.error[0].value


def test_names_from_people_are_escaped(store: RunStore) -> None:
    drawn_examples.create(store, "a [name](x)", ["<img src=x>", "[a](b)"])
    (row,) = [each for each in opened().get("html") if "[name]" in each.proto.body]
    assert "&lt;img src=x&gt;" in row.proto.body
    app = opened(dataset="a [name](x)")
    assert "# a \\[name\\](x)" in [each.value for each in app.markdown]


def test_deleting_a_drawn_dataset_takes_its_examples_with_it(store: RunStore) -> None:
    drawn(store)
    app = press(opened(dataset=SIGNS), "delete-dataset")
    assert "You have none yet" in said(app)
    assert drawn_examples.read(store, SIGNS) == ([], [])


@pytest.mark.parametrize(("count", "times"), [(2, 0), (3, 1)])
def test_a_process_stands_by_as_soon_as_there_is_something_to_train_on(
    store: RunStore, count: int, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RunStore] = []
    monkeypatch.setattr("digitapp.jobs.worker.warm_up", asked.append)
    drawn(store, count)
    opened(dataset=SIGNS)
    assert len(asked) == times
