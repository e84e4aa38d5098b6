"""Whole policies in running text: who pays, then numbers, a holder and a telephone, each behind a word that says so.

``Payer: Great Lakes Fund (primary), ID GLT 20-449817, group 299, subscriber Ana Bell, patient is her spouse.`` Such a
text stands behind a label or a list's number, over several lines, or in the column right of its label.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.fields.policies import RANKS, TEXT_ITEM, find_rank
from extractor.fields.policy_values import REFUSED, find_identifier, read_pcn, read_relationship
from extractor.packet import Answer, Role
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import Line, PageReading, Relation
from models.stages.text import Word, join_words, words_between

_LEAD = re.compile(
    r"\W*(?:\d{1,2}[.)]\s*)?(?:(?:insurance|coverage)\s*[.:]\s+(?=(?:primary|secondary)\b))?(?P<label>(?:(?:primary|secondary|tertiary|other|1st|2nd|3rd)\s+)?"
    r"(?:insurance|ins\.?|insurer|payer|payor|carrier|coverage|health plan)"
    r"(?:\s+(?:company|co\.?|name|carrier|plan|coverage|on file|information|info|\d))*"
    r"|primary|secondary|tertiary"
    r"|(?:prescription(?: drug)?|pharmacy|rx|medical|(?:medicare )?part d)(?: (?:benefit|plan|coverage))?(?=\s*:)"
    r"|(?P<ended>inactive|termed|terminated|expired|former|previous|prior|cancell?ed)(?: (?:insurance|coverage|plan))?"
    r"(?=\s*:))"
    r"\s*(?:[:#](?=\s|$)|$)(?:\s*(?P<rank>primary|secondary|tertiary)\s*:)?\s*",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?P<label>(?P<number>[1-3])[.)])\s+(?=[A-Z])")
_NUMBER = r"(?:no\.?|number|\#)"
_INNER = re.compile(
    rf"(?<![A-Za-z])(?:(?P<bin>(?:rx\s*)?bin(?:\s*/\s*(?:rx\s*)?pcn)?)|(?P<pcn>(?:rx\s*)?pcn)|(?P<rx_group>rx\s*(?:group|grp))"
    rf"|(?P<group_number>(?:group|grp)\b\.?(?:\s*(?:{_NUMBER}|id\b))?)"
    rf"|(?P<member_id>(?:(?:member|subscriber|insured|policy|insurance|contract|certificate)\s*/?\s*)?id\b(?:\s*{_NUMBER})?"
    rf"|(?:member|subscriber|policy|contract|certificate)\s*{_NUMBER}|policy(?=\s*[:#]))"
    r"|(?P<relationship>(?:(?:pt\.?|patient|member)(?:'s)?\s*)?rel(?:ation(?:ship)?)?\b\.?(?:\s*to\s*(?:the\s*)?\w+)?(?=\s*:)"
    r"|patient\s+is\s+(?:his|her|their|the|a)\b)"
    r"|(?P<full_name>(?:subscriber|policy\s?holder|insured|card\s?holder)(?:\s+name)?\b)"
    r"|(?P<payer_phone>(?:(?:payer|customer|member)\s*)?(?:phone|ph|tel|telephone|services?)\b\.?(?=\D{0,4}\(?\d{3}))"
    r"|(?P<plan>plan(?:\s+name)?(?=\s*:)|(?<=\n)plan(?: name)?(?=\n))"
    r"|(?P<other>(?:effective|eff\b|term(?:ed|inat\w+)?\b|co-?pay|deductible|dob\b|date of birth|employer|network|pcp\b"
    r"|fax|notes?\b|provider|claims|auth\w*|status|verified|type\b|address)(?=[\s:#.]|$)))\s*[:#]?\s*",
    re.IGNORECASE,
)
_RANK_INSIDE = re.compile(r"\(\s*(primary|secondary|tertiary)\s*\)", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d-])(?:1[-. ])?\(?\d{3}\)?[-. ]*\d{3}[-. ]\d{4}(?!\d)")
_VALUE_END = re.compile(r"[;|\n]|,(?=\s)|\.\s|\.$")
_NAME_END = re.compile(r"[;|]|\.\s+[A-Z]|\.$|,\s*$")
"""What ends a number behind its word, and a name, which may go on in the next line."""
_OTHER_LABEL = re.compile(r"\W*[A-Z][\w/' -]{2,40}:(?:\s|$)")
_LABELS = {
    "member_id": "Member ID", "group_number": "Group", "payer_phone": "Phone", "bin": "RxBIN", "pcn": "RxPCN",
    "plan": "Plan name", "relationship": "Relationship to subscriber", "full_name": "Subscriber name",
}  # fmt: skip
_ENDED = "ended_coverage"
"""What is told of a policy that is no more: read so that no other policy takes it, and not a coverage."""
_NAMED_PAYER = ("full_name", Role.PAYER)
_OF_PHARMACY = frozenset({"bin", "pcn", "rx_group"})
_HOLDERS = frozenset({"full_name", "relationship"})
_GAP, _WIDE_GAP, _EDGE = 1.0, 1.8, 6.0
"""Text heights between two rows of one text, those of a column right of its labels wider apart; points by which rows
may begin left of the first."""
_REACH, _MOST_ROWS, _MOST_PAYER_WORDS = 320.0, 6, 7
_SURE, _BARE_PHONE = 1.0, 0.4


@dataclass(frozen=True, slots=True)
class _Lead:
    """Where a text about a policy begins: its label, the rank it says, and the words behind it."""

    label: str
    rank: str | None
    is_counted: bool
    is_ended: bool
    line: Line
    lines: tuple[tuple[Word, ...], ...]
    left: float

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for line in self.lines for word in line)


def read_policy_texts(page: PageReading, answers: Sequence[Answer]) -> list[Answer]:
    """The answers of each policy that a text tells: its payer, a number, and at least one more part behind its word.

    Nothing of a text all of which ``answers``, the layout's pairs, tell already.
    """
    leads = list(_leads(page))
    starts = [lead.line for lead in leads]
    found: list[Answer] = []
    for lead in leads:
        told = _read(lead, _rows_below(lead, starts, page), page)
        if not all(_is_known(one, answers) for one in told):
            found.extend(told)
    return found


def _is_known(told: Answer, answers: Sequence[Answer]) -> bool:
    """Whether the layout paired the same: a payer by the same words, another value by words among which it is."""
    if told.attribute == "payer":
        named = (one for one in answers if one.attribute == "payer" or (one.attribute, one.role) == _NAMED_PAYER)
        return any(one.text.strip(" .,") == told.text for one in named)
    others = (one for one in answers if one.attribute != "payer")
    return any(lies_on(word.bbox, [told.bbox], 0.5) for one in others for word in one.words)


def _leads(page: PageReading) -> Iterator[_Lead]:
    for line in page.layout.lines:
        text, spans = join_words(line.words)
        told = _LEAD.match(text) or _COUNT.match(text)
        if told is None:
            continue
        said = told.groupdict()
        is_counted = "number" in said
        rank = RANKS[int(said["number"]) - 1] if is_counted else find_rank(said["rank"] or said["label"])
        behind = words_between(line.words, spans, told.end(), len(text))
        level = _level_lines(line, page, is_labelled=bool(behind))
        lines = (*([behind] if behind else []), *([] if is_counted and not behind else level))
        if lines:
            is_ended = said.get("ended") is not None
            left = line.bbox.x0 if behind else lines[0][0].bbox.x0
            yield _Lead(told.group().strip(" :#"), rank, is_counted, is_ended, line, lines, left)


def _level_lines(label: Line, page: PageReading, *, is_labelled: bool) -> list[tuple[Word, ...]]:
    """The lines right of a label on its height, up to the next label of a policy.

    Behind the first only those that begin with a word that says what they are; ``is_labelled``: the first one, too.
    """
    level = [
        line
        for line in page.layout.lines
        if label.bbox.x1 < line.bbox.x0 < label.bbox.x1 + _REACH
        and line.bbox.y_overlap(label.bbox) > 0.5 * min(label.bbox.height, line.bbox.height)
    ]
    lines: list[tuple[Word, ...]] = []
    for line in sorted(level, key=lambda each: each.bbox.x0):
        if _LEAD.match(line.text) or ((is_labelled or lines) and _INNER.match(line.text) is None):
            break
        lines.append(line.words)
    return lines


def _rows_below(lead: _Lead, starts: Sequence[Line], page: PageReading) -> list[tuple[Word, ...]]:
    """The lines that go on from a lead's: row by row, none left of the text, up to another label's."""
    first = bounding_box([word.bbox for word in lead.words])
    end = min(
        (line.bbox.x0 for line in starts if line.bbox.x0 > first.x1 and line.bbox.y_overlap(first) > 0), default=9999.0
    )
    has_left = any(line.bbox.x1 < lead.line.bbox.x0 and line.bbox.y_overlap(first) > 0 for line in starts)
    found: list[tuple[Word, ...]] = []
    above = first
    for _ in range(_MOST_ROWS):
        below = [
            line
            for line in page.layout.lines
            if line.bbox.x0 < end
            and (line.bbox.x0 > lead.line.bbox.x0 - _EDGE or not has_left)
            and line.bbox.y_mid > above.bottom
            and line.bbox.top - above.bottom < (_GAP if lead.left == lead.line.bbox.x0 else _WIDE_GAP) * above.height
            and not lies_on(line.bbox, (above,), 0.5)
        ]
        highest = min((line.bbox for line in below), key=lambda box: box.y_mid, default=above)
        level = [line for line in below if line.bbox.y_overlap(highest) > 0.4 * min(highest.height, line.bbox.height)]
        row = sorted(level, key=lambda each: each.bbox.x0)
        if not row or any(line in starts for line in row):
            break
        is_asked = abs(row[0].bbox.x0 - lead.line.bbox.x0) < _EDGE and _INNER.match(row[0].text) is not None
        if (row[0].bbox.x0 < lead.left - _EDGE and not is_asked) or (lead.rank is not None and _is_pharmacys(row[0])):
            break
        text = row[0].text
        if _OTHER_LABEL.match(text) and _INNER.match(text.lstrip()) is None:
            break
        found.extend(line.words for line in row)
        above = bounding_box([line.bbox for line in row])
    return found


def _is_pharmacys(line: Line) -> bool:
    """Whether a line begins with a pharmacy benefit's number, which may be of another policy than the one above it."""
    asked = _INNER.match(line.text)
    return asked is not None and asked.lastgroup in _OF_PHARMACY


