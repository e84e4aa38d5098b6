"""From what was read of one earlier therapy to its candidates."""

from extractor.fields.evidence import from_words
from extractor.fields.therapy_tables import PAGE_FIT
from extractor.knowledge.therapies import UNLISTED, Said, TherapyReading
from models.record import Alternative, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word, words_between

Run = tuple[tuple[Word, ...], str, list[tuple[int, int]]]
"""Words with their text and each word's first and last (exclusive) character in it."""


def from_reading(
    reading: TherapyReading,
    run: Run,
    page: PageReading,
    *,
    role: float,
    reason: Reason,
    extra: dict[str, float] | None = None,
) -> list[Candidate]:
    """The candidates of a therapy's drug, dates and outcome; ``run``: the words that it was read from."""
    words, _text, spans = run
    drug = reading.drug
    made: list[Candidate] = []
    leaves: dict[str, Said | None] = {"start": reading.start, "stop": reading.stop, "outcome": reading.outcome}
    more = {"page": PAGE_FIT[page.page.type], **(extra or {})}
    name = from_words(
        "prior_therapies[].drug",
        drug.generic,
        words_between(words, spans, drug.start, drug.end),
        page,
        role=role,
        reason=reason,
        is_valid=drug.score > UNLISTED,
        extra={"valid": drug.score, **more},
    )
    others = tuple(Alternative[str](value=other) for other in drug.alternatives[:5])
    made.append(name.model_copy(update={"alternatives": others}))
    for leaf, said in leaves.items():
        if said is not None:
            place = words_between(words, spans, said.start, said.end)
            one = from_words(
                f"prior_therapies[].{leaf}",
                said.value,
                place,
                page,
                role=role,
                reason=reason,
                extra={"valid": said.score, **more},
            )
            made.append(one.model_copy(update={"alternatives": as_read(said)}))
    return made


def as_read(said: Said) -> tuple[Alternative[str], ...]:
    """What was read where a known phrase close to it stands for it."""
    return () if said.read is None else (Alternative[str](value=said.read),)
