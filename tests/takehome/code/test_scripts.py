"""Exported Keras code: runs on its own, and trains exactly the app's network."""

import ast
import itertools
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import nbformat
import numpy as np
import pytest

from digitapp.data import datasets, hand_images
from digitapp.data.datasets import DATASETS, FOLDER_VARIABLE, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import UnknownName
from digitapp.jobs import worker
from digitapp.library import catalogue, keras_models, other_shapes
from digitapp.runs import RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.takehome.code import batch_code, scripts
from digitapp.takehome.code.picture_code import READ_PICTURE, read_picture_file
from digitapp.takehome.code.scripts import notebook, script
from digitapp.training import augmentation
from digitapp.training.architectures import ARCHITECTURES, build
from digitapp.training.batching import split
from digitapp.training.spec import PRESETS, Augmentation, TrainingSpec
from digitapp.training.trainer import Trained, train
from tests.tiny_runs import write_datasets

ROOT = Path(__file__).resolve().parent.parent.parent.parent
QUICK = {"epochs": 2, "batch_size": 32}
SMALL = TrainingSpec(hidden=(16,), epochs=2, batch_size=20, learning_rate=0.01)
CHANGES = ("rotate", "shift", "scale", "slant", "thickness")
WEAR = ("blur", "pressure", "breaks", "noise")

TAUGHT = TrainingSpec(architecture="deep-cnn", batch_size=32, epochs=1, dropout=0.2)

# Scripts that are run: presets, shortened, and every setting once; each takes a second or two.
SPECS: dict[str, TrainingSpec] = {
    "nodes-and-layers": PRESETS["nodes-and-layers"].changed(QUICK),
    "fashion-300-100": PRESETS["fashion-300-100"].changed({**QUICK, "validation_split": 50}),
    "dense-512": PRESETS["dense-512"].changed(QUICK),
    "recogniser": PRESETS["recogniser"].changed(
        {**QUICK, "dataset": "toy", "validation_split": 50}
    ),
    "no hidden layer": SMALL.changed(
        {"hidden": [], "l2": 0.1, "dropout": 0.3, "batch_size": 512, "seed": 2**31 - 1}
    ),
    "dropout and l2": SMALL.changed(
        {"hidden": [16, 8], "dropout": 0.3, "l2": 0.05, "activation": "tanh", "optimizer": "adamw"}
    ),
    "momentum, decay and few images": SMALL.changed(
        {
            "optimizer": "sgd",
            "momentum": 0.9,
            "cosine_decay": True,
            "batch_size": 7,
            "validation_split": 50,
            "train_size": 33,
        }
    ),
    "early stopping": SMALL.changed(
        {"learning_rate": 1.0, "epochs": 20, "early_stopping": 2, "validation_split": 0.3}
    ),
    "dense, changed images": SMALL.changed(
        {"augmentation": {"scale": 0.3, "slant": 0.2}, "dropout": 0.2, "activation": "elu"}
    ),
    "simple cnn": SMALL.changed(
        {"architecture": "simple-cnn", "augmentation": {"shift": 2, "thickness": 0.5}, "l2": 0.001}
    ),
    "random labels": SMALL.changed(
        {"random_labels": 0.6, "seed": 11, "train_size": 101, "validation_split": 0.2}
    ),
    "random labels, one-hot": SMALL.changed(
        {"random_labels": 1.0, "loss": "categorical_crossentropy", "validation_split": 50}
    ),
    "real hands": SMALL.changed({"dataset": "uji", "validation_split": 0.1, "train_size": 300}),
    "deep, taught": TAUGHT.changed({"base": "run-1", "seed": 5, "learning_rate": 0.0001}),
    "deep, other classes": TAUGHT.changed(
        {"base": "run-1", "new_output": True, "frozen": 3, "none_of_these": True, "train_size": 99}
    ),
    "none of these": SMALL.changed({"none_of_these": True, "validation_split": 0.2, "seed": 3}),
    "lenet": SMALL.changed(
        {
            "architecture": "lenet-5",
            "activation": "sigmoid",
            "loss": "categorical_crossentropy",
            "dropout": 0.1,
            "l2": 0.01,
            "dataset": "toy",
        }
    ),
}
# Scripts that are only inspected.
ODD = {
    **{f"preset {name}": spec for name, spec in PRESETS.items()},
    **{
        f"dataset {name}": TrainingSpec(dataset=name, loss=SPECS["lenet"].loss) for name in DATASETS
    },
    "widths": SMALL.changed({"hidden": [4096] * 5, "activation": "sigmoid", "l2": 0.0001}),
    "one of each": TrainingSpec(
        hidden=(1,), batch_size=1, epochs=1, validation_split=1, train_size=1
    ),
    "deep": SMALL.changed({"architecture": "deep-cnn", "l2": 0.00001, "learning_rate": 1e-6}),
    "long numbers": SMALL.changed(
        {"augmentation": dict.fromkeys((*CHANGES, *WEAR), 0.1 + 0.2), "validation_split": 1 / 3}
    ),
}

