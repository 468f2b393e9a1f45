"""Short names for networks: what a network is, and what is unusual about what it learns from."""

from __future__ import annotations

import re

from digitapp.data.class_dataset_names import short_name
from digitapp.training.random_labels import share_in_words
from digitapp.training.spec import TrainingSpec

HYPHEN = re.compile(r"(?<!\d)-|-(?!\d)")  # except between numbers
USUAL = TrainingSpec()  # what a name need not mention
BUILT_IN = {"recogniser": "built-in network"}
MNIST = "MNIST"
ARCHITECTURE_TITLES = {
    "dense": "dense",
    "simple-cnn": "simple CNN",
    "lenet-5": "LeNet-5",
    "deep-cnn": "deep CNN",
    "deeper-cnn": "deeper CNN",
}


def network_name(spec: TrainingSpec) -> str:
    """Return the name of the network that a spec trains, such as `dense 300-100 on 300 images`.

    Mentioned are the layers, the activation function unless it is the usual one, the network that
    it begins with, the images unless they are all of MNIST, and random labels. A network with the
    layers of another one and an output layer of its own is called by what the two have learned:
    `built-in network + secret signs`.
    """
    if spec.new_output:
        return f"{_called(spec.base)} + {_images(spec) or MNIST} {_labels(spec)}".rstrip()
    activation = "" if spec.activation == USUAL.activation else spec.activation
    begun = f"from {spoken(spec.base)}" if spec.base else ""
    images = _images(spec)
    learned = f"on {images}" if images else ""
    parts = (architecture_name(spec), activation, begun, learned, _labels(spec))
    return " ".join(part for part in parts if part)


def _called(base: str) -> str:
    return BUILT_IN.get(base) or spoken(base)


def architecture_name(spec: TrainingSpec) -> str:
    """Return the kind of a network; of a dense one also its hidden layers: `dense 300-100`."""
    title = architecture_title(spec.architecture)
    if spec.architecture != "dense":
        return title
    return f"{title} {widths(spec.hidden)}" if spec.hidden else f"{title}, no hidden layer"


def architecture_title(name: str) -> str:
    """Return an architecture's title for users; of an unknown one, its name."""
    return ARCHITECTURE_TITLES.get(name, name)


def preset_title(name: str) -> str:
    """Return a preset's title for users, such as `Fashion 300-100`."""
    return HYPHEN.sub(" ", name).capitalize()


def widths(hidden: tuple[int, ...]) -> str:
    """Return the numbers of nodes of the hidden layers, such as `300-100`, or `none`."""
    return "-".join(map(str, hidden)) or "none"


def spoken(name: str) -> str:
    """Return the name of a network or a dataset as it is said: without hyphens and underscores."""
    return name.replace("-", " ").replace("_", " ")


def _labels(spec: TrainingSpec) -> str:
    """Return which labels are random: `with random labels`, or `with 50 % random labels`."""
    if not spec.random_labels:
        return ""
    share = "" if spec.random_labels == 1 else f"{share_in_words(spec.random_labels)} "
    return f"with {share}random labels"


def _images(spec: TrainingSpec) -> str:
    """Return what it learns from: `300 images`, `Fashion-MNIST`, `300 images of Fashion-MNIST`."""
    from digitapp.data.datasets import DATASETS  # not by whoever only names runs

    known = DATASETS.get(spec.dataset)
    data = known.title if known else spoken(short_name(spec.dataset))
    data = "" if spec.dataset == USUAL.dataset else data
    if spec.train_size is None:
        return data
    count = f"{spec.train_size:,} image{'' if spec.train_size == 1 else 's'}"
    return f"{count} of {data}" if data else count
