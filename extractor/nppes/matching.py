"""What the registry says for or against a prescriber, and whose number a missing or misread one may be.

Pure functions over what was looked up. They give evidence and proposals for a person, never a value.
"""

from collections.abc import Iterable, Iterator

from extractor.nppes.provider import Provider, name_key, ten_digits
from models.record import Prescriber, Value

_PHYSICIAN, _RESIDENT = "20", "390200000X"
_BY_CREDENTIALS = {
    "MD": (_PHYSICIAN, _RESIDENT), "DO": (_PHYSICIAN, _RESIDENT), "MBBS": (_PHYSICIAN, _RESIDENT),
    "MBChB": (_PHYSICIAN, _RESIDENT), "DPM": ("213E",), "DDS": ("1223",), "DMD": ("1223",), "OD": ("152W",),
    "PA": ("363A",), "PA-C": ("363A",), "CNM": ("367A",), "CNS": ("364S",), "PharmD": ("1835",), "RPh": ("1835",),
    **dict.fromkeys(
        ("NP", "FNP", "FNP-C", "FNP-BC", "APRN", "ARNP", "CRNP", "CNP", "NP-C", "ANP", "ANP-C", "ANP-BC", "AGNP",
         "AGNP-C", "AGACNP", "AGPCNP", "ACNP", "PNP", "APN", "APNP"),
        ("363L", "364S"),
    ),
}  # fmt: skip
"""Beginnings of the codes (NUCC Health Care Provider Taxonomy) that go with credentials."""

_PRESCRIBERS = tuple(sorted({code for codes in _BY_CREDENTIALS.values() for code in codes}))
_MOST_PROPOSALS = 3


class Comparison(Value):
    """How a registered provider fits what a referral says; None where one side says nothing.

    ``phone``: the practice's number is the prescriber's phone or fax. ``taxonomy``: the primary code goes with the
    credentials, or is that of somebody who prescribes where none are known. ``ended``: the day of deactivation.
    """

    name: bool | None
    state: bool | None
    phone: bool | None
    street: bool | None
    taxonomy: bool | None
    ended: str | None

    @property
    def speaks_against(self) -> bool:
        """Whether it is the number of somebody else: another name, whatever else fits."""
        return self.name is False

    @property
    def features(self) -> dict[str, float]:
        """For a model of confidence: 1 where it fits, 0 where it does not, 0.5 where nothing is known."""
        told = {"name": self.name, "state": self.state, "phone": self.phone, "taxonomy": self.taxonomy}
        return {f"npi_{key}": 0.5 if fits is None else float(fits) for key, fits in told.items()} | {
            "npi_active": float(self.ended is None)
        }


class Proposal(Value):
    """A provider whose number the prescriber's may be, and what it rests on (``name and phone``)."""

    provider: Provider
    rests_on: str


def compare(prescriber: Prescriber, provider: Provider) -> Comparison:
    """Hold a registered provider against what a referral says, whatever the states of its fields."""
    numbers = {number for field in (prescriber.phone, prescriber.fax) if (number := ten_digits(field.value))}
    registered = {number for number in (provider.phone, provider.fax) if number}
    state, house = prescriber.address.state.value, _house(prescriber.address.line1.value)
    return Comparison(
        name=_has_name(prescriber, provider),
        state=None if state is None or provider.state is None else state.upper() == provider.state.upper(),
        phone=bool(numbers & registered) if numbers and registered else None,
        street=None if house is None or _house(provider.line1) is None else house == _house(provider.line1),
        taxonomy=_has_taxonomy(prescriber.credentials.value, provider.taxonomy),
        ended=provider.ended,
    )


def propose(
    prescriber: Prescriber, by_number: Iterable[Provider], by_place: Iterable[Provider]
) -> tuple[Proposal, ...]:
    """Active people of the prescriber's name with their phone or fax (``by_number``) or their street (``by_place``).

    At most three, first those whose number differs least from what was read. Without a last name nobody is proposed.
    """
    found: dict[str, Proposal] = {}
    for provider in by_number:
        if _is_candidate(prescriber, provider):
            found[provider.npi] = Proposal(provider=provider, rests_on="name and phone")
    for provider in by_place:
        if _is_candidate(prescriber, provider) and compare(prescriber, provider).street:
            found.setdefault(provider.npi, Proposal(provider=provider, rests_on="name and address"))
    read = prescriber.npi.value or prescriber.npi.raw or ""
    ranked = sorted(found.values(), key=lambda one: (_count_differences(one.provider.npi, read), one.provider.npi))
    return tuple(ranked[:_MOST_PROPOSALS])


def _is_candidate(prescriber: Prescriber, provider: Provider) -> bool:
    is_other = provider.npi != prescriber.npi.value
    return is_other and provider.is_person and provider.ended is None and _has_name(prescriber, provider) is True


def _has_name(prescriber: Prescriber, provider: Provider) -> bool | None:
    """Whether the last name agrees (also a former one, or a part of a double one) and nothing speaks against the first.

    Only the number of a person can be a prescriber's own: an organisation's never agrees.
    """
    if not provider.is_person:
        return False
    last = prescriber.last_name.value
    if not last or not provider.last:
        return None
    registered = {part for name in (provider.last, provider.other_last) for part in _parts(name)}
    if not registered & set(_parts(last)):
        return False
    first, given = name_key(prescriber.first_name.value or ""), name_key(provider.first or "")
    return not first or not given or _is_short_for(first, given) or _is_short_for(given, first)


def _parts(name: str | None) -> Iterator[str]:
    """The keys of a name and of each part of a double one."""
    if name:
        yield name_key(name)
        pieces = [key for piece in name.replace("-", " ").split() if len(key := name_key(piece)) > 2]
        yield from pieces if len(pieces) > 1 else ()


def _is_short_for(short: str, long: str) -> bool:
    """``J`` or ``ALEX`` for ``ALEXANDER``."""
    return long.startswith(short)


def _has_taxonomy(credentials: str | None, code: str | None) -> bool | None:
    if code is None:
        return None
    named = [word.strip() for word in (credentials or "").split(",")]
    known = [prefix for word in named for prefix in _BY_CREDENTIALS.get(word, ())]
    return code.startswith(tuple(known) or _PRESCRIBERS)


def _house(line: str | None) -> str | None:
    """The number with which a street address begins."""
    first = (line or "").split(maxsplit=1)[:1]
    return first[0].strip(",.") if first and first[0][:1].isdigit() else None


def _count_differences(npi: str, read: str) -> int:
    digits = "".join(c for c in read if c.isdecimal())
    return sum(one != other for one, other in zip(npi, digits, strict=True)) if len(digits) == 10 else 10
