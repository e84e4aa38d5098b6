"""Which dates and which outcome belong to which earlier therapy, by where they stand."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from extractor.ner.model import Kind, Mention

_DRUGS = frozenset({Kind.PRIOR, Kind.TAKEN, Kind.ORDERED, Kind.NOT_GIVEN, Kind.ALLERGY, Kind.PREMED, Kind.FAMILY})
_LEAVES = frozenset({Kind.START, Kind.STOP, Kind.OUTCOME})
_JOINED = re.compile(r"^[\s,/&+;]*(?:(?:and|or|then|both)\b)?[\s,/&+]*$", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:[,/&+]|\b(?:and|or))\s*\n|\n\s*(?:and|or)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:both|each|all)\b", re.IGNORECASE)
_LEADS = re.compile(r"^\W*(?:to|with|on|of|from|after|by|while on|while taking|led to stopping)\b\W*$", re.IGNORECASE)
_ENDS = re.compile(r"[.!?]\s+(?=[A-Z(\d#*\-])|\n\s*\n|\n\s*(?:[-*\u2022#|]|\d{1,2}[.)])\s*")
_NEAR = 400
_BEFORE, _OUTCOME_BEFORE, _SENTENCE, _LINE, _PAST_DRUG, _BRACKET, _SEMICOLON = 14, 60, 70, 6, 45, 40, 12
"""Added to the characters between drug and leaf: a date or an outcome stands first, a sentence ends, a line,
a drug is between, a bracket that holds one of them closes, a semicolon."""


class Therapy(NamedTuple):
    """One earlier therapy: its drug, and what is said of it."""

    drug: Mention
    start: Mention | None = None
    stop: Mention | None = None
    outcome: Mention | None = None


def link_therapies(mentions: Sequence[Mention], text: str) -> tuple[Therapy, ...]:
    """The earlier therapies among ``mentions``, in order; drugs that stand in a list share what is said of it."""
    units = _units(mentions, text)
    ends = [found.start() for found in _ENDS.finditer(text)]
    drugs = [mention for mention in mentions if mention.kind in _DRUGS]
    held: dict[tuple[int, Kind], Mention] = {}
    ways = sorted(
        (way, leaf.start, place)
        for leaf in mentions
        if leaf.kind in _LEAVES
        for place, unit in enumerate(units)
        if (way := _way(leaf, unit, text, ends, drugs)) <= _NEAR
    )
    by_start = {mention.start: mention for mention in mentions}
    taken: set[int] = set()
    for _, start, place in ways:
        leaf = by_start[start]
        if start not in taken and (place, leaf.kind) not in held:
            held[place, leaf.kind] = leaf
            taken.add(start)
    _share(units, held, text)
    return tuple(
        Therapy(drug, held.get((place, Kind.START)), held.get((place, Kind.STOP)), held.get((place, Kind.OUTCOME)))
        for place, unit in enumerate(units)
        for drug in unit
    )


def _share(units: Sequence[Sequence[Mention]], held: dict[tuple[int, Kind], Mention], text: str) -> None:
    """``A 2019, then B 2020, both stopped for rash``: how B ended is how A ended."""
    for place in range(len(units) - 1, 0, -1):
        outcome = held.get((place, Kind.OUTCOME))
        if outcome is None or (place - 1, Kind.OUTCOME) in held:
            continue
        is_shared = _ALL.search(text[units[place][-1].end : outcome.start]) is not None
        if is_shared and not _ENDS.search(text[units[place - 1][-1].end : outcome.start]):
            held[place - 1, Kind.OUTCOME] = outcome


def _units(mentions: Sequence[Mention], text: str) -> list[list[Mention]]:
    """Earlier drugs, those that only commas and the like part in one unit."""
    units: list[list[Mention]] = []
    before: Mention | None = None
    for mention in mentions:
        if mention.kind is Kind.PRIOR:
            is_joined = before is not None and before.kind is Kind.PRIOR
            if is_joined and before is not None and _are_joined(text[before.end : mention.start]):
                units[-1].append(mention)
            else:
                units.append([mention])
        before = mention
    return units


def _are_joined(between: str) -> bool:
    """Only commas and the like stand between, and a line's end only where one of them says that the list goes on."""
    return _JOINED.match(between) is not None and ("\n" not in between or _GOES_ON.search(between) is not None)


def _way(leaf: Mention, unit: Sequence[Mention], text: str, ends: Sequence[int], drugs: Sequence[Mention]) -> float:
    """How far a leaf is from a unit: characters, and what stands between counts more."""
    first, last = unit[0], unit[-1]
    is_behind = leaf.start >= last.end
    left, right = (last.end, leaf.start) if is_behind else (leaf.end, first.start)
    between = text[left:right]
    if left > right:
        return _NEAR + 1
    cost = float(len(between)) + _LINE * between.count("\n")
    cost += _BRACKET * max(0, between.count(")") - between.count("(")) + _SEMICOLON * between.count(";")
    cost += _SENTENCE * sum(left <= end < right for end in ends)
    cost += _PAST_DRUG * sum(left <= drug.start < right for drug in drugs)
    if not is_behind and not (leaf.kind is Kind.OUTCOME and _LEADS.match(between)):
        cost += _OUTCOME_BEFORE if leaf.kind is Kind.OUTCOME else _BEFORE
    return cost
