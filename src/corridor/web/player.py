"""Plays one at a time: what is asked first is answered first, refinements wait, the newest word of a tab wins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from corridor.core.errors import InputError, Problem
from corridor.engine.sessions import Stopped

T = TypeVar("T")
WAITING = 8
"""plays that may wait for their turn; more are refused in words"""
QUIET = 0.8
"""seconds in which nobody asks before a refinement begins: whoever moves levers is not kept waiting by it"""
BUSY = f"{WAITING} questions wait for an answer already; ask again in a moment"


class Busy(InputError):  # noqa: N818 (what a person reads)
    """Too many wait already."""

    def __init__(self) -> None:
        super().__init__([Problem("server", 0, 0, "", BUSY)])


class Player:
    """One thread that plays; `quick` has its turn before what refines."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="player")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._turn = asyncio.Lock()
        self.waiting, self.waiting_aside = 0, 0
        self.answered = 0.0

    async def quick(self, function: Callable[..., T], *args: Any, **named: Any) -> T:
        """Return what a function returns, in its turn.

        Raises
        ------
        Busy : `WAITING` others wait
        """
        if self.waiting >= WAITING:
            raise Busy
        self.waiting += 1
        try:
            async with self._turn:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._pool, lambda: function(*args, **named))
        finally:
            self.waiting -= 1
            self.answered = time.monotonic()

    async def aside(self, function: Callable[..., T], *args: Any) -> T:
        """Return what a function returns that plays no futures; whoever moves levers does not wait for it.

        Raises
        ------
        Busy : `WAITING` others wait
        """
        if self.waiting_aside >= WAITING:
            raise Busy
        self.waiting_aside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._aside, lambda: function(*args))
        finally:
            self.waiting_aside -= 1

    async def refine(self, function: Callable[..., T], unwanted: Callable[[], bool], *args: Any) -> T:
        """Return what `function(*args, stop)` returns; it gives way to whoever asks, and begins again after that.

        Raises
        ------
        Stopped : nobody wants it any more
        """
        while True:
            while (self.waiting or time.monotonic() - self.answered < QUIET) and not unwanted():
                await asyncio.sleep(0.02)
            if unwanted():
                raise Stopped
            async with self._turn:
                loop = asyncio.get_running_loop()
                try:
                    return await loop.run_in_executor(
                        self._pool, lambda: function(*args, lambda: unwanted() or self.waiting > 0)
                    )
                except Stopped:
                    if unwanted():
                        raise

    def close(self) -> None:
        """End the threads once what they work at is done."""
        self._aside.shutdown(wait=False, cancel_futures=True)
        self._pool.shutdown(wait=False, cancel_futures=True)
