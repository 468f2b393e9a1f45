"""The pages: thin windows onto the core."""
