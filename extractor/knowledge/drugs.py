"""Finding drugs in text that an engine may have misread.

A name is found exactly, or with few misread characters; a misreading that is nearly as close to another drug gets a
low score and names both, so that ``Orencia`` never silently becomes ``Ocrevus``.
"""

import re
from collections.abc import Iterator

from extractor.knowledge.drug_names import (
    MOST_WORDS,
    SHORTEST_FUZZY,
    WORD,
    DrugName,
    key_of,
    most_edits,
    name_index,
    nearest_names,
)
from extractor.knowledge.formulary import Drug, is_infused, is_usual_dose, load, products, products_by_hcpcs
from extractor.knowledge.glyphs import fold, glyph_distance, strip_accents
from models.record import Value

__all__ = ["Drug", "DrugMention", "find_drugs", "is_infused", "is_usual_dose", "products", "products_by_hcpcs"]

EXACT, FOLDED = 1.0, 0.93
DOUBTFUL = 0.4
"""A score at or below it means: do not take this without a person; look at ``alternatives``."""

_JOINT = re.compile(r"[\s\-\u2010-\u2014/(),.]{1,4}")
_UNREAD_SUFFIX = re.compile(r"[-\u2010\u2011][A-Za-z0-9]{3,7}(?![A-Za-z0-9])")
_RUNNER_UP_GAP = 1.0


class DrugMention(Value):
    """A drug in ``text[start:end]``. ``brand`` in its own spelling, None where only the generic is printed.

    ``score`` 0-1 is how surely the text is this drug, not a probability; at ``DOUBTFUL`` or below ``alternatives``
    holds the other generics that the text may mean.
    """

    generic: str
    brand: str | None
    start: int
    end: int
    score: float
    text: str
    alternatives: tuple[str, ...] = ()
    infused: bool = False


def find_drugs(text: str, *, is_named: bool = False) -> tuple[DrugMention, ...]:
    """All drugs that ``text`` names, in order, none overlapping; ``Brand (generic)`` of one product is one mention.

    ``is_named``: the text answers a question for a drug, so that far misreadings are worth showing too; they come
    with a score of ``DOUBTFUL`` at most. In running text they are left out: too many ordinary words are as close.
    """
    printed, text = text, strip_accents(text)
    words = [(found.start(), found.end()) for found in WORD.finditer(text)]
    mentions: list[DrugMention] = []
    at = 0
    while at < len(words):
        mention, used = _match_at(text, words, at, is_named)
        if mention is not None:
            mentions.append(mention)
        at += used
    merged = _merge(mentions, text)
    return tuple(mention.model_copy(update={"text": printed[mention.start : mention.end]}) for mention in merged)


def _match_at(text: str, words: list[tuple[int, int]], at: int, is_named: bool) -> tuple[DrugMention | None, int]:
    """The best name that starts at word ``at`` and how many words it takes (1 where there is none)."""
    start = words[at][0]
    windows = list(_windows(text, words, at))
    matchers = (_match_suffix, _match_exactly, _match_misread)
    for matcher in matchers:
        for count, end, key in windows:
            if mention := matcher(text, (start, end), key):
                return _doubt_cut_suffix(mention, text), count
    if is_named:
        for count, end, key in windows:
            if mention := _match_weakly(text, (start, end), key):
                return mention, count
    return None, 1


def _windows(text: str, words: list[tuple[int, int]], at: int) -> Iterator[tuple[int, int, str]]:
    """Longest first: number of words, end offset, key; then the first word without digits glued behind it."""
    last = at
    while last + 1 < len(words) and last - at + 1 < MOST_WORDS:
        if _JOINT.fullmatch(text, words[last][1], words[last + 1][0]) is None:
            break
        last += 1
    for stop in range(last, at - 1, -1):
        yield stop - at + 1, words[stop][1], key_of(text[words[at][0] : words[stop][1]])
    start, end = words[at]
    if glued := re.match(r"([A-Za-z]{5,})(?=\d+(?:mg|mcg|g|mL)?$)", text[start:end]):
        yield 1, start + glued.end(), glued.group(1).casefold()


def _match_exactly(text: str, span: tuple[int, int], key: str) -> DrugMention | None:
    name = name_index().exact.get(key)
    return _mention(text, span, name, EXACT) if name else _match_longer(text, span, key)


def _match_misread(text: str, span: tuple[int, int], key: str) -> DrugMention | None:
    squashed = key.replace(" ", "")
    if _is_ordinary(squashed):
        return None
    same = name_index().folded.get(fold(squashed), ())
    if same and len(key.split()) <= same[0].words + 1:
        if len({name.generic for name in same}) == 1:
            return _mention(text, span, same[0], FOLDED)
        return _mention(text, span, same[0], DOUBTFUL, tuple(dict.fromkeys(n.generic for n in same[1:])))
    near = nearest_names(squashed, len(key.split()))
    if not near or near[0][0] > most_edits(min(len(squashed), len(near[0][1].key.replace(" ", "")))):
        return None
    best, name = near[0]
    rivals = _rivals(near)
    score = DOUBTFUL if rivals else max(DOUBTFUL, 0.9 - 0.9 * best / len(squashed) * 2)
    return _mention(text, span, name, round(score, 3), rivals)


