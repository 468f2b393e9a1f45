"""Draw a digit, see a neural network read it, and train that network live."""

import os

__version__ = "0.1.0"

# ONNX Runtime reports its use to Microsoft, and keeps an identifier of the machine for that in the
# home folder, unless this is set before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
