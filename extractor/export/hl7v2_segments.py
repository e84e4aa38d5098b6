"""The segments that the messages share: people, insurance, diagnoses, allergies, body measures."""

import re

from extractor.export.hl7v2_speech import LOCAL, Speech
from extractor.export.hl7v2_text import EMPTY, NULL, Er7, components, escaped, repetitions, segment, subcomponents
from models.record import Referral

SEXES = {"female": "F", "male": "M", "other": "O", "unknown": "U"}
RANKS = {"primary": "1", "secondary": "2", "tertiary": "3"}
RELATIONSHIPS = {"self": "SEL", "spouse": "SPO", "child": "CHD", "parent": "PAR", "other": "OTH"}
NPI_AUTHORITY = subcomponents(Er7("NPI"), Er7("2.16.840.1.113883.4.6"), Er7("ISO"))
MEASURES = (("height_cm", "8302-2", "Body height", "cm"), ("weight_kg", "29463-7", "Body weight", "kg"))
UNREADABLE = components(Er7("UNREADABLE"), Er7("An entry that could not be read"), LOCAL)
NO_KNOWN_ALLERGIES = components(Er7("NKDA"), Er7("No known drug allergies"), LOCAL)

_PHONE = re.compile(r"(\+\d{4,15})(?:;ext=(\d+))?")
_NORTH_AMERICAN = re.compile(r"\+1(\d{3})(\d{7})")


def patient(speech: Speech, referral: Referral, authority: Er7) -> Er7:
    """``PID``. The first identifier is this referral's, the second the clinic's number with the clinic as its assigner.

    A clinic's number without a known clinic is no identifier; it is left to the local observations.
    """
    practice = escaped(referral.prescriber.practice.value)
    assigner = subcomponents(EMPTY, practice, Er7("L"))
    number = components(speech.text("patient.mrn"), EMPTY, EMPTY, assigner, Er7("MR")) if practice else EMPTY
    phones = repetitions(
        phone(speech, "patient.home_phone", "PRN", "PH"),
        phone(speech, "patient.mobile_phone", "PRN", "CP"),
        email(speech, "patient.email"),
    )
    return segment(
        "PID",
        {
            1: Er7("1"),
            3: repetitions(
                components(escaped(referral.referral_id), EMPTY, EMPTY, authority, Er7("PI")),
                EMPTY if referral.patient.mrn.value is None else number,
            ),
            5: components(
                speech.text("patient.last_name"),
                speech.text("patient.first_name"),
                speech.text("patient.middle_name"),
                speech.text("patient.suffix"),
                EMPTY,
                EMPTY,
                Er7("L"),
            ),
            7: speech.date("patient.date_of_birth"),
            8: speech.code("patient.sex", SEXES),
            11: address(speech, "patient.address"),
            13: phones,
            14: phone(speech, "patient.work_phone", "WPN", "PH"),
        },
    )


def prescriber_contact(speech: Speech) -> Er7:
    """``PRD`` of the referring provider; the practice stands in the description of its location."""
    return segment(
        "PRD",
        {
            1: components(Er7("RP"), Er7("Referring provider"), Er7("HL70286")),
            2: components(
                speech.text("prescriber.last_name"),
                speech.text("prescriber.first_name"),
                EMPTY,
                EMPTY,
                EMPTY,
                speech.text("prescriber.credentials"),
                Er7("L"),
            ),
            3: address(speech, "prescriber.address"),
            4: components(*[EMPTY] * 8, speech.text("prescriber.practice")),
            5: repetitions(
                phone(speech, "prescriber.phone", "WPN", "PH"), phone(speech, "prescriber.fax", "WPN", "FX")
            ),
            7: components(speech.text("prescriber.npi"), Er7("NPI")) if speech.value("prescriber.npi") else EMPTY,
        },
    )


