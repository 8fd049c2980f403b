"""What may be asked over HTTP: the case, positions of its levers, views, tables, exports, what a tab keeps."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, Response
from pydantic import Field

from corridor.core.errors import InputError, Problem
from corridor.studies.data import Plain
from corridor.studies.levers import Levers
from corridor.studies.whatif import QUICK
from corridor.web.annex import annex
from corridor.web.state import Room
from corridor.web.tables import Settled, Sheet, as_book, checked, new_case, open_book, read_case, settle, write_sheet
from corridor.web.workspace import MOST_LETTERS

api = APIRouter(prefix="/api")
Name = Annotated[str, Path(max_length=80)]
Plainly = dict[str, Any]


class NewCase(Plain):
    """A case to make: the template where `source` is empty, else a copy of a case."""

    name: str = Field(max_length=80)
    source: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=200)


class Use(Plain):
    """The case to play: a bundled one, or one of the workspace."""

    case: str = Field(max_length=200)
    variant: str = Field(default="", max_length=200)


class Kept(Plain):
    """What a tab keeps: the page alone knows what it means."""

    content: dict[str, Any] = Field(max_length=50)


class Question(Plain):
    """A question to the model of the sides, as `corridor ask` has it, at a position of the levers."""

    levers: Levers = Field(default_factory=Levers)
    policy: str = Field(default="", max_length=200)
    outcome: str = Field(default="offensive", max_length=200)
    stake: str = Field(default="", max_length=200)
    by: float = Field(default=-0.1, ge=-1.0, le=1.0, allow_inf_nan=False)


class Log(Plain):
    """The log of a session, to be written as an annex."""

    title: str = Field(default="", max_length=400)
    entries: tuple[dict[str, Any], ...] = Field(max_length=2000)


def _room(request: Request) -> Room:
    room: Room = request.app.state.room
    return room


@api.get("/case")
async def about(request: Request, variant: str = "") -> Plainly:
    """Return the case that is played: question, policies, levers, ground of the map."""
    room = _room(request)
    return await room.player.quick(room.about, variant[:200])


@api.get("/cases")
def cases(request: Request) -> Plainly:
    """Return the cases that can be played."""
    return _room(request).cases()


@api.post("/use")
async def use(request: Request, asked: Use) -> Plainly:
    """Play another case from now on."""
    room = _room(request)
    return await room.player.quick(room.use, asked.case, asked.variant)


@api.post("/play")
async def play(request: Request, levers: Levers) -> Plainly:
    """Return the answer to a position of the levers, without its arrays: `QUICK` futures."""
    room = _room(request)
    head, _ = await room.player.quick(room.desk.answer, levers, (), QUICK)
    return head


@api.post("/view/{view}")
async def view(request: Request, view: Annotated[str, Path(max_length=20)], levers: Levers) -> Plainly:
    """Return a view of a position: policies, evidence, past, sides."""
    room = _room(request)
    return await room.player.quick(room.view, view, levers)


@api.post("/sides/chances")
async def chances(request: Request, levers: Levers) -> Plainly:
    """Return what the sides would choose: the chance of each outcome under each policy."""
    room = _room(request)
    return await room.player.aside(room.chances, levers)


@api.post("/sides/ask/{question}")
async def ask(request: Request, question: Annotated[str, Path(max_length=20)], asked: Question) -> Plainly:
    """Return the answer to a question to the sides: price, conditions, flip, why."""
    room = _room(request)
    return await room.player.aside(room.ask, question, asked.levers, asked.model_dump(exclude={"levers"}))


@api.get("/tab/{tab}")
def tab(request: Request, tab: Name) -> Plainly:
    """Return what a tab kept, or what the tab used last kept where this one is new."""
    return {"content": _room(request).workspace.tab(tab)}


@api.put("/tab/{tab}")
def keep_tab(request: Request, tab: Name, kept: Kept) -> Plainly:
    """Keep what a tab holds."""
    _room(request).workspace.keep_tab(tab, kept.content)
    return {"kept": True}


@api.post("/cases/new")
def make_case(request: Request, asked: NewCase) -> Plainly:
    """Make a case in the workspace and return it."""
    room = _room(request)
    new_case(room.workspace, asked.name, room.source(asked.source) if asked.source else "", asked.title)
    return read_case(room.workspace, asked.name)


@api.post("/cases/{name}/open")
async def open_case(
    request: Request, name: Name, data: Annotated[bytes, Body(media_type="application/octet-stream")]
) -> Plainly:
    """Make a case of the workspace out of a workbook (.xlsx) or a bundle (.corridor)."""
    room = _room(request)
    if data[:2] != b"PK":
        message = "is neither a workbook (.xlsx) nor a bundle (.corridor)"
        raise InputError([Problem("file", 0, 0, "", message, "choose another file")])
    if b"levers.json" in data:
        return await room.player.quick(room.open_bundle, name, data)
    await asyncio.to_thread(open_book, room.workspace, name, data)
    return await asyncio.to_thread(read_case, room.workspace, name)


@api.get("/cases/{name}")
def tables(request: Request, name: Name) -> Plainly:
    """Return the tables of a case of the workspace and what is wrong with them."""
    return read_case(_room(request).workspace, name)


@api.get("/cases/{name}/check")
def check(request: Request, name: Name) -> Plainly:
    """Return what is wrong with a case of the workspace."""
    return checked(_room(request).workspace, name)


@api.post("/cases/{name}/places")
def places(request: Request, name: Name, asked: Settled) -> Plainly:
    """Call a place otherwise in all tables of a case, put in a home with its road, or take one out; return the case."""
    return settle(_room(request).workspace, name, asked)


@api.put("/cases/{name}/{file}")
def write(request: Request, name: Name, file: Annotated[str, Path(max_length=80)], sheet: Sheet) -> Plainly:
    """Write one file of a case and return what is wrong with the case then."""
    return write_sheet(_room(request).workspace, name, file, sheet)


@api.get("/cases/{name}/workbook", response_class=Response)
def workbook(request: Request, name: Name) -> Response:
    """Return a case of the workspace as a workbook."""
    data = as_book(_room(request).workspace, name)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(data, f"{name}.xlsx", kind)


@api.post("/export/bundle", response_class=Response)
async def bundle(request: Request, levers: Levers) -> Response:
    """Return a .corridor bundle of a position."""
    room = _room(request)
    data = await room.player.quick(room.bundle, levers)
    return _file(data, f"{room.desk.scenario().id}.corridor", "application/zip")


@api.post("/export/page", response_class=Response)
async def page(request: Request, levers: Levers, language: str = "en") -> Response:
    """Return the page that moves without a server."""
    room = _room(request)
    text = await room.player.quick(room.page, levers, language[:2])
    return _file(text.encode(), f"{room.desk.scenario().id}.html", "text/html; charset=utf-8")


@api.post("/export/annex", response_class=Response)
def export_annex(request: Request, log: Log) -> Response:
    """Return the log of a session as an annex (HTML)."""
    text = annex(log.title, log.entries, _room(request).desk.scenario())
    if len(text) > MOST_LETTERS:
        raise InputError([Problem("annex", 0, 0, "", "is too long", "export it sooner")])
    return _file(text.encode(), "annex.html", "text/html; charset=utf-8")


def _file(data: bytes, name: str, kind: str) -> Response:
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
