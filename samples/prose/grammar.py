"""Templates to text: ``[a|b]`` chooses one (nested, an empty one too), ``{slot}`` is filled with marked words.

Slots: ``P`` an earlier drug with ``R`` (from - to), ``S`` (from), ``E`` (to), ``O`` (how it ended), ``OV`` (the same as
a verb); a digit behind says to which drug of the sentence they belong, ``O*`` to all; ``O=text`` is that
text. ``PL`` several drugs. ``C`` taken
now, ``N`` ordered, ``X`` not given, ``A`` allergic to, ``M`` premedication, ``F`` a relative's. ``dx`` a diagnosis,
``dxn`` denied, ``dxf`` a relative's, ``dxp`` over, ``dxq`` only feared; ``+`` with its code. The rest name themselves.
"""

import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from samples.prose.dates import Period, invent_period, write_day
from samples.prose.marked import Mark, Marked, join

HERE = Path(__file__).parent
_DRUGS = {"P": "PRIOR", "C": "TAKEN", "N": "ORDERED", "X": "NOT_GIVEN", "A": "ALLERGY", "M": "PREMED", "F": "FAMILY"}
_DIAGNOSES = {"dx": "DX", "dxn": "DX_NEGATED", "dxf": "DX_FAMILY", "dxp": "DX_PAST", "dxq": "DX_POSSIBLE"}
_SLOT = re.compile(r"\{([^{}]+)\}")
_PARTS = re.compile(r"([A-Za-z]+?)(\d|\*)?(\+)?")
_UNKNOWN_SHARE = 0.08
_VERBS = frozenset({"was", "had", "gave"})
"""What stands before an outcome is none of it: was ineffective."""
Words = dict[str, Any]


@cache
def load_words() -> Words:
    """The lexicon."""
    words: Words = yaml.safe_load((HERE / "lexicon.yaml").read_text(encoding="utf-8"))
    return words


