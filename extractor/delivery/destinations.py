"""The receivers of the settings, ready to deliver to."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from extractor.delivery.base import Clock, Receiver, receivers
from extractor.errors import FileUnavailable, UsageError
from extractor.export import Exporter, Party, exporters
from extractor.export.mapping import SiteMapping, load_mapping
from extractor.store.metadata import utc_now
from models.stages.options import DeliveryOptions

_SPOKEN = {"fhir": "fhir", "mllp": "hl7"}
_CARRYING = {"fhir"}
"""Formats that have a place for the fax itself."""


@dataclass(frozen=True)
class Destination:
    """A receiver, the format it speaks, and what both sides call each other."""

    receiver: Receiver
    exporter: Exporter
    sender: Party
    party: Party | None = None
    is_original_sent: bool = False
    is_enhanced: bool = False
    mapping: SiteMapping | None = None


def open_destinations(
    options: DeliveryOptions, secrets: Mapping[str, SecretStr], clock: Clock = utc_now
) -> dict[str, Destination]:
    """By name. ``UsageError`` names the receiver whose options cannot work; nothing is contacted."""
    sender = Party(application=options.application, facility=options.facility, npi=options.npi)
    destinations = {}
    for name, told in options.receivers.items():
        try:
            receiver = receivers.get(told.kind)(told, secrets.get(name), clock)
            format_name = told.format or _SPOKEN.get(told.kind, "json")
            exporter = exporters.get(format_name)
            mapping = None if told.mapping is None else load_mapping(told.mapping)
        except (UsageError, FileUnavailable) as error:
            raise UsageError(f"Receiver {name}: {error.message}") from error
        party = None if told.application is None else Party(application=told.application, facility=told.facility)
        destinations[name] = Destination(
            receiver,
            exporter,
            sender,
            party,
            is_original_sent=told.is_original_sent and format_name in _CARRYING,
            is_enhanced=told.application_ack_seconds is not None,
            mapping=mapping,
        )
    return destinations
