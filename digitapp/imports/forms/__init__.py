"""Forms in which datasets come: one module for each, which returns what the file holds."""
