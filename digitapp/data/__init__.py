"""Datasets by name: downloaded, drawn by the project, or supplied by users."""
