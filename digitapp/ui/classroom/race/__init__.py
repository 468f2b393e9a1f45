"""The race: entering a run, the podium, the curves, and who reads what."""
