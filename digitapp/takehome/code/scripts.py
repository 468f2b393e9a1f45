"""Generate Keras code for a training spec, as a script or a notebook.

The code trains the same network as `trainer.train`. Keras draws the seeds of a layer's initial
weights and dropout when the layer is created, so the code creates layers in the same order as
`architectures.build`. Batches and augmentation depend only on seed, epoch and step. The code uses
XLA wherever `train` does, because XLA draws other random numbers for dropout.
"""

import json
import textwrap
from typing import NamedTuple

from digitapp.registry import lookup
from digitapp.takehome.code import preparation_code
from digitapp.takehome.code.batch_code import augmentation, batches, random_labels
from digitapp.takehome.code.data_code import LoadingCode, needs, source
from digitapp.takehome.code.network_code import layer
from digitapp.takehome.code.notebook_cells import cell, file_cells
from digitapp.takehome.code.picture_code import reading
from digitapp.takehome.code.preparation_code import lines
from digitapp.text.escaping import markdown
from digitapp.training.architectures import hidden_layers
from digitapp.training.spec import TrainingSpec
from digitapp.training.trainer import OPTIMIZERS, is_compiled

FIGURE_FILE = "accuracy_and_loss.html"
DEFAULT_TITLE = "A neural network that reads images"
_COMMENT_WIDTH = 96

_OUTPUT = """\
# The last layer has a node for each class. It is made first, as in digitapp: a layer draws its
# initial weights at random when it is made, so only the same order gives the same weights.
output = layers.Dense({classes}, activation="softmax")
model = keras.Sequential(
    [
        keras.Input((28, 28)),"""

_ALL_WEIGHTS = "model.set_weights(base.get_weights())  # start from what it has learned"

_ALL_BUT_OUTPUT = """\
# Start from what the other network has learned; only the output layer, the last one, is new.
for mine, theirs in zip(model.layers[:-1], base.layers[:-1]):
    mine.set_weights(theirs.get_weights())"""

_COSINE_DECAY = """\
# The learning rate falls from {rate} to 0, along half a cosine wave.
learning_rate = keras.optimizers.schedules.CosineDecay({rate}, epochs * steps_per_epoch)"""

_STOPPING = """\
# Stop after {patience} epoch{s} without a better validation loss, and go back to the best weights.
stopping = keras.callbacks.EarlyStopping(patience={patience}, restore_best_weights=True)"""

_EVALUATION = """\
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test loss: {loss:.4f}")
print(f"Test accuracy: {accuracy * 100:.2f} %")"""


class Section(NamedTuple):
    """A step of the code, with its heading."""

    heading: str
    code: str


def script(spec: TrainingSpec, title: str = "", preparation: str = "mnist") -> str:
    """Return the code as a Python file.

    Args:
        preparation: the entry of `PREPARATIONS` by which the dataset's images were made.

    Raises:
        UnknownName: if the architecture or the optimizer does not exist.
    """
    # The title is not in the first two lines: there, Python obeys comments like "coding: utf-7".
    about = [
        "Keras code from digitapp: save it as train.py and run python train.py",
        *needs(spec),
    ]
    about += textwrap.wrap(_one_line(title), _COMMENT_WIDTH)
    header = "\n".join(f"# {line}" for line in about)
    parts = [f"# ----- {heading} -----\n{code}" for heading, code in sections(spec, preparation)]
    return "\n\n\n".join([header, *parts]) + "\n"


def notebook(spec: TrainingSpec, title: str = "", preparation: str = "mnist") -> str:
    """Return the code as a Jupyter notebook (nbformat 4.5), with a code cell for each step.

    Args:
        preparation: as for `script`.

    Raises:
        UnknownName: if the architecture or the optimizer does not exist.
    """
    shown = markdown(_one_line(title) or DEFAULT_TITLE)
    about = f"# {shown}\n\nKeras code from digitapp. {'. '.join(needs(spec))}"
    cells = [cell("markdown", "title", about)]
    steps = sections(spec, preparation)
    for number, (heading, code) in enumerate(steps, start=1):
        if number == len(steps):
            cells += file_cells()
        cells.append(cell("markdown", f"heading-{number}", f"## {heading}"))
        cells.append(cell("code", f"code-{number}", code))
    cells.append(cell("markdown", "end", "To see the curves here too, run a cell with `figure`."))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1) + "\n"