RUN_ALL = """
import contextlib, dataclasses, os, pathlib, runpy
from digitapp.data.datasets import DATASETS

DATASETS["toy"] = dataclasses.replace(DATASETS["mnist"], title="Toy")
for path in sorted(pathlib.Path.cwd().glob("*/train.py")):
    os.chdir(path.parent)
    with open("output.txt", "w") as output, contextlib.redirect_stdout(output):
        runpy.run_path("train.py")
"""
SAVE = '\nimport numpy\nnumpy.savez("weights.npz", *model.get_weights())\n'


@dataclass(frozen=True)
class Run:
    """A script that has run in its folder, and the app's own training with the same spec."""

    folder: Path
    trained: Trained


@pytest.fixture(scope="module")
def runs(toy: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    home = tmp_path_factory.mktemp("scripts")
    write_datasets(toy, home / "keras" / "datasets")
    for name, spec in SPECS.items():
        (home / name).mkdir()
        (home / name / "train.py").write_text(script(spec, name) + SAVE, "utf-8")
    store = RunStore(f"sqlite:///{home / 'runs.db'}")
    settings = {"KERAS_HOME": str(home / "keras"), "PYTHONPATH": str(ROOT)}
    settings["XDG_CACHE_HOME"] = str(home / "cache")
    with pytest.MonkeyPatch.context() as patched:
        for variable in ("KERAS_HOME", "XDG_CACHE_HOME"):
            patched.setenv(variable, settings[variable])
        real = datasets.load("uji")
        patched.delenv(FOLDER_VARIABLE, raising=False)
        assert worker.execute(store, store.create(TAUGHT)).status == "done"
    settings[DATABASE_VARIABLE] = store.database.url
    base = keras_models.network("run-1", store)
    kept = {name: value for name, value in os.environ.items() if name != FOLDER_VARIABLE}
    command, errors = [sys.executable, "-c", RUN_ALL], home / "errors.txt"
    with (
        errors.open("w") as stream,
        subprocess.Popen(command, cwd=home, env=kept | settings, stderr=stream) as running,
    ):
        found = {
            name: Run(home / name, _trained(spec, real if spec.dataset == "uji" else toy, base))
            for name, spec in SPECS.items()
        }
    assert running.returncode == 0, errors.read_text()[-3000:]
    return found


def _trained(spec: TrainingSpec, data: Dataset, base: keras.Model) -> Trained:
    if spec.none_of_these:
        data = catalogue.fitted(data, (*data.class_names, NOT_A_DIGIT))
    return train(spec, replace(data, others=other_shapes.unlike(data, spec)), base=base)


@pytest.mark.parametrize("name", SPECS)
def test_the_script_trains_the_very_network_of_the_app(name: str, runs: dict[str, Run]) -> None:
    with np.load(runs[name].folder / "weights.npz") as arrays:
        found = [arrays[key] for key in arrays]
    for ours, theirs in zip(found, runs[name].trained.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("name", SPECS)
def test_the_script_prints_the_same_score(name: str, runs: dict[str, Run]) -> None:
    printed = (runs[name].folder / "output.txt").read_text("utf-8")
    assert f"Test accuracy: {runs[name].trained.test_accuracy * 100:.2f} %\n" in printed
    loss = float(printed.partition("Test loss: ")[2].split()[0])
    assert loss == pytest.approx(runs[name].trained.test_loss, abs=1e-4)


@pytest.mark.parametrize("name", SPECS)
def test_the_script_writes_a_figure_with_each_curve(name: str, runs: dict[str, Run]) -> None:
    figure = (runs[name].folder / scripts.FIGURE_FILE).read_text("utf-8")
    for metric in runs[name].trained.history:
        kind = "validation" if metric.startswith("val_") else "training"
        curve = f"{kind} {metric.removeprefix('val_')}"
        wanted = curve if SPECS[name].validation_split else metric
        assert f'"name":"{wanted}"' in figure
    assert scripts.FIGURE_FILE in (runs[name].folder / "output.txt").read_text("utf-8")


def test_the_script_stops_early_where_the_app_does(runs: dict[str, Run]) -> None:
    epochs = runs["early stopping"].trained.epochs
    printed = (runs["early stopping"].folder / "output.txt").read_text("utf-8")
    assert 2 < epochs < SPECS["early stopping"].epochs
    assert f"Epoch {epochs}/" in printed
    assert f"Epoch {epochs + 1}/" not in printed


COMBINATIONS = {
    **{f"{n} changes": [*itertools.combinations(CHANGES, n)] for n in range(len(CHANGES) + 1)},
    **{f"{n} kinds of wear": [*itertools.combinations(WEAR, n)] for n in range(1, len(WEAR) + 1)},
    "both": [("shift", "breaks"), ("thickness", "blur", "noise"), (*CHANGES, *WEAR)],
}


@pytest.mark.parametrize("combinations", COMBINATIONS.values(), ids=COMBINATIONS)
def test_the_written_changes_are_those_of_the_app(
    combinations: list[tuple[str, ...]], toy: Dataset
) -> None:
    import tensorflow as tf

    images = tf.constant(toy.x_train[:30].astype(np.float32) / 255)
    for names in combinations:
        how = Augmentation(**dict.fromkeys(names, 0.7))
        expected = augmentation.augment(images, [5, 9], how)
        names_in_code: dict[str, Any] = {"math": math, "tf": tf}
        exec(
            batch_code.augmentation(how) or "def augment(images, seeds): return images",
            names_in_code,
        )
        found = names_in_code["augment"](images, [5, 9])
        np.testing.assert_array_equal(found, expected, err_msg=str(names))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (("slant",), ["random_numbers", "move", "augment"]),
        (("thickness",), ["random_numbers", "change_thickness", "augment"]),
        (("blur", "noise"), ["more_random_numbers", "add_blur", "add_noise", "augment"]),
    ],
)
def test_only_the_changes_that_are_used_are_in_the_code(
    settings: tuple[str, ...], expected: list[str]
) -> None:
    tree = ast.parse(batch_code.augmentation(Augmentation(**dict.fromkeys(settings, 0.5))))
    assert [each.name for each in tree.body if isinstance(each, ast.FunctionDef)] == expected


