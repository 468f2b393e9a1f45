"""All datasets and models by name: built-in ones, and those in the store."""
