"""Candidates to probabilities, and the values of a record to calibrated ones."""

from extractor.confidence.calibrated import load_calibration
from extractor.confidence.evidence import Evidence, Surroundings, doubtful_share, gather
from extractor.confidence.explanation import explain
from extractor.confidence.score import score

VERSION = load_calibration().version

__all__ = ["VERSION", "Evidence", "Surroundings", "doubtful_share", "explain", "gather", "load_calibration", "score"]
