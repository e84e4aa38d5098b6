"""Dates as charts write them: whole days, and the partial ones of earlier therapies."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

_DAY_STYLES = (
    "%m/%d/%Y",
    "%m/%d/%y",
    "%-m/%-d/%Y",
    "%-m/%-d/%y",
    "%B %-d, %Y",
    "%b %-d, %Y",
    "%m-%d-%Y",
    "%Y-%m-%d",
    "%d-%b-%Y",
)
_PARTIAL_STYLES = (
    *(("%Y",) * 8),
    *(("%-m/%Y", "%m/%Y") * 2),
    "%B %Y",
    "%b %Y",
    "%-m/%y",
    "'%y",
    "%m/%d/%Y",
)
_SEASONS = ("early ", "late ", "mid-", "summer ", "fall ", "spring of ")


@dataclass(frozen=True)
class Period:
    """When a therapy was given, as written; ``lead`` and ``joint`` stand before and between."""

    start: str
    stop: str
    lead: str
    joint: str


def write_day(rng: random.Random, first: int, last: int) -> str:
    """A whole date of the years ``first`` to ``last`` in one of the usual styles."""
    day = date(first, 1, 1) + timedelta(days=rng.randrange(365 * (last - first + 1)))
    return day.strftime(rng.choice(_DAY_STYLES))


def invent_period(rng: random.Random) -> Period:
    """A year or two of a therapy, both ends in one style; the end's century is sometimes left out."""
    start = date(rng.randint(2006, 2023), rng.randint(1, 12), rng.randint(1, 28))
    stop = start + timedelta(days=rng.randint(40, 1100))
    style = rng.choice(_PARTIAL_STYLES)
    season = rng.choice(_SEASONS) if style == "%Y" and rng.random() < 0.08 else ""
    first, last = season + start.strftime(style), stop.strftime(style)
    joint = rng.choice(("-", "-", " - ", "-", " to ", "\u2013", " through ", " until ", "-"))
    if style == "%Y" and not season and joint == "-" and stop.year > start.year and rng.random() < 0.25:
        last = stop.strftime("%y")
    lead = "from " if joint == " to " and rng.random() < 0.3 else ""
    return Period(first, last, lead, joint)
