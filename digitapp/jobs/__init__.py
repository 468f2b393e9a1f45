"""Training processes: starting one for each run, and training a run in it."""
