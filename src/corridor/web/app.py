"""The application: routes, the line to each tab, the built page; errors as words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from corridor.core.errors import InputError, SimulationError
from corridor.core.version import __version__
from corridor.studies.whatif import Desk, told
from corridor.web.guard import Guard
from corridor.web.player import Busy
from corridor.web.routes import api
from corridor.web.socket import MOST_LINES, Line
from corridor.web.state import Room
from corridor.web.workspace import Workspace

STATIC = Path(str(files("corridor").joinpath("web", "static")))
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def create_app(desk: Desk, workspace: Path, hosts: tuple[str, ...], token: str = "") -> Guard:
    """Return the application behind its door.

    Parameters
    ----------
    desk : the case that is played first
    workspace : folder of what is made at the screen
    hosts : values of `Host` that are answered
    token : what a browser has to tell; "" for none
    """
    room = Room(desk, Workspace(workspace))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        room.player.close()

    app = FastAPI(
        title="corridor", version=__version__, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan
    )
    app.state.room = room
    app.include_router(api)
    lines: set[Line] = set()

    @app.websocket("/ws")
    async def line(socket: WebSocket) -> None:
        if len(lines) >= MOST_LINES:
            await socket.close(1013, f"{MOST_LINES} tabs are open already")
            return
        one = Line(socket, room)
        lines.add(one)
        try:
            await one.run()
        finally:
            lines.discard(one)

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return FileResponse(STATIC / "index.html", media_type="text/html")

    @app.get("/assets/{name}", include_in_schema=False)
    async def asset(name: str) -> Response:
        path = STATIC / "assets" / Path(name).name
        if not path.is_file() or path.suffix not in KINDS:
            return JSONResponse({"detail": "no such file"}, 404)
        return FileResponse(path, media_type=KINDS[path.suffix])

    _errors(app)
    return Guard(app, hosts, token)


def _errors(app: FastAPI) -> None:
    @app.exception_handler(InputError)
    async def bad(_: Request, error: InputError) -> Response:
        return JSONResponse({"problems": told(error)}, 429 if isinstance(error, Busy) else 422)

    @app.exception_handler(RequestValidationError)
    async def unread(_: Request, error: RequestValidationError) -> Response:
        found: list[dict[str, Any]] = []
        for one in error.errors()[:20]:
            where = ".".join(str(part) for part in one["loc"])[:200]
            found.append({"file": "request", "line": 0, "column": 0, "field": where, "message": one["msg"],
                          "remedy": "", "sentence": f"{where}: {one['msg']}"})  # fmt: skip
        return JSONResponse({"problems": found}, 422)

    @app.exception_handler(SimulationError)
    async def broken(_: Request, error: SimulationError) -> Response:
        problem = {"file": "simulation", "line": 0, "column": 0, "field": "", "message": str(error), "remedy": "",
                   "sentence": str(error)}  # fmt: skip
        return JSONResponse({"problems": [problem]}, 422)

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> Response:
        return JSONResponse({"detail": str(error.detail)}, error.status_code, headers=error.headers)
