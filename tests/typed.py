"""Commands as they are typed, played in the process of the tests: one of their own costs a second for its imports."""

from __future__ import annotations

import contextlib
import io
import signal
import subprocess
import sys
import warnings
from pathlib import Path

from corridor.cli.main import main


def call(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Play a command in a folder; returns its status and what it printed on both streams."""
    printed, told = io.StringIO(), io.StringIO()
    status: int | str | None = 0
    before, stopped = sys.argv, signal.getsignal(signal.SIGINT)
    sys.argv = ["corridor", *words]
    try:
        with (
            contextlib.chdir(cwd),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(told),
            warnings.catch_warnings(),
        ):
            main()
    except SystemExit as stop:
        status = stop.code
    finally:
        sys.argv = before
        signal.signal(signal.SIGINT, stopped)
    return subprocess.CompletedProcess(words, int(status or 0), printed.getvalue(), told.getvalue())


def status_of(*words: object) -> int:
    """Play a command where the process stands; returns its status, and leaves what it prints alone."""
    before, sys.argv = sys.argv, ["corridor", *map(str, words)]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before
    return 0
