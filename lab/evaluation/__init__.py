"""Evaluation as a feature: gold documents through the production stages, and the scores of what came out. Tasks: ``registry``."""
