"""Datasets of users: files of any usual form, understood, looked at and mended."""
