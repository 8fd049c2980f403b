"""One run writes a store at a time; whoever comes second is told so in words."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corridor.core.errors import InputError, Problem
from corridor.engine.store.files import Place

try:
    import fcntl
except ImportError:  # not a POSIX system: two runs write the same bytes, each file whole
    fcntl = None  # type: ignore[assignment]

LOCK = ".lock"


@contextmanager
def locked(at: Place) -> Iterator[None]:
    """Hold a store for writing; the system lets go of it if this process dies.

    At an address nobody is kept out: two runs of one store write the same bytes, each file whole.

    Raises
    ------
    InputError : another run writes there, or nothing can be written there
    """
    if not isinstance(at, Path) or fcntl is None:
        yield
        return
    try:
        at.mkdir(parents=True, exist_ok=True)
        handle = _open(at / LOCK)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'unknown error').lower()}"
        raise InputError([Problem(str(at), 0, 0, "", message, "choose another path for --store")]) from error
    try:
        yield
    finally:
        with suppress(OSError):
            (at / LOCK).unlink()
        os.close(handle)


def is_locked(at: Path) -> bool:
    """Whether a run writes there now."""
    if fcntl is None or not (at / LOCK).exists():
        return False
    try:
        with locked(at):
            return False
    except InputError:
        return True


def _open(lock: Path) -> int:
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            who = os.read(handle, 200).decode(errors="replace") or "another process"
            os.close(handle)
            if not isinstance(error, BlockingIOError | PermissionError):
                raise
            remedy = "wait until it has ended, or choose another path for --store"
            message = f"another run writes here ({who})"
            raise InputError([Problem(str(lock.parent), 0, 0, "", message, remedy)]) from None
        try:
            if os.fstat(handle).st_ino == lock.stat().st_ino:
                os.truncate(handle, 0)
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)  # the run before removed the file while we waited for it: take the new one
