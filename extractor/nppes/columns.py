"""The public file's columns, found by their names: their order and number (330 in version 2) may change."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from extractor.errors import UsageError

_PRACTICE = "Provider Business Practice Location Address"
NAMES = {
    "npi": "NPI",
    "kind": "Entity Type Code",
    "organisation": "Provider Organization Name (Legal Business Name)",
    "last": "Provider Last Name (Legal Name)",
    "first": "Provider First Name",
    "credentials": "Provider Credential Text",
    "other_last": "Provider Other Last Name",
    "line1": "Provider First Line Business Practice Location Address",
    "city": f"{_PRACTICE} City Name",
    "state": f"{_PRACTICE} State Name",
    "postal_code": f"{_PRACTICE} Postal Code",
    "phone": f"{_PRACTICE} Telephone Number",
    "fax": f"{_PRACTICE} Fax Number",
    "ended": "NPI Deactivation Date",
    "resumed": "NPI Reactivation Date",
}
"""What is kept, and the column it comes from (NPPES Data Dissemination, code values and file layout)."""

_TAXONOMY, _SWITCH = "Healthcare Provider Taxonomy Code_", "Healthcare Provider Primary Taxonomy Switch_"


class Columns(NamedTuple):
    """``total`` columns; ``places`` of those in ``NAMES``; ``taxonomies``: places of each code and of its switch."""

    total: int
    places: Mapping[str, int]
    taxonomies: tuple[tuple[int, int], ...]

    @property
    def first_part(self) -> int:
        """How many columns, from the left, hold all that is kept of nearly every provider."""
        return 1 + max(*self.places.values(), *self.taxonomies[0])


def read_header(header: Sequence[str]) -> Columns:
    """Raises ``UsageError`` where a column is missing: then the file is another one, or of another version."""
    places = {_plain(name): place for place, name in enumerate(header)}
    missing = [name for name in NAMES.values() if _plain(name) not in places]
    numbers = [number for number in range(1, 100) if _plain(f"{_TAXONOMY}{number}") in places]
    if missing or not numbers:
        raise UsageError(
            f"The file has no column {(missing or [_TAXONOMY + '1'])[0]!r}: give the NPPES data dissemination file "
            "(npidata_pfile, as a zip or a CSV)."
        )
    taxonomies = (
        (places[_plain(f"{_TAXONOMY}{number}")], places[_plain(f"{_SWITCH}{number}")])
        for number in numbers
        if _plain(f"{_SWITCH}{number}") in places
    )
    return Columns(len(header), {key: places[_plain(name)] for key, name in NAMES.items()}, tuple(taxonomies))


def _plain(name: str) -> str:
    return re.sub(r"\W+", " ", name).strip().casefold()
