"""What the letter asks for, in plain words."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from extractor.letter.unread import asked_rules, illegible_fields
from extractor.readiness.words import join_words
from models.record import Referral, RuleOutcome, RuleResult, Severity

_FOR_STAFF = re.compile(r"\s*This rule is not verified: ask the [^.]*\.$")
"""What a rule says to the center's own people."""

_ASK_THEM = re.compile(r"\b(please )ask the prescriber\b", re.IGNORECASE)
"""The letter is to the prescriber."""

_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


class Item(NamedTuple):
    """One thing to send: what it is, and what is wrong with it in a sentence (may be empty)."""

    title: str
    text: str
    is_required: bool


def list_items(referral: Referral) -> tuple[Item, ...]:
    """Everything to be sent, required first, each once; what cannot be read and has a place is not among them.

    A rule that holds for one of several orders names the drug.
    """
    illegible = illegible_fields(referral)
    orders: dict[tuple[str, str, bool], list[int]] = {}
    for rule in asked_rules(referral):
        if rule.result is RuleOutcome.UNREADABLE and any(evidence.path in illegible for evidence in rule.evidence):
            continue
        key = (rule.title, _say(rule), rule.severity is Severity.REQUIRED)
        orders.setdefault(key, []).append(-1 if rule.order_index is None else rule.order_index)
    return tuple(
        Item(f"{title}{_for_orders(referral, indexes)}", text, is_required)
        for (title, text, is_required), indexes in orders.items()
    )


def say_day(iso: str) -> str:
    """``2026-11-23`` as the offices write it: ``11/23/2026``."""
    return _DAY.sub(r"\2/\3/\1", iso)


def _say(rule: RuleResult) -> str:
    text = _FOR_STAFF.sub("", rule.message).removeprefix(f"{rule.title}:").strip()
    text = say_day(_ASK_THEM.sub(r"\1tell us", text))
    return text[:1].upper() + text[1:]


def _for_orders(referral: Referral, indexes: Sequence[int]) -> str:
    """`` (for ocrelizumab)`` where it is not for every order."""
    if -1 in indexes or len(set(indexes)) == len(referral.orders):
        return ""
    named = [referral.orders[index].brand.value or referral.orders[index].drug.value for index in indexes]
    drugs = join_words(name for name in named if name)
    return f" (for {drugs})" if drugs else ""
