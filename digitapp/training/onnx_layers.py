"""The layers of a network, read back from its ONNX file: the inverse of `onnx_model`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from digitapp.errors import BadFile
from digitapp.training.inference_layers import (
    Activation,
    Convolution,
    Dense,
    Flatten,
    InferenceLayer,
    Pooling,
    Reshape,
    Weights,
)
from digitapp.training.layer_specs import Shape
from digitapp.training.onnx_model import OPERATORS

if TYPE_CHECKING:
    import onnx

ACTIVATIONS = {operator: name for name, operator in OPERATORS.items()} | {"Softmax": "softmax"}
GELU = ["Div", "Erf", "Add", "Mul", "Mul"]


def layers_of(network: bytes) -> list[InferenceLayer]:
    """Return the layers with which a network predicts, in their order.

    Args:
        network: the bytes of an ONNX file that `onnx_model` made, of images or of paths.

    Raises:
        BadFile: when the file is damaged, or has other operators than `onnx_model` writes.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.ModelProto.FromString(network).graph
        found = [*_Reader(graph).layers()]
        if found[-1] != Activation("softmax"):
            raise ValueError(f"it ends in {found[-1]}")
        return found
    except (DecodeError, LookupError, TypeError, ValueError) as error:
        raise BadFile(f"It is not a network of this app ({error!r}).") from None


class _Reader:
    """The nodes of a graph, read one after the other, with the shape of what each one gets."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        from onnx import numpy_helper

        self._nodes = iter(graph.node)
        self._weights = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        given = graph.input[0].type.tensor_type.shape.dim[1:]
        self._shape: Shape = tuple(each.dim_value for each in given)  # then, last, channels
        self._flattened: Shape = ()  # the shape that was flattened last

    def layers(self) -> Iterator[InferenceLayer]:
        """Yield the layers; raise LookupError for an unknown operator, or for missing weights."""
        for node in self._nodes:
            match node.op_type:
                case "Unsqueeze":
                    self._shape = (*self._shape, 1)
                    yield Reshape()
                case "Flatten":
                    yield Flatten(self._shape)
                    self._flattened, self._shape = self._shape, (int(np.prod(self._shape)),)
                case "Conv":
                    yield self._convolution(node)
                case "AveragePool" | "MaxPool":
                    yield self._pooling(node)
                case "Gemm":
                    yield self._dense(node)
                case "Div":
                    self._rest_of_gelu()
                    yield Activation("gelu")
                case _:
                    yield Activation(ACTIVATIONS[node.op_type])

    def _convolution(self, node: onnx.NodeProto) -> Convolution:
        kernel, bias = (self._weights[name] for name in node.input[1:])
        options = _options(node)
        stride, same = int(options["strides"][0]), options["auto_pad"] == b"SAME_UPPER"
        found = Convolution(_copied(kernel.transpose(2, 3, 1, 0)), _copied(bias), stride, same)
        lost = (0, 0) if same else [side - 1 for side in found.kernel.shape[:2]]
        pairs = zip(self._shape[:2], lost, strict=True)
        self._shape = *(-((less - side) // stride) for side, less in pairs), len(bias)
        return found

    def _pooling(self, node: onnx.NodeProto) -> Pooling:
        side = int(_options(node)["kernel_shape"][0])
        height, width, channels = self._shape
        self._shape = height // side, width // side, channels
        return Pooling(side, average=node.op_type == "AveragePool")

    def _dense(self, node: onnx.NodeProto) -> Dense:
        """Behind a flattened stack of channels, put these back where they vary fastest."""
        kernel, bias = (self._weights[name] for name in node.input[1:])
        shape, self._flattened, self._shape = self._flattened, (), (len(bias),)
        if len(shape) == 3:
            height, width, channels = shape
            stacked = kernel.reshape(channels, height, width, -1)
            kernel = stacked.transpose(1, 2, 0, 3).reshape(kernel.shape)
        return Dense(_copied(kernel), _copied(bias))

    def _rest_of_gelu(self) -> None:
        found = [node.op_type for node in islice(self._nodes, len(GELU) - 1)]
        if found != GELU[1:]:
            raise LookupError(f"Div, then {', '.join(found)}")


def _options(node: onnx.NodeProto) -> dict[str, Any]:
    from onnx import helper

    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _copied(values: Weights) -> Weights:
    """Return the values in C order, in memory of their own: the file's can be freed."""
    return np.array(values, np.float32, order="C")
