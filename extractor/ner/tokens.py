"""What the trained model sees of a text: its words and marks, and for each what the rules know of the place.

Names of drugs are shown as "a drug", so that the model learns what is said of drugs and not which ones there are; that
is what the gazetteers are for. A share of them is shown as printed in training, as an unknown drug would be.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from extractor.knowledge.drugs import DOUBTFUL
from extractor.ner.cues import Direction
from extractor.ner.pipeline import Analysis
from models.stages.entities import Entity, EntityLabel

_TOKEN = re.compile(r"\n|[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+|[^\w\s]|_")
_HEADING = re.compile(r"^\W{0,3}([A-Z][A-Za-z/&\- ]{1,44}?)\s*(:?)\s*$")
_LABEL = re.compile(r"^\W{0,3}([A-Za-z][A-Za-z/&\- ]{1,32}?)\s*:\s")
_RELATIVE = re.compile(
    r"(?:grand|step|half|great|god)?-?(?:mother|father|sister|brother|son|daughter|parent|child|aunt|uncle|niece|nephew"
    r"|cousin|sibling|mom|dad|twin|relative|maternal|paternal|husband|wife|spouse)s?(?:'s)?(?:had|has|with|is|was|took|takes|on)?",
    re.IGNORECASE,
)
_SUBJECTS = {
    "family": r"family|familial|\bfh\b|\bfhx\b",
    "prior": r"(?:prior|previous|past|failed|earlier|discontinued|former).*(?:therap|treat|med|drug|dmt|biolog|agent)"
    r"|(?:therap|treatment|dmt|medication).*(?:histor|tried|failed|used)|tried and failed",
    "past": r"past|previous|prior|resolved|inactive|pmh|medical history",
    "allergy": r"allerg|reaction",
    "premed": r"pre-?\s?med",
    "plan": r"plan|order|recommend",
    "diagnosis": r"assess|impression|diagnos|problem|\bdx\b",
    "taken": r"medication|\bmeds\b|regimen|medicines",
    "lab": r"\blabs?\b|laborator|results",
    "story": r"hpi|history|interval|subjective|course",
    "found": r"exam|objective|vital|review of|imaging|findings|social",
}
_SUBJECT = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SUBJECTS.items()}
"""What a heading or a label announces; the first that fits."""
_STARTS_NEW = re.compile(r"\s*(?:$|[-*\u2022#|]|\d{1,2}[.)]\s)")
_HEADING_WORDS = 5
_HEADING_REACH = 12
"""Lines that a heading speaks for at most."""
DRUG_FORM = "<drug>"
RELATIVE = "RELATIVE"
_PLACED = frozenset(EntityLabel) - {EntityLabel.PERSON}


class TokenView(NamedTuple):
    """Characters ``start`` to ``end``; ``form`` the word as the model reads it, ``kind`` what a rule says it is.

    ``heading`` is what the heading above or the label before it announces, ``cue`` the last two cues before it in its
    sentence.
    """

    start: int
    end: int
    form: str
    kind: str
    heading: str
    cue: str


def view_tokens(
    text: str, entities: Sequence[Entity], analysis: Analysis, *, hidden: frozenset[int] = frozenset()
) -> tuple[TokenView, ...]:
    """The tokens of ``text``; drugs that start at a character of ``hidden`` are shown as if no list knew them."""
    spans = [found.span() for found in _TOKEN.finditer(text)]
    kinds = _kinds(entities, hidden)
    lines = text.split("\n")
    headings = _headings(lines)
    starts = [start for start, _ in analysis.sentences]
    cues = [cue for cue in analysis.cues if cue.cue.direction is not Direction.BACKWARD]
    views: list[TokenView] = []
    line, place, sentence = 0, 0, -1
    said: tuple[str, ...] = ()
    for start, end in spans:
        token_sentence = bisect_right(starts, start) - 1
        if token_sentence != sentence:
            sentence, said = token_sentence, ()
        while place < len(cues) and cues[place].end <= start:
            if bisect_right(starts, cues[place].start) - 1 == sentence:
                said = (*said[-1:], cues[place].cue.name) if cues[place].cue.name not in said[-1:] else said
            place += 1
        word = text[start:end]
        kind = kinds.get(start, "-")
        if kind == "-" and _RELATIVE.fullmatch(word):
            kind = RELATIVE
        form = DRUG_FORM if kind == EntityLabel.DRUG else re.sub(r"\d", "0", word.lower())
        views.append(TokenView(start, end, form, kind, headings[line], "+".join(said) or "-"))
        if word == "\n":
            line += 1
            said = said if _goes_on(lines[line]) else ()
    return tuple(views)


def _kinds(entities: Sequence[Entity], hidden: frozenset[int]) -> dict[int, str]:
    """What a rule says of each character; of two rules the later, narrower one."""
    kinds: dict[int, str] = {}
    for entity in sorted(entities, key=lambda entity: entity.start - entity.end):
        is_shown = entity.label is not EntityLabel.DRUG or (entity.score > DOUBTFUL and entity.start not in hidden)
        if is_shown and entity.label in _PLACED:
            kinds.update(dict.fromkeys(range(entity.start, entity.end), str(entity.label)))
    return kinds


def _headings(lines: Sequence[str]) -> list[str]:
    """For each line what its label or the heading above it announces; ``-`` for none, and for the heading itself."""
    found: list[str] = []
    current, left = "-", 0
    for line in lines:
        heading = _HEADING.match(line)
        if heading is not None and len(heading.group(1).split()) <= _HEADING_WORDS:
            found.append("-")
            current, left = _subject(heading.group(1)), _HEADING_REACH
            continue
        label = _LABEL.match(line)
        if not line.strip():
            left = min(left, 1)
        elif left <= 0:
            current = "-"
        left -= 1
        announced = _subject(label.group(1)) if label is not None else current
        found.append(announced if announced in _SUBJECT or current == "-" else current)
    return found


def _goes_on(line: str) -> bool:
    """Whether a line may go on with the sentence of the one before: no heading, label or bullet, and not empty."""
    return not (_STARTS_NEW.match(line) or _HEADING.match(line) or _LABEL.match(line))


def _subject(heading: str) -> str:
    """What a heading announces, or its last word where that is not known."""
    known = next((name for name, pattern in _SUBJECT.items() if pattern.search(heading)), None)
    return known or heading.rsplit(maxsplit=1)[-1].lower()
