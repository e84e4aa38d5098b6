"""Whether a page goes on where the page before it ends, by what both print: "Page 2 of 3", a report's number."""

import re

from rapidfuzz import fuzz

from extractor.packet.questions import fold
from models.stages.layout import PageReading

_COUNT = re.compile(r"\bp(?:age|g)?s?\.?\s*#?\s*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b", re.IGNORECASE)
_REPORT = re.compile(
    r"\b(?:accession|specimen|requisition|report|encounter|visit|case|order)\s*(?:id|no|nr|number|num|#)?\s*[.:#]*\s*"
    r"([a-z0-9\-]*\d[a-z0-9\-]{4,})",
    re.IGNORECASE,
)
_RUNNING_LETTERS = 10
_SAME_LINE = 88.0


def continues(before: PageReading, page: PageReading, page_count: int) -> bool:
    """Whether ``page`` is the next page of the document that ``before`` is a page of.

    A count that fits the whole file (``page_count``) is that of the transmission and says nothing.
    """
    if _reports(before) & _reports(page):
        return True
    here, there = _count(page), _count(before)
    if here is None or there is None or here[1] != there[1] or here[0] != there[0] + 1:
        return False
    if here[1] == page_count and here[0] == page.page.page_no:
        return False
    return any(
        len(line) >= _RUNNING_LETTERS and fuzz.ratio(line, other) >= _SAME_LINE
        for line, other in zip(_running_lines(page), _running_lines(before), strict=True)
    )


def _reports(page: PageReading) -> frozenset[str]:
    """Numbers of the report, specimen or visit that the page is about."""
    found = (match.group(1) for line in page.layout.lines for match in _REPORT.finditer(line.text))
    return frozenset(re.sub(r"\W", "", number).lower() for number in found)


def _count(page: PageReading) -> tuple[int, int] | None:
    """The page's number and how many pages its document has."""
    for line in page.layout.lines:
        match = _COUNT.search(line.text)
        if match is not None and 0 < int(match.group(1)) <= int(match.group(2)):
            return int(match.group(1)), int(match.group(2))
    return None


def _running_lines(page: PageReading) -> tuple[str, str]:
    """The line that counts the pages, and the first line of the page, without numbers."""
    texts = [line.text for line in sorted(page.layout.lines, key=lambda line: line.bbox.top)]
    counting = next((text for text in texts if _COUNT.search(text)), "")
    first, second = (re.sub(r"[\d ]", "", fold(_COUNT.sub("", text))) for text in (counting, texts[0]))
    return first, second
