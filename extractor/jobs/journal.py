"""Structured logs: one JSON object a line, with identifiers, codes and counts, never a value of a document."""

import json
import logging
import sys
from datetime import UTC, datetime

_LOGGER = logging.getLogger("extractor")
_FIELDS = ("document", "referral_id", "code", "place", "executor", "count", "seconds")


def log(
    event: str,
    *,
    document: str | None = None,
    referral_id: str | None = None,
    code: str | None = None,
    executor: str | None = None,
    count: int | None = None,
    seconds: float | None = None,
    is_problem: bool = False,
) -> None:
    """Say that ``event`` happened; ``document`` is its sha256."""
    told = {
        "document": document,
        "referral_id": referral_id,
        "code": code,
        "executor": executor,
        "count": count,
        "seconds": seconds,
    }
    _LOGGER.log(logging.WARNING if is_problem else logging.INFO, event, extra=told)


class Trouble:
    """Says that a part that goes round and round has failed: once, not every time; and when that is over."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._code: str | None = None

    def note(self, code: str) -> None:
        """This round failed."""
        if code != self._code:
            self._code = code
            log(self._event, code=code, is_problem=True)

    def clear(self) -> None:
        """This round went well."""
        if self._code is not None:
            self._code = None
            log(f"{self._event}_over")


def write_to_stderr() -> None:
    """Send the lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    _LOGGER.handlers[:] = [handler]
    _LOGGER.propagate = False
    _LOGGER.setLevel(logging.INFO)


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        told = {name: getattr(record, name, None) for name in _FIELDS}
        return json.dumps(line | {name: value for name, value in told.items() if value is not None})
