"""Copies of cards as payers print them: labels on any side, several cards, what is printed for others left alone."""

from oracle_pages import PageMaker, words_at
from proposed import at, by_item, propose_all

from extractor.packet import assemble
from models.record import BBox, PageType, bounding_box
from models.stages.candidate import Candidate
from models.stages.layout import Line


def _print(maker: PageMaker, text: str, x0: float, top: float, height: float = 8.0) -> None:
    """One piece of print of its own size at its own place."""
    sized = [
        word.model_copy(update={"bbox": BBox(word.bbox.x0, top, word.bbox.x1, top + height)})
        for word in words_at(text, x0, top)
    ]
    maker.lines.append(Line(words=tuple(sized), bbox=bounding_box([word.bbox for word in sized])))


def _page(*pieces: tuple[str, float, float] | tuple[str, float, float, float]) -> PageMaker:
    maker = PageMaker()
    for text, x0, top, *height in pieces:
        _print(maker, text, x0, top, *height)
    return maker


def _under_values() -> PageMaker:
    return _page(
        ("Larkspur Assurance", 60, 100, 14),
        ("Bronze EPO", 300, 102, 10),
        ("Idris Vantongeren", 60, 140),
        ("Member", 60, 150, 6),
        ("LKS799090756", 60, 170),
        ("Member no.", 60, 180, 6),
        ("GRP409094", 230, 170),
        ("Group no.", 230, 180, 6),
        ("610044", 60, 200),
        ("BIN", 60, 210, 6),
        ("LKSX5", 130, 200),
        ("PCN", 130, 210, 6),
        ("Present this card with every prescription.", 60, 240),
        ("Nurse line 800-555-0160", 60, 300),
        ("Customer care 888-555-0122", 60, 330),
    )


def test_labels_under_their_values() -> None:
    packet, _ = assemble("0" * 64, [_under_values().build()], 1)
    assert packet.pages[0].page.type is PageType.INSURANCE_CARD
    (card,) = by_item(propose_all(_under_values()), "coverages")
    assert card == {
        "payer": "Larkspur Assurance",
        "plan": "Bronze EPO",
        "member_id": "LKS799090756",
        "group_number": "GRP409094",
        "bin": "610044",
        "pcn": "LKSX5",
        "payer_phone": "+18885550122",
        "subscriber_name": "Idris Vantongeren",
    }


def test_terse_labels_and_a_name_without_one() -> None:
    page = _page(
        ("aetherion", 60, 100, 16),
        ("ID W2641 08837", 60, 140),
        ("ROWAN A PELLETIER", 60, 156),
        ("GRP: 0868015-14-003", 60, 172),
        ("RXBIN 610502 RXPCN ADV RXGRP RXAETD", 230, 140),
        ("Issuer (80840) 911-87726-04", 230, 156),
        ("Payer Number 60054", 230, 172),
    )
    found = propose_all(page)
    (card,) = by_item(found, "coverages")
    assert card == {
        "payer": "aetherion",
        "member_id": "W2641 08837",
        "group_number": "0868015-14-003",
        "bin": "610502",
        "pcn": "ADV",
        "subscriber_name": "ROWAN A PELLETIER",
    }
    (name,) = [one for one in found if one.path == "coverages[].subscriber_name"]
    assert not name.is_valid  # its place alone tells it: a person looks


def test_a_pharmacy_card_under_a_medical_one_is_another_policy() -> None:
    page = _page(
        ("Meadowlark Mutual", 60, 100, 14),
        ("Name: Tobias Renwick", 60, 130),
        ("ID: MLM55210937", 60, 146),
        ("Group: 40921", 60, 162),
        ("Cedarscript Rx", 60, 330, 14),
        ("RxBIN: 020107", 60, 360),
        ("RxPCN: CDR", 60, 376),
        ("RxGrp: MLMRX", 60, 392),
        ("ID: 882016734", 60, 408),
    )
    medical, pharmacy = by_item(propose_all(page), "coverages")
    assert (medical["payer"], medical["member_id"]) == ("Meadowlark Mutual", "MLM55210937")
    assert "bin" not in medical
    assert pharmacy == {"payer": "Cedarscript Rx", "member_id": "882016734", "bin": "020107", "pcn": "CDR"}


def test_a_card_in_two_languages() -> None:
    page = _page(
        ("MEDICARE HEALTH INSURANCE", 90, 100, 13),
        ("Name/Nombre", 90, 140, 7),
        ("PERPETUA L HAWTHORN", 90, 150, 10),
        ("Medicare Number/Numero de Medicare", 90, 180, 7),
        ("4TE9-XK3-RW27", 90, 190, 10),
        ("HOSPITAL (PART A)", 90, 230),
        ("Coverage starts/Cobertura empieza", 280, 220, 7),
        ("03-01-2019", 280, 230),
    )
    (card,) = by_item(propose_all(page), "coverages")
    assert (card["member_id"], card["subscriber_name"]) == ("4TE9-XK3-RW27", "PERPETUA L HAWTHORN")


def _unread(found: tuple[Candidate, ...], path: str) -> list[tuple[object, bool]]:
    return [(one.value, one.is_valid) for one in found if one.path == path]


def test_numbers_whose_labels_were_not_read_go_to_a_person() -> None:
    maker = _under_values()
    maker.lines = [line for line in maker.lines if line.text not in {"Member no.", "BIN"}]
    found = propose_all(maker.line("copy of card"))
    assert _unread(found, "coverages[].member_id") == [("LKS799090756", False)]
    assert _unread(found, "coverages[].bin") == [("610044", False)]


def test_a_number_for_providers_is_not_the_members() -> None:
    maker = _under_values()
    maker.lines = [line for line in maker.lines if not line.text.startswith("Customer")]
    _print(maker, "This card shows eligibility. Providers: verify at 800-555-0161", 60, 330)
    assert at(propose_all(maker), "coverages[].payer_phone") == []
    _print(maker, "Members and providers call", 60, 360)
    _print(maker, "800-555-0162", 300, 360)
    assert at(propose_all(maker), "coverages[].payer_phone") == ["+18005550162"]


def test_a_form_that_asks_for_a_card_copy_is_no_card() -> None:
    maker = PageMaker().line("Patient Enrollment").line("Insurance: copy of card attached")
    maker.row(("Patient Name", "Ana Bell"), ("Home phone", "303-555-0147"), ("Sex", "F"))
    maker.row(("Member ID", "KDE820655129"), ("Group", "44120"), ("Weight", "81 kg"), ("Allergies", "NKDA"))
    packet, _ = assemble("0" * 64, [maker.build()], 1)
    assert packet.pages[0].page.type is not PageType.INSURANCE_CARD
    assert at(propose_all(maker), "coverages[].payer") == []


def test_the_kind_of_plan_behind_the_payers_name_on_a_card() -> None:
    maker = _page(
        ("Gulfside Health EPO", 60, 100, 14),
        ("Member ID GSH55180092", 60, 140),
        ("Group 40077", 60, 156),
        ("RxBIN 610044", 60, 172),
        ("Member Services 800-555-0124", 60, 188),
    )
    (one,) = by_item(propose_all(maker), "coverages")
    assert (one["payer"], one["plan"]) == ("Gulfside Health", "EPO")


def test_the_card_that_medicare_gives_out_names_medicare() -> None:
    maker = _page(("MEDICARE HEALTH INSURANCE", 60, 100, 12), ("Medicare Number", 60, 140), ("1EG4-TE5-MK73", 60, 152))
    (one,) = by_item(propose_all(maker), "coverages")
    assert one["payer"] == "MEDICARE"
