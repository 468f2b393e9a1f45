"""What the texts in `texts/` may point at, wait for and be filled with."""

from __future__ import annotations

HIGHLIGHTS = ("pixels", "node", "layer", "weights", "activation", "answers", "why", "epochs", "map")
PANELS = ("", "node", "why", "epochs", "map")  # tabs below the picture; none
# What the reader may have done; inspection.js notices it.
ACTIONS = (
    *("read", "drawn", "pixel", "node", "layer", "weight", "off", "restored"),
    *("why", "epoch", "map", "output"),
)
CONDITIONS = (
    *("drawing", "convolutional", "pooling", "one_layer"),
    *("in_a_map", "an_answer", "tested"),
)

# Placeholders, and the conditions that must hold for there to be a value. "First layer": the first
# after the pixels. "The node": the chosen one, of a map the one at the chosen place; until one with
# weights is chosen, the one of the first layer with the largest activation.
PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "layers": (),  # number of layers, without the pixels
    "nodes_in_layer": (),  # number of nodes in the first layer
    "answers": (),  # number of nodes in the last layer
    "first_function": (),  # name of the activation function of the first layer
    "first_function_rule": (),  # what it does
    "maps": ("convolutional",),  # number of maps in the first layer
    "ink_pixels": ("drawing",),  # number of pixels above 0
    "active_nodes": ("drawing",),  # number of nodes of the first layer with an activation above 0
    "brightest": ("drawing",),  # number of its node or map with the largest activation
    "brightest_value": ("drawing",),  # that activation
    "node": ("drawing",),  # number of the node, or of its map
    "layer": ("drawing",),  # number of its layer
    "row": ("drawing", "in_a_map"),  # where it is in its map
    "column": ("drawing", "in_a_map"),
    "output": ("drawing", "an_answer"),  # name of the answer that it gives
    "node_share": ("drawing", "an_answer"),  # its activation, in percent
    "node_sum": ("drawing",),  # its products and its bias, summed
    "node_value": ("drawing",),  # its activation
    "bias": ("drawing",),  # its bias
    "strongest_product": ("drawing",),  # its product of largest absolute value
    "strongest_input": ("drawing",),  # the factors of that
    "strongest_weight": ("drawing",),
    "function": ("drawing",),  # name of its layer's activation function
    "function_rule": ("drawing",),  # what it does
    "answer": ("drawing",),  # name of the most probable answer
    "confidence": ("drawing",),  # its probability
    "second": ("drawing",),  # name of the second most probable answer
    "second_share": ("drawing",),  # its probability
    "meant": ("drawing",),  # name of the answer pressed last; until then the most probable one
    "meant_share": ("drawing",),  # its probability, in percent
    "meant_number": ("drawing",),  # the same, from 0 to 1
    "loss": ("drawing",),  # the cross-entropy, -ln of that
    "test_accuracy": ("tested",),  # share of the test images that are read correctly
}
LABELS = ("title", "previous", "next", "hide", "show", "task", "done", "where")
FUNCTIONS = ("relu", "tanh", "sigmoid", "elu", "gelu", "softmax", "linear")
