"""A training as Keras code, in a script or a notebook."""
