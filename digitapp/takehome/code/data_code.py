"""Generate the code that loads a run's dataset, for `scripts`, and list its requirements."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from digitapp.training.spec import TrainingSpec

PACKAGES = "It needs TensorFlow and Plotly: pip install tensorflow plotly"
WITH_DIGITAPP = "It also needs digitapp: save it in digitapp's folder and run it there."


class LoadingCode(NamedTuple):
    """Code that loads a dataset.

    Attributes:
        modules: the modules of the standard library that it imports.
        imported: further imports, possibly empty; those of digitapp follow an empty line.
        code: defines x_train, y_train, x_test and y_test: uint8 images and their labels.
        classes: the number of classes, as a Python expression.
        ours: whether it needs digitapp.
    """

    modules: tuple[str, ...]
    imported: str
    code: str
    classes: str
    ours: bool = False


_FETCH = """\
def fetch(name):
    # Look in the folder that DIGITAPP_DATASETS names, or else in this one; if need be, download it.
    path = os.path.join(os.environ.get("DIGITAPP_DATASETS") or ".", name)
    if os.path.exists(path):
        return path
    folder, file = os.path.split(name)
    origin = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/" + file
    try:
        return keras.utils.get_file(file, origin, cache_subdir=os.path.join("datasets", folder))
    except Exception as error:
        reason = f"{name} is not on this computer, and cannot be downloaded ({error})."
        advice = "Go online, or put it into the folder that DIGITAPP_DATASETS names."
        raise SystemExit(f"{reason} {advice}") from error


"""

_MNIST = f"""\
# MNIST: 70,000 handwritten digits, 28 x 28 pixels each (11 MB).
{_FETCH}with np.load(fetch("mnist.npz")) as data:  # x: the images, y: their digits
    x_train, y_train = data["x_train"], data["y_train"]
    x_test, y_test = data["x_test"], data["y_test"]"""

_FASHION_MNIST = f"""\
# Fashion-MNIST: 70,000 pictures of clothes, 28 x 28 pixels each (30 MB).
{_FETCH}def read(name, header):  # the numbers in a file, after a header of so many bytes
    with gzip.open(fetch(f"fashion-mnist/{{name}}-ubyte.gz")) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


# x: the images, y: what they show, from 0 (T-shirt) to 9 (ankle boot).
x_train = read("train-images-idx3", 16).reshape(-1, 28, 28)
x_test = read("t10k-images-idx3", 16).reshape(-1, 28, 28)
y_train, y_test = read("train-labels-idx1", 8), read("t10k-labels-idx1", 8)"""

_FROM_DIGITAPP = """\
# These images come with digitapp.
try:
    data = {load}
except DigitappError as error:
    raise SystemExit(str(error)) from error
classes = len(data.class_names)
x_train, y_train = data.x_train, data.y_train  # x: the images, y: what they show
x_test, y_test = data.x_test, data.y_test"""

_TAUGHT = """\
# This training starts from a network that is trained already. It comes with digitapp, and so do
# the images.
try:
    store = RunStore()
    base, names = network({base}, store), class_names({base}, store)
    data = dataset_for(store, {dataset}, names)
except DigitappError as error:
    raise SystemExit(str(error)) from error
classes = len(names)
x_train, y_train = data.x_train, data.y_train  # x: the images, y: what they show
x_test, y_test = data.x_test, data.y_test"""

_OURS = """
try:
{imports}
except ModuleNotFoundError as error:
    advice = "save it in digitapp's folder and run it there."
    raise SystemExit(f"This code needs digitapp ({{error}}): {{advice}}") from error"""

_TAUGHT_IMPORTS = (
    "from digitapp.library.catalogue import dataset_for",
    "from digitapp.library.models import class_names, network",
    "from digitapp.runs import RunStore",
)
_BROUGHT_IMPORTS = (
    "from digitapp.library.catalogue import dataset",
    "from digitapp.runs import RunStore",
)


def source(spec: TrainingSpec) -> LoadingCode:
    """Return the code that loads a run's dataset and, for fine-tuning, its base network."""
    dataset, base = spec.dataset, spec.base
    if base:
        code = _TAUGHT.format(dataset=_quoted(dataset), base=_quoted(base))
        return _ours(_TAUGHT_IMPORTS, code)
    if dataset in SOURCES:
        return SOURCES[dataset]
    code = _FROM_DIGITAPP.format(load=f"dataset(RunStore(), {_quoted(dataset)})")
    return _ours(_BROUGHT_IMPORTS, code)


def needs(spec: TrainingSpec) -> list[str]:
    """Return the requirements of a run's code, as sentences."""
    return [PACKAGES, WITH_DIGITAPP] if source(spec).ours else [PACKAGES]


def _quoted(name: str) -> str:
    return json.dumps(name) if name.isascii() else repr(name)


def _built_in(name: str) -> LoadingCode:
    code = _FROM_DIGITAPP.format(load=f'load("{name}")')
    return _ours(("from digitapp.data.datasets import load",), code)


def _ours(imports: Sequence[str], code: str) -> LoadingCode:
    lines = sorted((*imports, "from digitapp.errors import DigitappError"))
    known = _OURS.format(imports=textwrap.indent("\n".join(lines), " " * 4))
    return LoadingCode((), known, code, "classes", ours=True)


SOURCES: dict[str, LoadingCode] = {
    "mnist": LoadingCode(("os",), "import numpy as np", _MNIST, "10"),
    "fashion_mnist": LoadingCode(("gzip", "os"), "import numpy as np", _FASHION_MNIST, "10"),
    "pen": _built_in("pen"),
    "mnist_and_pen": _built_in("mnist_and_pen"),
    "digits_and_others": _built_in("digits_and_others"),
}
