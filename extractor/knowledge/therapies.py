"""Earlier therapies in text: ``Avonex from 2016 to 2018, stopped for flu-like symptoms``.

Each drug with the dates and the outcome that stand behind it, up to the next drug. Drugs that stand together with
nothing but commas between them share what follows. Data in ``data/outcomes.yaml``.
"""

import re
from functools import cache
from importlib import resources

import yaml
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extractor.knowledge.drugs import DrugMention, find_drugs
from models.record import Value

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_ISO = r"\s?(?:19|20)\d{2}-(?:0[1-9]|1[0-2](?=\s*(?:to\b|until\b|till\b|through\b|thru\b|-\s|\u2013|\u2014)))(?!\d)"
"""``2025-04``; ``2010-12`` only where an end follows, for it may be a span of years."""
_DATE = (
    rf"(?:{_ISO}|\d{{1,2}}[/\-]\d{{1,2}}[/\-](?:19|20)?\d{{2}}|\d{{1,2}}[/\-](?:19|20)\d{{2}}"
    rf"|{_MONTH}\s*(?:\d{{1,2}},\s*)?(?:19|20)\d{{2}}"
    r"|(?:early|mid|late|spring|summer|fall|winter)?[\s\-]?(?:19|20)\d{2}|['\u2019]\d{2}"
    r"|\d{1,2}/\d{2}(?![/\d]))"
)
_NOW = r"(?:present|current(?:ly)?|now|ongoing|today)"
_RANGE = re.compile(
    rf"(?:from\s+)?({_DATE})\s*(?:-|\u2013|\u2014|to|until|till|through|thru|and)\s*"
    rf"({_DATE}|\d{{2}}(?!\d)|{_NOW})",
    re.IGNORECASE,
)
_COLUMNS = re.compile(rf"[\s:,]*({_DATE})\s+({_DATE})", re.IGNORECASE)
"""Two dates right behind a drug with nothing between them: a table's columns."""
_STARTED = re.compile(
    rf"(?:since|started(?: on| in)?|began(?: in)?|begun|start(?: date)?:?|initiated(?: in)?|from)\s*:?\s*({_DATE})",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"(?:until|till|through|stopped(?: in| on)?|ended(?: in)?|discontinued(?: in| on)?|d/?c'?d?(?: in)?"
    rf"|stop(?: date)?:?|end(?: date)?:?|quit)\s*:?\s*({_DATE})",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(?:\b(?:in|dated?)\s+|[(,:;]\s*|^\s*)({_DATE})", re.IGNORECASE)
_CAUSE = re.compile(
    r"\b(?:due to|because of|secondary to|on account of|owing to|reason(?: for (?:stopping|discontinuation|failure))?:?"
    r"|(?:ended|stopped|discontinued|given up) for|outcome:?|response:?|result:?|d/?c'?d? (?:for|due to|2/2)|2/2"
    r"|resulting in|resulted in|caused|with)\s+",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"^(?:[\s,;:.()\[\]\-\u2013\u2014*|/]|(?:and|then|which|but|it|was|were|had|has|been|she|he|patient|pt|ended"
    r"|stopped|discontinued|given|up|d/?c'?d?|quit|for|x|a|an|the|on|from|to|in|of|after|months?|years?|weeks?|mg|daily|weekly"
    r"|monthly|iv|po|sc|im|\d+(?:\.\d+)?)\b)+",
    re.IGNORECASE,
)
_END = re.compile(
    r"[,;.|)\n]|\s(?:then|and then|and switched|before|followed by|switched)\b|\s[-\u2013]\s", re.IGNORECASE
)
_JOINED = re.compile(r"^[\s,/&+]*(?:(?:and|or|then)\b)?[\s,/&+]*$", re.IGNORECASE)
_NEVER_GIVEN = re.compile(
    r"[\s,;(\-\u2013]*(?:but\s+|was\s+|has\s+)?never\s+(?:took|taken|started|begun|began|received|given|filled|used)\b",
    re.IGNORECASE,
)
"""What follows a drug that was thought of only: ``screened for natalizumab but never took it``."""
_DENIES = re.compile(r"\b(?:no|not|never|without|lack of|loss of|lost|partial|minimal|little)\s+$", re.IGNORECASE)
_LED = re.compile(r"\b([a-z][a-z \-]{4,40}?)\s+(?:to|of|with|on)\s*$", re.IGNORECASE)
_NO_NAMES = frozenset(
    {"none", "see attached", "unknown", "drug", "drugs", "medication", "medications", "therapy", "treatment", "agent"}
    | {"dates", "dose", "result", "outcome", "reason"}
)
"""What stands where a drug's name would, and is none: a form's own words."""
_MOST_WORDS = 7
_SHARED, _BARE_YEAR = 0.6, 0.6
UNLISTED = 0.5
"""The score of what stands for a drug and that no list knows: it may be anything else."""
_MENDED, _LETTERS_A_SLIP, _SHORTEST_MENDED = 0.5, 5, 7
"""The score of an outcome with misread letters, for how many letters one may be wrong, and letters it must have."""
_CERTAIN, _AS_PRINTED, _CUT_SHORT = 1.0, 0.75, 0.3


class Said(Value):
    """One leaf of a therapy: its value, characters ``start`` to ``end`` of the text, and how sure (0-1).

    ``read`` is what stood there where the value is a known phrase close to it.
    """

    value: str
    start: int
    end: int
    score: float = _CERTAIN
    read: str | None = None


class TherapyReading(Value):
    """One drug that was given before: dates ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ``outcome`` as printed."""

    drug: DrugMention
    start: Said | None = None
    stop: Said | None = None
    outcome: Said | None = None


@cache
def _known_outcomes() -> tuple[str, ...]:
    text = resources.files(__package__).joinpath("data/outcomes.yaml").read_text(encoding="utf-8")
    words: list[str] = yaml.safe_load(text)["outcomes"]
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _outcomes() -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"[\s\-]+") for word in _known_outcomes())
    return re.compile(rf"(?<![a-z])(?:{alternatives})(?![a-z])", re.IGNORECASE)


