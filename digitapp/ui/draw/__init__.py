"""Widgets of the Draw page."""
