"""The trained entity model: a small convolutional network that marks each word's part in an entity (spaCy's tagger).

Each token is embedded by its form, its first and last letters, its shape, and by what the rules say of the place
(``tokens``); convolutions see eight tokens to each side (Collobert et al. 2011), a softmax tells beginning, inside,
last and only word of each kind apart (Ratinov and Roth 2009), and the best well-formed sequence is taken (Viterbi).
A tagger instead of spaCy's transition-based recogniser, because it says how sure it is of each span and learns more
from as much computing.
"""

import gzip
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from extractor.errors import EngineUnavailable
from extractor.ner.decoding import best_spans
from extractor.ner.tokens import TokenView

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

FILE = "data/entities.gz"
_WIDTH, _DEPTH, _WINDOW = 64, 4, 2
_ATTRIBUTES = {"NORM": 3000, "PREFIX": 500, "SUFFIX": 1500, "SHAPE": 500, "TAG": 40, "LEMMA": 400, "DEP": 200}
"""Token attributes and rows of their tables; ``TAG``, ``LEMMA`` and ``DEP`` carry kind, heading and cue."""


class Kind(StrEnum):
    """What the model calls a span: what it is, and how the text speaks of it."""

    PRIOR = "PRIOR"
    TAKEN = "TAKEN"
    ORDERED = "ORDERED"
    NOT_GIVEN = "NOT_GIVEN"
    ALLERGY = "ALLERGY"
    PREMED = "PREMED"
    FAMILY = "FAMILY"
    OUTCOME = "OUTCOME"
    START = "START"
    STOP = "STOP"
    DOSE = "DOSE"
    FREQUENCY = "FREQUENCY"
    DX = "DX"
    DX_NEGATED = "DX_NEGATED"
    DX_FAMILY = "DX_FAMILY"
    DX_PAST = "DX_PAST"
    DX_POSSIBLE = "DX_POSSIBLE"
    LAB = "LAB"
    PATIENT = "PATIENT"
    PRESCRIBER = "PRESCRIBER"
    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"
    IDENTIFIER = "IDENTIFIER"
    DATE_BIRTH = "DATE_BIRTH"
    DATE_ORDER = "DATE_ORDER"
    DATE_SERVICE = "DATE_SERVICE"
    DATE = "DATE"


OUTSIDE = "O"
LABELS = (OUTSIDE, *(f"{place}-{kind}" for kind in Kind for place in "BILU"))


class Mention(NamedTuple):
    """Characters ``start`` to ``end`` of the text are a ``kind``; ``score`` is the model's least probability in it."""

    kind: Kind
    start: int
    end: int
    score: float = 1.0


def find_mentions(tokens: Sequence[TokenView], text: str) -> tuple[Mention, ...]:
    """What the model finds, in order; none overlap. Raises ``EngineUnavailable`` where it cannot be loaded."""
    if not tokens:
        return ()
    nlp = _load()
    tagger = nlp.get_pipe("tagger")
    (scores,) = tagger.model.predict([make_doc(nlp, tokens, text)])  # type: ignore[attr-defined]
    spans = best_spans(scores.tolist(), tagger.labels)  # type: ignore[attr-defined]
    return tuple(
        Mention(Kind(kind), tokens[first].start, tokens[last].end, score)
        for kind, first, last, score in spans
        if any(character.isalnum() for character in text[tokens[first].start : tokens[last].end])
    )


def make_pipeline() -> "Language":
    """The untrained pipeline."""
    try:
        import spacy
    except ImportError as error:
        raise EngineUnavailable("spaCy does not load: reinstall the program's requirements.") from error
    nlp = spacy.blank("en")
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": _WIDTH,
        "attrs": list(_ATTRIBUTES),
        "rows": list(_ATTRIBUTES.values()),
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": _WIDTH,
        "window_size": _WINDOW,
        "maxout_pieces": 3,
        "depth": _DEPTH,
    }
    tok2vec = {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}
    model = {"@architectures": "spacy.Tagger.v2", "tok2vec": tok2vec, "nO": None, "normalize": True}
    tagger = nlp.add_pipe("tagger", config={"model": model})
    for label in LABELS:
        tagger.add_label(label)  # type: ignore[attr-defined]
    return nlp


def make_doc(nlp: "Language", tokens: Sequence[TokenView], text: str) -> "Doc":
    """The tokens as spaCy's document, with what the rules say in the attributes that the model embeds."""
    from spacy.tokens import Doc

    doc = Doc(
        nlp.vocab,
        words=[text[token.start : token.end] for token in tokens],
        tags=[token.kind for token in tokens],
        lemmas=[token.heading for token in tokens],
    )
    for token, view in zip(doc, tokens, strict=True):
        token.norm_ = view.form
        token.dep_ = view.cue
    return doc


@cache
def _load() -> "Language":
    packed = resources.files("extractor.ner").joinpath(FILE)
    nlp = make_pipeline()
    try:
        return nlp.from_bytes(gzip.decompress(packed.read_bytes()), exclude=["tokenizer", "vocab"])
    except (OSError, ValueError) as error:
        raise EngineUnavailable("The entity model does not load: reinstall the program.") from error
