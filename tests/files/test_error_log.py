"""Errors in threads, hooks and libraries, and library warnings: logged, not printed as code."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from digitapp.files.error_log import DEBUG_VARIABLE

ROOT = Path(__file__).resolve().parent.parent.parent

CHATTER = """
import logging, sys, threading, warnings
from digitapp.errors import BadFile
from digitapp.files.error_log import no_tracebacks
no_tracebacks()
from digitapp import backend
from digitapp.library import models
loaded = threading.Event()
def talk():
    count = 0
    while not loaded.wait(0.05):
        print("meanwhile", count, file=sys.stderr, flush=True)
        count += 1
talking = threading.Thread(target=talk)
talking.start()
backend.start()
loaded.set()
talking.join()
import absl.logging, keras, numpy as np, sqlalchemy, tensorflow as tf
from PIL import Image
warnings.warn_explicit("Corrupt EXIF data.", UserWarning, "/site-packages/PIL/x.py", 1)
warnings.warn_explicit("Skipping variables.", UserWarning, "/site-packages/keras/x.py", 1)
warnings.warn_explicit("Odd type.", sqlalchemy.exc.SAWarning, "/site-packages/sqlalchemy/x.py", 1)
np.array([1.0]) / 0
absl.logging.warning("of absl")
tf.get_logger().warning("of TensorFlow")
for number in range(8):  # as many networks as make TensorFlow warn of compiling again and again
    layers = [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(2 + number)]
    tf.function(keras.Sequential(layers), jit_compile=True)(np.zeros((1, 28, 28)))
from digitapp.reading.prediction import Predictor
try:
    Predictor(models.MODELS["recogniser"].path.with_suffix(".onnx").read_bytes()[:90_000], "01")
except BadFile:
    pass
print("quiet until here", file=sys.stderr, flush=True)
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("a library").exception("It failed")
thread = threading.Thread(target=lambda: [][1])
thread.start()
thread.join()
def sentence():
    raise BadFile("A sentence.")
thread = threading.Thread(target=sentence)
thread.start()
thread.join()
raise KeyError("at last")
"""


def _printed(folder: Path, **settings: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder), **settings}
    done = subprocess.run(
        [sys.executable, "-c", CHATTER],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def test_libraries_are_quiet_and_failures_are_sentences(tmp_path: Path) -> None:
    printed = _printed(tmp_path).splitlines()
    meanwhile = [line for line in printed if line.startswith("meanwhile")]
    assert meanwhile == [f"meanwhile {count}" for count in range(len(meanwhile))] != []
    lines = printed[len(meanwhile) :]
    patterns = [
        "quiet until here",
        r".*It failed: Something went wrong .*ZeroDivisionError: .*",
        r"digitapp: Something went wrong .*IndexError: .*",
        r"digitapp: A sentence\.",
        r"digitapp: Something went wrong .*KeyError: 'at last'.*",
    ]
    assert len(lines) == len(patterns), lines
    for line, pattern in zip(lines, patterns, strict=True):
        assert re.fullmatch(pattern, line)
    kept = (tmp_path / "digitapp" / "errors.log").read_text("utf-8")
    for failure in ("ZeroDivisionError", "IndexError", "at last"):
        assert failure in kept
    assert "A sentence" not in kept


def test_all_is_there_for_those_who_want_it(tmp_path: Path) -> None:
    said = _printed(tmp_path, **{DEBUG_VARIABLE: "1"})
    for word in ("Corrupt EXIF data", "Skipping variables", "Odd type", "Traceback", "at last"):
        assert word in said


UNWRITABLE = """
import os, threading
from contextlib import suppress
from digitapp import backend
there, loaded = os.fstat(2), threading.Event()
def talk():
    while not loaded.wait(0.05):
        with suppress(OSError):  # before and after loading, nobody takes it
            os.write(2, b"meanwhile\\n")
talking = threading.Thread(target=talk)
talking.start()
backend.start()
loaded.set()
assert os.path.samestat(os.fstat(2), there)
print("loaded")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("kind", ["full", "closed"])
def test_tensorflow_loads_where_stderr_cannot_be_written(kind: str, tmp_path: Path) -> None:
    if kind == "full":
        stderr = os.open("/dev/full", os.O_WRONLY)
    else:
        reading, stderr = os.pipe()
        os.close(reading)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", UNWRITABLE],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=stderr,
        check=False,
    )
    os.close(stderr)
    assert (done.returncode, done.stdout) == (0, b"loaded\n")
