"""Report of a run as one self-contained HTML file that opens offline and can be printed."""

from digitapp.takehome.report.page import report

__all__ = ["report"]
