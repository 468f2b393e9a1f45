"""Sections of the report, from top to bottom; a section without content is an empty string."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from digitapp.drawing import IMAGE_SIDE
from digitapp.evaluation import scores
from digitapp.explaining import nodes
from digitapp.figures.thumbnails import data_url, weight_sheet
from digitapp.takehome.report import words
from digitapp.takehome.report.card_html import card
from digitapp.takehome.report.facts import Facts
from digitapp.takehome.report.parts import code, picture, section, table
from digitapp.takehome.report.plots import place
from digitapp.text.escaping import html as escape
from digitapp.text.percent import percent
from digitapp.training import keras_log
from digitapp.training.settings import SETTINGS, as_text

SHOWN = 24  # mistakes
IN_A_ROW = 8  # node pictures
USE = """\
import keras, numpy as np

model = keras.models.load_model({file})
names = {names}
image = np.zeros((28, 28), "float32")  # your picture: 0 is paper, 1 is ink
shares = model.predict(image[np.newaxis])[0]  # how sure it is of each class
print(names[shares.argmax()], shares.max())"""
NOT_HERE = (
    "The images that it was tested on are missing on the machine that wrote this report, or have "
    "changed, so its mistakes cannot be shown."
)


def head(facts: Facts) -> str:
    """Return the title, the summary, the note, the tags and the scores."""
    run = facts.run
    note = f'<p class="note">{escape(run.note)}</p>' if run.note else ""
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in run.tags)
    return (
        f'<header><p class="origin">{escape(words.origin(run))}</p><h1>{escape(run.title)}</h1>'
        f'<p class="lead">{escape(words.summary(facts))}</p>{note}'
        f"{f'<p>{tags}</p>' if tags else ''}{_scores(facts)}</header>"
    )


def curves(facts: Facts) -> str:
    """Return the curves of accuracy and loss."""
    if not facts.epochs:
        return ""
    about = "Orange is measured on images held back from the training; a star marks its best epoch."
    both = f'<div class="pair">{place("accuracy")}{place("loss")}</div>'
    held_back = any(epoch.val_loss is not None for epoch in facts.epochs)
    return section("How it learned", both, about=about if held_back else "")


def confusion(facts: Facts) -> str:
    """Return the confusion matrix and the scores of each class."""
    if not facts.score:
        return (
            section("What it takes for what", about=NOT_HERE) if facts.answers is not None else ""
        )
    pair = f'<div class="pair classes">{place("confusion")}{_per_class(facts)}</div>'
    about = (
        "Blue is right, orange is wrong; each number is a count of test images. Found (recall): "
        "the share of a class's images that it read as this class. Named rightly (precision): the "
        "share of the images it read as this class that really are."
    )
    return section("What it takes for what", pair, about=about)


def mistakes(facts: Facts) -> str:
    """Return pictures of the misread test images with the highest confidence."""
    if facts.answers is None or facts.tested is None:
        return ""
    found = scores.mistakes(facts.answers, facts.tested.y_test)
    shown = "".join(_mistake(facts, each) for each in found[:SHOWN])
    about = f"{len(found):,} of {len(facts.answers):,} test images were read wrong."
    return section(
        "Its most confident mistakes", f'<div class="gallery">{shown}</div>', about=about
    )


def first_layer(facts: Facts) -> str:
    """Return pictures of the weights of the first layer's nodes."""
    if facts.model is None:
        return ""
    weights = nodes.first_layer(facts.model)
    about = (
        f"The first {len(weights)} nodes of the first layer: orange is where a node likes ink, "
        "blue where it does not."
    )
    small = " small" if weights.shape[1] < IMAGE_SIDE else ""
    sheet = weight_sheet(weights, IN_A_ROW if not small else 2 * IN_A_ROW)
    source = data_url(sheet, wide=True, side=sheet.height)
    return section("What its nodes look for", picture(source, about, f"nodes{small}"), about=about)


def settings(facts: Facts) -> str:
    """Return the network's layers and the settings of the run."""
    names = [
        name for name in SETTINGS if name != "hidden" or facts.run.spec.architecture == "dense"
    ]
    rows = [
        (SETTINGS[name].title, as_text(facts.run.spec, name), SETTINGS[name].about)
        for name in names
    ]
    content = f'<div class="settings">{table((), rows, columns=3)}</div>'
    return section("Network and settings", place("network"), content)


def use(facts: Facts) -> str:
    """Return Python code that loads the exported network and reads a picture."""
    if facts.model is None:
        return ""
    lines = USE.format(file=f'"{facts.file}"', names=list(facts.class_names))
    about = f"Export the run as {facts.file}, and these lines read a picture with it."
    return section("Use it in Python", code(lines), about=about)


def model_card(facts: Facts) -> str:
    """Return the model card that is saved with the network."""
    return (
        section("Model card", f'<div class="card">{card(facts)}</div>')
        if facts.model is not None
        else ""
    )


def lines(facts: Facts) -> str:
    """Return the log of the training, as Keras prints it."""
    if not facts.epochs or not facts.run.batches:
        return ""
    text = keras_log.lines(facts.epochs, None, facts.run.spec.epochs, facts.run.batches)
    return section("The training in Keras's words", code(text))


def _scores(facts: Facts) -> str:
    found = "".join(
        f"<div><dt>{escape(title)}</dt><dd>{escape(value)}</dd><small>{escape(about)}</small></div>"
        for title, value, about in words.measured(facts)
    )
    return f'<dl class="scores">{found}</dl>' if found else ""


def _per_class(facts: Facts) -> str:
    score = facts.score
    assert score
    rows = [
        (
            name,
            words.share(found),
            words.interval(found, int(count)),
            words.share(named),
            f"{count:,}",
        )
        for name, found, named, count in zip(
            facts.class_names, score.per_class, score.precision, score.counts, strict=True
        )
    ]
    return table(("Class", "Found", "95 % interval", "Named rightly", "Images"), rows, numbers=4)


def _unbroken(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _mistake(facts: Facts, found: scores.ReadImage) -> str:
    assert facts.tested
    true, read = facts.class_names[found.true], facts.class_names[found.read]
    source = data_url(Image.fromarray(255 - facts.tested.x_test[found.number]))
    caption = (
        f"<b>{escape(read)}</b> {_unbroken(percent(found.confidence, 0))}<br>it is {escape(true)}"
    )
    return (
        f"<figure>{picture(source, f'{true}, read as {read}', 'digit')}"
        f"<figcaption>{caption}</figcaption></figure>"
    )


SECTIONS: tuple[Callable[[Facts], str], ...] = (
    *(head, curves, confusion, mistakes, first_layer, settings, use, model_card, lines),
)
