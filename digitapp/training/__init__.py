"""Training: from a spec and a dataset to a trained Keras model and its history."""
