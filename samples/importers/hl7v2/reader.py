"""Reads REF^I12/I13, OMP^O09 and ORU^R01 of one referral back into the paths and values of the record.

It knows what the interface agreement says and nothing of the sender's code. Run it over files or a folder:
``python -m samples.importers.hl7v2 DIR``.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from samples.importers.hl7v2.wire import Segment, segments

SEXES = {"F": "female", "M": "male", "O": "other", "U": "unknown"}
RANKS = {"1": "primary", "2": "secondary", "3": "tertiary"}
RELATIONSHIPS = {"SEL": "self", "SPO": "spouse", "CHD": "child", "PAR": "parent", "OTH": "other"}
PRIORITIES = {"S": "stat", "A": "urgent", "R": "routine"}
STATUSES = {"F": "final", "C": "final", "P": "preliminary", "I": "pending", "X": "cancelled"}
MEASURES = {"8302-2": "patient.height_cm", "29463-7": "patient.weight_kg"}
PHONES = {("PRN", "PH"): "patient.home_phone", ("PRN", "CP"): "patient.mobile_phone"}


@dataclass
class Incoming:
    """One referral as the messages tell it. ``cancelled`` and ``deleted``: orders and results that are no more."""

    referral_id: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    confidences: dict[str, float] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    control_ids: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    nulls: set[str] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)

    def put(self, path: str, value: str | None) -> None:
        """Keep a value; nothing said keeps nothing."""
        if value is not None:
            self.values[path] = value


def read_messages(texts: Iterable[str]) -> Incoming:
    """All messages of one referral, in the order in which they came."""
    incoming = Incoming()
    for text in texts:
        _Reading(incoming).read(text)
    return incoming


class _Reading:
    """One message: which order or result the next segments belong to."""

    def __init__(self, incoming: Incoming) -> None:
        self.to = incoming
        self.order = -1
        self.lab = -1
        self.premedications = 0

    def read(self, text: str) -> None:
        readers: dict[str, Callable[[Segment], None]] = {
            "MSH": self._header,
            "RF1": lambda line: setattr(self.to, "referral_id", line.get(6)),
            "PRD": self._prescriber,
            "PID": self._patient,
            "IN1": self._insurance,
            "DG1": self._diagnosis,
            "AL1": self._allergy,
            "ORC": self._order,
            "TQ1": self._timing,
            "RXO": self._give,
            "NTE": self._note,
            "RXR": lambda line: self.to.put(f"orders[{self.order}].route", line.get(1)),
            "OBR": self._request,
            "OBX": self._observation,
        }
        for line in segments(text):
            if line.name in readers and not (line.name in {"TQ1", "RXO", "RXR"} and self.order in self.to.cancelled):
                readers[line.name](line)

    def _header(self, line: Segment) -> None:
        self.to.control_ids.append(line.get(10) or "")
        self.to.kinds.append("^".join(line.get(9, place) or "" for place in (1, 2)))

    def _patient(self, line: Segment) -> None:
        put = self.to.put
        for repetition in range(1, line.count(3) + 1):
            if line.get(3, 5, repetition=repetition) == "MR":
                put("patient.mrn", line.get(3, repetition=repetition))
        for place, leaf in enumerate(("last_name", "first_name", "middle_name", "suffix"), start=1):
            put(f"patient.{leaf}", line.get(5, place))
        put("patient.date_of_birth", _date(line.get(7)))
        put("patient.sex", SEXES.get(line.get(8) or ""))
        self._address("patient.address", line, 11)
        for repetition in range(1, line.count(13) + 1):
            use, equipment = (line.get(13, place, repetition=repetition) or "" for place in (2, 3))
            if use == "NET":
                put("patient.email", line.get(13, 4, repetition=repetition))
            elif (use, equipment) in PHONES:
                put(PHONES[use, equipment], _phone(line, 13, repetition))
        put("patient.work_phone", _phone(line, 14))
        self.to.nulls |= {f"PID-{number}" for number in range(1, 31) if line.is_null(number)}

    def _prescriber(self, line: Segment) -> None:
        put = self.to.put
        for place, leaf in ((1, "last_name"), (2, "first_name"), (6, "credentials")):
            put(f"prescriber.{leaf}", line.get(2, place))
        self._address("prescriber.address", line, 3)
        put("prescriber.practice", line.get(4, 9))
        for repetition in range(1, line.count(5) + 1):
            leaf = "fax" if line.get(5, 3, repetition=repetition) == "FX" else "phone"
            put(f"prescriber.{leaf}", _phone(line, 5, repetition))
        put("prescriber.npi", line.get(7))

    def _insurance(self, line: Segment) -> None:
        at = f"coverages[{int(line.get(1) or 0) - 1}]"
        put = self.to.put
        put(f"{at}.plan", line.get(2, 2))
        put(f"{at}.payer", line.get(4))
        put(f"{at}.payer_phone", _phone(line, 7))
        put(f"{at}.group_number", line.get(8))
        put(f"{at}.subscriber_name", line.get(16))
        put(f"{at}.relationship", RELATIONSHIPS.get(line.get(17) or ""))
        put(f"{at}.rank", RANKS.get(line.get(22) or ""))
        put(f"{at}.member_id", line.get(36))

    def _diagnosis(self, line: Segment) -> None:
        at = f"diagnoses[{int(line.get(1) or 0) - 1}]"
        self.to.put(f"{at}.code", line.get(3))
        self.to.put(f"{at}.description", line.get(3, 2))

    def _allergy(self, line: Segment) -> None:
        path = f"patient.allergies[{int(line.get(1) or 0) - 1}]"
        code = line.get(3)
        if code != "UNREADABLE":
            self.to.put(path, code or line.get(3, 2))

    def _order(self, line: Segment) -> None:
        self.order, self.premedications = int((line.get(2) or "-0").rpartition("-")[2]) - 1, 0
        if line.get(1) == "CA":
            self.to.cancelled.add(self.order)
        else:
            self.to.put(f"orders[{self.order}].date", _date(line.get(9)))

    def _timing(self, line: Segment) -> None:
        at, put = f"orders[{self.order}]", self.to.put
        duration, unit = line.get(6), line.get(6, 2)
        put(f"{at}.duration", f"{duration} {unit}" if duration else None)
        put(f"{at}.start_date", _date(line.get(7)))
        put(f"{at}.priority", PRIORITIES.get(line.get(9) or ""))
        put(f"{at}.frequency", line.get(11))

    def _give(self, line: Segment) -> None:
        at, put = f"orders[{self.order}]", self.to.put
        put(f"{at}.hcpcs", line.get(1))
        put(f"{at}.drug", line.get(1, 2))
        put(f"{at}.brand", line.get(1, 5))
        amount, unit = line.get(2), line.get(4)
        put(f"{at}.dose", f"{amount} {unit}" if amount and unit else None)
        put(f"{at}.refills", line.get(13))

    def _note(self, line: Segment) -> None:
        if line.get(4) == "PREMEDICATION" and self.order not in self.to.cancelled:
            self.to.put(f"orders[{self.order}].premedications[{int(line.get(1) or 0) - 1}]", line.get(3))

    def _request(self, line: Segment) -> None:
        number = re.search(r"-lab-(\d+)$", line.get(3) or "")
        self.lab = int(number[1]) - 1 if number else -1

    def _observation(self, line: Segment) -> None:
        code, path = line.get(3), line.get(4)
        if code == "VALUE" and path:
            self.to.put(path, line.get(5))
        elif code == "STATE" and path:
            self.to.states[path] = line.get(5) or ""
            if line.get(9):
                self.to.confidences[path] = float(line.get(9) or "")
            if line.get(15):
                self.to.sources[path] = line.get(15) or ""
        elif code in MEASURES and self.lab < 0:
            self.to.put(MEASURES[code], line.get(5))
        elif self.lab >= 0:
            self._result(line)

    def _result(self, line: Segment) -> None:
        at, put = f"labs[{self.lab}]", self.to.put
        if line.get(11) == "D":
            self.to.deleted.add(self.lab)
            return
        put(f"{at}.loinc", line.get(3))
        put(f"{at}.test", line.get(3, 2))
        is_compared = line.get(2) == "SN"
        put(f"{at}.result", f"{line.get(5)}{line.get(5, 2)}" if is_compared else line.get(5))
        put(f"{at}.unit", line.get(6))
        put(f"{at}.reference_range", line.get(7))
        put(f"{at}.flag", line.get(8))
        put(f"{at}.status", STATUSES.get(line.get(11) or ""))
        put(f"{at}.collected", _date(line.get(14)))

    def _address(self, at: str, line: Segment, number: int) -> None:
        for place, leaf in enumerate(("line1", "line2", "city", "state", "postal_code"), start=1):
            self.to.put(f"{at}.{leaf}", line.get(number, place))


def _date(value: str | None) -> str | None:
    """``195605`` to ``1956-05``."""
    if value is None:
        return None
    return "-".join(part for part in (value[:4], value[4:6], value[6:8]) if part)


def _phone(line: Segment, number: int, repetition: int = 1) -> str | None:
    whole, extension = line.get(number, 12, repetition=repetition), line.get(number, 8, repetition=repetition)
    return f"{whole};ext={extension}" if whole and extension else whole
