"""The transaction Bundle: every resource under an identity of its own, so that sending twice makes nothing twice.

The first revision creates under the condition that nothing of that identifier exists (``ifNoneExist``); a later one
updates by the same identifier (conditional ``PUT``), which also creates what is new. What an earlier revision had and
this one has not is sent once more as entered in error. Nothing is ever matched on a name or a date of birth. See
https://hl7.org/fhir/R4/http.html#transaction and #ccreate, #cond-update.
"""

from collections.abc import Sequence

from extractor.export.base import PART, ExportContext
from extractor.export.fhir import terms
from extractor.export.fhir.clinical import add_clinical
from extractor.export.fhir.coverages import add_coverages
from extractor.export.fhir.elements import Element, Json
from extractor.export.fhir.labs import add_labs
from extractor.export.fhir.lists import add_lists
from extractor.export.fhir.orders import add_orders
from extractor.export.fhir.paperwork import add_paperwork
from extractor.export.fhir.people import add_people
from extractor.export.fhir.provenance import provenances
from extractor.export.fhir.resource import Resource, Shelf, full_url, identity, search
from models.record import Referral, State
from models.record.paths import walk_fields


def resources_of(referral: Referral, context: ExportContext) -> tuple[Resource, ...]:
    """Every resource of a referral but its Provenances."""
    shelf = Shelf(referral)
    add_people(shelf)
    add_coverages(shelf)
    add_clinical(shelf)
    add_labs(shelf)
    add_orders(shelf)
    add_lists(shelf)
    add_paperwork(shelf, context)
    doubtful = {path for path, field in walk_fields(referral) if field.state is State.NEEDS_REVIEW}
    return tuple(_tagged(one) if doubtful.intersection(one.fields) else one for one in shelf.resources())


def _tagged(one: Resource) -> Resource:
    """A resource with a value that still needs a human says so itself, beside the Provenance."""
    meta = one.body.get("meta", {})
    tag = {"system": terms.CHECK, "code": State.NEEDS_REVIEW.value}
    known = meta if isinstance(meta, dict) else {}
    return Resource(one.kind, one.key, {**one.body, "meta": {**known, "tag": [tag]}}, one.fields)


def transaction(referral: Referral, context: ExportContext, resources: Sequence[Resource]) -> Element:
    """The Bundle of ``resources``, with their Provenances and what an earlier revision has to take back."""
    entries: list[Json] = [_entry(referral, one) for one in resources]
    delivered = context.earlier.get(PART)
    if delivered is not None:
        kept = {(one.kind, one.key) for one in resources}
        earlier = resources_of(delivered, context)
        gone = [one.withdrawn() for one in earlier if (one.kind, one.key) not in kept]
        entries += [_entry(referral, one) for one in gone]
    for name, body in provenances(referral, resources, context).items():
        key = f"provenance/{referral.revision}/{name}"
        tag = f"{referral.referral_id}-r{referral.revision}-{name}"
        request = {"method": "POST", "url": "Provenance", "ifNoneExist": search(terms.REVISION_ID, tag, "_tag")}
        entries.append({"fullUrl": full_url(referral.referral_id, key), "resource": body, "request": request})
    revision = f"{referral.referral_id}-r{referral.revision}"
    return {
        "resourceType": "Bundle",
        "identifier": {"system": terms.REVISION_ID, "value": revision},
        "type": "transaction",
        "timestamp": referral.created_at.isoformat(),
        "entry": entries,
    }


def _entry(referral: Referral, one: Resource) -> Element:
    query = search(terms.REFERRAL_ID, identity(referral.referral_id, one.key))
    if referral.revision == 1:
        request = {"method": "POST", "url": one.kind, "ifNoneExist": query}
    else:
        request = {"method": "PUT", "url": f"{one.kind}?{query}"}
    return {"fullUrl": full_url(referral.referral_id, one.key), "resource": one.body, "request": request}
