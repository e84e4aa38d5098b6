"""Scored candidates to referrals: choose, cross-check, assemble."""

from extractor.resolve.assembly import assemble_referrals
from extractor.resolve.policy import POLICY

__all__ = ["POLICY", "assemble_referrals"]
