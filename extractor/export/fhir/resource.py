"""One resource of the bundle: its key inside the referral, and which fields of the record it carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from extractor.export.fhir import terms
from extractor.export.fhir.elements import Element, Json, pruned
from models.record import Referral

_WITHDRAWN: Mapping[str, Element] = {
    "Condition": {
        "verificationStatus": {
            "coding": [{"system": f"{terms.TERMINOLOGY}/condition-ver-status", "code": "entered-in-error"}]
        }
    },
    "AllergyIntolerance": {
        "verificationStatus": {
            "coding": [{"system": f"{terms.TERMINOLOGY}/allergyintolerance-verification", "code": "entered-in-error"}]
        }
    },
    "Organization": {"active": False},
}


@dataclass(frozen=True)
class Resource:
    """``key``: its place in the referral (``labs/3``), empty for the referral itself; ``fields``: paths it carries."""

    kind: str
    key: str
    body: Element
    fields: tuple[str, ...] = ()

    def withdrawn(self) -> "Resource":
        """The same resource, marked as entered in error: an earlier revision had it, this one has not."""
        changes = _WITHDRAWN.get(self.kind, {"status": "entered-in-error"})
        body = {name: part for name, part in self.body.items() if name != "clinicalStatus"}
        return Resource(self.kind, self.key, {**body, **changes})


def identity(referral_id: str, key: str) -> str:
    """The value that identifies a resource in the system of referral ids; the same in every revision."""
    return f"{referral_id}/{key}" if key else referral_id


def full_url(referral_id: str, key: str) -> str:
    """A stable ``urn:uuid:`` for a resource (UUID version 5, RFC 4122): the same in every revision."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{terms.REFERRAL_ID}|{identity(referral_id, key)}')}"


def search(system: str, value: str, parameter: str = "identifier") -> str:
    """The query that finds one resource by a token, percent-encoded."""
    return f"{parameter}={quote(f'{system}|{value}', safe=':')}"


class Shelf:
    """The resources of one referral in the making; hands out references to what is already known by key."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        self._made: list[Resource] = []

    def add(self, kind: str, key: str, body: Element, fields: Sequence[str] = ()) -> None:
        """Put a resource in; the identifier of the program comes first among its own."""
        given = body.get("identifier", ())
        own = {"system": terms.REFERRAL_ID, "value": identity(self.referral.referral_id, key)}
        others: Sequence[Json] = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
        whole = pruned({"resourceType": kind, **body, "identifier": [own, *others]})
        self._made.append(Resource(kind, key, whole, tuple(fields)))

    def refer(self, key: str, display: str | None = None) -> Element:
        """A Reference inside the bundle."""
        return {"reference": full_url(self.referral.referral_id, key), "display": display}

    def resources(self) -> tuple[Resource, ...]:
        """All of them, in the order in which they were put in."""
        return tuple(self._made)
