"""From a name to a dataset: downloaded, drawn by the project, or brought by its users."""
