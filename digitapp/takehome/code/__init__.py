"""Keras code that trains the same network as a run, as a script or a notebook."""