def test_the_functions_of_training_are_in_the_code_without_their_type_hints() -> None:
    tree = ast.parse(script(PRESETS["recogniser"]))
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    assert {"batches", "batch", "move", "augment"} <= {each.name for each in functions}
    assert not any(each.returns for each in functions)
    assert not any(each.annotation for each in ast.walk(tree) if isinstance(each, ast.arg))


def test_the_code_is_clean_and_laid_out_as_formatters_do(tmp_path: Path) -> None:
    for number, spec in enumerate([*SPECS.values(), *ODD.values()]):
        (tmp_path / f"train_{number}.py").write_text(script(spec, "A title"), "utf-8")
    for command in (["check"], ["format", "--diff"]):
        options = ["--isolated", "--no-cache", "--line-length", "100", str(tmp_path)]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *options],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", [*SPECS, *ODD])
def test_no_line_is_wider_than_a_page(name: str) -> None:
    assert max(map(len, script((SPECS | ODD)[name]).splitlines())) <= 100


def _header(spec: TrainingSpec) -> str:
    return script(spec, "A title").partition("\n\n\n")[0]


def _without_headings(spec: TrainingSpec) -> str:
    return re.sub("^# -----.*\n", "", script(spec, "A title"), flags=re.MULTILINE)


@pytest.mark.parametrize("name", [*SPECS, *ODD])
def test_a_notebook_is_valid_and_has_the_script_in_its_cells(name: str) -> None:
    spec = (SPECS | ODD)[name]
    found = nbformat.reads(notebook(spec, "A title"), as_version=4)
    nbformat.validate(found)
    kinds = [cell.cell_type for cell in found.cells]
    assert kinds == ["markdown", *["markdown", "code"] * kinds.count("code"), "markdown"]
    *cells, file, last = [cell.source for cell in found.cells if cell.cell_type == "code"]
    assert file == f"%%writefile {READ_PICTURE}\n{read_picture_file()}"
    cells.append(last)
    assert "\n\n\n".join([_header(spec), *cells]) + "\n" == _without_headings(spec)


