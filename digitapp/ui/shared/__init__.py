"""Widgets and helpers used on several pages."""
