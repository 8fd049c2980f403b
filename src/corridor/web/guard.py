"""The door: who may ask, how much may be sent, and what a page may load. A plain ASGI wrapper round the application."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 16 * 1024 * 1024
"""of what is sent to the server in one request"""
COOKIE = "corridor"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
    ("cache-control", "no-store"),
)
ONCE = ("host", "origin", "sec-fetch-site", "content-length", "cookie")
"""headers that are judged, and so may not be told twice"""
WAIT = 0.25
"""seconds from one wrong token to the answer to the next, from wherever they come"""
OPEN = ("/", "/api/login")
"""paths that need no token: the page itself, and where the token is told; `/assets/` besides"""


class Guard:
    """Wraps an application.

    Parameters
    ----------
    hosts : values of `Host` that are answered, such as 127.0.0.1:8642
    token : what a browser has to tell once; "" where none is needed (this machine alone)
    """

    def __init__(self, app: App, hosts: tuple[str, ...], token: str = "") -> None:
        self.app, self.hosts, self.token = app, frozenset(hosts), token
        # what a cookie holds is made from the token, and does not give it away
        self.guesses = asyncio.Lock()
        self.pass_ = hmac.new(secrets.token_bytes(32), token.encode(), hashlib.sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or hand on to the application."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        pairs = [(key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in scope["headers"]]
        headers, named = dict(pairs), [key for key, _ in pairs]
        twice = [key for key in ONCE if named.count(key) > 1]
        refused = (400, f"{twice[0]} is told twice") if twice else self._refused(scope, headers)
        if scope["type"] == "websocket":
            if refused:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": refused[1][:120]})
            else:
                await self.app(scope, receive, send)
            return
        if refused:
            await _say(send, *refused)
            return
        if scope["path"] == "/api/login":
            await self._login(scope, headers, receive, send)
            return
        limited, over = _limited(receive)
        try:
            await self.app(scope, limited, _dressed(send))
        except TooMuch:
            if over["started"]:
                raise
            await _say(send, 413, f"more than {MOST_BYTES // 1024**2} MB were sent")

    def _refused(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if host not in self.hosts:
            return 421, "this server does not answer to that name"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"{scheme}://{host}" for scheme in ("http", "https")}:
            return 403, "another page may not ask this server"
        site = headers.get("sec-fetch-site", "none")
        if site not in ("none", "same-origin") and scope["path"] != "/":
            return 403, "another page may not ask this server"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return 413, f"more than {MOST_BYTES // 1024**2} MB are not taken"
        path = scope["path"]
        if self.token and path not in OPEN and not path.startswith("/assets/") and not self._known(headers):
            return 401, "tell the token first: open the address that the server printed"
        return None

    def _known(self, headers: dict[str, str]) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self.pass_.encode())

    async def _login(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        if not self.token:
            await _say(send, 200, "no token is needed")
            return
        if scope["method"] != "POST":
            await _say(send, 405, "send the token with POST")
            return
        told = b""
        while True:
            message = await receive()
            told += message.get("body", b"")
            if not message.get("more_body") or len(told) > 4096:
                break
        if not hmac.compare_digest(told[:4096].strip(), self.token.encode()):
            async with self.guesses:
                await asyncio.sleep(WAIT)
            await _say(send, 401, "that is not the token")
            return
        cookie = f"{COOKIE}={self.pass_}; HttpOnly; SameSite=Strict; Path=/"
        await _say(send, 200, "welcome", (("set-cookie", cookie),))


class TooMuch(Exception):  # noqa: N818 (raised and caught here)
    """More was sent than is taken."""


def _limited(receive: Receive) -> tuple[Receive, dict[str, Any]]:
    seen: dict[str, Any] = {"bytes": 0, "started": False}

    async def counted() -> Message:
        message = await receive()
        seen["bytes"] += len(message.get("body", b""))
        if seen["bytes"] > MOST_BYTES:
            raise TooMuch
        return message

    return counted, seen


def _dressed(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [pair for pair in message.get("headers", ()) if pair[0].lower() not in _NAMES]
            message = {**message, "headers": [*own, *_PAIRS]}
        await send(message)

    return dressed


_PAIRS = tuple((key.encode(), value.encode()) for key, value in HEADERS)
_NAMES = {key for key, _ in _PAIRS}


async def _say(send: Send, status: int, text: str, more: tuple[tuple[str, str], ...] = ()) -> None:
    body = text.encode()
    pairs = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    pairs += [(key.encode(), value.encode()) for key, value in more]
    await send({"type": "http.response.start", "status": status, "headers": [*pairs, *_PAIRS]})
    await send({"type": "http.response.body", "body": body})