@pytest.mark.parametrize("share", [0.1, 0.003, 0.97, 1, 37, 250, 999])
@pytest.mark.parametrize("train_size", [None, 3])
def test_the_written_split_by_people_is_that_of_the_app(
    share: float, train_size: int | None
) -> None:
    writers = hand_images.writers("uji")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (writers.ends[-1], 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, len(images), dtype=np.uint8)
    data = Dataset("uji", tuple("0123456789"), images, labels, images[:1], labels[:1], writers)
    spec = TrainingSpec(dataset="uji", validation_split=share, train_size=train_size)
    (code,) = (code for heading, code in scripts.sections(spec) if "Preprocess" in heading)
    found = {name: getattr(data, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    found["data"] = data
    exec(code, found)
    for name, expected in vars(split(spec, data)).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-6)


def test_only_what_the_spec_needs_is_in_the_code() -> None:
    plain = script(PRESETS["dense-128"])
    for word in (
        "augment",
        "val_",
        "validation",
        "EarlyStopping",
        "Decay",
        "Dropout",
        "l2",
        "to_categorical",
        "random_labels",
    ):
        assert word not in plain
    assert "jit_compile" not in script(PRESETS["recogniser"])


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Nodes and layers",
        "two\nlines",
        "\r1/0\x0c1/0\x0b1/0\x1c1/0\x851/0\u20281/0\u20291/0",
        "\"\"\"quotes'''",
        "coding: utf-7 +AAo-1/0",
        "a backslash\\",
        "nothing\0",
        "half a pair \ud800",
        "from the right \u202e0/1 #",
        "long " * 100,
        "x" * 300,
    ],
)
def test_a_title_stays_in_its_comment(title: str) -> None:
    spec = PRESETS["dense-128"]
    text = script(spec, title)
    header = text.partition("\n\n\n")[0].split("\n")
    assert all(line.startswith("# ") and line.isprintable() for line in header)
    assert ast.dump(ast.parse(text.encode())) == ast.dump(ast.parse(script(spec)))
    nbformat.validate(nbformat.reads(notebook(spec, title), as_version=4))


def test_a_title_is_plain_text_in_the_notebook() -> None:
    found = json.loads(notebook(SMALL, "<b>5 * 5</b>\n# [x](y)"))["cells"][0]["source"]
    heading = found.partition("\n")[0]
    assert heading == r"# \<b\>5 \* 5\</b\> \# \[x\](y)"


@pytest.mark.parametrize("name", ["pen", 'x")\n1/0#', "x\\", "ü", '"ü\n1/0', "\u2028", "{name}"])
def test_the_name_of_a_dataset_stays_in_its_string(name: str) -> None:
    tree = ast.parse(script(TrainingSpec(dataset=name)).encode())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name)]
    loads = [call for call in named if call.func.id in ("load", "dataset")]
    assert [ast.literal_eval(call.args[-1]) for call in loads] == [name]


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize(
    "settings",
    [{}, {"activation": "gelu", "dropout": 0.3, "l2": 0.01, "hidden": (9, 7)}, {"base": "run-1"}],
    ids=str,
)
def test_the_printed_network_is_the_built_one(name: str, settings: dict[str, Any]) -> None:
    import keras

    spec = TrainingSpec(architecture=name, seed=5, **settings)
    built = build(spec)
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers, "seed": 5}
    names |= {"base": built, "classes": 10}  # which the code takes from the data
    exec(_section(spec, "Build the network"), names)
    printed = names["model"]
    assert list(map(_settings, printed.layers)) == list(map(_settings, built.layers))
    assert all(map(np.array_equal, printed.get_weights(), built.get_weights()))


def _section(spec: TrainingSpec, heading: str) -> str:
    [found] = [code for title, code in scripts.sections(spec) if title.endswith(f". {heading}")]
    return found


def _settings(layer: Any) -> dict[str, Any]:
    return {"kind": type(layer), **layer.get_config(), "name": ""}


@pytest.mark.parametrize("name", ["run-1", 'x")\n1/0#', "{dataset}", "ü"])
def test_the_name_of_a_base_stays_in_its_string(name: str) -> None:
    text = script(TrainingSpec(dataset="mine", base=name))
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name)]
    bases = [call for call in named if call.func.id in ("network", "class_names")]
    assert [ast.literal_eval(call.args[0]) for call in bases] == [name, name]
    assert "comes with digitapp" in text


@pytest.mark.parametrize("setting", ["architecture", "optimizer"])
def test_an_unknown_name_is_answered_with_those_that_exist(setting: str) -> None:
    with pytest.raises(UnknownName, match=f"{setting} 'new'. Available: "):
        script(TrainingSpec().changed({setting: "new"}))
