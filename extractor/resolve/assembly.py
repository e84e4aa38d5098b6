"""``assemble_referrals``: one referral for each person of the packet."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from extractor.resolve.checks import check_diagnoses, check_order, check_patient, check_prescriber
from extractor.resolve.doubts import LookAgain, look_nowhere, look_where_it_decides
from extractor.resolve.lists import count_lists
from extractor.resolve.parts import (
    resolve_coverages,
    resolve_diagnoses,
    resolve_labs,
    resolve_orders,
    resolve_patient,
    resolve_prescriber,
    resolve_prior_therapies,
)
from extractor.resolve.policy import Policy, load_policy
from extractor.resolve.scene import Scene
from extractor.resolve.settling import settle
from models.record import Failure, PageType, Referral, ReferralKind
from models.stages.candidate import Packet, Scored
from models.stages.options import Options

_NAMESPACE = uuid.UUID("6c1f0f3e-6f0a-5a53-9a5e-3d0c8f6b2b11")
_ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION})


def assemble_referrals(
    packet: Packet,
    scored: Sequence[Scored],
    failures: Sequence[Failure],
    options: Options,
    now: datetime,
    *,
    look_again: LookAgain = look_nowhere,
) -> tuple[Referral, ...]:
    """One referral for each person, in the order of their first pages.

    ``failures`` are those of the whole file: where pages are missing or failed, nothing found means nothing. ``now``
    stamps ``created_at`` and bounds dates.
    """
    policy = load_policy(options.policy)
    drafts = draft_referrals(packet, scored, failures, now, policy)
    looks = look_where_it_decides(drafts, packet, scored, policy, look_again)
    return tuple(settle(draft, packet, scored, looks, policy) for draft in drafts)


def draft_referrals(
    packet: Packet,
    scored: Sequence[Scored],
    failures: Sequence[Failure],
    now: datetime,
    policy: Policy | None = None,
) -> tuple[Referral, ...]:
    """The referrals before calibration: confidences rank values, and states say what rules dispute.

    ``policy``: the packaged one where none is given.
    """
    is_whole = not failures
    scenes = [
        Scene(packet, person, scored, policy or load_policy(), is_whole_file=is_whole) for person in packet.people
    ]
    found = [_assemble(scene, packet.sha256, now) for scene in scenes]
    has_referral = any(one.kind is ReferralKind.REFERRAL for one in found)
    if not has_referral:
        return tuple(found)
    return tuple(
        one if one.kind is ReferralKind.REFERRAL else one.model_copy(update={"kind": ReferralKind.STRAY})
        for one in found
    )


def _assemble(scene: Scene, sha256: str, now: datetime) -> Referral:
    patient, prescriber = resolve_patient(scene), resolve_prescriber(scene)
    patient, prescriber = (
        check_patient(patient, prescriber, scene.answers, now.date()),
        check_prescriber(prescriber, patient),
    )
    orders = tuple(check_order(order, patient, now.date()) for order in resolve_orders(scene))
    has_order = bool(orders) or any(page.page.type in _ORDER_PAGES for page in scene.pages)
    referral = Referral(
        referral_id=str(uuid.uuid5(_NAMESPACE, f"{sha256}:{min(scene.person.pages)}")),
        created_at=now,
        kind=ReferralKind.REFERRAL if has_order else ReferralKind.SUPPLEMENT,
        pages=scene.person.pages,
        patient=patient,
        coverages=resolve_coverages(scene),
        orders=orders,
        diagnoses=check_diagnoses(resolve_diagnoses(scene), orders),
        prescriber=prescriber,
        prior_therapies=resolve_prior_therapies(scene),
        labs=resolve_labs(scene),
    )
    return referral.model_copy(update={"lists": count_lists(referral, scene)})
