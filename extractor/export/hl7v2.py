"""HL7 version 2.5.1: a referral as three messages.

    part      first time   afterwards
    referral  REF^I12      REF^I13 (modify)      who, insurance, diagnoses, allergies, and the record's other fields
    order     OMP^O09 NW   OMP^O09 XO, CA        one order group a drug; CA for an order that is no more
    labs      ORU^R01 F    ORU^R01 C, D          one OBR a result row; D for a row that is no more

The message control id (MSH-10) follows from referral, revision and part, the time (MSH-7) from the revision: sent
again, a message is the same to the byte. Lists (IN1, DG1, AL1, repeated phones) replace those sent before. What has no
field of its own, and the state and confidence of every field, are local observations (``hl7v2_speech``).
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC

from extractor.errors import RecordError
from extractor.export import hl7v2_segments as segments
from extractor.export.base import ExportContext, Exported, Loss, Party, evidence_losses, export_name, exporters
from extractor.export.hl7v2_labs import lab_groups
from extractor.export.hl7v2_orders import order_groups
from extractor.export.hl7v2_speech import LOCAL, Speech, local_value, numbered
from extractor.export.hl7v2_text import EMPTY, Er7, components, escaped, header, segment, timestamp
from models.record import Referral, ReferralKind
from models.record.paths import walk_fields

_ID_LENGTH = 20
"""MSH-10 holds 20 characters in version 2.5.1."""
_ALWAYS = Er7("AL")
"""MSH-15 and MSH-16: both acknowledgments of the enhanced mode are asked for (table 0155)."""


class Hl7Exporter:
    """Messages in UTF-8, each segment ended by a carriage return."""

    media_type = "application/hl7-v2"
    suffix = ".hl7"

    def export(self, referral: Referral, context: ExportContext) -> tuple[Exported, ...]:
        """The referral, its orders and its labs; a part without content, now and earlier, is left out."""
        if referral.kind is not ReferralKind.REFERRAL:
            raise RecordError(f"A {referral.kind} has no order and is no referral: HL7 v2 has no message for it.")
        return tuple(
            self._exported(referral, context, part, body)
            for part, body in (
                ("referral", _referral_body(referral, context)),
                ("order", _order_body(referral, context)),
                ("labs", _labs_body(referral, context)),
            )
            if body
        )

    def _exported(self, referral: Referral, context: ExportContext, part: str, body: list[Er7]) -> Exported:
        lines = [_header(referral, context, part), *body]
        return Exported(
            media_type=self.media_type,
            filename=export_name(referral, self.suffix, part),
            content="".join(line + "\r" for line in lines).encode(),
            losses=tuple(_losses(referral, part)),
            part=part,
        )


def control_id(referral_id: str, revision: int, part: str) -> str:
    """MSH-10: the same for the same part of the same revision, 20 hexadecimal digits."""
    key = f"{referral_id}\n{revision}\n{part}"
    return hashlib.sha256(key.encode()).hexdigest()[:_ID_LENGTH].upper()


def _header(referral: Referral, context: ExportContext, part: str) -> Er7:
    is_update = part in context.earlier
    kinds = {
        "referral": ("REF", "I13" if is_update else "I12", "REF_I12"),
        "order": ("OMP", "O09", "OMP_O09"),
        "labs": ("ORU", "R01", "ORU_R01"),
    }
    receiver = context.receiver or Party(application="")
    return header(
        {
            3: escaped(context.sender.application),
            4: escaped(context.sender.facility),
            5: escaped(receiver.application),
            6: escaped(receiver.facility),
            7: Er7(referral.created_at.astimezone(UTC).strftime("%Y%m%d%H%M%S") + "+0000"),
            9: components(*map(Er7, kinds[part])),
            10: Er7(control_id(referral.referral_id, referral.revision, part)),
            11: Er7("P"),
            12: Er7("2.5.1"),
            **({15: _ALWAYS, 16: _ALWAYS} if context.is_enhanced else {}),
            18: Er7("UNICODE UTF-8"),
        }
    )


def _referral_body(referral: Referral, context: ExportContext) -> list[Er7]:
    speech = Speech(referral, context.earlier.get("referral"), without=("orders[", "labs["))
    authority = escaped(context.sender.application)
    lines = [
        _referral_information(referral, authority),
        segments.prescriber_contact(speech),
        segments.patient(speech, referral, authority),
        *(segments.insurance(speech, index) for index in range(len(referral.coverages))),
        *(segments.diagnosis(speech, index) for index in range(len(referral.diagnoses))),
        *(segments.allergy(speech, index) for index in range(len(referral.patient.allergies))),
    ]
    measures = segments.measures(speech)
    if measures:
        lines += [_observations("1", "MEASURES", "Body measures"), *numbered(measures)]
    plain = [local_value(path, value) for path, value in _plain_values(referral, context)]
    lines += [_observations("2", "FIELDS", "Fields of the record"), *numbered([*plain, *speech.rest()])]
    return [*lines, *_warnings(referral)]


def _referral_information(referral: Referral, authority: Er7) -> Er7:
    """``RF1``: pending, with the most urgent priority of any order."""
    told = {order.priority.value for order in referral.orders}
    ranks = (("stat", "S", "STAT"), ("urgent", "A", "ASAP"), ("routine", "R", "Routine"))
    priority = next(
        (components(Er7(code), Er7(title), Er7("HL70280")) for name, code, title in ranks if name in told), EMPTY
    )
    dates = sorted(date for order in referral.orders if (date := timestamp(order.date.value)) is not None)
    return segment(
        "RF1",
        {
            1: components(Er7("P"), Er7("Pending"), Er7("HL70283")),
            2: priority,
            3: components(Er7("MED"), Er7("Medical"), Er7("HL70281")),
            6: components(escaped(referral.referral_id), authority),
            7: dates[0] if dates else EMPTY,
            9: Er7(referral.created_at.astimezone(UTC).strftime("%Y%m%d%H%M%S") + "+0000"),
        },
    )


def _plain_values(referral: Referral, context: ExportContext) -> Iterable[tuple[str, str]]:
    yield "revision", str(referral.revision)
    if referral.supersedes is not None:
        yield "supersedes", referral.supersedes
    yield "pages", " ".join(map(str, referral.pages))
    if context.extraction.document.sha256 is not None:
        yield "document.sha256", context.extraction.document.sha256
    if referral.readiness is not None:
        yield "readiness.verdict", referral.readiness.verdict.value
        yield "readiness.as_of", referral.readiness.as_of.isoformat()


def _observations(number: str, code: str, title: str) -> Er7:
    return segment("OBR", {1: Er7(number), 4: components(Er7(code), Er7(title), LOCAL)})


def _warnings(referral: Referral) -> list[Er7]:
    """A receiver that passes over local observations still has to see that nobody said "no allergies"."""
    told = referral.lists.allergies
    if told.value is not None or referral.patient.allergies:
        return []
    text = f"Allergies: {told.state.value.replace('_', ' ')}. This does not mean that there are none."
    return [segment("NTE", {1: Er7("1"), 2: Er7("L"), 3: escaped(text)})]


def _order_body(referral: Referral, context: ExportContext) -> list[Er7]:
    groups = order_groups(referral, context.earlier.get("order"), escaped(context.sender.application))
    return [*_patient_alone(referral, context), *groups] if groups else []


def _labs_body(referral: Referral, context: ExportContext) -> list[Er7]:
    groups = lab_groups(referral, context.earlier.get("labs"), escaped(context.sender.application))
    return [*_patient_alone(referral, context), *groups] if groups else []


def _patient_alone(referral: Referral, context: ExportContext) -> list[Er7]:
    speech = Speech(referral, context.earlier.get("referral"), "patient.")
    return [segments.patient(speech, referral, escaped(context.sender.application))]


def _losses(referral: Referral, part: str) -> Iterable[Loss]:
    """What the record holds and no message says; values never are among it."""
    if part != "referral":
        return
    yield from evidence_losses(referral)
    if any(field.page_no is not None for _, field in walk_fields(referral)):
        yield Loss(path="*.bbox", reason="HL7 v2 has no place for the page and the box of a field")
    for index, coverage in enumerate(referral.coverages):
        if coverage.subscriber_name.value is not None:
            reason = (
                "the name stands in one piece as the family name, because the form does not say which part is which"
            )
            yield Loss(path=f"coverages[{index}].subscriber_name", reason=reason)
    if referral.readiness is not None and referral.readiness.rules:
        yield Loss(path="readiness.rules", reason="HL7 v2 carries the verdict, not the rules behind it")


exporters.register("hl7")(Hl7Exporter())
