"""A run as one HTML file: it opens offline, for ever, and can be printed."""

from digitapp.takehome.report.page import report

__all__ = ["report"]
