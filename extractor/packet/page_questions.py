"""What kind of page it is by what it asks, where no title and no phrase of its own says so."""

from collections.abc import Set as AbstractSet

from models.record import PageType

_ORDERED = frozenset(
    {"drug", "dose", "frequency", "route", "directions", "refills", "premedication", "hcpcs", "signature", "order_date"}
)
_ABOUT_ORDERS = frozenset({"npi", "diagnosis", "diagnosis_code", "prior_therapy", "allergies"})
_POLICY = frozenset({"member_id", "group_number", "bin", "pcn", "rx_group", "plan", "payer_phone"})
_PERSON = frozenset(
    {"full_name", "first_name", "last_name", "date_of_birth", "sex", "address", "city", "home_phone", "mobile_phone"}
    | {"work_phone", "email", "mrn", "relationship", "subscriber_name", "payer", "member_id", "group_number"}
)
_OF_A_PERSON, _OF_A_CARD, _OF_AN_ORDER = 6, 3, 2
_ON_NO_CARD = frozenset({"address", "city", "home_phone", "mobile_phone", "email", "sex", "mrn", "relationship"})


def tell_by_questions(asked: AbstractSet[str]) -> PageType:
    """The kind of page that asks all of it, ``other`` where that is too little to tell.

    A face sheet asks who somebody is and who pays, and nothing of a drug; a card only numbers of a policy.
    """
    if len(asked & _ORDERED) >= _OF_AN_ORDER and len(asked & (_ORDERED | _ABOUT_ORDERS)) > _OF_AN_ORDER:
        return PageType.ORDER
    if asked & (_ORDERED - {"drug"}):
        return PageType.OTHER
    if len(asked & _PERSON) >= _OF_A_PERSON:
        return PageType.DEMOGRAPHICS
    is_card = len(asked & _POLICY) >= _OF_A_CARD and not asked & _ON_NO_CARD
    return PageType.INSURANCE_CARD if is_card else PageType.OTHER
