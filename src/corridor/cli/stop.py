"""Ctrl-C: answered within a second, whatever is being played, compiled or drawn.

A block of futures or a pass of the compiler cannot be broken off from Python. So Ctrl-C asks the main thread to stop,
and a thread of its own, which the signal wakes at once, says where finished work lies and ends the program where that
has not happened soon. What is written is whole or marked unfinished; the same command goes on from there.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from types import FrameType

from corridor.core.exits import EXIT_STOPPED
from corridor.core.files import drop_passing

PATIENCE = 0.2
"""seconds that the main thread is given to end by itself"""

_places = ["runs"]


def work_lies_in(store: str | None) -> None:
    """Say where finished work of this command lies, if not in `runs`."""
    if store is not None:
        _places[0] = store


def answer_ctrl_c() -> None:
    """Answer Ctrl-C from now on."""
    listener, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, _stop)
    threading.Thread(target=_watch, args=(listener, waker), daemon=True).start()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _watch(listener: socket.socket, waker: socket.socket) -> None:
    while signal.SIGINT not in listener.recv(64):
        pass
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    lies = f"what is finished lies in {_places[0]}; the same command goes on from there"
    if drop_passing():
        lies = "nothing was kept"
    text = f"{show_cursor}stopped; {lies}\n"
    os.write(2, text.encode())
    threading.Event().wait(PATIENCE)
    os._exit(EXIT_STOPPED)
