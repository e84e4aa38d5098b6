"""What the browser is told: plain values of a review, made from a record and the answers on it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from extractor.resolve.correcting import Answered, as_text
from extractor.resolve.policy import Policy
from extractor.web import labels
from models.record import ASKS, STAFF, BBox, Page, PageType, Readiness, Referral, State, Value
from models.record.paths import AnyField, walk_fields
from models.record.review import Change, standing

MOST_CHOICES = 9
"""One for each digit key."""


class Choice(Value):
    """Another reading of a field. ``value`` goes back as the answer, ``text`` is shown."""

    value: str | bool | int | float
    text: str
    confidence: float | None


class FieldView(Value):
    """One field as it is shown. ``head`` is the path of the list item that can be removed with it, if any.

    ``reason`` is the one line that says why it asks, or why it does not. ``box`` is in points on the upright page.
    """

    path: str
    section: str
    item: str | None
    head: str | None
    label: str
    value: str | bool | int | float | None
    text: str
    state: State
    needs: bool
    critical: bool
    removed: bool
    page_no: int | None
    box: BBox | None
    confidence: float | None
    source: str
    raw: str | None
    choices: tuple[Choice, ...]
    reason: str
    reasons: tuple[str, ...]
    answered_by: str | None
    answered_at: datetime | None


class EvidenceView(Value):
    """A place that a rule looked at: the field (as it stands on the screen) and where it was read."""

    path: str
    label: str
    page_no: int | None
    box: BBox | None


class RuleView(Value):
    """One rule of a protocol with what it found."""

    title: str
    order: str | None
    result: str
    is_required: bool
    message: str
    source: str
    evidence: tuple[EvidenceView, ...]


class ReadinessView(Value):
    """The verdict and the rules behind it, those that stop the referral first."""

    verdict: str
    rules: tuple[RuleView, ...]


class SectionView(Value):
    """A part of the screen; ``add_path`` is the field through which a further item is added, if items can be."""

    key: str
    title: str
    add_path: str | None
    add_label: str | None


class PageView(Value):
    """A page of the file; sizes in points of the upright page, None where it failed.

    ``owner``: the referral that it belongs to; ``turn``: degrees clockwise by which people turned it; its picture, its
    words and all boxes on it are told as it is turned.
    """

    page_no: int
    type: str
    kind: PageType
    owner: str | None
    turn: int
    quality: str | None
    width: float | None
    height: float | None
    is_theirs: bool


class HistoryLine(Value):
    """One thing that happened to a field, in words."""

    at: datetime | None
    actor: str
    what: str
    before: str
    after: str


def view_fields(
    answered: Answered, changes: Iterable[Change], checks: Mapping[str, str | None], policy: Policy
) -> tuple[FieldView, ...]:
    """Every field, section by section as the screen shows them; ``checks`` are shown without what was read of them."""
    by_path = {change.correction.path: change for change in standing(changes) if change.correction is not None}
    order = {key: number for number, key in enumerate(labels.SECTIONS)}
    views = [
        _view(path, field, answered, by_path, is_critical=policy.is_critical(path))
        for path, field in walk_fields(answered.referral)
    ]
    views = [_blind(view, checks[view.path]) if view.path in checks else view for view in views]
    return tuple(sorted(views, key=lambda view: order[view.section]))


def view_sections(referral: Referral) -> tuple[SectionView, ...]:
    """The parts of the screen with the place of the next item of each list."""
    sizes = {
        "patient.allergies": len(referral.patient.allergies),
        "orders": len(referral.orders),
        "diagnoses": len(referral.diagnoses),
        "coverages": len(referral.coverages),
        "prior_therapies": len(referral.prior_therapies),
        "labs": len(referral.labs),
    }
    found = []
    for key, title in labels.SECTIONS.items():
        leaf, said = labels.ADDED_BY.get(key, (None, None))
        path = None if leaf is None else f"{key}[{sizes[key]}]{leaf}"
        found.append(SectionView(key=key, title=title, add_path=path, add_label=said))
    return tuple(found)


def view_readiness(readiness: Readiness | None, originals: Mapping[str, str]) -> ReadinessView | None:
    """The verdict; ``originals`` gives each path of the record its path on the screen."""
    if readiness is None:
        return None
    rank = {"missing": 0, "expired": 0, "abnormal": 0, "unreadable": 1, "needs_review": 1, "pending": 1, "met": 2}
    rules = [
        RuleView(
            title=rule.title,
            order=None if rule.order_index is None else f"Order {rule.order_index + 1}",
            result=rule.result.value,
            is_required=rule.severity.value == "required",
            message=rule.message,
            source=rule.source,
            evidence=tuple(
                EvidenceView(
                    path=originals.get(one.path, one.path),
                    label=labels.label_of(one.path),
                    page_no=one.page_no,
                    box=one.bbox,
                )
                for one in rule.evidence
            ),
        )
        for rule in readiness.rules
    ]
    ordered = sorted(rules, key=lambda rule: (rank.get(rule.result, 3), not rule.is_required))
    return ReadinessView(verdict=readiness.verdict.value, rules=tuple(ordered))


def view_pages(
    pages: Iterable[Page], referral: Referral, owners: Mapping[str, tuple[int, ...]], turns: Mapping[int, int]
) -> tuple[PageView, ...]:
    """The pages of the file, also those that are somebody else's: staff may see that one was given away wrongly."""
    return tuple(
        PageView(
            page_no=page.page_no,
            type=page.type.value.replace("_", " "),
            kind=page.type,
            owner=next((name for name, own in owners.items() if page.page_no in own), None),
            turn=turns.get(page.page_no, 0),
            quality=None if page.quality is None else page.quality.value.replace("_", " "),
            width=page.width,
            height=page.height,
            is_theirs=page.page_no in referral.pages,
        )
        for page in pages
    )


