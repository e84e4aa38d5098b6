"""Scored candidates to referrals: choose, cross-check, assemble, settle."""

from extractor.resolve.assembly import assemble_referrals, draft_referrals
from extractor.resolve.policy import POLICY
from extractor.resolve.settling import gather_evidence, settle

__all__ = ["POLICY", "assemble_referrals", "draft_referrals", "gather_evidence", "settle"]
