"""Migrations of stores made by older versions, run by Alembic when a store is opened.

A change of `tables` needs a module in `versions/`, named for the version that it leads to, and that
number in `tables.VERSION`. A new store gets the current tables at once.
"""
