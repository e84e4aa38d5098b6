"""Whom the registry of providers has a number for, told while the number is typed. The registry is public."""

from contextlib import closing

from extractor.nppes import find_registry


def tell_registered(npi: str, index: str | None) -> str | None:
    """One line about the number; None where no registry is loaded at ``index``."""
    registry = find_registry(index)
    if registry is None:
        return None
    with closing(registry):
        provider = registry.find(npi)
    if provider is None:
        return "The registry of providers does not have this number: compare it digit by digit."
    name = " ".join(part.title() for part in (provider.first, provider.last) if part) or "somebody without a name"
    place = ", ".join(part for part in (provider.city and provider.city.title(), provider.state) if part)
    ended = "" if provider.ended is None else f" It was deactivated on {provider.ended}."
    return f"The registry has it for {name}{f' in {place}' if place else ''}.{ended}"
