"""A run as one web page to draw on, whose network answers without the app or the internet."""

from digitapp.takehome.webpage.page import webpage

__all__ = ["webpage"]
