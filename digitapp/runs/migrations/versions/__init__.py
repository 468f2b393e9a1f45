"""One module for each version, run by Alembic in order. They do not import `tables`."""
