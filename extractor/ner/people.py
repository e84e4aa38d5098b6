"""People named in running text: behind a title, before credentials, or behind ``signed by``."""

import re

from extractor.knowledge.names import CREDENTIALS

_Token = dict[str, object]
_Pattern = list[_Token]

_NAME_WORD = r"^(?:[A-Z][A-Za-z\u00c0-\u024f'\u2019\-]*[A-Za-z\u00c0-\u024f]|[A-Z]\.?|(?:Jr|Sr|JR|SR)\.)$"
_PARTICLE = r"^(?:de|la|van|der|den|von|del|di|da|dos|bin|al|el)$"
_NAME: _Token = {"TEXT": {"REGEX": f"{_NAME_WORD}|{_PARTICLE}"}}
_TITLE: _Token = {"LOWER": {"IN": ["dr", "dr.", "doctor", "mr", "mr.", "mrs", "mrs.", "ms."]}}
_BY: _Token = {"LOWER": {"IN": ["by", "by:"]}}
_COLON: _Token = {"TEXT": {"IN": [":", "/s/", "-"]}, "OP": "?"}
_VERB: _Token = {
    "LOWER": {
        "IN": ["signed", "authenticated", "dictated", "prescribed", "ordered", "approved", "verified", "e-signed"]
    }
}


def _credential_words() -> list[str]:
    plain = [*CREDENTIALS, *(set(CREDENTIALS.values()) - set(CREDENTIALS))]
    dotted = ["M.D.", "M.D", "D.O.", "D.O", "N.P.", "N.P", "P.A.", "P.A.-C", "PA-C.", "Ph.D.", "R.N."]
    return sorted({word for word in (*plain, *dotted) if word not in {"MS", "OD"}})


def person_patterns() -> dict[str, list[_Pattern]]:
    """Token patterns for spaCy's ``Matcher``, by name."""
    credential: _Token = {"TEXT": {"IN": _credential_words()}}
    comma: _Token = {"TEXT": ",", "OP": "?"}
    plain_comma: _Token = {"TEXT": ","}
    names: dict[int, _Pattern] = {count: [dict(_NAME) for _ in range(count)] for count in range(1, 6)}
    after: _Pattern = [comma, credential]
    titled = [[_TITLE, *names[n]] for n in (1, 2, 3, 4, 5)]
    titled_with = [[_TITLE, *names[n], *after] for n in (1, 2, 3, 4, 5)]
    trained = [[*names[n], *after] for n in (2, 3, 4, 5)]
    reversed_order = [[*names[n], dict(plain_comma), *names[m], *after] for n in (1, 2) for m in (1, 2)]
    signed = [[_VERB, _BY, _COLON, *names[n]] for n in (2, 3, 4, 5)]
    signed_with = [[*pattern, *after] for pattern in signed]
    return {
        "TITLED": [*titled, *titled_with],
        "TRAINED": [*trained, *reversed_order],
        "SIGNED": [*signed, *signed_with],
    }


def strip_role(text: str) -> str:
    """``text`` without the words of a ``SIGNED`` pattern in front of the name."""
    return re.sub(r"^\S+\s+by:?\s*(?:/s/|[:\-])?\s*", "", text, flags=re.IGNORECASE)
