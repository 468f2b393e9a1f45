"""Turn prepared images into predictions, and rows of writing into numbers.

`reader` reads one digit and `numbers` several, through the network in `prediction`; a number that
was read is a `number_layout`. `uploads` reads files one after the other.
"""