def _text(lines: Sequence[tuple[Word, ...]]) -> tuple[str, tuple[Word, ...], list[tuple[int, int]]]:
    """The lines' words joined, a line's end between two lines, with the words and each one's characters."""
    words = tuple(word for line in lines for word in line)
    return "\n".join(" ".join(word.text for word in line) for line in lines), words, join_words(words)[1]


def _read(lead: _Lead, below: Sequence[tuple[Word, ...]], page: PageReading) -> list[Answer]:
    text, words, spans = _text([*lead.lines, *below])
    inner = [found for found in _INNER.finditer(text) if found.start() > 0]
    if not inner:
        return []
    head_end = inner[0].start()
    ranked = _RANK_INSIDE.search(text[:head_end])
    payer = text[: ranked.start() if ranked is not None else head_end].strip(" \n,;:(|-\u2013\u2014")
    first, _, rest = payer.partition("\n")
    payer = first if any(c.isdigit() for c in rest) else payer
    is_name = any(c.isalpha() for c in payer) and not REFUSED.match(payer) and len(payer.split()) <= _MOST_PAYER_WORDS
    places = {"payer": (text.index(payer), text.index(payer) + len(payer))} if is_name else {}
    for number, found in enumerate(inner):
        end = inner[number + 1].start() if number + 1 < len(inner) else len(text)
        place = _value(found.lastgroup or "other", text, found.end(), end)
        if place is not None and found.lastgroup not in places:
            places[found.lastgroup or "other"] = place
    numbers = {"member_id", "group_number"} & places.keys()
    if not is_name or not numbers or (lead.is_counted and len(places) <= len({"payer", "member_id"})):
        return []
    rank = ranked.group(1).casefold() if ranked is not None else lead.rank
    is_said = ranked is not None or (rank is not None and not lead.is_counted)
    made = [
        _answer(name, lead, words_between(words, spans, *place), page, (rank, is_said))
        for name, place in places.items()
    ]
    phones = [found.span() for found in _PHONE.finditer(text)]
    if "payer_phone" not in places and len(phones) == 1 and not _is_others(inner, phones[0][0]):
        bare = _answer("payer_phone", lead, words_between(words, spans, *phones[0]), page, (rank, is_said))
        made.append(bare.model_copy(update={"label_score": _BARE_PHONE, "role_score": _BARE_PHONE}))
    return made


