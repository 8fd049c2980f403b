"""Files that appear whole or not at all."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from corridor.core.errors import InputError, Problem

REMEDY = "choose another path"
STALE = 60.0
"""seconds after which a half written file of a process that is gone is removed; another machine may still write"""
_PASSING: list[Path] = []
_HALF = re.compile(r"\.([0-9]{1,9})-[0-9]+\.part")


def write_whole(path: Path, text: str, remedy: str = REMEDY) -> None:
    """Write a text in UTF-8 with LF line ends, as `put_whole`."""
    put_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"), remedy)


def write_bytes_whole(path: Path, data: bytes, remedy: str = REMEDY) -> None:
    """Write bytes, as `put_whole`; for what a library would leave half open where a disk is full."""
    put_whole(path, lambda part: part.write_bytes(data), remedy)


def put_whole(path: Path, make: Callable[[Path], object], remedy: str = REMEDY) -> None:
    """Let `make` write a file beside its place and move it there; the folder is made where missing.

    A link is followed, so that it stays a link. A device or a pipe is written to, never replaced. What a process that
    was killed left half written there goes.

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
        _sweep(place.parent)
    except (OSError, ValueError, RuntimeError) as error:  # the last: a link that leads back to itself
        told = getattr(error, "strerror", None) or str(error) or "unknown error"
        message = f"cannot be written: {told.lower()}"
        raise InputError([Problem(str(path), 0, 0, "", message, remedy)]) from error


def folder_to_make(path: Path) -> Path | None:
    """Return the folder that writing a file makes, None where it is there; asked before hours of work, not after them.

    One folder is made, in one that is there; never one beside those of the machine, at the root.

    Raises
    ------
    InputError : a folder above it is missing too, or nothing may be written there
    """
    try:
        place = path.resolve()
        there = place.parent.is_dir()
        above = place.parent if there else place.parent.parent
        wrong = ""
        if place.is_dir():
            wrong = "is a folder"
        elif not there and (place.parent.exists() or not above.is_dir() or above == Path(place.anchor)):
            wrong = f"cannot be written: there is no folder {place.parent if above.is_dir() else above}"
        elif not (_is_stream(place) or os.access(place if place.exists() else above, os.W_OK)):
            wrong = "cannot be written: permission denied"
    except (OSError, ValueError, RuntimeError) as error:
        wrong = f"cannot be written: {(getattr(error, 'strerror', None) or str(error)).lower()}"
    if wrong:
        remedy = "make the folder, or choose another path" if "no folder" in wrong else REMEDY
        raise InputError([Problem(str(path), 0, 0, "", wrong, remedy)])
    return None if there else place.parent


def may_be_written(folder: Path) -> bool:
    """Whether this process may make files in a folder, or the folder where it is missing."""
    return os.access(folder if folder.exists() else folder.parent, os.W_OK | os.X_OK)


def passing() -> Path | None:
    """Return the one folder of this process that goes when it ends, None while there is none."""
    return _PASSING[0] if _PASSING else None


def passing_folder() -> Path:
    """Return the one folder of this process that goes when it ends, made where there is none.

    Raises
    ------
    OSError : none can be made
    """
    if not _PASSING:
        _PASSING.append(Path(tempfile.mkdtemp(prefix=f"corridor-runs-{os.getpid()}-")))
        atexit.register(drop_passing)
        _drop_old(_PASSING[0].parent)
    return _PASSING[0]


def _drop_old(folder: Path) -> None:
    """Remove what a process that was killed had no time to, a day later; another machine may share the folder."""
    for left in folder.glob("corridor-runs-*-*"):
        process = left.name.split("-")[2]
        with suppress(OSError):
            if process.isdecimal() and time.time() - left.stat().st_mtime > 86_400 and not _runs(int(process)):
                shutil.rmtree(left, ignore_errors=True)


def drop_passing() -> bool:
    """Remove the folder that goes with this process; return whether there was one."""
    found = bool(_PASSING)
    while _PASSING:
        shutil.rmtree(_PASSING.pop(), ignore_errors=True)
    return found


def _sweep(folder: Path) -> None:
    """Remove half written files whose process is gone, a minute after the last byte."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            half = _HALF.fullmatch(entry.name)
            if half and time.time() - entry.stat().st_mtime > STALE and not _runs(int(half[1])):
                Path(entry.path).unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
