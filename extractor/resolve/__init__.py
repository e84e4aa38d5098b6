"""Scored candidates to referrals: choose, cross-check, assemble, settle."""

from extractor.resolve.assembly import assemble_referrals, draft_referrals
from extractor.resolve.doubts import LookAgain, Looks, find_doubts, join_looks, look_nowhere, weigh_looks
from extractor.resolve.gathering import gather_evidence
from extractor.resolve.policy import POLICY, load_policy, name_policy
from extractor.resolve.settling import settle

__all__ = [
    "POLICY",
    "LookAgain",
    "Looks",
    "assemble_referrals",
    "draft_referrals",
    "find_doubts",
    "gather_evidence",
    "join_looks",
    "load_policy",
    "look_nowhere",
    "name_policy",
    "settle",
    "weigh_looks",
]
