"""``assemble_referrals``: one referral for each person of the packet."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from extractor.packet import Answer, fold, has_words, is_asked, read_answers
from extractor.resolve.absence import NOT_SEEN, unread
from extractor.resolve.checks import (
    check_diagnoses,
    check_dose,
    check_drug,
    check_order,
    check_patient,
    check_prescriber,
)
from extractor.resolve.choice import Setting, choose
from extractor.resolve.items import Item, merge_diagnoses, merge_orders, page_items
from extractor.resolve.policy import load_policy
from models.record import (
    Count,
    Diagnosis,
    Failure,
    Flag,
    Lists,
    Order,
    PageStatus,
    PageType,
    Patient,
    Prescriber,
    Quality,
    Reason,
    Referral,
    ReferralKind,
    State,
    Text,
)
from models.stages.candidate import Packet, Person, Scored
from models.stages.layout import PageReading
from models.stages.options import Options

_NAMESPACE = uuid.UUID("6c1f0f3e-6f0a-5a53-9a5e-3d0c8f6b2b11")
_ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION})
_PATIENT_TEXTS = (
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "date_of_birth",
    "home_phone",
    "mobile_phone",
    "work_phone",
)
_PRESCRIBER_TEXTS = ("first_name", "last_name", "credentials", "npi", "phone", "fax", "signature_date")
_ORDER_TEXTS = ("drug", "brand", "dose", "route", "frequency")
_DIAGNOSIS_TEXTS = ("code", "description")


M = TypeVar("M", Order, Diagnosis)


_ASKED = (
    "middle_name",
    "suffix",
    "mobile_phone",
    "work_phone",
    "home_phone",
    "credentials",
    "fax",
    "route",
    "frequency",
)
"""Attributes whose label, seen without an answer, keeps a field from being ``not_on_form``."""


_DOUBTFUL_WORD, _DOUBTFUL_SHARE = 0.75, 0.08
"""A word below this score is read with doubt; a page with more than this share of them is not trusted to be empty."""


_SURE_LABEL = 0.7
"""A label with a word below this score may ask something else than was read."""


class _Scene:
    """What all fields of one person share."""

    def __init__(self, packet: Packet, person: Person, scored: Sequence[Scored], *, is_whole_file: bool) -> None:
        self.pages = [page for page in packet.pages if page.page.page_no in person.pages]
        self.scored = [one for one in scored if one.candidate.page_no in person.pages]
        self.answers: list[Answer] = [answer for page in self.pages for answer in read_answers(page)]
        text = " ".join(f" {fold(line.text)} " for page in self.pages for line in page.layout.lines)
        self.setting = Setting(
            policy=load_policy(),
            quality={page.page.page_no: page.page.quality for page in self.pages},
            is_all_seen=is_whole_file and all(_is_well_read(page) for page in self.pages),
            doubtful_pages=frozenset(page.page.page_no for page in self.pages if not _is_legible(page)),
            asked=frozenset(name for name in _ASKED if is_asked(name, text)),
        )

    def text(self, path: str, candidates: Sequence[Scored] | None = None) -> Text:
        return choose(Text, str, path, self.at(path) if candidates is None else candidates, self.setting)

    def flag(self, path: str) -> Flag:
        return choose(Flag, bool, path, self.at(path), self.setting)

    def at(self, path: str) -> list[Scored]:
        return [one for one in self.scored if one.candidate.path == path]


def _is_well_read(page: PageReading) -> bool:
    is_good = page.page.quality not in {Quality.DEGRADED, Quality.STANDARD_FAX}
    is_read = has_words(page) or page.is_blank is not False
    return page.page.status is PageStatus.OK and is_good and is_read and _is_legible(page) and _has_sure_labels(page)


def _has_sure_labels(page: PageReading) -> bool:
    """Whether every label was read surely: a label that was not may be the one that seems to be missing."""
    labels = [pair.label_bbox for pair in page.layout.key_values]
    return all(
        (word.confidence is None or word.confidence >= _SURE_LABEL) and word.read_as in {None, word.text}
        for word in page.words.words
        if any(word.bbox.intersection_area(label) > 0.5 * word.bbox.area for label in labels)
    )


def _is_legible(page: PageReading) -> bool:
    """Whether few words were read with doubt; handwriting that is not recognised shows in many such words."""
    scores = [word.confidence for word in page.words.words if word.confidence is not None]
    doubtful = sum(score < _DOUBTFUL_WORD for score in scores)
    return doubtful <= _DOUBTFUL_SHARE * len(scores)


def assemble_referrals(
    packet: Packet, scored: Sequence[Scored], failures: Sequence[Failure], options: Options, now: datetime
) -> tuple[Referral, ...]:
    """One referral for each person, in the order of their first pages.

    ``failures`` are those of the whole file: where pages are missing or failed, nothing found means nothing. ``now``
    stamps ``created_at`` and bounds dates.
    """
    del options  # thresholds of a site come here
    is_whole = not failures
    found = [_assemble(packet, person, scored, now, is_whole_file=is_whole) for person in packet.people]
    has_referral = any(one.kind is ReferralKind.REFERRAL for one in found)
    if not has_referral:
        return tuple(found)
    return tuple(
        one if one.kind is ReferralKind.REFERRAL else one.model_copy(update={"kind": ReferralKind.STRAY})
        for one in found
    )


def _assemble(
    packet: Packet, person: Person, scored: Sequence[Scored], now: datetime, *, is_whole_file: bool
) -> Referral:
    scene = _Scene(packet, person, scored, is_whole_file=is_whole_file)
    patient = _patient(scene)
    prescriber = _prescriber(scene)
    patient, prescriber = (
        check_patient(patient, prescriber, scene.answers, now.date()),
        check_prescriber(prescriber, patient),
    )
    orders = tuple(check_order(order, patient, now.date()) for order in _orders(scene))
    diagnoses = check_diagnoses(_diagnoses(scene), orders)
    has_order = bool(orders) or any(page.page.type in _ORDER_PAGES for page in scene.pages)
    return Referral(
        referral_id=str(uuid.uuid5(_NAMESPACE, f"{packet.sha256}:{min(person.pages)}")),
        created_at=now,
        kind=ReferralKind.REFERRAL if has_order else ReferralKind.SUPPLEMENT,
        pages=person.pages,
        patient=patient,
        prescriber=prescriber,
        orders=orders,
        diagnoses=diagnoses,
        lists=_lists(scene, orders, diagnoses),
    )


def _patient(scene: _Scene) -> Patient:
    read = {name: scene.text(f"patient.{name}") for name in _PATIENT_TEXTS}
    if read["last_name"].value is None:
        # Where the name itself was not read, its smaller parts were not either.
        for part in ("middle_name", "suffix"):
            if read[part].state is State.NOT_ON_FORM:
                read[part] = Text(state=State.NEEDS_REVIEW, reasons=(NOT_SEEN,))
    return unread(Patient).model_copy(update=read)


def _prescriber(scene: _Scene) -> Prescriber:
    read: dict[str, Text | Flag] = {name: scene.text(f"prescriber.{name}") for name in _PRESCRIBER_TEXTS}
    present = scene.flag("prescriber.signature_present")
    read["signature_present"] = present
    signed = read["signature_date"]
    if present.value is False and signed.value is not None:
        why = Reason(code="dated_but_unsigned", text="a date stands beside an empty signature")
        read["signature_date"] = signed.model_copy(
            update={"state": State.NEEDS_REVIEW, "reasons": (*signed.reasons, why)}
        )
    return unread(Prescriber).model_copy(update=read)


def _orders(scene: _Scene) -> tuple[Order, ...]:
    items = merge_orders(page_items(scene.scored, "orders"))
    written = scene.text("orders[*].date")
    orders = [_item(scene, unread(Order), item, f"orders[{index}]", _ORDER_TEXTS) for index, item in enumerate(items)]
    return tuple(check_dose(check_drug(order.model_copy(update={"date": written}))) for order in orders)


def _diagnoses(scene: _Scene) -> tuple[Diagnosis, ...]:
    items = merge_diagnoses(page_items(scene.scored, "diagnoses"))
    return tuple(
        _item(scene, Diagnosis(), item, f"diagnoses[{index}]", _DIAGNOSIS_TEXTS) for index, item in enumerate(items)
    )


def _item(scene: _Scene, empty: M, item: Item, path: str, names: Sequence[str]) -> M:
    return empty.model_copy(update={name: scene.text(f"{path}.{name}", item.get(name, ())) for name in names})


def _lists(scene: _Scene, orders: Sequence[Order], diagnoses: Sequence[Diagnosis]) -> Lists:
    return unread(Lists).model_copy(
        update={
            "orders": _count(scene, [order.drug for order in orders], "orders"),
            "diagnoses": _count(scene, [diagnosis.code for diagnosis in diagnoses], "diagnoses"),
        }
    )


def _count(scene: _Scene, leading: Sequence[Text], name: str) -> Count:
    """How many items there are; never ``found`` in this version, which does not yet prove that a list is complete."""
    if not leading:
        reason = NOT_SEEN if not scene.setting.is_all_seen else Reason(code="none_found", text=f"no {name} were found")
        return Count(state=State.NEEDS_REVIEW, reasons=(reason,))
    sure = min((field.confidence or 0.0) for field in leading)
    reason = Reason(
        code="completeness_unproven", text="every item that was found is counted; others may stand on the pages"
    )
    return Count(
        value=len(leading),
        confidence=round(0.85 * sure, 4),
        state=State.NEEDS_REVIEW,
        source="derived",
        reasons=(reason,),
    )
