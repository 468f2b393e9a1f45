"""A trained network as an ONNX model: the form in which it is read and exported.

Input `images`: float32 (batch, 28, 28), 0 paper to 1 ink; or `paths`, for the stroke reader. Output
`probabilities`: float32 (batch, classes). The names of the classes are in the metadata, as JSON.
Only operators of opset 17 are used, which most programs can read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.training.architectures import IMAGE_SHAPE
from digitapp.training.inference_layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Pooling,
    Reshape,
    inference_layers,
)
from digitapp.training.layer_specs import Shape
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import onnx

INPUT, OUTPUT = "images", "probabilities"
CLASS_NAMES = "class_names"
OPSET, IR_VERSION = 17, 8  # what ONNX 1.12 wrote, in 2022
OPERATORS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "elu": "Elu"}


def onnx_model(
    spec: TrainingSpec, class_names: Sequence[str], values: Sequence[NDArray[Any]]
) -> bytes:
    """Return a trained network as the bytes of an ONNX file.

    Args:
        values: of its variables in Keras's order, as `model.variables` lists them.

    Raises:
        BadFile: when the values do not fit the network.
    """
    return of_layers(inference_layers(spec, len(class_names), values), class_names)


def of_layers(
    layers: Sequence[InferenceLayer],
    class_names: Sequence[str],
    name: str = INPUT,
    shape: Shape = IMAGE_SHAPE,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """Return layers as the bytes of an ONNX file.

    Args:
        layers: the last one a softmax over the classes.
        name, shape: of the input, the shape without the batch.
        notes: for the metadata, beside the names of the classes.
    """
    from onnx import TensorProto, helper

    graph = _Graph(name)
    for layer in layers:
        graph.add(layer)
    graph.nodes[-1].output[0] = OUTPUT
    float32 = TensorProto.FLOAT
    given = helper.make_tensor_value_info(name, float32, ["batch", *shape])
    shares = helper.make_tensor_value_info(OUTPUT, float32, ["batch", len(class_names)])
    made = helper.make_graph(graph.nodes, "digitapp", [given], [shares], graph.weights)
    model = helper.make_model(
        made,
        producer_name="digitapp",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    helper.set_model_props(model, {CLASS_NAMES: json.dumps(list(class_names)), **(notes or {})})
    return bytes(model.SerializeToString())


class _Graph:
    """The nodes and weights of an ONNX graph; each node gets the output of the one before."""

    def __init__(self, name: str) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._last = name
        self._flattened: tuple[int, ...] = ()  # the shape that was flattened last

    def add(self, layer: InferenceLayer) -> None:
        """Add the nodes of a layer. ONNX has the channels before height and width."""
        match layer:
            case Reshape():
                self._node("Unsqueeze", self._weight(np.array([1])))
            case Flatten():
                self._flattened = layer.shape
                self._node("Flatten", axis=1)
            case Convolution():
                kernel = self._weight(layer.kernel.transpose(3, 2, 0, 1))
                strides = [layer.stride] * 2
                padding = "SAME_UPPER" if layer.same else "VALID"
                bias = self._weight(layer.bias)
                self._node("Conv", kernel, bias, strides=strides, auto_pad=padding)
            case Pooling():
                sides = [layer.side] * 2
                kind = "AveragePool" if layer.average else "MaxPool"
                self._node(kind, kernel_shape=sides, strides=sides)
            case Dense():
                kernel = self._weight(self._channels_first(layer.kernel))
                self._node("Gemm", kernel, self._weight(layer.bias))
            case Activation():
                self._activation(layer.name)

    def _activation(self, name: str) -> None:
        if name == "softmax":
            self._node("Softmax", axis=-1)
        elif name == "gelu":  # by Erf: the operator Gelu is newer than opset 17
            x = self._last
            self._node("Div", self._weight(np.float32(math.sqrt(2))))
            self._node("Erf")
            self._node("Add", self._weight(np.float32(1)))
            self._node("Mul", x)
            self._node("Mul", self._weight(np.float32(0.5)))
        else:
            self._node(OPERATORS[name])

    def _channels_first(self, kernel: NDArray[np.float32]) -> NDArray[np.float32]:
        """Reorder the inputs of a dense layer behind a flattened stack of channels."""
        shape, self._flattened = self._flattened, ()
        if len(shape) < 3:
            return kernel
        return kernel.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)

    def _weight(self, values: NDArray[Any] | np.float32) -> str:
        from onnx import numpy_helper

        name = f"weights-{len(self.weights)}"
        kept = np.ascontiguousarray(values) if np.ndim(values) else np.asarray(values)
        self.weights.append(numpy_helper.from_array(kept, name))
        return name

    def _node(self, operator: str, *others: str, **attributes: Any) -> None:
        from onnx import helper

        output = f"{operator.lower()}-{len(self.nodes)}"
        inputs = [self._last, *others]
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        self._last = output
