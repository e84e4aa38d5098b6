"""A FHIR server that takes the transaction Bundle at its base URL, with the secret as bearer token where it has one.

A transaction is all or nothing, and every resource in the Bundle is created or updated on condition of our own
identifiers, so that the same Bundle twice makes nothing twice: what is in doubt is sent again.
"""

import json

from pydantic import SecretStr

from extractor.delivery.base import (
    Answer,
    Clock,
    Recovery,
    Sent,
    Shipment,
    accepted,
    receivers,
    refused,
    try_again,
    unknown,
)
from extractor.delivery.http import Connection, Reply, judge_failure
from models.stages.options import ReceiverOptions


class FhirServerReceiver:
    """See the module."""

    recovery = Recovery.RESEND

    def __init__(self, options: ReceiverOptions, secret: SecretStr | None) -> None:
        self._connection = Connection(options)
        self._secret = secret

    def prepare(self, shipment: Shipment) -> Sent | None:  # noqa: ARG002 - the Protocol's signature
        """Nothing to prepare."""
        return None

    def send(self, shipment: Shipment) -> Sent:
        """POST the Bundle. 409: another transaction was quicker, nothing was stored; 412: a condition fits several."""
        headers = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}
        if self._secret is not None:
            headers["Authorization"] = f"Bearer {self._secret.get_secret_value()}"
        reply = self._connection.request("POST", headers, shipment.content)
        if not isinstance(reply, Reply):
            return reply
        if 200 <= reply.status < 300:
            return accepted(f"http_{reply.status}") if _is_stored(reply.body) else unknown("fhir_answer")
        if reply.status == 409:
            return try_again("http_409")
        return refused("http_412") if reply.status == 412 else judge_failure(reply)

    def ask(self, shipment: Shipment) -> Answer:  # noqa: ARG002 - the Protocol's signature
        """Not needed: sending again is safe."""
        return Answer.SILENT


def _is_stored(body: bytes) -> bool:
    """Whether the answer is a transaction's, with success for each entry."""
    try:
        bundle = json.loads(body)
        statuses = [str(entry["response"]["status"]) for entry in bundle["entry"]]
        is_transaction = bundle["resourceType"] == "Bundle" and bundle["type"] == "transaction-response"
    except (ValueError, TypeError, KeyError):
        return False
    return is_transaction and all(status.startswith("2") for status in statuses)


@receivers.register("fhir")
def _open_server(options: ReceiverOptions, secret: SecretStr | None, clock: Clock) -> FhirServerReceiver:  # noqa: ARG001
    return FhirServerReceiver(options, secret)
