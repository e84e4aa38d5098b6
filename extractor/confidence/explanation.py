"""Why a value is not surer, in words: what its weakest evidence costs it."""

from collections.abc import Mapping

from extractor.confidence.calibrated import Calibration
from extractor.confidence.evidence import Evidence

_MOST = 2
_LEAST_COST = 0.25
"""Log-odds below which a shortcoming is not worth a word."""

_WORDS: Mapping[str, str] = {
    "rank": "the evidence where it stands is weak",
    "reading_min": "one of its characters is hard to read",
    "open_reading": "one of its characters is hard to read and no list of values helps",
    "reading_mean": "it is hard to read",
    "label": "its label only resembles the one expected",
    "relation": "it does not stand right at its label",
    "role": "whose it is is not sure",
    "page": "pages of this kind rarely decide it",
    "valid": "it fails a check of its form",
    "checked": "the mark at it is unclear",
    "usual": "it is unusual",
    "anchor": "no label or mark names it",
    "verified": "no check digit or list confirms it",
    "undisputed": "something speaks against it",
    "pages": "no other page repeats it",
    "places": "it stands in one place only",
    "lead": "another reading comes near",
    "unrivalled": "other readings were found",
    "name_rank": "what it belongs to is not sure",
    "name_undisputed": "what it belongs to is disputed",
    "weakest": "another part of the same item is unsure",
    "legible": "much of its page was hardly read",
    "unique": "items with the same name stand beside it",
    "peers": "much else on its page is unsure",
    "part_peers": "much else of this part is unsure",
    "one_patient": "the file holds more than one patient",
    "is_referral": "the file may be no referral",
    "known_labels": "the form is unfamiliar",
    "mass": "read again it reads otherwise",
    "posterior": "its pixels allow another value",
    "margin": "another value fits its pixels nearly as well",
    "second": "a second reader does not read the same",
}


def explain(evidence: Evidence, model: Calibration) -> tuple[str, ...]:
    """At most two phrases, what costs most first; empty where nothing stands out."""
    costs = {
        name: rise.of(rise.knots[-1]) - rise.of(evidence.features.get(name))
        for name, rise in model.rises.items()
        if name in _WORDS
    }
    worst = sorted(costs, key=lambda name: (-costs[name], name))
    return tuple(_WORDS[name] for name in worst[:_MOST] if costs[name] >= _LEAST_COST)
