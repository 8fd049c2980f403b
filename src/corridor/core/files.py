"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from corridor.core.errors import InputError, Problem


def write_whole(path: Path, text: str) -> None:
    """Write a text in UTF-8 with LF line ends, as `put_whole`."""
    put_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))


def put_whole(path: Path, make: Callable[[Path], object]) -> None:
    """Let `make` write a file beside its place and move it there; the folder is made where missing.

    A link is followed, so that it stays a link. A device or a pipe is written to, never replaced.

    Raises
    ------
    InputError : it cannot be written there; nothing half written is left
    """
    try:
        place = path.resolve() if path.is_symlink() else path
        if _is_stream(place):
            make(place)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        # of this thread alone: two that write one file at once each leave a whole one
        part = place.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            make(part)
            part.replace(place)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    except (OSError, ValueError, RuntimeError) as error:  # the last: a link that leads back to itself
        told = getattr(error, "strerror", None) or str(error) or "unknown error"
        message = f"cannot be written: {told.lower()}"
        raise InputError([Problem(str(path), 0, 0, "", message, "choose another path")]) from error


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
