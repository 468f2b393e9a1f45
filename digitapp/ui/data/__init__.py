"""Widgets of the pages Data and New dataset."""