def _is_others(inner: Sequence[re.Match[str]], place: int) -> bool:
    """Whether the last word before a place says that what stands there is something else: a fax, a provider's line."""
    before = [found for found in inner if found.end() <= place]
    return bool(before) and before[-1].lastgroup == "other"


def _value(name: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the value behind a word stands; None where it is of no use."""
    raw = text[start:end].lstrip()
    start, raw = end - len(raw), raw.rstrip()
    cut = (_NAME_END if name == "full_name" else _VALUE_END).search(raw)
    value = (raw[: cut.start()] if cut is not None else raw).strip(" \n,;|" if name == "full_name" else " ,;|()")
    is_fit = bool(value) and not REFUSED.match(value)
    if name in {"member_id", "group_number"}:
        read = find_identifier(value) if is_fit else None
        is_short = name == "group_number" and re.fullmatch(r"[A-Z0-9][A-Z0-9\-]{1,19}", value) is not None
        is_fit = is_short or read is not None
        value = value if is_short or read is None else read[0]
    elif name == "bin":
        is_fit = re.match(r"\d{6}\b", value) is not None
    elif name == "pcn":
        is_fit = is_fit and read_pcn(value) is not None
    elif name == "payer_phone":
        phone = _PHONE.search(raw)
        is_fit, value = phone is not None, phone.group() if phone is not None else ""
    elif name in _HOLDERS:
        is_fit = read_relationship(value) is not None or (is_fit and name == "full_name")
    if not is_fit or name in {"other", "rx_group"}:
        return None
    at = text.index(value, start)
    return at, at + len(value)


def _answer(
    name: str, lead: _Lead, words: tuple[Word, ...], page: PageReading, ranked: tuple[str | None, bool]
) -> Answer:
    """``ranked``: the policy's rank, and whether a word says it."""
    rank, is_said = ranked
    box = bounding_box([word.bbox for word in words])
    label = lead.label if name == "payer" else _LABELS[name]
    bare = [*words[:-1], words[-1].model_copy(update={"text": words[-1].text.rstrip(".,;:") or words[-1].text})]
    return Answer(
        attribute=_ENDED if lead.is_ended else name,
        role=Role.SUBSCRIBER if name in _HOLDERS else Role.PAYER,
        label=f"{rank} {label}" if is_said and rank is not None and find_rank(label) is None else label,
        label_score=_SURE,
        role_score=_SURE,
        relation=Relation.RIGHT,
        words=tuple(bare),
        label_bbox=_label_box(lead) if name == "payer" else box,
        bbox=box,
        page_no=page.page.page_no,
        item=rank or f"{TEXT_ITEM}{page.layout.lines.index(lead.line)}",
    )


def _label_box(lead: _Lead) -> BBox:
    """The box of the lead's own words."""
    return bounding_box([word.bbox for word in lead.line.words if word not in lead.words] or [lead.line.bbox])
