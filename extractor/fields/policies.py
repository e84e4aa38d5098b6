"""Which answers of a page are about which insurance policy: by the rank that is printed, else by what repeats.

A rank stands in a label (``Secondary insurance``), over a column or block (``PRIMARY INSURANCE``) or in a section's
title.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractor.fields.policy_values import is_member_number
from extractor.knowledge.labels import match_section
from extractor.knowledge.organisations import is_only_plan, is_payer_name, is_plan_name
from extractor.packet import Answer, Role
from extractor.packet.questions import fold
from models.record import BBox, lies_on
from models.stages.layout import Line, PageReading
from models.stages.text import Word

RANKS = ("primary", "secondary", "tertiary")
_ORDINALS = {
    "primary": r"primary|1st|first(?! (?:name|and|mi|middle|last|date))",
    "secondary": r"secondary|2nd|second",
    "tertiary": r"tertiary|3rd|third",
}
_NUMBERED = r"(?:insurance|insurer|ins|payer|payor|coverage|plan|policy|carrier) ?(?:no |# ?)?"
_RANK_WORDS = {rank: re.compile(rf"\b(?:{words})\b") for rank, words in _ORDINALS.items()}
_ASKS_RANK = re.compile(r"^(?:coverage |insurance |policy )?rank$|\border of (?:benefits|coverage)\b|^cob\b")
_RANK_NUMBERS = {rank: re.compile(rf"\b{_NUMBERED}{number}\b") for number, rank in enumerate(RANKS, start=1)}
COVERED = re.compile(
    r"\b(?:insurance|insurances|insurers?|ins|payer|payor|coverage|plan|policy|carrier|subscriber|insured|benefits?|member"
    r"|cardholder|payers|medical)\b"
)
HOLDERS = frozenset({Role.PAYER, Role.SUBSCRIBER})
_OTHERS = frozenset(
    {Role.CONTACT, Role.GUARANTOR, Role.PRESCRIBER, Role.PHARMACY, Role.FACILITY, Role.PCP, Role.RECEIVER}
)
TEXT_ITEM = "text"
"""How the item of answers begins that a text about one policy gives: see ``policy_texts``."""
_UNRANKED, _OTHER, _PHARMACY = "cov", "other", "pharmacy"
_INSURERS = re.compile(r"\b(?:insurers?|carriers?|payers?|payors?|insurance|health plans?)\b")
_FURTHER = re.compile(r"^(?:other|additional|any other|another|supplemental)\b")
"""What a form asks of one more policy, in the block of the first or beside it."""
_OF_PHARMACY = frozenset({"bin", "pcn", "plan", "group_number", "payer_phone"})
_OF_HOLDER = frozenset({"subscriber_name", "subscriber_first_name", "subscriber_last_name", "relationship"})
_ALIGNED, _SAME_ROW, _REACH = 24.0, 8.0, 260.0
"""Points: how far right an anchor may start, between anchors of one row, and down to which one speaks."""


@dataclass(slots=True)
class Policy:
    """The answers of one policy on a page by leaf; ``rank_from`` is what ranks it."""

    key: str
    rank: str | None = None
    rank_from: Answer | Line | None = None
    leaves: dict[str, Answer] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    """Leaves that nothing printed gives to this policy and not to another of the page."""


def find_policies(answers: Sequence[Answer], page: PageReading) -> list[Policy]:
    """The page's answers about insurance, by rank, else by the order in which payers or numbers repeat."""
    policies: dict[str, Policy] = {}
    count = 0
    current: str | None = None
    said = [answer for answer in answers if _says_rank(answer)]
    answers = [answer for answer in answers if answer not in said]
    own = [(answer, rank) for answer in answers if (rank := _own_rank(answer)) is not None]
    values = [answer.bbox for answer in said]
    headings = [(line, rank) for line, rank in _rank_headings(page) if not lies_on(line.bbox, values, 0.5)]
    anchors: list[tuple[Answer | Line, str]] = [*headings, *own]
    frames = page.layout.frames
    is_shared = (
        len({rank for _, rank in anchors}) > 1 and sum(_is_pharmacys(a) and a.attribute == "bin" for a in answers) == 1
    )
    with_payer = {
        _frame_of(a.label_bbox, frames)
        for a in answers
        if a.attribute == "payer" and _FURTHER.search(fold(a.label)) is None
    }
    for answer in answers:
        frame = _frame_of(answer.label_bbox, frames)
        leaf = _leaf_of(answer)
        if answer.attribute == "prescription_plan" and frame is not None and frame not in with_payer and answer.words:
            # The block beside the medical one has a payer of its own, or names the medical one's plan.
            leaf = "plan" if is_only_plan(answer.text) else "payer"
        if leaf is None:
            continue
        near = [(anchor, rank) for anchor, rank in anchors if _frame_of(_place(anchor), frames) in {frame, None}]
        rank, source = _rank_of(answer, near)
        if rank is not None and source is not answer and is_shared and _is_pharmacys(answer):
            rank, source, key = None, None, _PHARMACY
        elif rank is not None:
            key = rank
        elif _FURTHER.search(fold(answer.label)) is not None:
            key = _OTHER
        elif frame is not None and answer.item is None and len(with_payer) > 0:
            key = f"{_UNRANKED}frame{frame}"
        elif answer.item is not None:
            key = f"{_UNRANKED}{answer.item}"
        else:
            key = current if current is not None and current.startswith(_UNRANKED) else f"{_UNRANKED}{count}"
            if leaf in policies.get(key, Policy(key)).leaves and leaf in {"payer", "member_id"}:
                held = policies[key].leaves[leaf]
                if held.words and answer.words and held.text != answer.text:
                    count += 1
                    key = f"{_UNRANKED}{count}"
        policy = policies.setdefault(key, Policy(key, rank, source))
        current = key if key not in {_OTHER, _PHARMACY} else current
        kept = policy.leaves.get(leaf)
        if kept is None or (not kept.words and answer.words):
            policy.leaves[leaf] = answer
    found = _joined([policy for policy in policies.values() if policy.leaves])
    if len(found) == len(said) == 1 and found[0].rank is None:
        found[0].rank, found[0].rank_from = fold(said[0].text), said[0]
    return found


