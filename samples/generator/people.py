"""Invented people, practices, addresses and numbers: phones are 555-01xx, NPIs pass their check digit or not."""

import random
from dataclasses import dataclass

FIRST_F = [
    "Dana",
    "Marisol",
    "Priya",
    "Ingrid",
    "Leticia",
    "Yvonne",
    "Harriet",
    "Noor",
    "Simone",
    "Bettina",
    "Cassandra",
    "Odette",
    "Rosalind",
    "Tamsin",
    "Wilhelmina",
    "Annika",
    "Guadalupe",
    "Keisha",
    "Lorraine",
    "Mei",
    "Farah",
    "Colette",
    "Jolene",
    "Brigid",
    "Svetlana",
    "Imani",
    "Delphine",
    "Rachel",
    "Nadia",
    "Paulina",
]
FIRST_M = [
    "Marcus",
    "Anders",
    "Tobias",
    "Rafael",
    "Desmond",
    "Hiroshi",
    "Gideon",
    "Lamar",
    "Ezekiel",
    "Patrick",
    "Osvaldo",
    "Trevor",
    "Nikolai",
    "Quentin",
    "Wendell",
    "Amir",
    "Bertrand",
    "Cyrus",
    "Dominic",
    "Emmett",
    "Franklin",
    "Gustavo",
    "Hollis",
    "Isaac",
    "Jerome",
    "Kelvin",
    "Lionel",
    "Mateo",
    "Nathaniel",
    "Silas",
]
LAST = [
    "Okafor",
    "Lindqvist",
    "Marchetti",
    "Brandywine",
    "Castellano",
    "Dubrovnik",
    "Eastbrook",
    "Fairweather",
    "Granados",
    "Holloway",
    "Ibarra",
    "Jankowski",
    "Kettering",
    "Lachapelle",
    "Montrose",
    "Nakagawa",
    "Oyelaran",
    "Pemberton",
    "Quintanilla",
    "Rasmussen",
    "Stavros",
    "Thibodeaux",
    "Underhill",
    "Vasquez",
    "Whitlock",
    "Yarborough",
    "Zielinski",
    "Abernathy",
    "Bellweather",
    "Carrasco",
    "Delacroix",
    "Engstrom",
    "Fitzgerald",
    "Goldsborough",
    "Hathaway",
    "McAllister",
    "O'Rourke",
    "St-Pierre",
    "Van-Houten",
    "DeLuca",
    "Nguyen",
    "Li",
    "Shah",
    "Kim",
]
STREETS = [
    "Juniper",
    "Maple",
    "Harbor",
    "Foxglove",
    "Quarry",
    "Mill",
    "Linden",
    "Prospect",
    "Sycamore",
    "Orchard",
    "Ridgeline",
    "Canyon",
    "Lakeview",
    "Willow",
    "Cedar",
    "Chestnut",
    "Meadow",
    "Granite",
    "Bluebird",
    "Highland",
]
KINDS = ("St", "Ave", "Rd", "Ln", "Blvd", "Dr", "Ct", "Way")
PLACES = (
    ("Denver", "CO", "80203", "303"),
    ("Aurora", "CO", "80012", "720"),
    ("Boise", "ID", "83702", "208"),
    ("Tucson", "AZ", "85704", "520"),
    ("Omaha", "NE", "68114", "402"),
    ("Toledo", "OH", "43606", "419"),
    ("Raleigh", "NC", "27609", "919"),
    ("Tampa", "FL", "33607", "813"),
    ("Spokane", "WA", "99201", "509"),
    ("Albany", "NY", "12205", "518"),
    ("Knoxville", "TN", "37919", "865"),
    ("Duluth", "MN", "55802", "218"),
    ("El Paso", "TX", "79902", "915"),
    ("Baton Rouge", "LA", "70808", "225"),
    ("Salem", "OR", "97301", "503"),
    ("Des Moines", "IA", "50309", "515"),
    ("St. Louis", "MO", "63110", "314"),
    ("Bangor", "ME", "04401", "207"),
)
SPECIALTIES = {
    "neurology": ("Neurology", "Neurological Associates", "Brain & Spine Clinic", "Neurosciences Group"),
    "rheumatology": ("Rheumatology", "Arthritis Center", "Rheumatology Partners", "Joint & Lupus Clinic"),
    "gastroenterology": ("Gastroenterology", "Digestive Health", "GI Consultants", "IBD Center"),
    "hematology": ("Hematology", "Blood & Cancer Specialists", "Hematology Oncology Group", "Hematology Clinic"),
    "nephrology": ("Nephrology", "Kidney Care", "Renal Physicians", "Nephrology Associates"),
    "endocrinology": ("Endocrinology", "Bone & Endocrine Center", "Metabolic Clinic", "Endocrine Associates"),
    "immunology": ("Immunology", "Allergy & Immunology", "Asthma & Allergy Partners", "Immune Care Clinic"),
    "medicine": ("Internal Medicine", "Primary Care", "Family Practice", "Medical Group"),
}
PREFIXES = (
    "Cobalt Ridge",
    "Silver Birch",
    "Pinefield",
    "Northgate",
    "Harborlight",
    "Redstone",
    "Larkspur",
    "Blue Mesa",
)
CENTERS = ("Clearbrook Infusion", "Aspenwell Infusion Center", "Stillwater Infusion Suites", "Meridian Oak Infusion")
PAYERS = (
    ("Summit Valley Health Plan", "PPO Choice", "610001", "SVHP"),
    ("Great Basin Mutual", "Gold HMO", "610077", "GBM01"),
    ("Cascadia Blue", "Select PPO", "610088", "CBRX"),
    ("Keystone Union Health", "Open Access Plus", "610093", "KUH"),
    ("Prairie States Insurance", "Bronze EPO", "610044", "PSI5"),
    ("Medicare", "Part B", "", ""),
)
CREDENTIALS = ("MD", "MD", "MD", "DO", "NP", "PA-C", "APRN")


