"""Truth fed back is perfect, and each kind of mistake lands in its own column and only there."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from answers import BOX, Tree, leaf, record_of, referral_of, truth_of

from extractor.evaluate.judge import Judged, judge_fax
from extractor.evaluate.plain import to_plain
from extractor.evaluate.scorecard import Harm, Scorecard, make_scorecard
from extractor.evaluate.truth import Place, TrueWord, Truth, load_truths
from models.record import BBox, Extraction, Page, PageType, Quality, Referral
from models.stages.layout import Layout, PageReading
from models.stages.text import Word, Words

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "faxes"
PLACES = {"patient.first_name": (Place(1, BOX),), "patient.last_name": (Place(1, BOX),)}
TREE: Tree = {
    "kind": "referral",
    "pages": [1],
    "patient": {
        "first_name": "Ana",
        "last_name": "Bell",
        "middle_name": None,
        "home_phone": "+13035550147",
        "email": None,
        "allergies": ["penicillin", "latex"],
    },
    "prescriber": {"first_name": "Otto", "last_name": "Reyes", "fax": "+13035550199", "npi": "1234567893"},
    "orders": [{"drug": "ocrelizumab", "dose": "600 mg", "route": "IV"}],
    "coverages": [{"rank": "primary", "payer": "Acme Health", "member_id": "M123456"}],
    "lists": {"allergies": 2, "orders": 1, "coverages": 1},
}
OTHER: Tree = {"kind": "referral", "pages": [2], "patient": {"first_name": "Bea", "last_name": "Moss", "mrn": "778899"}}
PAGES = tuple(
    Page(page_no=number, type=kind, quality=Quality.FINE_FAX)
    for number, kind in ((1, PageType.ORDER), (2, PageType.LAB_REPORT))
)


def judge(truth: Truth, *referrals: Referral, pages: tuple[Page, ...] = PAGES) -> Judged:
    return judge_fax(0, truth, record_of(*referrals, pages=pages))


def card_of(truth: Truth, *referrals: Referral, pages: tuple[Page, ...] = PAGES) -> Scorecard:
    return make_scorecard("test", [judge(truth, *referrals, pages=pages)])


def changed(**leaves: object) -> Referral:
    """The perfect record with some leaves changed, which are named as ``patient__first_name``."""
    tree = referral_of(TREE).model_dump(mode="json")
    for path, value in leaves.items():
        *above, last = path.split("__")
        node = tree
        for name in above:
            node = node[int(name)] if isinstance(node, list) else node[name]
        node[int(last) if isinstance(node, list) else last] = value
    return Referral.model_validate(tree)


def test_the_truth_of_every_sample_fed_back_is_perfect() -> None:
    faxes = []
    for number, truth in enumerate(load_truths(SAMPLES)):
        trees = truth.record["referrals"]
        assert isinstance(trees, list)
        referrals = tuple(referral_of(tree, marks.places) for tree, marks in zip(trees, truth.marks, strict=False))
        pages = tuple(
            Page(page_no=page_no, type=PageType(kind), quality=Quality(truth.tiers[page_no]))
            for page_no, kind in truth.types.items()
        )
        faxes.append(judge_fax(number, truth, record_of(*referrals, pages=pages)))
    card = make_scorecard("truth", faxes)
    for line in (card.total, card.critical, *(line for lines in card.groups.values() for line in lines)):
        assert (line.precision.value, line.recall.value, line.f1.value) == (1.0, 1.0, 1.0), line.name
    assert card.total.counts.truths > 1000
    assert all(item.paired == item.stated and item.extra == 0 for item in card.items)
    assert {name: count for name, count in columns(card).items() if count} == {"correct": card.total.counts.truths}
    assert card.total.boxes.n > 1000
    assert card.wall_per_page is None
    assert card.about_pages.types.value == card.about_pages.qualities.value == card.about_pages.splits.value == 1.0


def test_an_empty_record_has_no_recall_and_denies_nothing() -> None:
    card = card_of(truth_of(TREE), pages=())
    assert (card.total.recall.value, card.total.precision.value, card.total.f1.value) == (0.0, None, 0.0)
    assert {name for name, count in columns(card).items() if count} == {
        "missing",
        "omitted",
        "page type",
        "quality",
        "split",
    }


def columns(card: Scorecard) -> dict[str, int]:
    """Every column and row of mistakes, and what is right."""
    counts, harm, pages = card.total.counts, card.harm, card.about_pages
    own = {name: getattr(counts, name) for name in ("correct", "wrong", "missing", "omitted", "spurious")}
    return own | {
        "silent": counts.silent,
        "denied": counts.denied,
        "merges": harm.merges.count,
        "confused": harm.confused.count,
        "box": card.total.boxes.n - card.total.boxes.count,
        "page type": pages.types.n - pages.types.count,
        "quality": pages.qualities.n - pages.qualities.count,
        "split": pages.splits.n - pages.splits.count,
    }


NOWHERE = leaf(None)
ASKED = leaf("Anna", "needs_review")
HERE = (Page(page_no=1, type=PageType.OTHER, quality=Quality.FINE_FAX), PAGES[1])
POOR = (Page(page_no=1, type=PageType.ORDER, quality=Quality.DEGRADED), PAGES[1])
MISTAKES: dict[str, tuple[dict[str, object], dict[str, int]]] = {
    "wrong": ({"patient__first_name": ASKED}, {"correct": -1, "wrong": 1}),
    "wrong and silent": ({"patient__first_name": leaf("Anna")}, {"correct": -1, "wrong": 1, "silent": 1}),
    "missing": ({"patient__first_name": leaf(None, "illegible")}, {"correct": -1, "missing": 1}),
    "denied": ({"patient__first_name": leaf(None, "blank")}, {"correct": -1, "missing": 1, "denied": 1}),
    "spurious": ({"patient__middle_name": leaf("Q", "needs_review")}, {"spurious": 1}),
    "spurious and silent": ({"patient__middle_name": leaf("Q")}, {"spurious": 1, "silent": 1}),
    "omitted": (
        {"patient__allergies": [leaf("latex")], "lists__allergies": leaf(None, "needs_review")},
        {"correct": -2, "missing": 1, "omitted": 1},
    ),
    "omitted and denied": ({"patient__allergies": [leaf("latex")]}, {"correct": -1, "omitted": 1, "denied": 1}),
    "another role's": (
        {"prescriber__fax": leaf("+13035550147", "needs_review")},
        {"correct": -1, "wrong": 1, "confused": 1},
    ),
    "another box": ({"patient__first_name": leaf("Ana", bbox=BBox(300, 300, 400, 312))}, {"box": 1}),
    "another page": ({"patient__first_name": leaf("Ana", page_no=2)}, {"box": 1}),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_lands_in_its_own_column(name: str) -> None:
    leaves, expected = MISTAKES[name]
    truth = truth_of(TREE, places=PLACES)
    perfect, broken = columns(card_of(truth, changed())), columns(card_of(truth, changed(**leaves)))
    assert {key: broken[key] - perfect[key] for key in broken if broken[key] != perfect[key]} == expected


@pytest.mark.parametrize(("pages", "column"), [(HERE, "page type"), (POOR, "quality")])
def test_a_wrong_fact_of_a_page_lands_in_its_own_column(pages: tuple[Page, ...], column: str) -> None:
    broken = columns(card_of(truth_of(TREE), changed(), pages=pages))
    assert {name: count for name, count in broken.items() if name != "correct" and count} == {column: 1}


@pytest.mark.parametrize(
    ("patient", "likeness"),
    [
        ({"first_name": "ANA", "last_name": "Bell", "date_of_birth": "1950-01-02"}, "same name (father and son)"),
        (
            {"first_name": "Bea", "last_name": "Bell", "date_of_birth": "1990-03-04"},
            "same surname and birth date (twins)",
        ),
        ({"first_name": "Bea", "last_name": "Bell", "date_of_birth": "1991-03-04"}, "same surname"),
        ({"first_name": "Ana", "last_name": "Moss", "date_of_birth": "1990-03-04"}, "different surnames"),
    ],
)
def test_merges_are_told_apart_by_how_alike_the_patients_are(patient: Tree, likeness: str) -> None:
    tree = {**TREE, "patient": {**dict(TREE["patient"]), "date_of_birth": "1990-03-04"}}  # type: ignore[call-overload]
    truth = truth_of(tree, {**OTHER, "patient": patient})
    card = card_of(truth, changed().model_copy(update={"pages": (1, 2)}))
    assert {name: (one.count, one.n) for name, one in card.harm.merges_of.items()} == {likeness: (1, 1)}
    assert card_of(truth_of(tree), changed()).harm.merges_of == {}


def test_merged_and_split_patients() -> None:
    truth = truth_of(TREE, OTHER)
    right = (changed(), referral_of(OTHER))
    assert columns(card_of(truth, *right))["split"] == 0
    assert card_of(truth, *right).harm.merges.n == 1
    merged = card_of(truth, changed().model_copy(update={"pages": (1, 2)}))
    assert (merged.harm.merges.count, columns(merged)["split"]) == (1, 1)
    # Without a second patient nothing can be merged, and a page too many parted is no merge.
    alone = truth_of({**TREE, "pages": [1, 2]})
    parted = card_of(alone, changed(), referral_of({"pages": [2], "patient": {"mrn": None}}))
    assert (parted.harm.merges.n, parted.harm.merges.count, columns(parted)["split"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("leaves", "owner"),
    [
        ({"patient__home_phone": leaf("+13035550199")}, "prescriber.fax"),
        ({"prescriber__fax": leaf("+13035550111")}, "decoys.center.fax"),
        ({"patient__last_name": leaf("Grey")}, "decoys.pcp"),
        ({"patient__first_name": leaf("Bea")}, "referral 2: patient.first_name"),
        ({"orders__0__dose": leaf("500 mg")}, "referral 2: orders[].dose"),
        ({"patient__first_name": leaf("Bell")}, None),  # the same person's other name
        ({"patient__first_name": leaf("Anaa")}, None),
        ({"orders__0__route": leaf("SC")}, None),  # too short to tell
    ],
)
def test_whose_a_wrong_value_is(leaves: Tree, owner: str | None) -> None:
    second = {**OTHER, "orders": [{"drug": "infliximab", "dose": "500 mg", "route": "SC"}]}
    decoys = {"center": {"fax": "+13035550111"}, "pcp": "Iris Grey MD"}
    judged = judge(truth_of(TREE, second, decoys=decoys), changed(**leaves), referral_of(second))
    assert {case.owner for case in judged.cases if not case.row.is_right} == {owner}


def test_states_are_told_apart() -> None:
    truth = truth_of(TREE, blank=("patient.email",))
    read = changed(patient__email=leaf(None, "blank"), patient__middle_name=leaf(None, "needs_review"))
    states = card_of(truth, read).states
    assert states["blank"] == {"blank": 1}
    assert states["not on form"]["needs_review"] == 1
    assert set(states["stated"]) == {"found"}


def test_items_of_lists() -> None:
    card = card_of(truth_of(TREE), changed(patient__allergies=[leaf("latex"), leaf("wool", "needs_review")]))
    (allergies,) = (item for item in card.items if item.name == "allergies")
    assert (allergies.stated, allergies.paired, allergies.omitted, allergies.silently_omitted) == (2, 1, 1, 1)
    assert (allergies.extra, allergies.silent_extra) == (1, 0)


def test_words_are_counted_by_the_tier_of_their_page() -> None:
    texts = (("Bell", 100), ("Ana", 50))  # read from right to left
    words = tuple(Word(text=text, bbox=BBox(x, 10, x + 40, 20), source="ocr:test") for text, x in texts)
    page = PageReading(
        page=PAGES[0], words=Words(page_no=1, words=words, engine="test", version="1"), layout=Layout(page_no=1)
    )
    said = tuple(TrueWord(Place(1, BBox(x, 10, x + 40, 20)), text, False) for text, x in (("Anna", 50), ("Bell", 100)))
    truth = replace(truth_of(TREE), words=said)
    card = make_scorecard("test", [judge_fax(0, truth, record_of(changed(), pages=PAGES), [page])])
    assert {tier: (one.words, one.wer, one.recall) for tier, one in card.words.items()} == {"fine_fax": (2, 0.5, 0.5)}


def test_groups_are_by_what_the_truth_says() -> None:
    truth = truth_of(TREE, places={"patient.first_name": (Place(2, BOX),)})
    card = card_of(truth, changed(patient__first_name=leaf("Anna", page_no=1)))
    lines = {line.name: line.counts for line in card.groups["page type"]}
    assert (lines["lab_report"].wrong, lines["order"].wrong) == (1, 0)
    assert {line.name for line in card.groups["tier alone"]} == {"fine_fax"}


def test_a_truth_without_tiers_takes_the_readers_and_says_so() -> None:
    bare = Truth(Path("one.tif"), {"referrals": [TREE]}, (), {}, {}, ())
    card = card_of(bare, changed())
    assert {line.name for line in card.groups["tier alone"]} == {"fine_fax (as read)"}
    assert {line.name for line in card.groups["page type"]} == {"order (as read)"}
    assert {line.name for line in card.groups["pen"]} == {"unknown"}


def test_a_scorecard_is_the_same_each_time_and_goes_into_json() -> None:
    truth = truth_of(TREE, places=PLACES)
    readers: list[Callable[[], Referral]] = [changed, lambda: changed(patient__first_name=ASKED)]
    faxes = [
        judge_fax(number, truth, Extraction.model_validate(record_of(readers[number % 2](), pages=PAGES)))
        for number in range(12)
    ]
    card = make_scorecard("test", faxes)
    assert card == make_scorecard("test", faxes)
    assert card.total.f1.low is not None
    assert card.total.f1.high is not None
    assert card.total.f1.low < (card.total.f1.value or 0) < card.total.f1.high
    plain = json.loads(json.dumps(to_plain(card)))
    assert plain["total"]["counts"]["truths"] == card.total.counts.truths
    assert set(plain["harm"]) == set(asdict(card.harm)) == set(Harm.__dataclass_fields__)
    assert plain["harm"]["merges"] == {"count": 0, "n": 0, "value": None, "lower": None, "upper": None}
