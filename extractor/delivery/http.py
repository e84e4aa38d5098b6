"""What webhook and FHIR server share: one request, never redirected, and what its failure says about arrival."""

import ipaddress
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from extractor.delivery.base import Sent, refused, try_again, unknown
from extractor.errors import UsageError
from models.stages.options import ReceiverOptions

_LONGEST_ANSWER = 2**20
_LATER = {425, 429}
"""Codes by which a server says that it has not begun with the request (RFC 8470, 6585)."""
_OPEN = {408, 503}
"""Codes that a proxy or a server gives also when the request was begun with (RFC 9110, 15.5.9 and 15.6.4)."""


class Reply:
    """A whole answer: status code, headers and at most 1 MiB of body."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


class Connection:
    """Makes requests with the limits of ``options``; a new connection each, as a kept one may have died unnoticed.

    Raises ``UsageError`` for a URL without TLS that leads off this machine.
    """

    def __init__(self, options: ReceiverOptions) -> None:
        self._url = _checked(options.url)
        self._timeout = httpx.Timeout(options.timeout_seconds, connect=options.connect_seconds)
        self._tls = tls_context(options) if self._url.startswith("https:") else False

    def request(
        self, method: str, headers: Mapping[str, str], content: bytes | None = None, *, url: str | None = None
    ) -> Reply | Sent:
        """The answer, or what its lack means: no connection is ``TRY_AGAIN``, anything later ``UNKNOWN``."""
        try:
            with (
                httpx.Client(
                    timeout=self._timeout, verify=self._tls, follow_redirects=False, trust_env=False
                ) as client,
                client.stream(method, url or self._url, headers=dict(headers), content=content) as response,
            ):
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > _LONGEST_ANSWER:
                        return unknown("answer_too_long")
                return Reply(response.status_code, response.headers, bytes(body))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return try_again("not_reached")
        except httpx.TimeoutException:
            return unknown("no_answer")
        except (httpx.HTTPError, httpx.StreamError):
            return unknown("connection_lost")


def judge_failure(reply: Reply) -> Sent:
    """What a status that is no success means for any server."""
    code = f"http_{reply.status}"
    after = _seconds(reply.headers.get("retry-after", ""))
    if reply.status in _LATER:
        return try_again(code, after)
    if reply.status in _OPEN:
        return unknown(code, after)
    if reply.status >= 500:
        return unknown(code)
    return refused(code)


def tls_context(options: ReceiverOptions) -> ssl.SSLContext:
    """The system's authorities, or those of ``ca_file``; with a certificate of our own where the receiver asks one."""
    try:
        context = ssl.create_default_context(cafile=options.ca_file)
        if options.certificate:
            context.load_cert_chain(options.certificate, options.certificate_key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"The receiver's TLS files cannot be used ({type(error).__name__}): check them.") from None
    return context


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(url: str | None) -> str:
    parts = urlsplit(url or "")
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise UsageError("A receiver over HTTP needs its address: set its entry url to https://HOST/PATH.")
    if parts.username or parts.password:
        raise UsageError("A receiver's url holds a password: give secrets by EXTRACTOR_SECRETS__NAME only.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise UsageError("A receiver's url has to begin with https: patient data travels encrypted.")
    return parts.geturl()


def _seconds(text: str) -> float | None:
    """``Retry-After`` in seconds; its date form is not read, the own backoff serves."""
    return float(text) if text.isascii() and text.isdigit() else None