@dataclass(frozen=True)
class Home:
    """An address; ``area`` is the telephone area code that goes with it."""

    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    area: str


@dataclass(frozen=True)
class Doctor:
    """A prescriber or another physician."""

    first_name: str
    last_name: str
    credentials: str
    npi: str
    practice: str
    address: Home
    phone: str
    fax: str
    dea: str
    license_number: str
    group_npi: str


@dataclass(frozen=True)
class Center:
    """The infusion center that the fax is sent to: never the prescriber's own data."""

    name: str
    phone: str
    fax: str
    npi: str
    address: Home


def npi(rng: random.Random, is_valid: bool = True) -> str:
    """Ten digits that pass (or, on request, fail) the Luhn check over 80840 and themselves (45 CFR 162.406)."""
    body = rng.choice("12") + "".join(rng.choice("0123456789") for _ in range(8))
    digit = next(d for d in range(10) if luhn("80840" + body + str(d)))
    return body + str(digit if is_valid else (digit + rng.randint(1, 9)) % 10)


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of those before."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def phone(rng: random.Random, area: str) -> str:
    """A telephone number reserved for fiction, E.164."""
    return f"+1{area}55501{rng.randint(0, 99):02d}"


def home(rng: random.Random, is_office: bool = False) -> Home:
    """An invented address in a real city."""
    city, state, postal_code, area = rng.choice(PLACES)
    line1 = f"{rng.randint(11, 9899)} {rng.choice(STREETS)} {rng.choice(KINDS)}"
    line2 = ""
    if rng.random() < (0.6 if is_office else 0.25):
        line2 = (
            f"Suite {rng.randint(100, 480)}"
            if is_office
            else rng.choice((f"Apt {rng.randint(1, 40)}", f"Unit {rng.randint(1, 9)}B"))
        )
    return Home(line1, line2, city, state, postal_code, area)


def doctor(rng: random.Random, specialty: str, is_npi_valid: bool = True) -> Doctor:
    """An invented physician of a specialty."""
    first, last = rng.choice(rng.choice((FIRST_F, FIRST_M))), rng.choice(LAST)
    place = home(rng, is_office=True)
    number = phone(rng, place.area)
    fax = phone(rng, place.area)
    while fax == number:
        fax = phone(rng, place.area)
    dea = "B" + last[0].upper() + f"{rng.randint(1000000, 9999999)}"
    practice = f"{rng.choice(PREFIXES)} {rng.choice(SPECIALTIES[specialty])}"
    licence = f"{place.state}-{rng.randint(10000, 99999)}"
    credentials = rng.choice(CREDENTIALS)
    return Doctor(
        first, last, credentials, npi(rng, is_npi_valid), practice, place, number, fax, dea, licence, npi(rng)
    )


def center(rng: random.Random) -> Center:
    """An invented infusion center."""
    place = home(rng, is_office=True)
    return Center(rng.choice(CENTERS), phone(rng, place.area), phone(rng, place.area), npi(rng), place)
