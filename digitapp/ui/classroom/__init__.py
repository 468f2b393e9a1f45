"""Widgets of rooms: joining and leading one, and what a class does together."""
