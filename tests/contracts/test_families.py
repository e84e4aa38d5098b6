"""Every registered family of fields proposes only fields the record has, and nothing on an empty page."""

import re
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from pydantic import BaseModel

from extractor.fields.base import Context, families
from models.record import Field, Page, Referral, ReferralKind
from models.record.paths import walk_fields
from models.stages.layout import Layout, PageReading
from models.stages.options import SiteOptions
from models.stages.text import Words


def with_one_item_each(model: type[BaseModel], **values: object) -> BaseModel:
    """A value whose lists have one item each, so that its paths are all there are."""
    whole = model(**values)
    changes: dict[str, object] = {}
    for name, field in model.model_fields.items():
        current = getattr(whole, name)
        if isinstance(current, BaseModel) and not isinstance(current, Field):
            changes[name] = with_one_item_each(type(current))
        elif current == () and name != "pages":
            item = get_args(field.annotation)[0]
            changes[name] = (item() if issubclass(item, Field) else with_one_item_each(item),)
    return whole.model_copy(update=changes)


EVERYTHING = with_one_item_each(
    Referral, referral_id="r", created_at=datetime(2026, 1, 2, tzinfo=UTC), kind=ReferralKind.REFERRAL, pages=()
)
assert isinstance(EVERYTHING, Referral)
PATHS = {path.replace("[0]", "[]") for path, _ in walk_fields(EVERYTHING)}
EMPTY = PageReading(page=Page(page_no=1), words=Words(page_no=1, engine="null", version="0"), layout=Layout(page_no=1))
CONTEXT = Context(
    today=date(2026, 1, 2),
    site=SiteOptions(),
    answers={1: ()},
    receiver_phones=frozenset(),
    receiver_npis=frozenset(),
)


def test_the_record_has_the_paths_of_its_contract() -> None:
    assert {"patient.first_name", "patient.allergies[]", "orders[].premedications[]", "labs[].loinc"} <= PATHS
    assert {"prescriber.address.postal_code", "lists.prior_therapies", "coverages[].bin"} <= PATHS


@pytest.mark.parametrize("name", families.names())
def test_a_family_keeps_its_protocol(name: str) -> None:
    family = families.get(name)
    assert family.name == name
    assert family.paths
    assert {re.sub(r"\[[^]]*\]", "[]", path) for path in family.paths} - PATHS == set()
    assert list(family.propose(EMPTY, CONTEXT)) == []
