"""Benchmarks, as ratios to a plain implementation measured alongside: `make bench`."""

import digitapp  # noqa: F401 - switches the telemetry of ONNX Runtime off
