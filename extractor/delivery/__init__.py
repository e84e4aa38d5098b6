"""Approved referrals to the systems that wait for them, each once and in order; README.md says what is guaranteed."""

from extractor.delivery.base import Answer, Clock, Outcome, Receiver, Recovery, Sent, Shipment, receivers
from extractor.delivery.destinations import Destination, open_destinations
from extractor.delivery.fhir_server import FhirServerReceiver
from extractor.delivery.folder import FolderReceiver
from extractor.delivery.mllp import MllpReceiver
from extractor.delivery.webhook import WebhookReceiver
from extractor.delivery.worker import Counts, deliver_due, keep_delivering

__all__ = [
    "Answer",
    "Clock",
    "Counts",
    "Destination",
    "FhirServerReceiver",
    "FolderReceiver",
    "MllpReceiver",
    "Outcome",
    "Receiver",
    "Recovery",
    "Sent",
    "Shipment",
    "WebhookReceiver",
    "deliver_due",
    "keep_delivering",
    "open_destinations",
    "receivers",
]