def sections(spec: TrainingSpec, preparation: str = "mnist") -> list[Section]:
    """Return the steps of the code that the spec needs, in order and numbered.

    Raises:
        UnknownName: if the architecture or the optimizer does not exist.
    """
    data = source(spec)
    steps = {
        "Imports and settings": _settings(spec, data),
        "Load the data": data.code,
        "Preprocess the data": preparation_code.scaled_and_split(spec),
        "Add shapes that are none of the classes": preparation_code.other_shapes(spec),
        "Mix up labels": random_labels(spec, data.classes),
        "Write the labels as the loss needs them": preparation_code.one_hot(spec, data.classes),
        "Change the images a little (augmentation)": augmentation(spec.augmentation),
        "Put the images into batches": batches(),
        "Build the network": _network(spec, data.classes),
        "Compile it: choose how it learns": _compilation(spec),
        "Train it": _fit(spec),
        "Test it on images it has never seen": _EVALUATION,
        "Plot accuracy and loss": _plot(spec),
        "Read pictures of your own": reading(data.class_names, preparation),
    }
    needed = [(heading, code) for heading, code in steps.items() if code]
    return [Section(f"{n}. {heading}", code) for n, (heading, code) in enumerate(needed, start=1)]


def _one_line(title: str) -> str:
    """Replace line breaks and unprintable characters, which could end or hide a comment."""
    seen = (sign if sign.isprintable() else " " for sign in title)
    return " ".join("".join(seen).split())


def _settings(spec: TrainingSpec, data: LoadingCode) -> str:
    modules = "\n".join(sorted(f"import {name}" for name in ("math", *data.modules)))
    return lines(
        f"{modules}\nfrom pathlib import Path\n\nimport keras",
        "" if data.ours and not spec.none_of_these else "import numpy as np",
        "import tensorflow as tf\nfrom keras import layers",
        "from plotly.subplots import make_subplots",
        f"\n{data.ours}" if data.ours else "",
        f"\nbatch_size = {spec.batch_size}  # images per step; after each step, the weights change",
        f"epochs = {spec.epochs}  # how many times the network sees all training images",
        f"seed = {spec.seed}  # fixes the random numbers: the same seed gives the same network",
    )


def _network(spec: TrainingSpec, classes: str) -> str:
    hidden = hidden_layers(spec)
    return lines(
        "keras.utils.set_random_seed(seed)",
        f"l2 = keras.regularizers.L2({spec.l2})  # keeps the weights small"
        if any(each.l2 for each in hidden)
        else "",
        _OUTPUT.format(classes=classes),
        textwrap.indent("\n".join(map(layer, hidden)), " " * 8),
        "        output,\n    ]\n)",
        _begun_with(spec),
        "model.summary()",
    )


def _begun_with(spec: TrainingSpec) -> str:
    """Return the code that starts from the weights of another network; empty for fresh ones."""
    if spec.new_output:
        return _ALL_BUT_OUTPUT
    return _ALL_WEIGHTS if spec.base else ""


def _compilation(spec: TrainingSpec) -> str:
    optimizer = lookup(OPTIMIZERS, "optimizer", spec.optimizer)
    rate = float(spec.learning_rate)
    momentum = f", momentum={spec.momentum}" if spec.momentum else ""
    given = "learning_rate" if spec.cosine_decay else f"learning_rate={rate}"
    return lines(
        _COSINE_DECAY.format(rate=rate) if spec.cosine_decay else "",
        "model.compile(",
        f"    optimizer=keras.optimizers.{optimizer}({given}{momentum}),",
        f'    loss="{spec.loss}",',
        '    metrics=["accuracy"],',
        "    jit_compile=True,  # use XLA, as digitapp does: faster, and the same results"
        if is_compiled(spec)
        else "",
        ")",
    )


def _fit(spec: TrainingSpec) -> str:
    change, patience = ", augment" if spec.augmentation else "", spec.early_stopping or 0
    return lines(
        _STOPPING.format(patience=patience, s="s" * (patience > 1)) if patience else "",
        "history = model.fit(",
        f"    batches(x_train, y_train, batch_size, seed{change}),",
        "    steps_per_epoch=steps_per_epoch,",
        "    epochs=epochs,",
        "    validation_data=(x_validation, y_validation)," if spec.validation_split else "",
        "    callbacks=[stopping]," if patience else "",
        "    shuffle=False,  # batches() shuffles them already",
        ")",
    )


def _plot(spec: TrainingSpec) -> str:
    kinds = {"": "training ", "val_": "validation "} if spec.validation_split else {"": ""}
    curves = [
        f'figure.add_scatter(y=values["{prefix}{metric}"], x0=1, '
        f'name="{kind}{metric}", row=1, col={column})'
        for column, metric in enumerate(("accuracy", "loss"), start=1)
        for prefix, kind in kinds.items()
    ]
    return lines(
        "values = history.history  # lists with one number per epoch",
        'figure = make_subplots(rows=1, cols=2, subplot_titles=["Accuracy", "Loss"])',
        *curves,
        'figure.update_xaxes(title="epoch")',
        f'figure.write_html("{FIGURE_FILE}")',
        f'print("The curves are in {FIGURE_FILE}: open it in your browser.")',
    )
