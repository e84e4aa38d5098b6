"""A yearly release of ICD-10-CM as CMS publishes it, laid over the book in use: what is new, and what ended.

The release is the "order file" (``icd10cm_order_2027.txt``, alone or in its zip): fixed columns with the order number,
the code, whether it is billable, a short and the long description. It holds all codes, so what it lacks has ended.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from extractor.errors import DamagedDocument, FileUnavailable, UsageError
from extractor.knowledge.code_book import CodeBook, Entry, write_book

_NAME = re.compile(r"icd10cm[_\-]order[_\-](?:(april)[_\-])?(\d{4})(?:[_\-]?(april))?[^/]*\.txt$", re.IGNORECASE)
_LINE = re.compile(r"\d{5} ([A-Z0-9]{3,7}) +([01]) (.{60}) (.+?)\s*")
FEWEST = 50_000
"""A release has close to a hundred thousand codes: less of them is a part of a file."""


class ReleaseReport(NamedTuple):
    """``codes`` in the new book; ``begun`` and ``ended``: billable codes that the release adds and takes away."""

    codes: int
    begun: int
    ended: int
    effective: date


def load_release(
    source: Path, target: Path, base: CodeBook, effective: date | None = None, *, fewest: int = FEWEST
) -> ReleaseReport:
    """Write to ``target`` what ``base`` says, changed by the release in ``source`` from the day ``effective`` on.

    Without that day it follows from the file's name: the fiscal year begins on 1 October of the year before, an April
    release on 1 April. Raises ``FileUnavailable``, ``DamagedDocument``, and ``UsageError`` for another file or where
    the day cannot be told.
    """
    name, lines = _read(source)
    if "addenda" in name.lower():
        raise UsageError("This file holds the year's changes alone: give the order file, which lists every code.")
    day = effective or _day_of(name)
    if day is None:
        raise UsageError("The file's name does not say from when its codes hold: say so with --effective YYYY-MM-DD.")
    release = {entry.code: entry for entry in _parse(lines)}
    if len(release) < fewest:
        raise DamagedDocument("The file holds too few codes for a whole release: download it again.")
    merged = tuple(_merge(base, release, f"{day:%Y%m%d}"))
    said = f"{base.header.get('source', '')}; {name}, in force from {day.isoformat()}"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = write_book(target, {**base.header, "source": said, "date": day.isoformat()}, (one for one, _ in merged))
    changes = [change for _, change in merged]
    return ReleaseReport(count, changes.count("begun"), changes.count("ended"), day)


def _merge(base: CodeBook, release: dict[str, Entry], day: str) -> Iterator[tuple[Entry, str]]:
    """Every code of either, with what happened to it. What was billable and is not any more keeps its days."""
    for old in base:
        new = release.pop(old.code, None)
        if old.flag == "B" and (new is None or new.flag != "B"):
            yield old._replace(flag="D" if new is None else new.flag, last=day), "ended"
        elif new is None:
            yield old, ""
        elif new.flag == "B" and old.flag != "B":
            # What was a heading, or had ended, is billable from now on.
            yield new._replace(first=day), "begun"
        else:
            yield old._replace(description=new.description), ""
    for new in release.values():
        yield (new._replace(first=day), "begun") if new.flag == "B" else (new, "")


def _read(source: Path) -> tuple[str, Iterable[str]]:
    try:
        if not zipfile.is_zipfile(source):
            return source.name, _decode(source.read_bytes())
        with zipfile.ZipFile(source) as archive:
            # Zips made on some machines hold a shadow of each file.
            found = [one for one in archive.namelist() if _NAME.search(one) and not one.startswith("__MACOSX/")]
            if len(found) != 1:
                raise UsageError("The zip holds no order file (icd10cm_order_YEAR.txt): give the one from CMS.")
            return found[0], _decode(archive.read(found[0]))
    except OSError as error:
        raise FileUnavailable(f"Cannot read the file ({error.strerror}): check its path and its rights.") from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise DamagedDocument("The file is damaged or breaks off: download it again.") from error


def _decode(data: bytes) -> list[str]:
    """Lines of characters, whose columns are fixed: most years are ASCII, and nothing says what the others are."""
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return data.decode("latin-1").splitlines()


def _parse(lines: Iterable[str]) -> Iterator[Entry]:
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is not None:
            yield Entry(found[1], "B" if found[2] == "1" else "H", "", "", found[4])
        elif line.strip():
            raise UsageError("The file is no ICD-10-CM order file: its lines have other columns.")


def _day_of(name: str) -> date | None:
    found = _NAME.search(name)
    if found is None:
        return None
    year = int(found[2])
    return date(year, 4, 1) if found[1] or found[3] else date(year - 1, 10, 1)