def view_history(path: str, read: AnyField | None, changes: Iterable[Change]) -> tuple[HistoryLine, ...]:
    """What happened to one field, oldest first, from what the machine read on."""
    before = "" if read is None or read.value is None else as_text(read.value)
    ordered = sorted(changes, key=lambda change: change.number)
    lines = []
    if read is not None:
        seen = "read" if read.value is not None else str(read.state).replace("_", " ")
        lines.append(HistoryLine(at=None, actor="machine", what=seen, before=before, after=before))
    answers = {change.number: change for change in ordered if change.correction and change.correction.path == path}
    undone: dict[int, int] = {}
    for change in ordered:
        if change.number in answers and change.correction is not None:
            after = "" if change.correction.value is None else as_text(change.correction.value)
            what = change.correction.action.value.replace("_", " ")
            lines.append(HistoryLine(at=change.at, actor=change.actor, what=what, before=before, after=after))
            before = after
        elif change.withdraws in answers or change.withdraws in undone:
            what = "undone" if change.withdraws in answers else "redone"
            undone[change.number] = change.withdraws or 0
            after = _value_after(path, read, [one for one in ordered if one.number <= change.number])
            lines.append(HistoryLine(at=change.at, actor=change.actor, what=what, before=before, after=after))
            before = after
    return tuple(lines)


def _value_after(path: str, read: AnyField | None, changes: Iterable[Change]) -> str:
    values = [one.correction.value for one in standing(changes) if one.correction and one.correction.path == path]
    value = values[-1] if values else None if read is None else read.value
    return "" if value is None else as_text(value)


def _view(
    path: str, field: AnyField, answered: Answered, by_path: Mapping[str, Change], *, is_critical: bool
) -> FieldView:
    heads = [path[: place + 1] for place, character in enumerate(path) if character == "]"]
    head = heads[-1] if heads else None
    gone = next((one for one in heads if one in answered.removed), None)
    answer = by_path.get(gone or path)
    texts = tuple(dict.fromkeys(reason.text for reason in field.reasons))
    return FieldView(
        path=path,
        section=labels.section_of(path),
        item=labels.item_of(path, answered.referral),
        head=head,
        label=labels.label_of(path),
        value=field.value,
        text="" if field.value is None else as_text(field.value),
        state=field.state,
        needs=gone is None and field.needs_person,
        critical=is_critical,
        removed=gone is not None,
        page_no=field.page_no,
        box=field.bbox,
        confidence=field.confidence if field.source != STAFF else None,
        source=labels.source_of(field.source),
        raw=field.raw,
        choices=tuple(
            Choice(value=one.value, text=as_text(one.value), confidence=one.confidence)
            for one in field.alternatives[:9]
        ),
        reason=_headline(field, texts),
        reasons=texts,
        answered_by=None if answer is None else answer.actor,
        answered_at=None if answer is None else answer.at,
    )


def _blind(view: FieldView, planted: str | None) -> FieldView:
    """An accepted field as one that asks, with nothing of what was read, or with a planted value in its place."""
    if view.removed or view.answered_by is not None:
        return view
    why = "a spot check: type what stands there" if planted is None else "a person should confirm it"
    hidden = {"value": planted, "text": planted or "", "raw": planted, "choices": (), "confidence": None}
    return view.model_copy(
        update=hidden | {"state": State.NEEDS_REVIEW, "needs": True, "reason": why, "reasons": (why,)}
    )


def _headline(field: AnyField, texts: tuple[str, ...]) -> str:
    """The one line: a doubt is the last thing that was said, a found value's ground the first."""
    if not texts:
        return "" if field.value is not None else "nothing asks for it"
    return texts[-1] if field.state in ASKS or field.source == STAFF else texts[0]
