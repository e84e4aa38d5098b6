"""An invented file of the shape of the public one: 330 columns, every value quoted, in a zip."""

import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from extractor.knowledge.npi import check_digit

FULL_NAME = "npidata_pfile_20050523-20261108.csv"
WEEK_NAME = "npidata_pfile_20261109-20261115.csv"
_PERSON = ("Last Name", "First Name", "Middle Name", "Name Prefix Text", "Name Suffix Text", "Credential Text")
_ADDRESS = (
    "City Name",
    "State Name",
    "Postal Code",
    "Country Code (If outside U.S.)",
    "Telephone Number",
    "Fax Number",
)


def _address(kind: str) -> tuple[str, ...]:
    lines = tuple(f"Provider {line} Line Business {kind} Address" for line in ("First", "Second"))
    return (*lines, *(f"Provider Business {kind} Address {part}" for part in _ADDRESS))


HEADER = (
    "NPI", "Entity Type Code", "Replacement NPI", "Employer Identification Number (EIN)",
    "Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)",
    *(f"Provider {part}" for part in _PERSON[1:]),
    "Provider Other Organization Name", "Provider Other Organization Name Type Code",
    *(f"Provider Other {part}" for part in _PERSON), "Provider Other Last Name Type Code",
    *_address("Mailing"), *_address("Practice Location"),
    "Provider Enumeration Date", "Last Update Date", "NPI Deactivation Reason Code", "NPI Deactivation Date",
    "NPI Reactivation Date", "Provider Sex Code",
    *(f"Authorized Official {part}" for part in ("Last Name", "First Name", "Middle Name", "Title or Position",
                                                 "Telephone Number")),
    *(f"{name}_{number}" for number in range(1, 16) for name in (
        "Healthcare Provider Taxonomy Code", "Provider License Number", "Provider License Number State Code",
        "Healthcare Provider Primary Taxonomy Switch")),
    *(f"{name}_{number}" for number in range(1, 51) for name in (
        "Other Provider Identifier", "Other Provider Identifier Type Code", "Other Provider Identifier State",
        "Other Provider Identifier Issuer")),
    "Is Sole Proprietor", "Is Organization Subpart", "Parent Organization LBN", "Parent Organization TIN",
    *(f"Authorized Official {part}" for part in ("Name Prefix Text", "Name Suffix Text", "Credential Text")),
    *(f"Healthcare Provider Taxonomy Group_{number}" for number in range(1, 16)),
    "Certification Date",
)  # fmt: skip
assert len(HEADER) == 330

_LAST = ("WINTERMUTE", "OKONJO-REYES", "BRENNICK", "HALVORSEN", "TREMBLAY", "QUISPE", "ABERNATHY", "VOSSLER")
_FIRST = ("ADA", "BORIS", "CHIARA", "DESMOND", "ELIF", "FARID", "GRETA", "HUGO")
_TAXONOMIES = ("207R00000X", "2084N0400X", "207RR0500X", "363LF0000X", "363A00000X", "225100000X")


def npi_of(number: int) -> str:
    """A number whose check digit fits."""
    nine = f"{100_000_000 + number * 7}"
    return nine + check_digit(nine)


def person(npi: str, last: str, first: str, **more: str) -> dict[str, str]:
    """A row of a person; the keys of ``more`` are the ends of column names of the practice, or whole ones."""
    told = {
        "NPI": npi,
        "Entity Type Code": "1",
        "Provider Last Name (Legal Name)": last,
        "Provider First Name": first,
        "Healthcare Provider Taxonomy Code_1": "207R00000X",
        "Healthcare Provider Primary Taxonomy Switch_1": "Y",
    }
    return told | {_NAMES.get(key, key): value for key, value in more.items()}


_NAMES = {
    "line1": "Provider First Line Business Practice Location Address",
    **{
        key: f"Provider Business Practice Location Address {part}"
        for key, part in zip(("city", "state", "zip", "country", "phone", "fax"), _ADDRESS, strict=True)
    },
    "ended": "NPI Deactivation Date",
    "resumed": "NPI Reactivation Date",
    "credentials": "Provider Credential Text",
    "other_last": "Provider Other Last Name",
}


def table(rows: Iterable[Mapping[str, str]], header: tuple[str, ...] = HEADER) -> Iterator[str]:
    """Lines of the file."""
    yield ",".join(f'"{name}"' for name in header) + "\n"
    for row in rows:
        yield ",".join('"' + row.get(name, "").replace('"', '""') + '"' for name in header) + "\n"


def pack(path: Path, rows: Iterable[Mapping[str, str]], name: str = FULL_NAME) -> Path:
    """A zip as CMS makes it: with the table are one of its header alone and other tables."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(name.replace(".csv", "_fileheader.csv"), ",".join(HEADER))
        archive.writestr(name.replace("npidata", "othername"), '"NPI"\n')
        with (
            archive.open(name, "w", force_zip64=True) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
        ):
            text.writelines(table(rows))
    return path


def write_zip(path: Path, count: int) -> Path:
    """``count`` invented providers, spread as the real ones: a quarter organisations, one in forty deactivated."""
    return pack(path, _invent(count))


def _invent(count: int) -> Iterator[dict[str, str]]:
    drawn = random.Random(11)
    for number in range(count):
        npi, kind = npi_of(number), drawn.random()
        if kind < 0.025:
            yield {"NPI": npi, "NPI Deactivation Date": "03/14/2019"}
            continue
        place = {
            "line1": f"{drawn.randrange(1, 9999)} N INVENTED AVE STE {number % 400}",
            "city": "SPRINGFIELD",
            "state": drawn.choice(("CO", "IL", "OH", "TX", "WY")),
            "zip": f"{drawn.randrange(10000, 99999)}{drawn.randrange(1000, 9999)}",
            "phone": f"303{drawn.randrange(2000000, 9999999)}",
            "fax": f"720{drawn.randrange(2000000, 9999999)}",
        }
        letters = "".join(drawn.choice("BCDGKLMNPRSTVZAEIOU") for _ in range(3))
        row = person(npi, drawn.choice(_LAST) + letters, drawn.choice(_FIRST), credentials="M.D.", **place)
        mailing = {
            key.replace("Practice Location", "Mailing"): value for key, value in row.items() if "Practice" in key
        }
        row |= mailing | {
            "Provider Enumeration Date": "05/23/2007",
            "Last Update Date": "11/02/2024",
            "Healthcare Provider Taxonomy Code_1": drawn.choice(_TAXONOMIES),
            "Provider License Number_1": f"DR.00{number % 99999}",
            "Provider License Number State Code_1": place["state"],
            "Is Sole Proprietor": "N",
            "Certification Date": "11/02/2024",
        }
        if kind > 0.75:
            row |= {"Entity Type Code": "2", "Provider Organization Name (Legal Business Name)": "INVENTED CLINIC, LLC"}
            row |= {"Provider Last Name (Legal Name)": "", "Provider First Name": ""}
        if kind > 0.95:
            row |= {
                "Healthcare Provider Primary Taxonomy Switch_1": "N",
                "Healthcare Provider Taxonomy Code_2": "261QM1300X",
                "Healthcare Provider Primary Taxonomy Switch_2": "Y",
            }
        yield row
