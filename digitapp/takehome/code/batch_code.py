"""Generate the code of batches, random labels and augmentation out of training's own functions."""

from __future__ import annotations

import ast
from functools import cache
from importlib import resources

from digitapp.training.augmentation import changes
from digitapp.training.spec import Augmentation, TrainingSpec

_LONGEST_LINE = 100

_BATCHES = """\
# model.fit(x_train, y_train, batch_size=batch_size) would make batches by itself, but with the
# images in another order. These are the batches of digitapp, which give the same network.
{functions}


steps_per_epoch = math.ceil(len(x_train) / batch_size)"""

_RANDOM_LABELS = """\
# Some of the training labels, or all, are replaced by random ones, as if somebody had mixed up the
# answers: what the network then knows of these images, it has learned by heart.
{functions}


y_train = with_random_labels(y_train, {share}, {classes}, seed)"""

_AUGMENT = """\
# Every epoch changes each image in a new way, so the network cannot learn them by heart. The same
# seeds, which are two whole numbers, give the same changes.
{functions}


def augment(images, seeds):  # try other numbers, too
{calls}
    return images"""


def batches() -> str:
    """Return the code of `batches` and of the number of steps in an epoch."""
    return _BATCHES.format(functions=_functions("batches"))


def random_labels(spec: TrainingSpec, classes: str) -> str:
    """Return the code that replaces labels by random ones; empty if all are to stay true.

    Args:
        classes: the number of classes, as a Python expression.
    """
    share = spec.random_labels
    if not share:
        return ""
    functions = _functions("with_random_labels", module="random_labels")
    return _RANDOM_LABELS.format(functions=functions, share=share, classes=classes)


def augmentation(how: Augmentation) -> str:
    """Return the code of `augment(images, seeds)`; empty if there is no augmentation."""
    if not how:
        return ""
    calls = "\n".join(_call(name, arguments) for name, arguments in changes(how).items())
    return _AUGMENT.format(functions=_functions(*changes(how)), calls=calls)


def _call(name: str, arguments: dict[str, float]) -> str:
    given = ["images", "seeds", *(f"{name}={value}" for name, value in arguments.items())]
    line = f"    images = {name}({', '.join(given)})"
    if len(line) <= _LONGEST_LINE:
        return line
    return "\n".join([f"    images = {name}(", *(f"        {each}," for each in given), "    )"])


@cache
def _functions(*names: str, module: str = "exported_functions") -> str:
    """Return the code of these functions of a module of `training`, and of those that they call.

    Type hints are left out: they say little to beginners. The module itself is not imported,
    because `exported_functions` would import TensorFlow.
    """
    text = (resources.files("digitapp.training") / f"{module}.py").read_text("utf-8")
    lines, found, wanted = text.splitlines(), [], set(names)
    for function in reversed(ast.parse(text).body):  # functions call only those above them
        if isinstance(function, ast.FunctionDef) and function.name in wanted:
            wanted |= {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
            found.append(_without_hints(function, lines))
    return "\n\n\n".join(reversed(found))


def _without_hints(function: ast.FunctionDef, lines: list[str]) -> str:
    """Return the lines of a function, with plain signatures for it and for those within."""
    kept = dict(enumerate(lines[function.lineno - 1 : function.end_lineno], function.lineno))
    for each in ast.walk(function):
        if isinstance(each, ast.FunctionDef) and each.returns:
            for argument in each.args.args:
                argument.annotation = None
            for number in range(each.lineno, (each.returns.end_lineno or 0) + 1):
                del kept[number]
            indent = " " * each.col_offset
            kept[each.lineno] = f"{indent}def {each.name}({ast.unparse(each.args)}):"
    return "\n".join(kept[number] for number in sorted(kept))
