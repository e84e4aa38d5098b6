"""Candidates of hand-built pages, by path."""

from datetime import date

from oracle_pages import PageMaker

from extractor.fields import propose
from extractor.packet import assemble
from models.stages.candidate import Candidate
from models.stages.options import SiteOptions

TODAY = date(2026, 11, 22)


def propose_all(*makers: PageMaker) -> tuple[Candidate, ...]:
    packet, _ = assemble("0" * 64, [maker.build() for maker in makers], len(makers))
    return propose(packet, SiteOptions(), TODAY)


def at(candidates: tuple[Candidate, ...], path: str) -> list[object]:
    """The values at a path that are there, in order."""
    return [one.value for one in candidates if one.path == path and one.value is not None]


def by_item(candidates: tuple[Candidate, ...], prefix: str) -> list[dict[str, object]]:
    """The items of a list, each as leaf to value."""
    items: dict[str | None, dict[str, object]] = {}
    for one in candidates:
        if one.path.startswith(f"{prefix}[") and one.value is not None:
            items.setdefault(one.item, {})[one.path.rsplit(".", 1)[1]] = one.value
    return list(items.values())
