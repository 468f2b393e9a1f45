"""Widgets of the page My handwriting."""
