"""A web address that takes each part by POST, signed, with a key by which it can tell a repetition.

    Idempotency-Key: 3f...-record                 the same for every try
    X-Extractor-Referral: ID;revision=2;part=record
    X-Extractor-Signature: t=1795000000,v1=HEX    HMAC-SHA256 with the shared secret over "t.key.body"

A receiver checks the signature and that ``t`` is recent (``verify``), then answers 2xx once it has the part for good.
If it honours the key, say ``is_deduplicating`` in the settings; if it can be asked, give ``ask_url``: a GET of
``ask_url/KEY`` is answered by 200 (has it) or 404 (does not, and is not at work on it).
"""

import hashlib
import hmac
from urllib.parse import quote

from pydantic import SecretStr

from extractor.delivery.base import Answer, Clock, Recovery, Sent, Shipment, accepted, receivers, unknown
from extractor.delivery.http import Connection, Reply, judge_failure
from extractor.errors import UsageError
from models.stages.options import ReceiverOptions

SIGNATURE = "X-Extractor-Signature"


class WebhookReceiver:
    """See the module."""

    def __init__(self, options: ReceiverOptions, secret: SecretStr, clock: Clock) -> None:
        self.recovery = Recovery.RESEND if options.is_deduplicating else Recovery.ASK
        if not options.is_deduplicating and options.ask_url is None:
            self.recovery = Recovery.PERSON
        self._connection = Connection(options)
        if options.ask_url is not None:
            Connection(options.model_copy(update={"url": options.ask_url}))  # the same rules hold for it
        self._ask_url = options.ask_url
        self._secret = secret
        self._clock = clock

    def prepare(self, shipment: Shipment) -> Sent | None:  # noqa: ARG002 - the Protocol's signature
        """Nothing to prepare."""
        return None

    def send(self, shipment: Shipment) -> Sent:
        """POST. 409 leaves it open: the key is known, or is just being worked on."""
        headers = {
            "Content-Type": shipment.media_type,
            "Idempotency-Key": shipment.key,
            "X-Extractor-Referral": f"{shipment.referral_id};revision={shipment.revision};part={shipment.part}",
            SIGNATURE: self._signature(shipment.key, shipment.content),
        }
        reply = self._connection.request("POST", headers, shipment.content)
        if not isinstance(reply, Reply):
            return reply
        if 200 <= reply.status < 300:
            return accepted(f"http_{reply.status}")
        return unknown("http_409") if reply.status == 409 else judge_failure(reply)

    def ask(self, shipment: Shipment) -> Answer:
        """GET of the key, where the receiver offers it."""
        if self._ask_url is None:
            return Answer.SILENT
        url = f"{self._ask_url.rstrip('/')}/{quote(shipment.key, safe='')}"
        reply = self._connection.request("GET", {SIGNATURE: self._signature(shipment.key, b"")}, url=url)
        if isinstance(reply, Reply) and reply.status in {200, 404}:
            return Answer.HAS if reply.status == 200 else Answer.HAS_NOT
        return Answer.SILENT

    def _signature(self, key: str, content: bytes) -> str:
        return sign(self._secret, key, content, int(self._clock().timestamp()))


def sign(secret: SecretStr, key: str, content: bytes, at: int) -> str:
    """The signature's header; ``at`` in seconds since the epoch."""
    message = f"{at}.{key}.".encode() + content
    return f"t={at},v1={hmac.new(secret.get_secret_value().encode(), message, hashlib.sha256).hexdigest()}"


def verify(secret: SecretStr, key: str, content: bytes, header: str, *, now: int, tolerance: int = 300) -> bool:
    """What a receiver does: whether the header signs this content and is at most ``tolerance`` seconds away."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit()) or abs(now - int(at)) > tolerance:
        return False
    return hmac.compare_digest(sign(secret, key, content, int(at)).encode(), header.encode())


@receivers.register("webhook")
def _open_webhook(options: ReceiverOptions, secret: SecretStr | None, clock: Clock) -> WebhookReceiver:
    if secret is None:
        raise UsageError("A receiver of kind webhook needs a secret to sign with: set EXTRACTOR_SECRETS__NAME.")
    return WebhookReceiver(options, secret, clock)
