"""The net under every command: what nobody foresaw ends in a sentence, never in a traceback.

A file system that refuses says what it refused and where. Anything else is a fault of ours: the sentence names it, what
was being played, and the file that holds the traceback, which is what a report needs.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

from corridor import __version__
from corridor.core.errors import InputError, disk_problem
from corridor.core.text import plain

TRACKER = "the project's list of issues"
NO_ROOM = "not enough memory; fewer --threads or fewer --futures need less. What is finished is kept"


def os_sentence(error: OSError) -> str:
    """Return what a file system refused, and where, in one line."""
    return disk_problem(error).sentence()


def kept(error: InputError) -> bool:
    """Whether bad input was told only as something was written: then what was finished before is there."""
    return isinstance(error.__cause__, OSError)


def fault_sentence(error: BaseException) -> str:
    """Return one line on a fault of ours, after its traceback was put where the line says.

    Names policy, condition, futures and day where the engine noted them.
    """
    if isinstance(error, MemoryError):
        return NO_ROOM
    notes = "; ".join(getattr(error, "__notes__", ()))
    what = plain(f"{type(error).__name__}: {error}")
    where = f" ({plain(notes)})" if notes else ""
    log = _log(error)
    lies = f"{log} says where" if log else "no folder for a log could be written"
    return f"a fault in corridor {__version__}: {what[:500]}{where}; {lies}; please report it in {TRACKER}"


def _log(error: BaseException) -> Path | None:
    """Write the traceback beside the machine code, in the user's cache; None where that cannot be."""
    given = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(given) if given else Path.home() / ".cache") / "corridor" / "faults"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        lines = [
            f"corridor {__version__}, Python {sys.version}\n",
            f"{sys.argv!r}\n",
            *traceback.format_exception(error),
        ]
        path.write_text("".join(lines), encoding="utf-8", errors="backslashreplace")
    except (OSError, RuntimeError):
        return None
    return path


def close_streams() -> None:
    """Write what is still to be written, and let nothing that cannot be written raise when Python ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _drop(stream)
            raise


def drop_streams() -> None:
    """Forget what could not be written to a stream."""
    for stream in (sys.stdout, sys.stderr):
        _drop(stream)


def _drop(stream: object) -> None:
    try:
        stream.flush()  # type: ignore[attr-defined]
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]
