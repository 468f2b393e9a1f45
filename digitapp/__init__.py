"""Draw a digit, see a neural network read it, and train that network live."""

__version__ = "0.1.0"
