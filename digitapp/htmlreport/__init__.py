"""A run as one HTML file: it opens offline, for ever, and can be printed."""

from digitapp.htmlreport.page import report

__all__ = ["report"]
