"""Logging in at the site's own provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636).

The only file that talks to the provider. What a login needs until the browser comes back (state, nonce, verifier) is
``Kept`` by the browser that began it; the provider takes a code once.
"""

import hmac
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import SecretStr

from extractor.delivery.http import is_loopback
from extractor.errors import UsageError
from extractor.store.accounts import Role
from extractor.store.identities import LONGEST, Identity
from models.stages.options import SignOnOptions

ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "Ed25519", "EdDSA"]
"""Signatures by a key that only the provider has: neither ``none`` nor a secret that is shared."""
DONE_PATH = "/login/sign-on/done"
_SECONDS = 10.0
_KNOWN_FOR = 600.0
"""Seconds for which what the provider says of itself is not asked again."""
_LEEWAY = 60
"""Seconds by which the provider's clock may be off."""
_LONGEST_ANSWER = 1_000_000
_UNREACHED = "The provider cannot be reached: try again, or log in with a password."


class SignOnFailed(Exception):
    """The provider did not vouch for anybody; ``message`` says what to do next and holds nothing of its answer."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Kept:
    """What the browser keeps from the beginning of a login to its end."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Kept":
        """Three random values of 256 bits or more."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    @classmethod
    def parse(cls, cookie: str) -> "Kept | None":
        """What ``cookie`` keeps; None where it is none of ours."""
        parts = cookie.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    @property
    def cookie(self) -> str:
        """As the browser keeps it."""
        return f"{self.state}.{self.nonce}.{self.verifier}"


def check_sign_on(options: SignOnOptions) -> None:
    """``UsageError`` where logins would travel unencrypted."""
    for name, url in (("issuer", options.issuer), ("page_url", options.page_url)):
        if not _is_safe(url):
            raise UsageError(f"web.sign_on.{name} has to be an address that begins with https: correct it.")


class Provider:
    """The provider of a site. Thread safe."""

    def __init__(self, options: SignOnOptions, secret: SecretStr | None) -> None:
        self._options = options
        self._secret = None if secret is None else secret.get_secret_value()
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, object]] | None = None

    def begin(self, kept: Kept) -> str:
        """Where to send the browser. Raises ``SignOnFailed``."""
        return str(
            prepare_grant_uri(
                self._address("authorization_endpoint"),
                client_id=self._options.client_id,
                response_type="code",
                redirect_uri=self._redirect,
                scope=" ".join(self._options.scopes),
                state=kept.state,
                nonce=kept.nonce,
                code_challenge=create_s256_code_challenge(kept.verifier),
                code_challenge_method="S256",
            )
        )

    def finish(self, kept: Kept, answer: Mapping[str, str], now: datetime) -> Identity:
        """Whom the provider vouches for, from what the browser brings back. Raises ``SignOnFailed``."""
        if not hmac.compare_digest(answer.get("state", "").encode(), kept.state.encode()):
            raise SignOnFailed("This login was not begun here, or long ago: try again.")
        # RFC 9207: another provider's answer is none of this one's.
        if answer.get("iss", self._options.issuer) != self._options.issuer:
            raise SignOnFailed("The answer comes from another provider: ask an admin.")
        if "error" in answer or not answer.get("code"):
            raise SignOnFailed("The provider let nobody in: try again, or ask an admin.")
        tokens = self._take_tokens(answer["code"], kept)
        return self._identify(self._claims(tokens, kept, now))

    @property
    def _redirect(self) -> str:
        return self._options.page_url.rstrip("/") + DONE_PATH

    def _take_tokens(self, code: str, kept: Kept) -> dict[str, object]:
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": kept.verifier,
        }
        ways = self._metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        is_basic = self._secret is not None and isinstance(ways, list) and "client_secret_basic" in ways
        if not is_basic:
            body |= {"client_id": self._options.client_id}
            body |= {} if self._secret is None else {"client_secret": self._secret}
        login = httpx.BasicAuth(self._options.client_id, self._secret or "") if is_basic else None
        return self._ask("POST", self._address("token_endpoint"), body, login)

    def _claims(self, tokens: Mapping[str, object], kept: Kept, now: datetime) -> Mapping[str, object]:
        """What the provider signed for this login, at this provider, for this page (Core 1.0, 3.1.3.7)."""
        keys = self._ask("GET", self._address("jwks_uri"))
        must = {"iss": self._options.issuer, "aud": self._options.client_id}
        try:
            token = jwt.decode(str(tokens.get("id_token")), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            claims = CodeIDToken(
                token.claims,
                token.header,
                {name: {"essential": True, "value": value} for name, value in must.items()},
                {"nonce": kept.nonce, "client_id": must["aud"], "access_token": tokens.get("access_token")},
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignOnFailed("The provider's answer does not hold: try again, or ask an admin.") from error
        return dict(claims)

    def _identify(self, claims: Mapping[str, object]) -> Identity:
        subject, name = claims.get("sub"), _find(claims, self._options.name_claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST or not isinstance(name, str):
            raise SignOnFailed("The provider does not say who this is: ask an admin to check web.sign_on.")
        said = _find(claims, self._options.role_claim)
        values = said if isinstance(said, list) else [said]
        given = {self._options.roles[one] for one in values if isinstance(one, str) and one in self._options.roles}
        role = next((role for role in (Role.ADMIN, Role.LEAD, Role.REVIEWER) if role.value in given), None)
        if role is None:
            raise SignOnFailed("The provider gives you no role here: ask an admin.")
        return Identity(issuer=self._options.issuer, subject=subject, name=name, role=role)

    def _address(self, name: str) -> str:
        found = self._metadata().get(name)
        if not isinstance(found, str) or not _is_safe(found):
            raise SignOnFailed("The provider gives no address that can be used: ask an admin to check web.sign_on.")
        return found

    def _metadata(self) -> dict[str, object]:
        """What the provider says of itself (OpenID Connect Discovery 1.0); its name has to be the one that is set."""
        with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > _KNOWN_FOR:
                found = self._ask("GET", self._options.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if found.get("issuer") != self._options.issuer:
                    raise SignOnFailed("The provider calls itself something else: ask an admin to check web.sign_on.")
                self._known = (time.monotonic(), found)
            return self._known[1]

    def _ask(
        self, method: str, url: str, body: Mapping[str, str] | None = None, login: httpx.BasicAuth | None = None
    ) -> dict[str, object]:
        """One JSON object; redirects are not followed."""
        try:
            trusted = ssl.create_default_context(cafile=self._options.ca_file)
            with httpx.Client(timeout=_SECONDS, verify=trusted) as client:
                answer = client.request(method, url, data=body, auth=login, headers={"accept": "application/json"})
            found = answer.json() if answer.is_success and len(answer.content) <= _LONGEST_ANSWER else None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise SignOnFailed(_UNREACHED) from error
        if not isinstance(found, dict):
            raise SignOnFailed(_UNREACHED)
        return found


def _find(claims: Mapping[str, object], name: str) -> object:
    """A claim; ``a.b`` is one inside another, unless a claim has that very name."""
    if name in claims:
        return claims[name]
    first, _, rest = name.partition(".")
    inner = claims.get(first)
    return _find(inner, rest) if rest and isinstance(inner, dict) else None


def _is_safe(url: str) -> bool:
    """Whether it is encrypted on its way, or does not leave this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )
