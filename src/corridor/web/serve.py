"""Serve a case: compile and warm it, print the address, answer until somebody stops it."""

from __future__ import annotations

import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from corridor.core.errors import InputError, Problem
from corridor.engine.warm import prepare
from corridor.engine.workers import Worker
from corridor.studies.levers import Levers
from corridor.studies.whatif import Desk
from corridor.web.app import STATIC, create_app

HERE = "127.0.0.1"
PORT = 8642
SHORTEST = 16
"""letters of a token"""
WORKSPACE = Path("corridor-desk")
MOST_BESIDE = 3
"""processes beside this one: 300 futures are shared no further, and each holds about 250 MB"""


def serve(
    desk: Desk, *, host: str = HERE, port: int = PORT, token: str = "", workspace: Path = WORKSPACE,
    open_page: bool = False, say: Callable[[str], None] = lambda text: None,
) -> None:  # fmt: skip
    """Serve a case on this machine until it is stopped.

    Parameters
    ----------
    host, port : where; another host than 127.0.0.1 asks for a token. Port 0 takes a free one
    token : what a browser has to tell once
    workspace : folder of what is made at the screen
    open_page : whether to open the browser
    say : told the address and what is being done

    Raises
    ------
    InputError : the case is wrong, the port is taken, a token is missing or short
    """
    _refuse(host, token)
    if not (STATIC / "index.html").is_file():
        message = "the page has not been built"
        raise InputError([Problem("serve", 0, 0, "", message, "run `make app`, or install the wheel")])
    scenario = desk.scenario()
    prepare(scenario, say)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            message = f"{host}:{port} cannot be used: {error.strerror}"
            raise InputError([Problem("--port", 0, 0, "", message, "choose another, or 0 for a free one")]) from None
        taken = int(bound.getsockname()[1])
        app = create_app(desk, workspace, _names(host, taken), token)
        say("playing the first futures")
        desk.answer(Levers())
        address = f"http://{f'[{host}]' if ':' in host else host}:{taken}/"
        say(f"{scenario.title}: {address}" + ("#token=… (the one you gave)" if token else ""))
        say(f"workspace: {workspace}; stop with Ctrl-C")
        if open_page:
            threading.Timer(0.5, webbrowser.open, (address + (f"#token={token}" if token else ""),)).start()
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, ws="websockets-sansio", ws_max_size=256 * 1024,
            server_header=False, date_header=False, timeout_graceful_shutdown=2, lifespan="on",
            limit_concurrency=400,
        )  # fmt: skip
        try:
            uvicorn.Server(config).run(sockets=[bound])
        finally:
            for worker in desk.workers:
                worker.close()


def _names(host: str, port: int) -> tuple[str, ...]:
    """Return the values of `Host` that are answered."""
    shown = f"[{host}]" if ":" in host else host
    own: tuple[str, ...] = (HERE, "localhost", "[::1]") if host in (HERE, "localhost", "::1") else (shown,)
    if host in ("0.0.0.0", "::"):
        own = (HERE, "localhost", "[::1]", socket.gethostname(), *_addresses())
    return tuple(f"{name}:{port}" for name in dict.fromkeys(own))


def _addresses() -> tuple[str, ...]:
    try:
        return tuple(str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))
    except OSError:
        return ()


def _refuse(host: str, token: str) -> None:
    if host not in (HERE, "localhost", "::1") and not token:
        message = f"{host} can be reached from other machines, and no token is asked for"
        raise InputError([Problem("--host", 0, 0, "", message, "add --token, or leave --host out")])
    if token and len(token) < SHORTEST:
        message = f"has fewer than {SHORTEST} letters"
        raise InputError([Problem("--token", 0, 0, "", message, "take a long random one")])


def cores() -> int:
    """Return how many threads play."""
    return max(1, min(8, os.cpu_count() or 1))


def beside() -> tuple[Worker, ...]:
    """Return the processes that play beside this one: one fewer than there are cores, `MOST_BESIDE` at most."""
    return tuple(Worker() for _ in range(min(MOST_BESIDE, cores() - 1)))