def _says_rank(answer: Answer) -> bool:
    """Whether an answer says the policy's rank and no name: ``Coverage: Primary``, ``Order of benefits: Primary``."""
    is_asked = answer.attribute in {"payer", "plan"} or _ASKS_RANK.search(fold(answer.label)) is not None
    return is_asked and fold(answer.text) in RANKS


def _is_pharmacys(answer: Answer) -> bool:
    """Whether an answer is about a pharmacy benefit: its numbers, or a group that its label calls so."""
    return answer.attribute in {"bin", "pcn"} or (
        answer.attribute == "group_number" and "rx" in fold(answer.label).split()
    )


def _joined(policies: list[Policy]) -> list[Policy]:
    """The policies, numbers of a pharmacy benefit that stand without a payer of their own with the first that has one.

    A form asks them in a block beside the medical one; the record keeps them with the policy they come with.
    """
    named = [policy for policy in policies if policy.leaves.keys() & {"payer", "member_id"}]
    home = next((policy for policy in named if policy.rank == "primary"), named[0] if named else None)
    if home is None:
        return policies
    if len(named) == 1:
        # A form asks who holds the only policy beside it, or in the next column.
        held = [p for p in policies if p is not home and p.rank is None and p.leaves.keys() <= _OF_HOLDER]
        for leaf, answer in ((leaf, answer) for policy in held for leaf, answer in policy.leaves.items()):
            home.leaves.setdefault(leaf, answer)
        policies = [policy for policy in policies if policy not in held]
    for policy in policies:
        if policy not in named and policy.leaves.keys() <= _OF_PHARMACY and policy.leaves.keys() & {"bin", "pcn"}:
            for leaf, answer in policy.leaves.items():
                if not (leaf in home.leaves and home.leaves[leaf].words):
                    home.leaves[leaf] = answer
                    home.unsure.update({leaf} if policy.key == _PHARMACY else ())
    return [policy for policy in policies if policy in named or not policy.leaves.keys() <= _OF_PHARMACY]


def _frame_of(box: BBox, frames: Sequence[BBox]) -> int | None:
    """Which of the form's blocks a label stands in."""
    return next((number for number, frame in enumerate(frames) if lies_on(box, (frame,))), None)


def _leaf_of(answer: Answer) -> str | None:
    """The leaf of a coverage that an answer gives, None for answers about anything else."""
    attribute, role = answer.attribute, answer.role
    is_coverage = is_coverage_section(answer)
    if attribute == "payer_phone" and role is Role.RECEIVER:
        return None  # "Call us:" in the head of a form
    if attribute in {"bin", "pcn", "payer_phone", "prescription_plan"}:
        return None if attribute == "prescription_plan" else attribute
    if attribute == "group_number":
        return attribute
    if attribute == "member_id" and fold(answer.label) in RANKS:
        return "payer" if is_coverage or is_payer_name(answer.text) else None
    if attribute == "member_id":
        is_others = role in _OTHERS and not (role is Role.FACILITY and "group" in fold(answer.label).split())
        return attribute if not is_others and is_member_number(answer) else None
    if attribute == "payer":
        is_bare = fold(answer.label) in {*RANKS, "coverage"}
        is_policys = not is_bare or is_coverage or role is Role.PAYER
        # "Primary" alone may be of the primary care physician; "Primary ins." is not.
        is_said = COVERED.search(fold(answer.label)) is not None and find_rank(answer.label) is not None
        return "payer" if is_said or (is_policys and role not in _OTHERS) else None
    if attribute == "plan" and "subscriber" in fold(answer.label).split():
        return "subscriber_name"  # "Plan subscriber"
    if attribute == "plan":
        if answer.words and is_payer_name(answer.text) and not is_plan_name(answer.text):
            return "payer"  # "Plan: Medicare"
        return "plan" if is_coverage or role in HOLDERS or role is None else None
    if attribute == "relationship":
        return (
            "relationship"
            if role not in _OTHERS and (is_coverage or role in HOLDERS or COVERED.search(fold(answer.label)))
            else None
        )
    if role is Role.SUBSCRIBER and attribute in {"full_name", "first_name", "last_name"}:
        return {"full_name": "subscriber_name"}.get(attribute, f"subscriber_{attribute}")
    if attribute == "phone" and (role is Role.PAYER or _INSURERS.search(fold(answer.label)) is not None):
        return "payer_phone"
    if role is Role.PAYER and attribute in {"practice", "full_name"}:
        return "payer" if is_coverage or _INSURERS.search(fold(answer.label)) is not None else None
    return None


