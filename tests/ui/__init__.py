"""Tests of the widgets' modules."""
