"""Protocols as lines of text: all of them in a table, and one with its rules."""

from collections.abc import Sequence

from extractor.knowledge.protocols.book import ProtocolBook
from extractor.knowledge.protocols.rules import LabRule, Protocol, Rule

_HEADINGS = ("protocol", "for", "rules", "required", "verified", "on", "source")


def list_protocols(book: ProtocolBook) -> list[str]:
    """A line for each protocol: its drugs, how many rules it has, how many of them stop and are verified, when they
    last were (``-``: none is), and where they come from."""
    rows = [_HEADINGS, *(_row(protocol) for protocol in book.protocols)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS) - 1)]
    return ["  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]) for row in rows]


def _row(protocol: Protocol) -> tuple[str, ...]:
    rules, source = protocol.rules, next(iter(protocol.sources.values()))
    drugs = ", ".join(protocol.brands[:2] or protocol.drugs) or "every order"
    return (
        protocol.protocol,
        drugs,
        str(len(rules)),
        str(sum(rule.weight == "required" for rule in rules)),
        f"{sum(rule.verified for rule in rules)} of {len(rules)}",
        max((rule.checked.isoformat() for rule in rules if rule.verified), default="-"),
        f"{source.title}, {source.edition}",
    )


def show_protocol(protocol: Protocol) -> list[str]:
    """A protocol with every rule: what it asks, from where, checked when, and who must verify it."""
    lines = [f"{protocol.protocol}: {protocol.title}"]
    if protocol.drugs:
        lines.append(
            f"  for {', '.join(protocol.drugs)}" + (f" as {', '.join(protocol.brands)}" if protocol.brands else "")
        )
    for key, source in protocol.sources.items():
        lines.append(
            f"  source {key}: {source.title}, edition {source.edition}" + (f", {source.url}" if source.url else "")
        )
    for rule in protocol.rules:
        lines += ["", *_rule_lines(protocol, rule)]
    return lines


def _rule_lines(protocol: Protocol, rule: Rule) -> Sequence[str]:
    asks = rule.model_dump(mode="json", exclude_defaults=True, exclude=set(Rule.model_fields) - {"when"})
    asks.pop("kind", None)
    days = f", within {rule.within_days} days" if isinstance(rule, LabRule) and rule.within_days else ""
    verified = "verified" if rule.verified else f"NOT VERIFIED, so it only advises: ask the {rule.verify}"
    lines = [f"  {rule.id} ({rule.weight}): {rule.title}{days}", f"    {getattr(rule, 'kind', '')}: {_plain(asks)}"]
    lines.append(f"    {protocol.source_of(rule)}; {verified}; for a site the {rule.verify} verifies it")
    return [*lines, f"    {rule.note}"] if rule.note else lines


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "[" + ", ".join(_plain(one) for one in value) + "]"
    return str(value)
