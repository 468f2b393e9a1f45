"""Evaluation: from a model and labelled images to scores, reports and model cards."""
