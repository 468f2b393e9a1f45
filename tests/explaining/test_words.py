"""Texts beside the live picture: data that is checked when it is read."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from digitapp.errors import BadFile, UnknownName
from digitapp.explaining import vocabulary, words

ENGLISH = (words.FOLDER / f"{words.NAME}.en.toml").read_text("utf-8")
IDEAS = ["pixels", "node", "layer", "weights", "activation", "probabilities", "loss", "accuracy"]
LONGEST = 280  # letters of a text, with its numbers
SENTENCES = (2, 5)


def variants() -> list[tuple[str, words.Variant]]:
    return [(text.id, each) for text in words.load().texts for each in text.variants]


def test_there_are_eight_texts_in_order() -> None:
    assert [text.id for text in words.load().texts] == IDEAS


@pytest.mark.parametrize("language", words.languages())
def test_every_language_has_the_same_texts(language: str) -> None:
    def bones(found: words.Words) -> list[tuple[str, ...]]:
        return [(each.id, each.highlight, each.panel, each.done) for each in found.texts]

    assert words.load(language).language == language
    assert bones(words.load(language)) == bones(words.load())


@pytest.mark.parametrize(("name", "variant"), variants())
def test_a_text_is_short(name: str, variant: words.Variant) -> None:
    ends = re.findall(r"[.?!](?: |$)", variant.text)
    assert SENTENCES[0] <= len(ends) <= SENTENCES[1], name
    assert len(re.sub(r"{\w+}", "0.00", variant.text)) <= LONGEST, name
    assert len(re.findall(r"[.?!](?: |$)", variant.task)) in (1, 2), name


@pytest.mark.parametrize("name", IDEAS)
def test_every_text_uses_the_drawing_and_can_do_without(name: str) -> None:
    found = [variant for text, variant in variants() if text == name]
    drawn = [each for each in found if "drawing" in each.when]
    assert drawn
    assert all("{" in each.text for each in drawn)
    assert found[-1].when == ()


def test_every_placeholder_is_used() -> None:
    told = " ".join(f"{each.text} {each.task}" for _, each in variants())
    assert set(re.findall(r"{(\w+)}", told)) == set(vocabulary.PLACEHOLDERS)


def test_a_space_that_must_not_break_a_line_is_kept() -> None:
    told = [each.text for _, each in variants() if "784 numbers" in each.text]
    assert told
    size = "28\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}28 pixels"
    assert all(size in each for each in told)


def test_a_text_is_one_line_whatever_its_lines_in_the_file() -> None:
    assert not any(re.search(r"\s\s|\n|\\", each.text) for _, each in variants())


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"the language 'xx'\. Available: en"):
        words.load("xx")


Changed = Callable[[str, str], Path]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Write the English file with one change."""

    def write(old: str, new: str) -> Path:
        assert old in ENGLISH
        path = tmp_path / "texts.toml"
        path.write_text(ENGLISH.replace(old, new, 1), "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{ink_pixels}", "{ink_pixel}", "placeholder 'ink_pixel' is unknown. Did you mean"),
        ("{ink_pixels}", "{ink_pixels", "a brace stands alone"),
        ("when = ['drawing']", "when = []", "{ink_pixels} has a value only when these hold: draw"),
        ("when = ['drawing']", "when = ['drawn']", "when 'drawn' is unknown. Did you mean drawing"),
        ("when = ['drawing']", "when = 'drawing'", "when is 'drawing'; it must be a list."),
        ("when = []", "when = ['drawing']", "Text 'pixels': the last variant must have no cond"),
        ("highlight = 'node'", "highlight = 'nodes'", "Text 'node': highlight 'nodes' is unknown"),
        ("panel = 'why'", "panel = 'who'", "Text 'probabilities': panel 'who' is unknown"),
        ("done = 'node'", "done = 'nod'", "Text 'node': done 'nod' is unknown"),
        ("done = 'node'", "done = 'read'", "Text 'node': done is 'read'; 'read' is for texts"),
        ("id = 'layer'\n", "", "Text 3: id is missing."),
        ("id = 'layer'", "id = ''", "Text 3: id is ''; it must be a text."),
        ("id = 'layer'", "id = 'node'", "The id 'node' occurs more than once"),
        ("title = \"A layer\"", "titel = \"A layer\"", "Text 3: title is missing."),
        ("title = \"A layer\"", "title = 3", "Text 'layer': title is 3; it must be a text."),
        ("link = ", "lnk = ", "entry 'lnk' is unknown. Did you mean link?"),
        ("link = ", "link = 3 # ", "link is 3; it must be a text."),
        ('next = "Next"\n', "", "labels: next is missing."),
        ('relu = { name = "ReLU",', "relu = {", "functions.relu: name is missing."),
        ("[labels]", "labels = 3\n[label]", "entry 'label' is unknown. Did you mean labels?"),
        ("[labels]", "[labels", "cannot be read as TOML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told(changed: Changed, old: str, new: str, said: str) -> None:
    with pytest.raises(BadFile) as found:
        words.read(changed(old, new))
    assert str(found.value).startswith("texts.toml: ")
    assert said in str(found.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"gone\.toml: cannot be read"):
        words.read(tmp_path / "gone.toml")