def _match_weakly(text: str, span: tuple[int, int], key: str) -> DrugMention | None:
    """A name as near as its length allows twice over: only to be shown."""
    squashed = key.replace(" ", "")
    near = () if _is_ordinary(squashed) else nearest_names(squashed, len(key.split()))
    if not near or near[0][0] > max(1.0, 2 * most_edits(len(squashed)) - 0.5):
        return None
    return _mention(text, span, near[0][1], DOUBTFUL, _rivals(near))


def _is_ordinary(squashed: str) -> bool:
    return len(squashed) < SHORTEST_FUZZY or squashed in load().not_drugs or not re.search("[a-z]", squashed)


def _rivals(near: tuple[tuple[float, DrugName], ...]) -> tuple[str, ...]:
    best, name = near[0]
    close = (n.generic for distance, n in near[1:] if distance < best + _RUNNER_UP_GAP and n.generic != name.generic)
    return tuple(dict.fromkeys(close))


def _doubt_cut_suffix(mention: DrugMention, text: str) -> DrugMention:
    """A base with biosimilars and something unread behind its hyphen may be any of them."""
    sisters = name_index().suffixes.get(key_of(mention.generic), ())
    if not sisters or _UNREAD_SUFFIX.match(text, mention.end) is None:
        return mention
    return mention.model_copy(update={"score": min(mention.score, DOUBTFUL), "alternatives": sisters})


def _match_longer(text: str, span: tuple[int, int], key: str) -> DrugMention | None:
    """``Ocrevus Zunove``: the first words are a name of their own, but with the next they are nearly a longer one."""
    words = key.split()
    for count in range(len(words) - 1, 0, -1):
        start = " ".join(words[:count])
        for name in name_index().longer.get(start, ()):
            if len(words) != name.words:
                continue
            tail, name_tail = "".join(words[count:]), "".join(name.key.split()[count:])
            distance = min(glyph_distance(tail, name_tail), glyph_distance(fold(tail), fold(name_tail)))
            if distance <= len(name_tail) / 3:
                is_doubtful = distance > 1 or len(name_tail) <= 4
                score = DOUBTFUL if is_doubtful else FOLDED - distance / 4
                return _mention(text, span, name, score, (name_index().exact[start].generic,))
    return None


def _match_suffix(text: str, span: tuple[int, int], key: str) -> DrugMention | None:
    """``rituximab-abhs``: a known base with a suffix that is none of its own: every sister is an alternative."""
    base, _, suffix = key.rpartition(" ")
    sisters = name_index().suffixes.get(base)
    if (
        not sisters
        or key in name_index().exact
        or not 3 <= len(suffix) <= 6
        or text[span[1] - len(suffix) - 1] not in "-\u2010\u2011"
    ):
        return None
    nearest = sorted(sisters, key=lambda generic: glyph_distance(suffix, generic[-4:]))
    if len(suffix) != 4 and glyph_distance(fold(suffix), fold(nearest[0][-4:])) > 1.5:
        return None
    name = DrugName(key=key, generic=nearest[0], brand=None, words=2)
    return _mention(text, span, name, DOUBTFUL, (*nearest[1:], base))


def _mention(
    text: str, span: tuple[int, int], name: DrugName, score: float, alternatives: tuple[str, ...] = ()
) -> DrugMention:
    start, end = span
    return DrugMention(
        generic=name.generic,
        brand=name.brand,
        start=start,
        end=end,
        score=score,
        text=text[start:end],
        alternatives=alternatives,
        infused=_is_infused(name),
    )


def _is_infused(name: DrugName) -> bool:
    if name.brand is not None:
        return any(drug.infused for drug in products(name.brand))
    return is_infused(name.generic)


def _merge(mentions: list[DrugMention], text: str) -> Iterator[DrugMention]:
    """Join a brand and a generic of one product that stand side by side."""
    at = 0
    while at < len(mentions):
        mention = mentions[at]
        while at + 1 < len(mentions) and _is_same_product(mention, mentions[at + 1], text):
            at += 1
            other = mentions[at]
            brand = mention.brand or other.brand
            branded = mention if mention.brand else other
            end = other.end + (1 if text[other.end : other.end + 1] in {")", "]"} else 0)
            mention = mention.model_copy(
                update={
                    "generic": branded.generic,
                    "brand": brand,
                    "infused": branded.infused,
                    "end": end,
                    "text": text[mention.start : end],
                    "score": max(mention.score, other.score),
                    "alternatives": () if max(mention.score, other.score) > DOUBTFUL else mention.alternatives,
                }
            )
        yield mention
        at += 1


def _is_same_product(first: DrugMention, second: DrugMention, text: str) -> bool:
    if re.fullmatch(r"[\s\u00ae\u2122]*[(\[/\-\u2013]?\s*", text[first.end : second.start]) is None:
        return False
    if (first.brand is None) == (second.brand is None):
        return False
    branded, plain = (first, second) if first.brand else (second, first)
    return any(plain.generic in {drug.generic, drug.base} for drug in products(str(branded.brand)))
