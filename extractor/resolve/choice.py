"""One field from its scored candidates: which value, which state, what speaks for and against it."""

from collections.abc import Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from extractor.confidence.score import value_key
from extractor.resolve.absence import (
    EXPECTED,
    LABEL_SEEN,
    LABEL_UNSURE,
    LOOKS_EMPTY,
    NOT_EXTRACTED,
    NOT_FOUND,
    NOT_SEEN,
    OWNER_DOUBTS,
    UNPROVEN,
)
from extractor.resolve.policy import Policy
from models.record import Alternative, Evidence, Field, Quality, Reason, State, Value
from models.record.list_places import unplaced
from models.stages.candidate import Scored

T = TypeVar("T", str, bool, float)

_MOST_ALTERNATIVES = 5
_MOST_EVIDENCE = 8
_NEAR_TEXT = 75.0


class Setting(Value):
    """What all fields of one person are chosen by.

    ``quality`` is by page number. ``is_all_seen``: all pages arrived and were read well, so that absence is a finding.
    ``doubtful_pages`` hold much that was hardly read (handwriting, faint print). ``asked`` names the last parts of
    paths (``mobile_phone``) whose label stands somewhere on the pages. ``attempted``: the paths that are read at all,
    list places as ``[]``.
    """

    policy: Policy
    quality: dict[int, Quality | None]
    is_all_seen: bool
    asked: frozenset[str] = frozenset()
    doubtful_pages: frozenset[int] = frozenset()
    attempted: frozenset[str] = frozenset()


