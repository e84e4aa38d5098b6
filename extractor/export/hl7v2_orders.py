"""The order groups of OMP^O09: one for each drug order, with its timing, route, premedications and other fields."""

import re

from extractor.export.hl7v2_segments import ordering_provider
from extractor.export.hl7v2_speech import LOCAL, Speech, numbered
from extractor.export.hl7v2_text import EMPTY, NULL, Er7, components, escaped, segment
from models.record import ASKS, Referral

ROUTES = {"IV": "IV", "SC": "SC", "IM": "IM", "PO": "PO"}
PRIORITIES = {"stat": "S", "urgent": "A", "routine": "R"}
PREMEDICATION = components(Er7("PREMEDICATION"), Er7("Premedication"), LOCAL)
"""NTE-4: what this note is."""

_DOSE = re.compile(r"(\d+(?:\.\d+)?) (\S+)")
_DURATION = re.compile(r"(\d+) (\w+)")


def order_groups(referral: Referral, earlier: Referral | None, authority: Er7) -> list[Er7]:
    """All segments from the first ORC on; empty where there is no order and never was.

    An order that the receiver has and that is no more is cancelled with what it said.
    """
    lines: list[Er7] = []
    known = 0 if earlier is None else len(earlier.orders)
    for index in range(len(referral.orders)):
        lines += _group(referral, earlier, index, "XO" if index < known else "NW", authority)
    if earlier is not None:
        for index in range(len(referral.orders), known):
            lines += _group(earlier, None, index, "CA", authority)
    return lines


def _group(referral: Referral, earlier: Referral | None, index: int, control: str, authority: Er7) -> list[Er7]:
    at = f"orders[{index}]"
    speech = Speech(referral, earlier, f"{at}.")
    number = components(escaped(f"{referral.referral_id}-{index + 1}"), authority)
    lines = [
        segment(
            "ORC",
            {
                1: Er7(control),
                2: number,
                4: components(escaped(referral.referral_id), authority),
                9: speech.date(f"{at}.date"),
                12: ordering_provider(referral),
            },
        ),
        segment(
            "TQ1",
            {
                1: Er7("1"),
                6: speech.match(f"{at}.duration", _duration),
                7: speech.date(f"{at}.start_date"),
                9: speech.code(f"{at}.priority", PRIORITIES),
                11: speech.text(f"{at}.frequency"),
            },
        ),
        _give(speech, at),
        *_premedications(speech, referral, index),
        segment("RXR", {1: _route(speech, at)}),
    ]
    return [*lines, *numbered(speech.rest())]


def _give(speech: Speech, at: str) -> Er7:
    """``RXO``: drug and brand, the dose in number and unit, refills, and whether a person still has to look."""
    code = speech.text(f"{at}.hcpcs")
    drug = components(
        code,
        speech.text(f"{at}.drug"),
        EMPTY if code in (EMPTY, NULL) else Er7("HPC"),
        EMPTY,
        speech.text(f"{at}.brand"),
    )
    dose = _DOSE.fullmatch(speech.value(f"{at}.dose") or "")
    amount = speech.match(f"{at}.dose", lambda _: None if dose is None else Er7(dose[1]))
    is_doubtful = any(field.state in ASKS for field in speech.fields.values())
    return segment(
        "RXO",
        {
            1: drug,
            2: amount,
            4: escaped(dose[2]) if dose else EMPTY,
            13: speech.match(
                f"{at}.refills", lambda value: Er7(value) if value.isascii() and value.isdigit() else None
            ),
            16: Er7("Y" if is_doubtful else "N"),
        },
    )


def _premedications(speech: Speech, referral: Referral, index: int) -> list[Er7]:
    count = len(referral.orders[index].premedications)
    written = [speech.text(f"orders[{index}].premedications[{place}]") for place in range(count)]
    return [
        segment("NTE", {1: Er7(str(place)), 2: Er7("P"), 3: text, 4: PREMEDICATION})
        for place, text in enumerate(written, start=1)
    ]


def _route(speech: Speech, at: str) -> Er7:
    """Required in version 2.5.1: an order that names no route says so."""
    code = speech.code(f"{at}.route", ROUTES)
    return NULL if code in (EMPTY, NULL) else components(code, EMPTY, Er7("HL70162"))


def _duration(value: str) -> Er7 | None:
    found = _DURATION.fullmatch(value)
    return None if found is None else components(Er7(found[1]), escaped(found[2]))
