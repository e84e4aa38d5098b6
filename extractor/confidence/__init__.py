"""Candidates to probabilities."""

from extractor.confidence.score import VERSION, score

__all__ = ["VERSION", "score"]