@cache
def load_phrases(split: str) -> dict[str, tuple[str, ...]]:
    """The templates of a split by kind."""
    kinds: dict[str, list[str]] = {}
    kind = ""
    for line in (HERE / "phrases" / f"{split}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            kind = line.removeprefix("== ").strip()
        elif line and not line.startswith("# "):
            kinds.setdefault(kind, []).append(line)
    return {kind: tuple(lines) for kind, lines in kinds.items()}


def choose(template: str, rng: random.Random) -> str:
    """The template with one alternative of every choice, innermost first."""
    while found := re.search(r"\[([^\[\]]*)\]", template):
        template = template[: found.start()] + rng.choice(found.group(1).split("|")) + template[found.end() :]
    return template


@dataclass
class Filler:
    """Fills slots; one for a note, so that its patient, clinic and numbering stay the same.

    ``lexicon`` is ``train`` or ``held``; therapies are numbered through the note.
    """

    rng: random.Random
    lexicon: str
    therapies: int = 0
    is_female: bool = field(init=False)
    patient: tuple[str, str] = field(init=False)
    physician: tuple[str, str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.is_female = self.rng.random() < 0.5
        self.patient = (self.word("first_names"), self.word("last_names"))
        self.physician = (
            self.word("first_names"),
            self.word("last_names"),
            self.rng.choice(load_words()["credentials"]),
        )

    def word(self, name: str) -> Any:
        """A word of the lexicon's list."""
        return self.rng.choice(load_words()[name][self.lexicon])

    def fill(self, template: str) -> Marked:
        """The template as marked text."""
        return _Sentence(self).fill(choose(template, self.rng))


class _Sentence:
    """One template being filled: which drug is which, and what was said already."""

    def __init__(self, filler: Filler) -> None:
        self.filler, self.rng = filler, filler.rng
        self.numbers: dict[str, list[int]] = {}
        self.periods: dict[str, Period] = {}
        self.used: set[str] = set()

    def fill(self, template: str) -> Marked:
        template = template.replace("\\n", "\n")
        parts, at = [], 0
        for found in _SLOT.finditer(template):
            parts += [Marked(template[at : found.start()]), self.slot(found.group(1))]
            at = found.end()
        filled = join([*parts, Marked(template[at:])])
        return filled

    def slot(self, name: str) -> Marked:
        if name.startswith("O="):
            return self.mark(name.removeprefix("O="), "OUTCOME", self.therapies("1"))
        parsed = _PARTS.fullmatch(name)
        if parsed is None:
            raise ValueError(f"no such slot: {name}")
        kind, number, plus = parsed.group(1), parsed.group(2) or "1", parsed.group(3) is not None
        if kind in _DRUGS:
            return self.drug(kind, number)
        if kind in {"PL", "CL", "ML", "AL", "XL"}:
            return self.several(kind[0])
        if kind in _DIAGNOSES:
            return self.diagnosis(_DIAGNOSES[kind], has_code=plus and self.rng.random() < 0.45)
        if kind in {"R", "S", "E"}:
            return self.period(kind, number)
        if kind == "O":
            return self.mark(self.pick("outcomes"), "OUTCOME", self.therapies(number))
        if kind == "OV":
            verb, _, rest = self.pick("verbal_outcomes").partition(" ")
            is_verb = verb in _VERBS
            said = self.mark(rest if is_verb else f"{verb} {rest}".strip(), "OUTCOME", self.therapies(number))
            return join([Marked(f"{verb} "), said]) if is_verb else said
        return self.other(kind)

    def therapies(self, number: str) -> tuple[int, ...]:
        if number == "*":
            return tuple(dict.fromkeys(one for many in self.numbers.values() for one in many))
        if number not in self.numbers:
            self.filler.therapies += 1
            self.numbers[number] = [self.filler.therapies]
        return tuple(self.numbers[number])

    def pick(self, name: str) -> Any:
        """A word that the sentence does not hold yet."""
        for _ in range(20):
            word = self.filler.word(name)
            if str(word) not in self.used:
                break
        self.used.add(str(word))
        return word

    def mark(self, text: str, label: str, therapies: tuple[int, ...] = ()) -> Marked:
        return Marked(text, (Mark(0, len(text), label, text, therapies),))

    def drug(self, kind: str, number: str) -> Marked:
        name = self.drug_name(kind)
        return self.mark(name, _DRUGS[kind], self.therapies(number) if kind == "P" else ())

    def drug_name(self, kind: str) -> str:
        if kind == "M":
            return str(self.pick("premeds"))
        if kind == "A":
            return str(self.pick("allergens" if self.rng.random() < 0.7 else "drugs"))
        if kind == "C" and self.rng.random() < 0.65:
            return str(self.pick("home_drugs"))
        if self.rng.random() < _UNKNOWN_SHARE:
            parts = load_words()["unknown_drugs"]
            name = self.rng.choice(parts["stems"]) + self.rng.choice(parts["tails"])
            return name.capitalize() if self.rng.random() < 0.5 else name
        name = str(self.pick("drugs"))
        if name.islower() and self.rng.random() < 0.15:
            return name.capitalize()
        return name.lower() if name.istitle() and self.rng.random() < 0.12 else name

    def several(self, kind: str) -> Marked:
        """Two to four drugs; those tried before share what is said of them."""
        count = self.rng.choice((2, 2, 3, 4))
        joint = (
            self.rng.choice((", ", ", ", "; ", " + ", "/", ", "))
            if kind == "P"
            else self.rng.choice((", ", ", ", "; "))
        )
        last = self.rng.choice((" and ", ", and ", ", ", " & ")) if joint == ", " else joint
        parts: list[Marked] = []
        ids: list[int] = []
        for index in range(count):
            parts += [Marked(last if index == count - 1 else joint)] if index else []
            if kind == "P":
                self.filler.therapies += 1
                ids.append(self.filler.therapies)
            parts.append(self.mark(self.drug_name(kind), _DRUGS[kind], (ids[-1],) if kind == "P" else ()))
            if kind in "MC" and self.rng.random() < 0.7:
                parts += [Marked(" "), self.other("dose")]
                parts += [Marked(" "), self.other("freq")] if kind == "C" and self.rng.random() < 0.6 else []
        if kind == "P":
            self.numbers["1"] = ids
        return join(parts)

    def diagnosis(self, label: str, *, has_code: bool) -> Marked:
        words, code = self.pick("diagnoses")
        if self.rng.random() < 0.2:
            words = words[0].upper() + words[1:]
        said = self.mark(words, label)
        if not has_code:
            return said
        shown = self.mark(code if self.rng.random() < 0.85 else code.replace(".", ""), label)
        form = self.rng.choice(
            ("w (c)", "w (c)", "c w", "w, c", "w [c]", "c - w", "w ICD-10 c", "w (ICD-10: c)", "w - c")
        )
        place = [
            said if part == "w" else shown if part == "c" else Marked(part) for part in re.split(r"\b([wc])\b", form)
        ]
        return join(part for part in place if part.text)

    def period(self, kind: str, number: str) -> Marked:
        ids = self.therapies(number)
        if number not in self.periods:
            self.periods[number] = invent_period(self.rng)
        period = self.periods[number]
        start, stop = self.mark(period.start, "START", ids), self.mark(period.stop, "STOP", ids)
        if kind == "S":
            return start
        if kind == "E":
            return stop
        return join([Marked(period.lead), start, Marked(period.joint), stop])

    def other(self, kind: str) -> Marked:
        rng, filler = self.rng, self.filler
        subject = ("She", "her", "her") if filler.is_female else ("He", "his", "him")
        plain = {
            "He": lambda: rng.choice((subject[0], subject[0], "The patient", "Patient", "Pt")),
            "he": subject[0].lower,
            "his": lambda: subject[1],
            "him": lambda: subject[2],
            "age": lambda: str(rng.randint(19, 84)),
            "num": lambda: str(rng.randint(10, 99)),
            "n": lambda: str(rng.randint(0, 9)),
            "D": lambda: rng.choice(load_words()["durations"]),
            "val": lambda: rng.choice(load_words()["values"]),
            "rel": lambda: filler.word("relatives"),
        }
        if kind in plain:
            text = plain[kind]()
            return Marked(text[0].upper() + text[1:] if kind == "rel" and rng.random() < 0.5 else text)
        marked = {
            "dose": lambda: (rng.choice(load_words()["doses"]), "DOSE"),
            "freq": lambda: (rng.choice(load_words()["frequencies"]), "FREQUENCY"),
            "lab": lambda: (self.pick("labs"), "LAB"),
            "org": lambda: (self.pick("organisations"), "ORGANISATION"),
            "id": lambda: (_identifier(rng), "IDENTIFIER"),
            "dob": lambda: (write_day(rng, 1940, 2006), "DATE_BIRTH"),
            "odate": lambda: (write_day(rng, 2025, 2026), "DATE_ORDER"),
            "sdate": lambda: (write_day(rng, 2022, 2026), "DATE_SERVICE"),
            "date": lambda: (invent_period(rng).start, "DATE"),
            "pt": lambda: (_name(rng, filler.patient), "PATIENT"),
            "dr": lambda: (_name(rng, filler.physician), "PRESCRIBER"),
            "ot": lambda: (_other_person(rng, filler), "PERSON"),
        }
        text, label = marked[kind]()
        if label == "LAB" and rng.random() < 0.15:
            text = text.upper()
        return self.mark(text, label)


def _identifier(rng: random.Random) -> str:
    kind = rng.choice(("ten", "mrn", "member", "mixed"))
    digits = {"ten": 10, "mrn": rng.randint(6, 8), "member": 9, "mixed": 6}[kind]
    number = "".join(rng.choice("0123456789") for _ in range(digits))
    lead = {"ten": "", "mrn": "", "member": "".join(rng.choice("ABCDEHKMWX") for _ in range(3)), "mixed": "MRN-"}[kind]
    return lead + number


def _name(rng: random.Random, name: tuple[str, ...]) -> str:
    first, last, *rest = name
    middle = f" {rng.choice('ABCDEJKLMRST')}." if rng.random() < 0.2 else ""
    credentials = rng.choice((", ", " ")) + rest[0] if rest and rng.random() < 0.75 else ""
    if not credentials and rest:
        return f"Dr. {first} {last}" if rng.random() < 0.6 else f"Dr. {last}"
    if rng.random() < 0.2:
        return f"{last}, {first}{middle}{credentials}"
    return f"{first}{middle} {last}{credentials}"


def _other_person(rng: random.Random, filler: Filler) -> str:
    name = (filler.word("first_names"), filler.word("last_names"))
    if rng.random() < 0.5:
        return _name(rng, (*name, rng.choice(load_words()["credentials"])))
    return f"{name[0]} {name[1]}"
