"""Whole notes: blocks with and without headings, prose or lists, wrapped as a page wraps them, then damaged."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from samples.prose.damage import damage
from samples.prose.grammar import Filler, load_phrases
from samples.prose.marked import Marked, join, rewrite

_KINDS = {
    "prior": 26,
    "current": 8,
    "order": 9,
    "negdrug": 8,
    "allergy": 3,
    "premed": 4,
    "famdrug": 2,
    "dx_active": 12,
    "dx_neg": 8,
    "dx_fam": 6,
    "dx_past": 6,
    "dx_possible": 5,
    "lab": 5,
    "person": 10,
    "org": 4,
    "filler": 10,
}
_HEADED = {
    "prior": 9,
    "current": 4,
    "order": 3,
    "dx_active": 4,
    "dx_fam": 3,
    "dx_past": 3,
    "allergy": 2,
    "premed": 2,
    "lab": 2,
    "filler": 3,
}
_TIGHT, _TIGHT_BLANKS = 0.2, 0.06
"""Of the notes so many are in narrow print, of whose blanks so many are lost."""
_BULLETS = ("", "", "- ", "* ", "\u2022 ", "# ")


@dataclass(frozen=True)
class Note:
    """One note: the text as it may be read, with marks whose ``value`` is what the clinic wrote."""

    name: str
    marked: Marked


def make_notes(
    count: int, seed: int, split: str, *, lexicon: str | None = None, wear: float | None = None
) -> list[Note]:
    """``count`` notes of a split's templates: the same for the same arguments.

    ``lexicon`` is ``train`` or ``held`` (by default the split's own); ``wear`` the share of characters that damage
    changes, None for a mixture from none to a bad fax.
    """
    words = lexicon or ("held" if split == "held" else "train")
    return [_make(f"{split}-{seed}-{index:05}", split, words, wear) for index in range(count)]


def _make(name: str, split: str, lexicon: str, wear: float | None) -> Note:
    rng = random.Random(name)
    filler = Filler(rng, lexicon)
    phrases = load_phrases(split)
    blocks = [_block(rng, filler, phrases) for _ in range(rng.randint(3, 6))]
    marked = join(blocks, rng.choice(("\n", "\n", "\n\n")))
    if rng.random() < 0.12:
        marked = rewrite(marked, (character.upper() for character in marked.text))
    share = rng.choice((0.0, 0.0, 0.004, 0.004, 0.015, 0.035)) if wear is None else wear
    blanks = _TIGHT_BLANKS if wear is None and rng.random() < _TIGHT else share
    return Note(name, damage(marked, share, rng, blanks=blanks))


def _block(rng: random.Random, filler: Filler, phrases: dict[str, tuple[str, ...]]) -> Marked:
    if rng.random() < 0.42:
        return _headed(rng, filler, phrases)
    kinds = rng.choices(list(_KINDS), list(_KINDS.values()), k=rng.randint(1, 5))
    said = [_say(rng, filler, phrases[kind]) for kind in kinds]
    if rng.random() < 0.25:
        bullet = rng.choice(_BULLETS)
        return join([join([Marked(bullet), one]) for one in said], "\n")
    if rng.random() < 0.12:
        return _wrapped(rng, join([_bare(one) for one in said], rng.choice(("; ", ". ", " / "))))
    return _wrapped(rng, join([_ended(one) for one in said], " "))


def _headed(rng: random.Random, filler: Filler, phrases: dict[str, tuple[str, ...]]) -> Marked:
    """A heading, and under it a list of bare entries or sentences."""
    kind = rng.choices(list(_HEADED), list(_HEADED.values()))[0]
    heading = filler.fill(rng.choice(phrases[f"heading_{kind}"]))
    if rng.random() < 0.6:
        bullet = rng.choice((*_BULLETS, "1"))
        entries = [filler.fill(rng.choice(phrases[f"under_{kind}"])) for _ in range(rng.randint(1, 4))]
        marks = [f"{place}. " if bullet == "1" else bullet for place in range(1, len(entries) + 1)]
        rows = [join([Marked(mark), entry]) for mark, entry in zip(marks, entries, strict=True)]
        joint = " " if heading.text.endswith(":") and len(rows) == 1 else "\n"
        return join([heading, join(rows, "\n")], joint)
    said = [_ended(_say(rng, filler, phrases[kind])) for _ in range(rng.randint(1, 3))]
    return join([heading, _wrapped(rng, join(said, " "))], "\n")


def _say(rng: random.Random, filler: Filler, templates: Sequence[str]) -> Marked:
    said = filler.fill(rng.choice(templates))
    while said.text[:1].isspace():
        said = rewrite(said, ("", *said.text[1:]))
    if said.text and rng.random() < 0.8 and not said.text[:2].isupper():
        said = rewrite(said, (said.text[0].upper(), *said.text[1:]))
    return said


def _ended(said: Marked) -> Marked:
    return said if said.text.rstrip().endswith((".", ":", "?", "!", ";")) else join([said, Marked(".")])


def _bare(said: Marked) -> Marked:
    bare = said.text.rstrip(" .")
    return rewrite(said, (*bare, *([""] * (len(said.text) - len(bare)))))


def _wrapped(rng: random.Random, marked: Marked) -> Marked:
    """Line feeds for the blanks at which a line of 45 to 110 characters is full; now and then a word is parted."""
    width, at = rng.randint(45, 110), 0
    parts_words = rng.random() < 0.06
    pieces = list(marked.text)
    last_blank = -1
    for place, character in enumerate(marked.text):
        if character == "\n":
            at, last_blank = place + 1, -1
        elif character == " ":
            last_blank = place
        if place - at >= width and last_blank > at:
            word = marked.text[last_blank + 1 : place]
            if parts_words and len(word) > 6 and word.isalpha():
                pieces[last_blank + 4] += "-\n"
                at = last_blank + 5
            else:
                pieces[last_blank] = "\n"
                at = last_blank + 1
            last_blank = -1
    return rewrite(marked, pieces)
