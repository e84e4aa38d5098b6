"""Candidates of one laboratory row: what each leaf says, how sure its place and its row make it, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.fields.evidence import PROSE_RELATION, from_words
from extractor.fields.lab_cells import GUESSES, LabRow, bare_name
from extractor.fields.lab_doubts import WHY
from extractor.fields.lab_lines import Rows
from extractor.knowledge.lab_tests import EXACT, LabTest, TestMatch, is_name_word, space_out
from models.record import Alternative, PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word

_PAGE_FIT = {PageType.LAB_REPORT: 1.0, PageType.OTHER: 0.7, PageType.CLINICAL_NOTE: 0.6}
_MARKED = 6
"""Letters of a word from which on a letter too many at its end is seen."""
_IN_NAME = frozenset({"cut_name", "unassigned"})
"""Doubts of a row that make an unknown test's name one to ask for: words may belong to it."""
_OF_CODE = frozenset({"near_name", "guessed_name", "unusual_unit", "cut_name", "kind_untold"})
_IMMUNOASSAY = re.compile(r"\b(?:e?clia|cmia|[em]?eia|elisa|ia|immunoassay|chemiluminesc\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the rows of a page share: its latest date and today's (``YYYY-MM-DD``), where its first row stands."""

    latest: str | None
    first_top: float
    today: str


class LeafMaker:
    """Makes the candidates of one row."""

    def __init__(self, row: LabRow, index: int, page: PageReading, lines: Rows, told: PageFacts) -> None:
        self.told = told
        self._row, self._index, self._page, self._lines = row, index, page, lines
        self._item = f"p{page.page.page_no}r{index:02d}"
        place = (
            "under the heads of its columns" if row.is_headed else "in a sentence" if row.is_prose else "in its line"
        )
        self._place = Reason(code="lab_row", text=f"row of '{row.text}', read {place}")

    def test(self) -> Candidate:
        """The test's name: as printed, or as it is known where a letter was misread."""
        match = self._row.match
        is_near = match is not None and match.score < EXACT
        value = (
            _as_printed(self._row.text, match, is_read=self._is_read())
            if match is not None
            else _without_mark(self._row.text.strip(" :*"))
        )
        doubts = [d for d in self._row.doubts if d in {"unknown_test", "near_name", "guessed_name", "cut_name"}]
        has_mark = match is None and value != self._row.text.strip(" :*")
        doubts.extend(["footnote"] if has_mark else [])
        is_whole = not self._row.unread and _IN_NAME.isdisjoint(self._row.doubts) and not has_mark
        is_sure = is_whole and not self._is_read() if match is None else "cut_name" not in doubts
        made = self.leaf(
            "test", value, self._row.name, doubts, is_valid=is_sure, is_verified=match is not None and not is_near
        )
        alternatives = (Alternative[str](value=self._row.text),) if is_near else ()
        return made.model_copy(update={"alternatives": alternatives})

    def loinc(self, test: LabTest) -> Candidate | None:
        """The test's code; where the report does not say by what method it tested, the code of no method beside it."""
        if test.loinc is None:
            return None
        doubts = [doubt for doubt in self._row.doubts if doubt in _OF_CODE]
        if test.loinc_any_method is None or _says_method(self._row.text):
            return self.leaf("loinc", test.loinc, self._row.name, doubts, derived=True)
        doubts.append("no_method")
        made = self.leaf("loinc", test.loinc, self._row.name, doubts, is_valid=len(doubts) == 1, derived=True)
        return made.model_copy(
            update={"is_valid": False, "alternatives": (Alternative[str](value=test.loinc_any_method),)}
        )

    def _is_read(self) -> bool:
        return any(word.source != "embedded" for word in self._row.name)

    @property
    def is_report(self) -> bool:
        """Whether the page is a laboratory report."""
        return self._page.page.type is PageType.LAB_REPORT

    def date_doubts(self, value: str) -> list[str]:
        """What speaks against a date of collection (``YYYY-MM-DD``): it is still to come."""
        return ["future_date"] if value > self.told.today else []

    def illegible(self, leaf: str, words: Sequence[Word], doubt: str = "not_understood") -> Candidate:
        """A leaf whose words stand there and could not be read."""
        made = self.leaf(leaf, None, words, [doubt], is_valid=False)
        return made.model_copy(update={"is_illegible": True})

    def leaf(
        self,
        leaf: str,
        value: str | None,
        words: Sequence[Word],
        doubts: Sequence[str],
        *,
        is_valid: bool | None = None,
        is_verified: bool = False,
        derived: bool = False,
    ) -> Candidate:
        """One leaf; ``doubts`` lower it, and unless ``is_valid`` says otherwise make it one to ask for."""
        row = self._row
        doubts = [*doubts, *(d for d in row.doubts if d in GUESSES)]
        valid = (
            is_valid if is_valid is not None else not [d for d in doubts if d not in {"near_name", "lookalike_unit"}]
        ) and not row.is_guess
        is_exact = row.match is not None and row.match.score == EXACT
        is_anchored = not row.is_prose and (row.is_headed or is_exact)
        extra = {
            "label": 1.0 if row.is_headed else 0.6 if row.is_prose else 0.85,
            "relation": 1.0 if row.is_headed else PROSE_RELATION if row.is_prose else 0.8,
            "page": _PAGE_FIT.get(self._page.page.type, 0.5),
            "valid": 0.0 if not valid else 0.6 if doubts and doubts != ["assumed_final"] else 1.0,
            "anchor": float(is_anchored),
            "verified": float(is_verified and not row.is_guess),
        }
        made = from_words(
            f"labs[{self._index}].{leaf}",
            value,
            self._lines.read(words),
            self._page,
            role=1.0 if row.is_headed or self._page.page.type is PageType.LAB_REPORT else 0.6,
            reason=self._place,
            is_valid=valid,
            item=self._item,
            reasons=[Reason(code=code, text=WHY[code]) for code in dict.fromkeys(doubts)],
            extra=extra,
        )
        return made.model_copy(update={"source": "derived"}) if derived else made


def _as_printed(text: str, match: TestMatch, *, is_read: bool) -> str:
    """The printed name without the laboratory's code behind it; the known spelling where a letter or space was misread.

    ``is_read``: an engine read it from pixels, so that a space may be lost.
    """
    name = match.name
    if match.score == EXACT and is_read:
        known = next((each for test in match.tests for each in test.names if _pressed(each) == _pressed(name)), name)
        name = known if _count_words(known) > _count_words(name) else space_out(name)
    is_capital = sum(c.isupper() for c in text) > 0.8 * sum(c.isalpha() for c in text)
    return bare_name(name.upper() if is_capital and name != match.name else name).strip(" :*")


def _without_mark(name: str) -> str:
    """An unknown test's name without the raised letter of a footnote that stands at its last word: ``Antibodyb``."""
    last = name.rpartition(" ")[2]
    is_marked = len(last) > _MARKED and last[-1] in "abcdef" and is_name_word(last[:-1]) and not is_name_word(last)
    return name[:-1] if is_marked else name


def _pressed(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum() or character in "%#")


def _count_words(name: str) -> int:
    """Its words, those that a hyphen joins each for itself: ``QuantiFERON-TB Gold`` has lost no space."""
    return len(re.split(r"[\s-]+", name.strip()))


def _says_method(name: str) -> bool:
    """Whether a test's printed name says that an immunoassay told the result."""
    return _IMMUNOASSAY.search(name) is not None