def is_coverage_section(answer: Answer) -> bool:
    """Whether an answer stands in a section about insurance."""
    known = match_section(answer.section) if answer.section else None
    return known is not None and known[0] == "coverage"


def find_rank(text: str) -> str | None:
    """The one rank that a label or heading names: ``Secondary Insurance``, ``INSURANCE 2``."""
    folded = _spaced(text)
    named = [r for r in RANKS if _RANK_WORDS[r].search(folded) or _RANK_NUMBERS[r].search(folded)]
    return named[0] if len(named) == 1 else None


def is_ranked_in_words(text: str) -> bool:
    """Whether a rank is said in words: the number of a block (``COVERAGE 1``) may only count the blocks."""
    return any(pattern.search(_spaced(text)) for pattern in _RANK_WORDS.values())


def _spaced(text: str) -> str:
    """Folded, without accents, which no rank has, and with the space that an engine lost: ``PRIMARYINSURANCE``."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"\b(primary|secondary|tertiary)(?=[a-z])", r"\1 ", fold(plain))


def _rank_headings(page: PageReading) -> list[tuple[Line, str]]:
    """Lines that say of which policy the rows below them are."""
    found: list[tuple[Line, str]] = []
    for line in page.layout.lines:
        for part in _parts(line):
            text = " ".join(word.text for word in part)
            rank = find_rank(text) if len(part) <= 5 else None
            is_rank_only = fold(text) in RANKS
            if (
                rank is not None
                and (COVERED.search(_spaced(text)) or is_rank_only)
                and "care" not in _spaced(text).split()
            ):
                box = part[0].bbox.union(part[-1].bbox)
                found.append((Line(words=tuple(part), bbox=box), rank))
    return found


def _parts(line: Line) -> list[list[Word]]:
    """A line's runs of words that no wide gap parts."""
    parts: list[list[Word]] = []
    for word in line.words:
        if parts and word.bbox.x0 - parts[-1][-1].bbox.x1 < 14:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _own_rank(answer: Answer) -> str | None:
    """The rank in an answer's own label: ``Secondary insurance``, ``Primary ID``."""
    leaf = _leaf_of(answer)
    is_covered = COVERED.search(fold(answer.label)) is not None or leaf == "payer"
    return find_rank(answer.label) if is_covered and leaf is not None else None


def _rank_of(answer: Answer, anchors: Sequence[tuple[Answer | Line, str]]) -> tuple[str | None, Answer | Line | None]:
    """The rank of the policy an answer is about: from its column (its item), label, neighbour or section."""
    rank = answer.item if answer.item in RANKS else _own_rank(answer)
    if rank is not None:
        return rank, answer
    if answer.item is not None and answer.item.startswith(TEXT_ITEM):
        # A text of its own, whose label says no rank: another policy's label ranks it as little.
        anchors = [(anchor, each) for anchor, each in anchors if isinstance(anchor, Line)]
    box = answer.label_bbox
    left = [(a, r) for a, r in anchors if _place(a).y_overlap(box) > 0.4 * box.height and _place(a).x1 <= box.x0 + 2]
    if left:
        anchor, rank = max(left, key=lambda pair: _place(pair[0]).x0)
        return rank, anchor
    above = [
        (anchor, rank)
        for anchor, rank in anchors
        if _place(anchor).bottom <= box.top + 3
        and _place(anchor).x0 <= box.x0 + _ALIGNED
        and box.top - _place(anchor).bottom < _REACH
    ]
    if above:
        lowest = max(_place(anchor).bottom for anchor, _ in above)
        row = [(anchor, rank) for anchor, rank in above if lowest - _place(anchor).bottom < _SAME_ROW]
        anchor, rank = max(row, key=lambda pair: _place(pair[0]).x0)
        return rank, anchor
    section = find_rank(answer.section) if answer.section and COVERED.search(_spaced(answer.section)) else None
    return (section, answer) if section is not None else (None, None)


def _place(anchor: Answer | Line) -> BBox:
    return anchor.bbox if isinstance(anchor, Line) else anchor.label_bbox
