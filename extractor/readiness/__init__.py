"""A referral to its verdict: what the protocols of the ordered drugs ask for, and what of it is there."""

from extractor.readiness.assess import add_readiness, assess_readiness

__all__ = ["add_readiness", "assess_readiness"]
