"""Where answers are slow, a few futures are shown first, and what they are is said."""

from __future__ import annotations

import asyncio
import json
import struct
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

pytest.importorskip("fastapi")
from corridor.studies.whatif import FULL, LOOK, QUICK
from corridor.web.player import Player
from corridor.web.socket import SLOW, Line
from corridor.web.state import Room


class Tab:
    """A tab that asks one question and is closed once it has heard so many answers."""

    def __init__(self, refine: bool, answers: int) -> None:
        self.asked = json.dumps({"id": 1, "levers": {}, "refine": refine})
        self.answers, self.heard, self.told = answers, list[dict[str, Any]](), asyncio.Event()

    async def accept(self) -> None:
        """Nothing to do."""

    async def receive_text(self) -> str:
        if self.asked:
            text, self.asked = self.asked, ""
            return text
        await self.told.wait()
        raise WebSocketDisconnect

    async def send_bytes(self, data: bytes) -> None:
        (length,) = struct.unpack("<I", data[:4])
        self.heard.append(json.loads(data[4 : 4 + length]))
        if len(self.heard) == self.answers:
            self.told.set()


def heard(took: float, refine: bool, answers: int) -> list[tuple[str, int]]:
    """Return stage and futures of what a tab hears of a room whose last answer took so many seconds."""

    def answer(
        levers: object, want: object, futures: int, stop: object, *, mapped: bool = True
    ) -> tuple[dict[str, Any], list[Any]]:
        assert mapped is (futures == FULL or not refine)  # the map comes after the fans
        return {"futures": futures}, []

    def drawn(levers: object) -> tuple[dict[str, Any], list[Any]]:
        return {"futures": QUICK}, []

    async def ask() -> list[dict[str, Any]]:
        player = Player()
        tab = Tab(refine, answers)
        room = SimpleNamespace(player=player, answer=answer, map=drawn, took=took)
        await asyncio.wait_for(Line(cast(WebSocket, tab), cast(Room, room)).run(), 20)
        player.close()
        return tab.heard

    return [(one["stage"], one["futures"]) for one in asyncio.run(ask())]


def test_a_slow_machine_looks_first() -> None:
    assert heard(2 * SLOW, True, 4) == [("look", LOOK), ("quick", QUICK), ("map", QUICK), ("full", FULL)]


def test_a_quick_machine_answers_at_once() -> None:
    assert heard(SLOW / 2, True, 3) == [("quick", QUICK), ("map", QUICK), ("full", FULL)]


def test_who_asks_for_one_answer_gets_one() -> None:
    assert heard(2 * SLOW, False, 1) == [("quick", QUICK)]
