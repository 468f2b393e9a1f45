"""Networks loaded with each runtime, as it is used for reading: TensorFlow, LiteRT, ONNX Runtime.

Nothing is imported before it is needed, so that a fresh process can measure what loading costs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]
Network = Callable[[Images], Images]

COMPILED = (4, 16)  # batches that TensorFlow read with XLA, padded; larger ones in pieces of 256
PIECE = 256


def tensorflow(path: Path, threads: int = 1, arena: bool = False) -> Network:
    """Load a `.keras` file as digitapp read it before it used ONNX: compiled calls."""
    from digitapp import backend

    backend.start()
    import keras
    import tensorflow as tf

    model = keras.models.load_model(path, compile=False)
    signature = [tf.TensorSpec((None, 28, 28), tf.float32)]
    small = tf.function(lambda images: model(images, training=False), signature, jit_compile=True)
    large = tf.function(lambda images: model(images, training=False), signature)

    def network(images: Images) -> Images:
        for size in COMPILED:
            if len(images) <= size:
                padding = np.zeros((size - len(images), 28, 28), dtype=np.float32)
                return np.asarray(small(np.concatenate([images, padding]))[: len(images)])
        starts = range(0, len(images), PIECE)
        return np.concatenate([large(images[start : start + PIECE]) for start in starts])

    for size in COMPILED:
        network(np.zeros((size, 28, 28), dtype=np.float32))
    return network


def litert(path: Path, threads: int = 1, arena: bool = False) -> Network:
    """Load a `.tflite` file with LiteRT; not for several threads at once."""
    from ai_edge_litert.interpreter import Interpreter

    ask = Interpreter(model_path=str(path), num_threads=threads).get_signature_runner()
    return lambda images: np.array(ask(images=images)["probabilities"])


def onnxruntime(path: Path, threads: int = 1, arena: bool = False) -> Network:
    """Load an `.onnx` file with ONNX Runtime.

    Args:
        threads: within one operator.
        arena: whether the session keeps its memory for the next call.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.enable_cpu_mem_arena = arena
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda images: np.asarray(session.run(None, {"images": images})[0])


def digitapp(path: Path, threads: int = 1, arena: bool = False) -> Network:
    """Load an `.onnx` file of the recogniser as digitapp reads with it."""
    from digitapp.library.models import MODELS
    from digitapp.reading.prediction import Predictor

    return Predictor(path.read_bytes(), MODELS["recogniser"].class_names).probabilities


LOADERS: dict[str, Callable[[Path, int, bool], Network]] = {
    "TensorFlow": tensorflow,
    "LiteRT": litert,
    "ONNX Runtime": onnxruntime,
    "digitapp": digitapp,
}
SUFFIXES = {
    "TensorFlow": ".keras",
    "LiteRT": ".tflite",
    "ONNX Runtime": ".onnx",
    "digitapp": ".onnx",
}
