"""Pages of the app, as a thin layer over the core."""