def is_outcome(text: str) -> bool:
    """Whether a text is nothing but what became of a treatment: ``Failed``, ``Intolerant``."""
    found = _outcomes().search(text)
    return found is not None and len(found.group()) >= 0.8 * len(text.strip())


def read_therapies(text: str, *, is_listed: bool = False) -> tuple[TherapyReading, ...]:
    """The therapies that ``text`` tells of. ``is_listed``: it is an entry of a list of therapies, so that words
    behind the dates are the outcome even if they are no known one.
    """
    drugs = find_drugs(text, is_named=is_listed) or (_unknown_drug(text) if is_listed else ())
    found: list[TherapyReading] = []
    for index, drug in enumerate(drugs):
        last = index
        while last + 1 < len(drugs) and _JOINED.match(text[drugs[last].end : drugs[last + 1].start]):
            last += 1
        stop = drugs[last + 1].start if last + 1 < len(drugs) else len(text)
        span = (drugs[last].end, _sentence_end(text, drugs[last].end, stop))
        if _NEVER_GIVEN.match(text[span[0] : span[1]]):
            continue
        is_shared = last > index
        start, end = read_period(text, span)
        before = drugs[index - 1].end if index else 0
        outcome = _led_by(text, before, drug.start)
        if outcome is None:
            following = _led_by(text, span[0], span[1] + 1) if span[1] == stop else None
            own = (span[0], following.start) if following is not None else span
            outcome = read_outcome(text, own, is_listed=is_listed, after=_latest(start, end, span[0]))
        if is_shared:
            start, end, outcome = (_less(said) for said in (start, end, outcome))
        found.append(TherapyReading(drug=drug, start=start, stop=end, outcome=outcome))
    return tuple(found)


