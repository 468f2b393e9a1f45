"""Benchmarks, as ratios to a plain implementation measured alongside: `make bench`."""
