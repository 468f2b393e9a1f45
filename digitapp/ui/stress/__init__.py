"""Widgets of the Stress test page."""
