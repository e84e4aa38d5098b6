import pytest

from extractor.packet.page_questions import tell_by_questions
from models.record import PageType

_PERSON = {"full_name", "date_of_birth", "address", "home_phone", "payer", "member_id"}


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (_PERSON, PageType.DEMOGRAPHICS),
        (_PERSON | {"drug"}, PageType.DEMOGRAPHICS),
        (_PERSON | {"dose"}, PageType.OTHER),
        (_PERSON | {"dose", "refills", "npi"}, PageType.ORDER),
        ({"full_name", "member_id", "group_number", "pcn"}, PageType.INSURANCE_CARD),
        ({"full_name", "member_id", "group_number", "pcn", "address"}, PageType.OTHER),
        ({"full_name", "date_of_birth"}, PageType.OTHER),
    ],
)
def test_a_page_is_what_it_asks(asked: set[str], kind: PageType) -> None:
    assert tell_by_questions(asked) is kind
