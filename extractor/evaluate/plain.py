"""A scorecard as plain JSON values."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass

from extractor.evaluate.intervals import Proportion
from extractor.evaluate.score import Summary
from extractor.evaluate.words import WordScore


def to_plain(value: object) -> object:
    """Objects, lists and numbers for ``json.dumps``; proportions and counts with the figures that follow from them."""
    if isinstance(value, Proportion):
        return {"count": value.count, "n": value.n, "value": value.value, "lower": value.lower, "upper": value.upper}
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
        if isinstance(value, Summary):
            named |= {"truths": value.truths, "read": value.read, "asked_share": value.asked_share}
        return named
    if isinstance(value, WordScore):
        return value._asdict() | {"wer": value.wer, "cer": value.cer}
    if isinstance(value, Mapping):
        return {str(name): to_plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_plain(inner) for inner in value]
    return value