def _unknown_drug(text: str) -> tuple[DrugMention, ...]:
    """The first words of a list's entry before its date, where they are no drug that is known."""
    dated = re.search(rf"[,(:;\-\u2013]|\b(?:from|since|in)\b|(?<!\w){_DATE}", text, re.IGNORECASE)
    name = text[: dated.start()] if dated is not None else ""
    bare = name.strip(" .*")
    if dated is None or not re.fullmatch(r"[A-Za-z][A-Za-z\- ]{3,29}", bare) or len(bare.split()) > 2:
        return ()
    start = text.index(bare)
    mention = DrugMention(
        generic=bare.casefold(), brand=None, start=start, end=start + len(bare), score=UNLISTED, text=bare
    )
    return () if bare.casefold() in _NO_NAMES else (mention,)


def _less(said: Said | None) -> Said | None:
    return None if said is None else said.model_copy(update={"score": min(said.score, _SHARED)})


def _sentence_end(text: str, start: int, stop: int) -> int:
    """The end of what is said of a drug: the sentence's, or the next drug's start."""
    found = re.search(r"(?<=\w[\w)])\.\s+(?=[A-Z])|\n\s*\n", text[start:stop])
    return start + found.start() if found is not None else stop


def _latest(start: Said | None, stop: Said | None, default: int) -> int:
    return max([said.end for said in (start, stop) if said is not None], default=default)


def read_period(text: str, span: tuple[int, int] | None = None) -> tuple[Said | None, Said | None]:
    """When a therapy started and stopped, from characters ``span`` of ``text``; None for what is not said."""
    first, last = span if span is not None else (0, len(text))
    part = text[first:last]
    found = _RANGE.search(part)
    if found is not None:
        start = _said(found, 1, first)
        stop = _said(found, 2, first, century=None if start is None else start.value[:2])
        return start, stop
    columns = _COLUMNS.match(part)
    if columns is not None:
        return _said(columns, 1, first), _said(columns, 2, first)
    started, stopped = _STARTED.search(part), _STOPPED.search(part)
    if started is not None or stopped is not None:
        return (
            None if started is None else _said(started, 1, first),
            None if stopped is None else _said(stopped, 1, first),
        )
    single = _SINGLE.search(part)
    said = None if single is None else _said(single, 1, first)
    return (None if said is None else said.model_copy(update={"score": _BARE_YEAR})), None


def _said(found: re.Match[str], group: int, offset: int, century: str | None = None) -> Said | None:
    raw = found.group(group)
    value = normalise_partial(raw, century)
    if value is None:
        return None
    return Said(value=value, start=offset + found.start(group), end=offset + found.end(group))


