"""Where files that are sent to the server go: into the same store, by the same way, as those of a watched folder."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from extractor.errors import UsageError
from extractor.store.opening import Store

SHORTEST_TOKEN = 32


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Reception:
    """``max_bytes`` of one file; ``token``: who sends it may upload without a session, ``metrics_token`` may read the
    figures; ``on_taken`` is called after each file."""

    store: Store
    max_bytes: int
    token: SecretStr | None = None
    metrics_token: SecretStr | None = None
    on_taken: Callable[[], None] = _nothing

    def __post_init__(self) -> None:
        for token in (self.token, self.metrics_token):
            if token is not None and len(token.get_secret_value()) < SHORTEST_TOKEN:
                raise UsageError(
                    f"A token that opens the server has at least {SHORTEST_TOKEN} characters: make one with "
                    "`openssl rand -hex 32` (EXTRACTOR_SECRETS__UPLOAD, EXTRACTOR_SECRETS__METRICS)."
                )
