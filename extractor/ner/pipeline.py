"""The spaCy pipeline: a blank English one (no downloaded model) with our tokens, sentences, people and cues.

spaCy is imported on the first call; see https://spacy.io/usage/rule-based-matching for the matchers. The trained model
is in ``model``.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.errors import EngineUnavailable
from extractor.ner.cues import CUES, Cue
from extractor.ner.people import person_patterns

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import Doc

LONGEST_TEXT = 200_000
"""Characters; a page has a few thousand."""

_PREFIX = re.compile(r"^(?:[(\[{\"'\u201c\u2018_*<\u2022]|[:;,])")
_SUFFIX = re.compile(r"(?:[)\]}\"\u201d\u2019,;:?!_*>]|(?<=[a-z0-9)]{2})\.|(?<=[A-Z]{4})\.)$")
_INFIX = re.compile(r"(?<=[A-Za-z]{3}):(?=[A-Za-z(])|(?<=[a-z)]),(?=[A-Za-z])")
_SHORT_FORMS = "dr. mr. mrs. ms. st. jr. sr. vs. approx. no. pt. hx. dx. rx. wk. wks. mos. hr. inc. e.g. i.e."
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())
_SENTENCE_END = re.compile(r"[.!?;]$")


class CueMatch(NamedTuple):
    """A cue at characters ``start`` to ``end``."""

    cue: Cue
    start: int
    end: int


class Analysis(NamedTuple):
    """What the pipeline found, as character offsets: people, cues, sentences."""

    people: tuple[tuple[int, int], ...]
    cues: tuple[CueMatch, ...]
    sentences: tuple[tuple[int, int], ...]


class _Pipeline(NamedTuple):
    nlp: "Language"
    cues: "PhraseMatcher"
    people: "Matcher"


def analyse(text: str) -> Analysis:
    """Run the pipeline over ``text``; what is beyond ``LONGEST_TEXT`` characters is left out."""
    pipeline = _load()
    doc = pipeline.nlp(text[:LONGEST_TEXT])
    cues = [
        CueMatch(CUES[doc.vocab.strings[match]], *_offsets(doc, start, end)) for match, start, end in pipeline.cues(doc)
    ]
    people = {_offsets(doc, start, end) for _, start, end in pipeline.people(doc)}
    sentences = tuple((sentence.start_char, sentence.end_char) for sentence in doc.sents)
    return Analysis(_longest(people), _longest_cues(cues), sentences)


def _offsets(doc: "Doc", start: int, end: int) -> tuple[int, int]:
    return doc[start].idx, doc[end - 1].idx + len(doc[end - 1])


def _longest(spans: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if not any(start < other_end and end > other_start for other_start, other_end in kept):
            kept.append((start, end))
    return tuple(sorted(kept))


def _longest_cues(cues: list[CueMatch]) -> tuple[CueMatch, ...]:
    """Where cues overlap the longest stays; cues of the same place (``failed`` forward and backward) all stay."""
    places = _longest({(cue.start, cue.end) for cue in cues})
    return tuple(sorted((cue for cue in cues if (cue.start, cue.end) in places), key=lambda cue: cue.start))


@cache
def _load() -> _Pipeline:
    try:
        import spacy
        from spacy.language import Language
        from spacy.matcher import Matcher, PhraseMatcher
        from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # compiled, without stubs
    except ImportError as error:
        raise EngineUnavailable("spaCy does not load: reinstall the program's requirements.") from error

    if not Language.has_factory("line_sentences"):
        Language.component("line_sentences", func=_mark_sentences)
    nlp = spacy.blank("en")
    nlp.tokenizer = Tokenizer(
        nlp.vocab, prefix_search=_PREFIX.search, suffix_search=_SUFFIX.search, infix_finditer=_INFIX.finditer
    )
    nlp.add_pipe("line_sentences")
    nlp.max_length = LONGEST_TEXT
    cues = PhraseMatcher(nlp.vocab, attr="LOWER")
    for cue in CUES.values():
        cues.add(cue.name, [nlp.make_doc(phrase) for phrase in cue.phrases])
    people = Matcher(nlp.vocab)
    for name, patterns in person_patterns().items():
        people.add(name, patterns)
    return _Pipeline(nlp, cues, people)


def _mark_sentences(doc: "Doc") -> "Doc":
    """A sentence ends at a full stop, a semicolon, a bullet or a line that ends in one of them or starts a label."""
    starts_next = True
    for token in doc:
        token.is_sent_start = starts_next
        starts_next = (token.is_space and "\n\n" in token.text) or (
            _SENTENCE_END.search(token.text) is not None
            and token.lower_ not in _ABBREVIATIONS
            and not re.fullmatch(r"(?:[A-Za-z]\.)+", token.text)
        )
    return doc
