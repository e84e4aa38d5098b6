"""Programs that ask: a token in the header instead of a session (RFC 6750, 2.1)."""

import secrets

from fastapi import Request
from pydantic import SecretStr

from extractor.web.guard import NotLoggedIn

_SCHEME = "bearer "


def has_token(request: Request, expected: SecretStr | None) -> bool:
    """Whether the request comes with this token; False where it comes with none.

    Raises ``NotLoggedIn`` for another token: who shows one is no browser that could be asked to log in.
    """
    told = request.headers.get("authorization", "")
    if not told.lower().startswith(_SCHEME):
        return False
    token = told[len(_SCHEME) :].strip().encode()
    if expected is None or not secrets.compare_digest(token, expected.get_secret_value().encode()):
        raise NotLoggedIn
    return True