def ordering_provider(referral: Referral) -> Er7:
    """The prescriber as an ``XCN``, for orders and results."""
    by = referral.prescriber
    if not (by.last_name.value or by.npi.value):
        return EMPTY
    return components(
        escaped(by.npi.value),
        escaped(by.last_name.value),
        escaped(by.first_name.value),
        EMPTY,
        EMPTY,
        EMPTY,
        escaped(by.credentials.value),
        EMPTY,
        NPI_AUTHORITY if by.npi.value else EMPTY,
        Er7("L"),
        EMPTY,
        EMPTY,
        Er7("NPI") if by.npi.value else EMPTY,
    )


def insurance(speech: Speech, index: int) -> Er7:
    """``IN1``. A payer's identifier is never on a fax: it is said to be none, as the field is required.

    The subscriber's name stands as printed, in one piece, where the family name would.
    """
    at = f"coverages[{index}]"
    return segment(
        "IN1",
        {
            1: Er7(str(index + 1)),
            2: components(EMPTY, speech.text(f"{at}.plan")) or NULL,
            3: NULL,
            4: speech.text(f"{at}.payer"),
            7: phone(speech, f"{at}.payer_phone", "WPN", "PH"),
            8: speech.text(f"{at}.group_number"),
            16: speech.text(f"{at}.subscriber_name"),
            17: _coded(speech.code(f"{at}.relationship", RELATIONSHIPS), "HL70063"),
            22: speech.code(f"{at}.rank", RANKS),
            36: speech.text(f"{at}.member_id"),
        },
    )


def diagnosis(speech: Speech, index: int) -> Er7:
    """``DG1``; the first is the primary one."""
    code = speech.text(f"diagnoses[{index}].code")
    written = components(code, speech.text(f"diagnoses[{index}].description"), Er7("I10C") if code else EMPTY)
    return segment("DG1", {1: Er7(str(index + 1)), 3: written, 6: Er7("W"), 15: Er7(str(index + 1))})


def allergy(speech: Speech, index: int) -> Er7:
    """``AL1``. An entry nobody could read is still an entry: a missed allergy must not look like no allergy."""
    path = f"patient.allergies[{index}]"
    text = speech.text(path)
    written = UNREADABLE if text in (EMPTY, NULL) else components(EMPTY, text)
    if speech.value(path) == "NKDA":
        written = NO_KNOWN_ALLERGIES
    return segment("AL1", {1: Er7(str(index + 1)), 3: written})


def measures(speech: Speech) -> list[Er7]:
    """OBX of height and weight, without set ids; one that is no more is deleted."""
    lines = []
    for leaf, loinc, title, unit in MEASURES:
        written = speech.text(f"patient.{leaf}")
        if written:
            identifier = components(Er7(loinc), Er7(title), Er7("LN"))
            fields = {2: Er7("NM"), 3: identifier, 5: written, 6: components(Er7(unit), EMPTY, Er7("UCUM"))}
            lines.append(segment("OBX", {**fields, 11: Er7("D" if written == NULL else "F")}))
    return lines


def address(speech: Speech, at: str) -> Er7:
    """``XAD``."""
    return components(*(speech.text(f"{at}.{leaf}") for leaf in ("line1", "line2", "city", "state", "postal_code")))


def phone(speech: Speech, path: str, use: str, equipment: str) -> Er7:
    """``XTN``: the parts where it is a North American number, and the whole in E.164 as its last component."""

    def written(value: str) -> Er7 | None:
        found = _PHONE.fullmatch(value)
        if found is None:
            return None
        whole, extension = found.groups()
        national = _NORTH_AMERICAN.fullmatch(whole)
        parts = (Er7("1"), Er7(national[1]), Er7(national[2])) if national else (EMPTY, EMPTY, EMPTY)
        kind = (EMPTY, Er7(use), Er7(equipment), EMPTY)
        return components(*kind, *parts, Er7(extension or ""), EMPTY, EMPTY, EMPTY, Er7(whole))

    return speech.match(path, written)


def email(speech: Speech, path: str) -> Er7:
    """``XTN`` of an address on the internet."""
    return speech.match(path, lambda value: components(EMPTY, Er7("NET"), Er7("Internet"), escaped(value)))


def _coded(code: Er7, system: str) -> Er7:
    return code if code in (EMPTY, NULL) else components(code, EMPTY, Er7(system))
