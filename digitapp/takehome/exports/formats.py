"""Registry of export formats, and the function that exports a run in one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from digitapp.errors import ExportProblem, cause
from digitapp.library import catalogue, models
from digitapp.registry import lookup
from digitapp.runs import Run, RunStore
from digitapp.takehome import report
from digitapp.takehome.bundle import keras_bundle
from digitapp.takehome.code import scripts
from digitapp.takehome.exports import history_logs, networks, tensorflow_js
from digitapp.takehome.exports.conversion_check import ConversionCheck, Reader, check_conversion
from digitapp.takehome.webpage import webpage


@dataclass(frozen=True)
class Export:
    """An export format.

    Attributes:
        title: its name in the interface.
        suffix: the end of its files' names.
        about: its purpose, in a sentence.
        write: returns the contents of the file.
        of_network: whether the run must have a trained network.
        needs_tensorflow: whether it is written by `jobs.tensorflow_process`, which takes seconds.
        read: classifies images with the file; None if its accuracy need not be measured.
        reads_pictures: whether `read_picture.py` belongs beside it, which prepares pictures.
    """

    title: str
    suffix: str
    about: str
    write: Callable[[RunStore, Run], bytes]
    of_network: bool = False
    needs_tensorflow: bool = False
    read: Reader | None = None
    reads_pictures: bool = False


@dataclass(frozen=True)
class Exported:
    """An exported file.

    Attributes:
        file_name: the suggested name, such as `run-12.tflite`.
        data: its contents.
        measured: its accuracy, if the conversion may have changed it and the run's test set is
            available.
    """

    file_name: str
    data: bytes
    measured: ConversionCheck | None = None

    @property
    def size(self) -> str:
        """The size in kB or MB, such as `1,234.5 kB`."""
        kilobytes = len(self.data) / 2**10
        return f"{kilobytes / 2**10:,.2f} MB" if kilobytes >= 1000 else f"{kilobytes:,.1f} kB"


def export(store: RunStore, run: Run, name: str) -> Exported:
    """Export a run in the format `name`; nothing stays on the disk.

    TensorFlow is not imported here: what needs it runs in `jobs.tensorflow_process`.

    Raises:
        UnknownName: if there is no such format, or the run has left no network.
        BadFile, DatasetUnavailable, InvalidSetting: if the run's network or dataset is damaged or
            missing.
        ExportProblem: if the run cannot be written in this format, or the disk is full.
        StoreProblem: if the store fails.
        WorkerProblem, TensorFlowMissing: as `tensorflow_process.call`.
    """
    chosen = lookup(EXPORTS, "format", name)
    try:
        data = chosen.write(store, run)
    except OSError as error:
        reason = cause(error)
        raise ExportProblem(f"Run {run.id} cannot be written as {name} ({reason}).") from None
    found = check_conversion(store, run, data, chosen.read) if chosen.read else None
    return Exported(file_name(run, name), data, found)


def file_name(run: Run, name: str) -> str:
    """Return the suggested file name of a run in the format `name`.

    Raises:
        UnknownName: if there is no such format.
    """
    return models.of_run(run.id) + lookup(EXPORTS, "format", name).suffix


EXPORTS: dict[str, Export] = {
    "keras": Export(
        title="Keras network",
        suffix=".keras",
        about="The trained network with all its settings: for Keras in Python, or for someone "
        "else, who can import it into this app.",
        write=keras_bundle,
        of_network=True,
        needs_tensorflow=True,
        reads_pictures=True,
    ),
    "savedmodel": Export(
        title="TensorFlow SavedModel",
        suffix="-savedmodel.zip",
        about="The network as a folder for TensorFlow, for use on servers; it does not need Keras.",
        write=networks.saved_model,
        of_network=True,
        needs_tensorflow=True,
    ),
    "tflite": Export(
        title="TensorFlow Lite",
        suffix=".tflite",
        about="The network for a phone or a small computer such as a Raspberry Pi; it has the "
        "names of its classes in it (labels.txt).",
        write=networks.tflite,
        of_network=True,
        needs_tensorflow=True,
        read=networks.lite_answers,
    ),
    "tflite-int8": Export(
        title="TensorFlow Lite, whole numbers (int8)",
        suffix="-int8.tflite",
        about="The same with every weight rounded to one of 256 steps: a quarter of the size, "
        "and perhaps a little less accurate.",
        write=networks.tflite_int8,
        of_network=True,
        needs_tensorflow=True,
        read=networks.lite_answers,
    ),
    "onnx": Export(
        title="ONNX",
        suffix=".onnx",
        about="The network for programs in other languages and on other machines: most of them "
        "can read ONNX, web browsers too.",
        write=networks.onnx_file,
        of_network=True,
        reads_pictures=True,
    ),
    "webpage": Export(
        title="Web page to draw on",
        suffix="-draw.html",
        about="One file with a canvas and the network, which answers while one draws: it opens in "
        "any browser, on a phone too, and needs neither this app nor the internet.",
        write=lambda store, run: webpage(store, run).encode(),
        of_network=True,
    ),
    "tfjs": Export(
        title="TensorFlow.js",
        suffix="-tfjs.zip",
        about="The network for web pages of your own: a folder that TensorFlow.js loads, with an "
        "example page to draw on.",
        write=tensorflow_js.zipped_folder,
        of_network=True,
    ),
    "script": Export(
        title="Python code",
        suffix=".py",
        about="A Python program that trains the same network, to read, run and change.",
        write=lambda store, run: scripts.script(
            run.spec, run.title, catalogue.preparation_of(run)
        ).encode(),
        reads_pictures=True,
    ),
    "notebook": Export(
        title="Jupyter notebook",
        suffix=".ipynb",
        about="The same code in steps with headings, for Jupyter or Google Colab.",
        write=lambda store, run: scripts.notebook(
            run.spec, run.title, catalogue.preparation_of(run)
        ).encode(),
    ),
    "history": Export(
        title="Table of the epochs (CSV)",
        suffix=".csv",
        about="Loss and accuracy after every epoch, for a spreadsheet.",
        write=history_logs.history,
    ),
    "tensorboard": Export(
        title="TensorBoard logs",
        suffix="-tensorboard.zip",
        about="The curves for TensorBoard, a popular program for comparing runs.",
        write=history_logs.tensorboard,
        needs_tensorflow=True,
    ),
    "report": Export(
        title="Report (HTML)",
        suffix=".html",
        about="One page with settings, curves, scores and mistakes, which opens in any browser "
        "without the internet: to read, print or hand in.",
        write=lambda store, run: report.report(store, run).encode(),
    ),
}
