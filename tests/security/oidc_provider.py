"""A small OpenID provider on a port of this machine: discovery, authorization code with PKCE, keys, signed tokens.

It checks what a client owes it (client, redirect, code once, verifier), and can be told to answer wrongly.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html import escape
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "review-page", "a secret of the page"
REDIRECT = "/login/sign-on/done"


@cache
def make_key(_: str) -> RSAKey:
    """One for each name; all call themselves the same."""
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """``person``: the claims of whoever logs in next; ``lie`` changes the claims of a token before it is signed.

    ``is_asking``: a person has to click on its page; else it sends the browser back at once.
    """

    clock: Callable[[], datetime]
    url: str = ""
    page_url: str = ""
    person: dict[str, object] = field(default_factory=dict)
    lie: Callable[[dict[str, object]], None] = lambda claims: None
    signs_with: str = "RS256"
    issuer: str | None = None
    answer: dict[str, str] = field(default_factory=dict)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    is_other_key: bool = False
    is_asking: bool = False

    @property
    def key(self) -> RSAKey:
        return make_key("its own")

    def app(self) -> FastAPI:
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self.discovery)
        app.get("/authorize")(self.authorize)
        app.post("/token")(self.token)
        app.get("/keys")(lambda: {"keys": [self.key.as_dict(private=False)]})
        return app

    def discovery(self) -> dict[str, object]:
        return {
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def authorize(self, request: Request) -> Response:
        told = dict(request.query_params)
        self.asked.append(told)
        is_ours = (told["client_id"], told["redirect_uri"]) == (CLIENT, self.page_url + REDIRECT)
        if not is_ours or told["response_type"] != "code" or told["code_challenge_method"] != "S256":
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = told
        back = {"code": code, "state": told["state"], **self.answer}
        done = f"{told['redirect_uri']}?{urlencode(back)}"
        if self.is_asking:
            return HTMLResponse(f'<a href="{escape(done)}">Go on as Grace</a>')
        return RedirectResponse(done, 303)

    def token(
        self,
        request: Request,
        code: str = Form(),
        redirect_uri: str = Form(),
        code_verifier: str = Form(),
        grant_type: str = Form(),
    ) -> Response:
        told = self.codes.pop(code, None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        proof = _encode(hashlib.sha256(code_verifier.encode()).digest()).decode()
        is_right = told is not None and told["code_challenge"] == proof and told["redirect_uri"] == redirect_uri
        if told is None or not is_right or grant_type != "authorization_code":
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.clock().timestamp())
        claims: dict[str, object] = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person}
        claims["nonce"] = told["nonce"]
        self.lie(claims)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self._sign(claims)})

    def _sign(self, claims: dict[str, object]) -> str:
        header = {"alg": self.signs_with, "kid": "one"}
        if self.signs_with != "RS256":
            return _forge(header, claims, self.key.as_pem(private=False))
        return jwt.encode(header, claims, make_key("another") if self.is_other_key else self.key)


def _forge(header: Mapping[str, str], claims: Mapping[str, object], public: bytes) -> str:
    """No signature, or one with what everybody has: the public key, taken for a shared secret."""
    told = b".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
    signature = b"" if header["alg"] == "none" else _encode(hmac.digest(public, told, "sha256"))
    return (told + b"." + signature).decode()


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@contextlib.contextmanager
def provided(provider: Provider, host: str = "127.0.0.1") -> Iterator[Provider]:
    """The provider on a free port of this machine, which is ``host``."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        provider.url = f"http://{host}:{taken.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(provider.app(), access_log=False, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.02)
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(20)
