"""The order groups of ORU^R01: one OBR for each result row, so that a correction of one leaves the others alone."""

import re

from extractor.export.hl7v2_segments import ordering_provider
from extractor.export.hl7v2_speech import Speech, numbered
from extractor.export.hl7v2_text import EMPTY, NULL, Er7, components, escaped, segment
from models.record import Lab, Referral

STATUSES = {"final": "F", "preliminary": "P", "pending": "I", "cancelled": "X"}
"""Table 0085. A row that does not say is ``R``: entered, not verified."""

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMPARED = re.compile(r"(<=|>=|<|>)(\d+(?:\.\d+)?)")


def lab_groups(referral: Referral, earlier: Referral | None, authority: Er7) -> list[Er7]:
    """All segments from the first OBR on; empty where there is no result and never was."""
    lines: list[Er7] = []
    before = () if earlier is None else earlier.labs
    for index, lab in enumerate(referral.labs):
        known = before[index] if index < len(before) else None
        speech = Speech(referral, earlier, f"labs[{index}].")
        result = [_result(speech, index, is_update=known is not None)]
        if known is not None and _identity(known) != _identity(lab):
            result.append(_deleted(known))
        lines.append(_request(referral, index, result[0], authority))
        lines += numbered([*result, *speech.rest()])
    for index in range(len(referral.labs), len(before)):
        gone = _deleted(before[index])
        lines += [_request(referral, index, gone, authority), *numbered([gone])]
    return lines


def _request(referral: Referral, index: int, result: Er7, authority: Er7) -> Er7:
    fields = result.split("|")
    status = Er7("X" if fields[11] == "D" else fields[11])
    return segment(
        "OBR",
        {
            1: Er7(str(index + 1)),
            3: components(escaped(f"{referral.referral_id}-lab-{index + 1}"), authority),
            4: Er7(fields[3]),
            7: Er7(fields[14]) if len(fields) > 14 else EMPTY,
            16: ordering_provider(referral),
            25: status,
        },
    )


def _result(speech: Speech, index: int, *, is_update: bool) -> Er7:
    at = f"labs[{index}]"
    status = speech.code(f"{at}.status", STATUSES) or Er7("R")
    kind, value = _value(speech, f"{at}.result")
    unit = speech.text(f"{at}.unit")
    return segment(
        "OBX",
        {
            2: kind,
            3: _identifier(speech.text(f"{at}.loinc"), speech.text(f"{at}.test")),
            5: value,
            6: unit if unit in (EMPTY, NULL) else components(unit, EMPTY, Er7("UCUM")),
            7: speech.text(f"{at}.reference_range"),
            8: speech.text(f"{at}.flag"),
            11: Er7("R") if status == NULL else Er7("C") if is_update and status == "F" else status,
            14: speech.date(f"{at}.collected"),
        },
    )


def _value(speech: Speech, path: str) -> tuple[Er7, Er7]:
    """Type and value: a number, a number with its comparator, or a word."""
    result = speech.value(path) or ""
    compared = _COMPARED.fullmatch(result)
    if compared:
        return Er7("SN"), speech.match(path, lambda _: components(Er7(compared[1]), Er7(compared[2])))
    written = speech.text(path)
    if not written:
        return EMPTY, EMPTY
    return Er7("NM") if _NUMBER.fullmatch(result) else Er7("ST"), written


def _identifier(loinc: Er7, test: Er7) -> Er7:
    return components(loinc, test, EMPTY if loinc in (EMPTY, NULL) else Er7("LN")) or NULL


def _deleted(lab: Lab) -> Er7:
    """A result that the receiver has and that is no more."""
    identifier = _identifier(escaped(lab.loinc.value), escaped(lab.test.value))
    return segment("OBX", {2: Er7("ST"), 3: identifier, 5: NULL, 11: Er7("D")})


def _identity(lab: Lab) -> tuple[str | None, str | None]:
    return lab.loinc.value, lab.test.value
