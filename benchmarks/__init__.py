"""Measurements, as ratios against the plain way in the same run: `make bench`."""
