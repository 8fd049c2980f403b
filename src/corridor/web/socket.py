"""The line between a tab and the desk: levers in, quantiles out as bytes. The newest word wins and ends the older one.

A frame is: four bytes, the length of what follows in UTF-8 (little endian); JSON, padded to four bytes, with `arrays`:
name, shape and offset of each block of single-precision numbers behind it.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from corridor.core.errors import InputError, SimulationError
from corridor.engine.sessions import Stopped
from corridor.studies.data import Plain
from corridor.studies.levers import Levers
from corridor.studies.whatif import FULL, LOOK, QUICK, told
from corridor.web.state import Room

NEWER = "a newer position of the levers came"
SLOW = 0.7
"""seconds of an answer from which on the next one is preceded by a first look, which itself takes a third of that"""
MOST_LINES = 32
"""tabs that are answered at the same time"""


class Asked(Plain):
    """One question of a tab; `want` are fans, `refine` asks for answers with fewer and with more futures too."""

    id: int = Field(ge=0, le=2**53)
    levers: Levers
    want: tuple[str, ...] = Field(default=(), max_length=12)
    refine: bool = True


def frame(head: dict[str, Any], arrays: list[tuple[str, NDArray[np.float32]]]) -> bytes:
    """Return head and arrays as one frame."""
    blocks, told_of, offset = [], [], 0
    for name, array in arrays:
        data = np.ascontiguousarray(array, dtype="<f4").tobytes()
        told_of.append({"name": name, "shape": list(array.shape), "offset": offset})
        blocks.append(data)
        offset += len(data)
    text = json.dumps({**head, "arrays": told_of}, ensure_ascii=False, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(blocks)


class Line:
    """One open line; `asked` is the number of the newest question."""

    def __init__(self, socket: WebSocket, room: Room) -> None:
        self.socket, self.room = socket, room
        self.newest = -1
        self.work: asyncio.Task[None] | None = None
        self.next: Asked | None = None
        self.sending = asyncio.Lock()

    async def run(self) -> None:
        """Listen until the tab is closed."""
        await self.socket.accept()
        try:
            while True:
                text = await self.socket.receive_text()
                await self._heard(text)
        except WebSocketDisconnect:
            pass
        finally:
            self.newest = 2**62
            if self.work is not None:
                self.work.cancel()

    async def _heard(self, text: str) -> None:
        try:
            asked = Asked.model_validate_json(text)
        except ValidationError as error:
            await self._say({"id": -1, "refused": f"not a question: {error.errors()[0]['msg']}"})
            return
        if self.next is not None:
            await self._say({"id": self.next.id, "refused": NEWER})
        self.next, self.newest = asked, max(self.newest, asked.id)
        if self.work is None or self.work.done():
            self.work = asyncio.create_task(self._answer())

    async def _answer(self) -> None:
        while self.next is not None:
            asked, self.next = self.next, None
            gone = self._gone(asked)
            try:
                player, answer, what = self.room.player, self.room.answer, (asked.levers, asked.want)
                # who stays on the line is not kept waiting for the map, which comes after the fans
                if asked.refine and self.room.took > SLOW:
                    await self._send(asked, await player.quick(answer, *what, LOOK, gone, mapped=False), "look")
                found = await player.quick(answer, *what, QUICK, gone, mapped=not asked.refine)
                await self._send(asked, found, "quick")
                if asked.refine and not gone():
                    await self._send(asked, await player.quick(self.room.map, asked.levers), "map")
                if asked.refine:
                    await self._send(asked, await player.refine(answer, gone, *what, FULL), "full")
            except Stopped:
                await self._say({"id": asked.id, "refused": NEWER})
            except InputError as error:
                await self._say({"id": asked.id, "problems": told(error)})
            except SimulationError as error:
                await self._say({"id": asked.id, "refused": str(error)})

    def _gone(self, asked: Asked) -> Any:
        return lambda: self.next is not None or self.newest > asked.id

    async def _send(self, asked: Asked, answered: Any, stage: str) -> None:
        head, arrays = answered
        data = frame({"id": asked.id, "stage": stage, **head}, arrays)
        async with self.sending:
            await self.socket.send_bytes(data)

    async def _say(self, plain: dict[str, Any]) -> None:
        async with self.sending:
            await self.socket.send_text(json.dumps(plain, ensure_ascii=False))