def choose(field: type[Field[T]], kind: type[T], path: str, scored: Sequence[Scored], setting: Setting) -> Field[T]:
    """The field of ``path`` from all candidates for it."""
    groups = _group([s for s in scored if isinstance(s.candidate.value, kind)])
    if not groups:
        return _absent(field, path, scored, setting)
    best: list[Scored] = groups[0]
    others: list[list[Scored]] = groups[1:]
    top: Scored = best[0]
    value = top.candidate.value
    assert isinstance(value, kind)
    reasons = [*top.candidate.reasons, *_seen_reason(best)]
    state = _state(path, best, others, setting, reasons)
    return field(
        value=value,
        confidence=top.probability,
        state=state,
        raw=top.candidate.raw,
        page_no=top.candidate.page_no,
        bbox=top.candidate.bbox,
        source=top.candidate.source,
        alternatives=_alternatives(top, others, kind),
        evidence=tuple(_evidence(one) for one in best[:_MOST_EVIDENCE]),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _evidence(scored: Scored) -> Evidence:
    candidate = scored.candidate
    return Evidence(page_no=candidate.page_no, bbox=candidate.bbox, raw=candidate.raw, source=candidate.source)


def _order(scored: Scored) -> tuple[float, int, str, str]:
    candidate = scored.candidate
    return (-scored.probability, candidate.page_no, str(candidate.bbox), candidate.raw)


def _group(scored: Sequence[Scored]) -> list[list[Scored]]:
    """Candidates that say the same together, the likeliest group and the likeliest member first."""
    groups: dict[str, list[Scored]] = {}
    for one in sorted(scored, key=_order):
        groups.setdefault(value_key(one.candidate.path, one.candidate.value), []).append(one)
    return list(groups.values())


def _seen_reason(group: Sequence[Scored]) -> list[Reason]:
    pages = sorted({one.candidate.page_no for one in group})
    if len(pages) < 2:
        return []
    listed = ", ".join(str(page) for page in pages[:-1]) + f" and {pages[-1]}"
    return [Reason(code="seen_on_pages", text=f"seen on pages {listed}")]


_OF_PEOPLE = ("patient.", "prescriber.")
_KNOWN_OWNER = 0.5
"""How surely it is told whose a value is, below which a person looks whatever else speaks for it."""
_WHOSE = Reason(code="owner_unclear", text="its place alone says whose it is, and not clearly")


def _state(
    path: str,
    best: Sequence[Scored],
    others: Sequence[Sequence[Scored]],
    setting: Setting,
    reasons: list[Reason],
) -> State:
    top = best[0]
    state = State.FOUND
    policy = setting.policy
    if not top.candidate.is_valid or OWNER_DOUBTS & set(reasons):
        state = State.NEEDS_REVIEW
    if policy.is_critical(path) and not any(_is_proven(one, policy) for one in best):
        reasons.append(UNPROVEN)
        state = State.NEEDS_REVIEW
    if path.startswith(_OF_PEOPLE) and all(one.candidate.features.get("role", 1.0) < _KNOWN_OWNER for one in best):
        reasons.append(_WHOSE)
        state = State.NEEDS_REVIEW
    if top.candidate.alternatives and not top.candidate.is_valid:
        reasons.append(Reason(code="see_alternatives", text="the alternatives are guesses for a person to check"))
    for other in others:
        rival = other[0]
        if rival.probability < policy.runner_up.ratio * top.probability or not rival.candidate.is_valid:
            continue
        pages = {one.candidate.page_no for one in best}
        is_elsewhere = rival.candidate.page_no not in pages
        is_near = fuzz.ratio(str(rival.candidate.value).casefold(), str(top.candidate.value).casefold()) >= _NEAR_TEXT
        if is_elsewhere and rival.probability >= policy.runner_up.conflict and not is_near:
            reasons.append(Reason(code="pages_disagree", text=f"page {rival.candidate.page_no} says something else"))
            return State.CONFLICTING
        reasons.append(
            Reason(
                code="close_runner_up", text=f"another reading on page {rival.candidate.page_no} is nearly as likely"
            )
        )
        state = State.NEEDS_REVIEW
    return state


def _is_proven(scored: Scored, policy: Policy) -> bool:
    """Whether a label or a mark names the value, it is valid, and it is known whose it is."""
    candidate, needed = scored.candidate, policy.evidence
    features = candidate.features
    is_named = features.get("anchor", 0.0) >= 1.0 and features.get("label", 0.0) >= needed.label
    return is_named and candidate.is_valid and features.get("role", 0.0) >= needed.role


def _alternatives(top: Scored, others: Sequence[Sequence[Scored]], kind: type[T]) -> tuple[Alternative[T], ...]:
    found: dict[T, Alternative[T]] = {}
    for group in others[:_MOST_ALTERNATIVES]:
        value = group[0].candidate.value
        if isinstance(value, kind):
            found[value] = Alternative(value=value, confidence=group[0].probability)
    for extra in top.candidate.alternatives:
        value = extra.value
        if isinstance(value, kind):
            found.setdefault(value, Alternative(value=value, confidence=extra.confidence))
    return tuple(found.values())


def _absent(field: type[Field[T]], path: str, scored: Sequence[Scored], setting: Setting) -> Field[T]:
    """No value: unreadable, left blank, or nothing there asks for it; in doubt a person is asked."""
    unread = sorted((s for s in scored if s.candidate.is_illegible), key=_order)
    blank = sorted((s for s in scored if s.candidate.is_blank), key=_order)
    if not unread and not blank:
        state, reason = _nothing(path, setting)
        return field(state=state, reasons=(reason,))
    candidate = (unread or blank)[0].candidate
    state = State.ILLEGIBLE if unread else State.BLANK
    reasons: tuple[Reason, ...] = candidate.reasons
    quality = setting.quality.get(candidate.page_no)
    is_poor = quality in {None, *setting.policy.poor} or candidate.page_no in setting.doubtful_pages
    is_sure = candidate.features.get("label_read", 0.0) >= setting.policy.evidence.blank_label
    if not unread and not is_sure:
        state, reasons = State.NEEDS_REVIEW, (*reasons, LABEL_UNSURE)
    elif not unread and is_poor:
        state, reasons = State.NEEDS_REVIEW, (*reasons, LOOKS_EMPTY)
    return field(
        state=state,
        raw=candidate.raw or None,
        page_no=candidate.page_no,
        bbox=candidate.bbox,
        source=candidate.source,
        reasons=reasons,
    )


def _nothing(path: str, setting: Setting) -> tuple[State, Reason]:
    if unplaced(path) not in setting.attempted:
        return State.NEEDS_REVIEW, NOT_EXTRACTED
    if setting.policy.is_expected(path):
        return State.NEEDS_REVIEW, EXPECTED
    if not setting.is_all_seen:
        return State.NEEDS_REVIEW, NOT_SEEN
    if path.rsplit(".", 1)[-1] in setting.asked:
        return State.NEEDS_REVIEW, LABEL_SEEN
    return State.NOT_ON_FORM, NOT_FOUND
