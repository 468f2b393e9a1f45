"""From a run to a process of its own that trains it."""