def normalise_partial(text: str, century: str | None = None) -> str | None:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` for a whole or partial date; None where it is none.

    A two-digit year is of ``century`` (default the twentieth up to 50 years back, else this one).
    """
    raw = text.strip(" .,")
    if found := re.fullmatch(r"(\d{1,2})[/\-](\d{1,2})[/\-](\d{4}|\d{2})", raw):
        month, day, year = int(found.group(1)), int(found.group(2)), _year(found.group(3), century)
        return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None
    if found := re.fullmatch(r"((?:19|20)\d{2})-(\d{2})", raw):
        return raw if 1 <= int(found.group(2)) <= 12 else None
    if found := re.fullmatch(r"(\d{1,2})[/\-](\d{4}|\d{2})", raw):
        month = int(found.group(1))
        return f"{_year(found.group(2), century)}-{month:02d}" if 1 <= month <= 12 else None
    if found := re.match(rf"({_MONTH})\s*(?:(\d{{1,2}}),\s*)?(\d{{4}})$", raw, re.IGNORECASE):
        month = _MONTHS.index(found.group(1)[:3].casefold()) + 1
        day_part = f"-{int(found.group(2)):02d}" if found.group(2) else ""
        return f"{found.group(3)}-{month:02d}{day_part}"
    if found := re.search(r"((?:19|20)\d{2})$", raw):
        return found.group(1)
    if found := re.fullmatch(r"['\u2019]?(\d{2})", raw):
        return _year(found.group(1), century)
    return None


def _year(digits: str, century: str | None) -> str:
    if len(digits) == 4:
        return digits
    return f"{century}{digits}" if century is not None else f"{'20' if int(digits) <= 50 else '19'}{digits}"


def read_outcome(text: str, span: tuple[int, int], *, is_listed: bool = False, after: int | None = None) -> Said | None:
    """How a therapy ended: a known outcome in ``span``, or what it is said to be for.

    In a list of therapies (``is_listed``) also what stands behind character ``after``.
    """
    part = text[span[0] : span[1]]
    known = _outcomes().search(part)
    cause = _CAUSE.search(part)
    if cause is not None and (known is None or known.start() >= cause.start()):
        said = _phrase(text, span[0] + cause.end(), span[1])
        if said is not None and (cause.group().casefold().strip() != "with" or known is not None):
            return said
    start = after if after is not None else span[0]
    if known is not None:
        said = Said(value=" ".join(known.group().split()), start=span[0] + known.start(), end=span[0] + known.end())
        return _widened(text, said, start if is_listed and start <= said.start else None, span[1])
    return _phrase(text, start, span[1], score=_AS_PRINTED) if is_listed else None


def _widened(text: str, said: Said, start: int | None, stop: int) -> Said:
    """An outcome with the words that belong to it: ``no remission`` is none, ``persistent proteinuria`` is one.

    ``start``: where the entry of a list begins to tell it; None in prose, where only a word that denies is taken in.
    """
    before = text[: said.start] if start is None else text[start : said.start]
    denied = _DENIES.search(before)
    if start is not None:
        first = max((found.end() for found in _END.finditer(text, start, said.start)), default=start)
        whole = _phrase(text, first, stop, score=_AS_PRINTED)
        is_around = whole is not None and whole.start <= said.start and said.end <= whole.end
        if whole is not None and is_around and whole.read is None:
            return whole.model_copy(update={"score": said.score}) if whole.value == said.value else whole
    if denied is None:
        return said
    first = said.start - (len(before) - denied.start())
    return Said(value=" ".join(text[first : said.end].split()), start=first, end=said.end, score=_AS_PRINTED)


def _phrase(text: str, start: int, stop: int, score: float = _CERTAIN) -> Said | None:
    """The words from ``start`` up to a stop, without what leads up to them."""
    lead = _FILLER.match(text[start:stop])
    first = start + (lead.end() if lead is not None else 0)
    end = _END.search(text, first, stop)
    last = end.start() if end is not None else stop
    if text[last : last + 1] == ")" and "(" in text[first:last]:
        last += 1
    value = " ".join(text[first:last].split()).strip(" -:*")
    if (
        re.match(_NOW, value, re.IGNORECASE)
        or len(value) < 4
        or len(value.split()) > _MOST_WORDS
        or sum(c.isalpha() for c in value) < 0.7 * len(value)
    ):
        return None
    if any(known.startswith(f"{value.casefold()} ") for known in _known_outcomes()):
        return Said(value=value, start=first, end=last, score=_CUT_SHORT)
    near = _nearest_outcome(value)
    if near is not None:
        return Said(value=near, start=first, end=last, score=_MENDED, read=value)
    return Said(value=value, start=first, end=last, score=score)


def _nearest_outcome(value: str) -> str | None:
    """The one known outcome that few misread letters part from ``value``; None for a known one and for other words."""
    folded = value.casefold()
    spellings = {folded, folded.replace("-", " "), folded.replace("-", "")}
    if len(folded) < _SHORTEST_MENDED or not spellings.isdisjoint(_known_outcomes()):
        return None
    near = process.extract(
        folded, _known_outcomes(), scorer=Levenshtein.distance, score_cutoff=len(folded) // _LETTERS_A_SLIP, limit=2
    )
    if not near or (len(near) > 1 and near[1][1] == near[0][1] and near[1][0].rstrip("s") != near[0][0].rstrip("s")):
        return None
    return str(near[0][0])


def _led_by(text: str, start: int, stop: int) -> Said | None:
    """``inadequate response to Humira``."""
    found = _LED.search(text[start:stop])
    known = None if found is None else _outcomes().search(found.group(1))
    if found is None or known is None or known.end() != len(found.group(1)):
        return None
    first = start + found.start(1) + known.start()
    return Said(value=" ".join(known.group().split()), start=first, end=first + len(known.group()))
