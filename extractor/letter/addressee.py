"""Whom the letter goes to and whom it is about, as far as the record is sure."""

from typing import NamedTuple, Self

from extractor.knowledge.phones import parse_phone
from extractor.letter.items import say_day
from models.record import Referral, State, Text
from models.record.field import HAS_VALUE

_HUMAN = frozenset({State.CONFIRMED, State.CORRECTED})
_BLANK = "____________________"
_UNSURE = "(as we read it, please check)"
_MOST_DRUGS = 2


class Addressee(NamedTuple):
    """``fax`` (E.164, maybe with ``;ext=``): only one that a person confirmed. ``rows``: label and text."""

    fax: str | None
    rows: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, referral: Referral, own_fax: str) -> Self:
        """Names that were not read surely say so, names on which pages disagree are left to be filled in.

        The center's own number is nobody else's, whoever confirmed it.
        """
        prescriber, patient = referral.prescriber, referral.patient
        fax = _confirmed(prescriber.fax, own_fax)
        doctor = _join(prescriber.first_name, prescriber.last_name)
        if prescriber.credentials.state in HAS_VALUE and _BLANK not in doctor:
            doctor = f"{doctor}, {prescriber.credentials.value}"
        practice = [prescriber.practice.value] if prescriber.practice.state in HAS_VALUE else []
        to = ", ".join(text for text in (doctor, *practice) if text)
        rows = (
            ("To:", to),
            ("Fax:", say_phone(fax) if fax else f"{_BLANK} (to be filled in: nobody has confirmed a number)"),
            ("Patient:", f"{_join(patient.first_name, patient.last_name)}, born {_said(patient.date_of_birth)}"),
            ("Order:", _drugs(referral)),
        )
        return cls(fax, rows)


def say_phone(number: str) -> str:
    """``+13035550147`` as ``(303) 555-0147``; numbers of other countries as they are."""
    main, _, extension = number.partition(";ext=")
    if len(main) == len("+13035550147") and main.startswith("+1"):
        main = f"({main[2:5]}) {main[5:8]}-{main[8:]}"
    return f"{main} ext. {extension}" if extension else main


def _confirmed(field: Text, own_fax: str) -> str | None:
    if field.state not in _HUMAN or field.value is None:
        return None
    reading = parse_phone(field.value)
    return None if reading is None or not reading.is_valid or reading.value == own_fax else reading.value


def _said(field: Text) -> str:
    if field.value is None or field.state in {State.CONFLICTING, State.ILLEGIBLE}:
        return _BLANK
    said = say_day(field.value)
    return said if field.state in HAS_VALUE else f"{said} {_UNSURE}"


def _join(*fields: Text) -> str:
    """Parts of one name; the doubt is said once."""
    parts = [_said(field).removesuffix(_UNSURE).strip() for field in fields]
    if all(part == _BLANK for part in parts):
        return _BLANK
    unsure = f" {_UNSURE}" if any(_said(field).endswith(_UNSURE) for field in fields) else ""
    return " ".join(parts) + unsure


def _drugs(referral: Referral) -> str:
    said = []
    for order in referral.orders:
        brand = f"{order.brand.value} " if order.brand.state in HAS_VALUE else ""
        drug = _said(order.drug)
        said.append(f"{brand}({drug})" if brand and _UNSURE not in drug and drug != _BLANK else f"{brand}{drug}")
    listed = list(dict.fromkeys(said)) or [_BLANK]
    more = f" and {len(listed) - _MOST_DRUGS} more" if len(listed) > _MOST_DRUGS else ""
    return ", ".join(listed[:_MOST_DRUGS]) + more
