"""Loading the public file: whole, weekly, and the list of deactivated numbers."""

from pathlib import Path

import pytest

from extractor.errors import DamagedDocument, FileUnavailable, UsageError
from extractor.nppes import NpiRegistry, load_file
from tests.unit.nppes.public_file import HEADER, WEEK_NAME, npi_of, pack, person, table, write_zip

ADA, BORIS, CLINIC = npi_of(1), npi_of(2), npi_of(3)
PLACE = {"line1": "4100 E MISSISSIPPI AVE", "city": "DENVER", "state": "CO", "zip": "802461234", "phone": "3035550147"}
ROWS = (
    person(ADA, "BRENNICK", "ADA", credentials="M.D.", other_last="TREMBLAY", fax="3035550148", **PLACE),
    person(BORIS, 'O"NEIL, "BO"', "BORIS", **PLACE),
    person(CLINIC, "", "", **PLACE)
    | {"Entity Type Code": "2", "Provider Organization Name (Legal Business Name)": "INVENTED CLINIC, LLC"},
    {"NPI": npi_of(4), "NPI Deactivation Date": "03/14/2019"},
    person(npi_of(5), "QUISPE", "ELIF", ended="03/14/2019", resumed="04/01/2019"),
    person(npi_of(6), "VOSSLER", "GRETA", ended="03/14/2019", resumed="04/01/2018"),
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    report = load_file(pack(tmp_path / "full.zip", ROWS), tmp_path / "npi.db")
    assert (report.is_full, report.rows, report.deactivated, report.refused, report.as_of) == (
        True,
        6,
        2,
        0,
        "2026-11-08",
    )
    return tmp_path / "npi.db"


def test_a_provider_is_found_by_number_phone_and_name(index: Path) -> None:
    registry = NpiRegistry(index)
    ada = registry.find(ADA)
    assert ada is not None
    assert ada.model_dump() == {
        "npi": ADA,
        "is_person": True,
        "last": "BRENNICK",
        "first": "ADA",
        "other_last": "TREMBLAY",
        "credentials": "M.D.",
        "line1": "4100 E MISSISSIPPI AVE",
        "city": "DENVER",
        "state": "CO",
        "postal_code": "80246",
        "phone": "3035550147",
        "fax": "3035550148",
        "taxonomy": "207R00000X",
        "ended": None,
    }
    assert [one.npi for one in registry.list_by_phone("+13035550147")] == [ADA, BORIS]
    assert [one.npi for one in registry.list_by_name("Brénnick", "80246-1234")] == [ADA]
    assert registry.list_by_name("Brennick", "80247") == ()
    clinic = registry.find(CLINIC)
    assert clinic is not None
    assert (clinic.is_person, clinic.last) == (False, "INVENTED CLINIC, LLC")
    assert registry.find("1234567890") is None
    assert registry.as_of == "2026-11-08"


def test_deactivation_counts_unless_it_was_taken_back(index: Path) -> None:
    registry = NpiRegistry(index)
    ended = [found.ended for n in (4, 5, 6) if (found := registry.find(npi_of(n))) is not None]
    assert ended == ["2019-03-14", None, "2019-03-14"]


def test_odd_rows_are_read_as_the_csv_says(tmp_path: Path) -> None:
    odd = (
        person(npi_of(1), 'A","B', "X"),
        person(npi_of(2), 'ENDS"', "LINE\nBREAK"),
        person(npi_of(3), "MANY", "CODES")
        | {
            "Healthcare Provider Primary Taxonomy Switch_1": "N",
            "Healthcare Provider Taxonomy Code_3": "2084N0400X",
            "Healthcare Provider Primary Taxonomy Switch_3": "Y",
        },
        person("not a number", "NOBODY", ""),
    )
    report = load_file(pack(tmp_path / "full.zip", odd), tmp_path / "npi.db")
    assert (report.rows, report.refused) == (3, 1)
    found = [NpiRegistry(tmp_path / "npi.db").find(npi_of(n)) for n in (1, 2, 3)]
    assert [(one.last, one.first, one.taxonomy) for one in found if one] == [
        ('A","B', "X", "207R00000X"),
        ('ENDS"', "LINE\nBREAK", "207R00000X"),
        ("MANY", "CODES", "2084N0400X"),
    ]


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    turned = tmp_path / "npidata.csv"
    turned.write_text("".join(table(ROWS, tuple(reversed(HEADER)))), encoding="utf-8")
    assert load_file(turned, tmp_path / "npi.db").rows == 6
    ada = NpiRegistry(tmp_path / "npi.db").find(ADA)
    assert ada is not None
    assert (ada.last, ada.phone, ada.taxonomy) == ("BRENNICK", "3035550147", "207R00000X")


def test_a_week_changes_the_index_and_an_open_registry_sees_it(index: Path, tmp_path: Path) -> None:
    registry = NpiRegistry(index)
    week = (person(ADA, "HALVORSEN", "ADA"), {"NPI": BORIS, "NPI Deactivation Date": "11/10/2026"})
    report = load_file(pack(tmp_path / "week.zip", week, WEEK_NAME), index)
    assert (report.is_full, report.rows, report.deactivated, report.as_of) == (False, 2, 3, "2026-11-15")
    ada, boris = registry.find(ADA), registry.find(BORIS)
    assert ada is not None and boris is not None
    assert (ada.last, boris.ended) == ("HALVORSEN", "2026-11-10")
    with pytest.raises(UsageError, match="later file"):
        load_file(tmp_path / "week.zip", index)
    load_file(pack(tmp_path / "full2.zip", ROWS[:1]), index)
    again = registry.find(ADA)
    assert again is not None and again.last == "BRENNICK"
    assert registry.find(BORIS) is None


def test_a_list_of_deactivated_numbers(index: Path, tmp_path: Path) -> None:
    listed = tmp_path / "deactivated.csv"
    listed.write_text(f"NPI,NPPES Deactivation Date\n{ADA},11/10/2026\n{npi_of(99)},11/10/2026\nx,y\n")
    report = load_file(listed, index)
    assert (report.rows, report.refused) == (1, 1)
    ada = NpiRegistry(index).find(ADA)
    assert ada is not None and ada.ended == "2026-11-10"


def test_what_cannot_be_loaded_leaves_the_index_as_it_is(index: Path, tmp_path: Path) -> None:
    before = index.read_bytes()
    broken = pack(tmp_path / "broken.zip", ROWS)
    broken.write_bytes(broken.read_bytes()[:-200])
    short = tmp_path / "short.csv"
    short.write_text("".join(table(ROWS)) + '"1234567893","1"\n')
    other = tmp_path / "other.csv"
    other.write_text("a,b,c,d\n1,2,3,4\n")
    for path, error in (
        (broken, (DamagedDocument, UsageError)),
        (short, DamagedDocument),
        (other, UsageError),
        (tmp_path / "none.zip", FileUnavailable),
    ):
        with pytest.raises(error):
            load_file(path, index)
    assert index.read_bytes() == before
    with pytest.raises(UsageError, match="full monthly file"):
        load_file(pack(tmp_path / "week.zip", ROWS[:1], WEEK_NAME), tmp_path / "none.db")
    with pytest.raises(UsageError, match="no index"):
        NpiRegistry(short)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    import tracemalloc

    write_zip(tmp_path / "many.zip", 6_000)
    tracemalloc.start()
    report = load_file(tmp_path / "many.zip", tmp_path / "npi.db")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.rows == 6_000
    # The table alone is 8 MB; a batch is of 5000 rows.
    assert peak < 30e6
