"""From a model and labelled images to scores, and to what is told of them."""
