"""Generate the code that loads a run's dataset, for `scripts`, and list its requirements."""

from __future__ import annotations

import json
import textwrap
from typing import NamedTuple

from digitapp.data.datasets import CLOTHES_NAMES, DATASETS, DIGIT_NAMES
from digitapp.takehome.code.picture_code import listed
from digitapp.training.spec import TrainingSpec

PACKAGES = "It needs these packages: pip install tensorflow plotly scipy pillow"
WITH_DIGITAPP = "It also needs digitapp: save it in digitapp's folder and run it there."


IMAGES = {  # by whether they are built in
    True: "These images come with digitapp.",
    False: "These images are in digitapp's store on this computer.",
}


class LoadingCode(NamedTuple):
    """Code that loads a dataset.

    Attributes:
        code: defines x_train, y_train, x_test and y_test: uint8 images and their labels.
        classes, class_names: the number of classes and their names, as Python expressions.
        modules: the modules of the standard library that it imports.
        ours: the code that imports what it needs of digitapp; without it, it needs NumPy alone.
    """

    code: str
    classes: str
    class_names: str
    modules: tuple[str, ...] = ()
    ours: str = ""


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
# {about}
try:
{loading}
except DigitappError as error:
    raise SystemExit(str(error)) from error
classes = len(data.class_names)
x_train, y_train = data.x_train, data.y_train  # x: the images, y: what they show
x_test, y_test = data.x_test, data.y_test"""

_DIGITAPP_IMPORTS = """\
try:
{imports}
except ModuleNotFoundError as error:
    advice = "save it in digitapp's folder and run it there."
    raise SystemExit(f"This code needs digitapp ({{error}}): {{advice}}") from error"""


def source(spec: TrainingSpec) -> LoadingCode:
    """Return the code that loads a run's dataset and, for fine-tuning, its base network."""
    name, base = _quoted(spec.dataset), _quoted(spec.base)
    about = IMAGES[spec.dataset in DATASETS]
    if spec.new_output or spec.none_of_these:
        return _with_classes_of_its_own(spec)
    if spec.base:
        return _from_digitapp(
            "The network that the training starts from comes with digitapp, and so do the images.",
            {
                "digitapp.library.catalogue": "dataset_for",
                "digitapp.library.keras_models": "network",
                "digitapp.library.models": "class_names",
                "digitapp.runs": "RunStore",
            },
            "store = RunStore()",
            f"base, names = network({base}, store), class_names({base}, store)",
            f"data = dataset_for(store, {name}, names)",
        )
    if spec.dataset in ALONE:
        return ALONE[spec.dataset]
    if spec.dataset in DATASETS:
        return _from_digitapp(about, {"digitapp.data.datasets": "load"}, f"data = load({name})")
    imported = {"digitapp.library.catalogue": "dataset", "digitapp.runs": "RunStore"}
    return _from_digitapp(about, imported, f"data = dataset(RunStore(), {name})")


def _with_classes_of_its_own(spec: TrainingSpec) -> LoadingCode:
    """Return code that loads a dataset for an output layer of its own.

    That may have one class more than the dataset, and the other layers may be another network's.
    """
    name, base = _quoted(spec.dataset), _quoted(spec.base)
    imported = {"digitapp.library.catalogue": "dataset", "digitapp.runs": "RunStore"}
    loading = ["store = RunStore()"]
    if spec.base:
        imported["digitapp.library.keras_models"] = "network"
        loading += [f"base = network({base}, store)"]
    loading += [f"data = dataset(store, {name})"]
    if spec.none_of_these:
        imported["digitapp.library.catalogue"] += ", fitted"
        imported["digitapp.library.other_shapes"] = "beside"
        imported["digitapp.data.non_digit_shapes"] = "NOT_A_DIGIT"
        loading += ["data = fitted(data, (*data.class_names, NOT_A_DIGIT))"]
    about = IMAGES[spec.dataset in DATASETS]
    if spec.base:
        about = f"The network that the training starts from is digitapp's.\n# {about}"
    return _from_digitapp(about, imported, *loading)


def needs(spec: TrainingSpec) -> list[str]:
    """Return the requirements of a run's code, as sentences."""
    return [PACKAGES, WITH_DIGITAPP] if source(spec).ours else [PACKAGES]


def _quoted(name: str) -> str:
    return json.dumps(name) if name.isascii() else repr(name)


def _from_digitapp(about: str, imported: dict[str, str], *loading: str) -> LoadingCode:
    """Return code that loads a dataset with names imported from modules of digitapp."""
    modules = sorted({**imported, "digitapp.errors": "DigitappError"}.items())
    lines = [f"    from {module} import {names}" for module, names in modules]
    imports = _DIGITAPP_IMPORTS.format(imports="\n".join(lines))
    indented = textwrap.indent("\n".join(loading), " " * 4)
    code = _FROM_DIGITAPP.format(about=about, loading=indented)
    return LoadingCode(code, "classes", "data.class_names", ours=imports)


def _named(names: tuple[str, ...]) -> str:
    return listed(names, len("class_names = "))


# Datasets that are loaded without digitapp.
ALONE: dict[str, LoadingCode] = {
    "mnist": LoadingCode(_MNIST, "10", _named(DIGIT_NAMES), ("os",)),
    "fashion_mnist": LoadingCode(_FASHION_MNIST, "10", _named(CLOTHES_NAMES), ("gzip", "os")),
}
