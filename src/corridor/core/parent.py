"""A process that works for another one ends with it, however that one ended: nobody is left to hear its result."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping

PARENT = "CORRIDOR_PARENT"
"""set where a process works for another one: the number of that process"""
LOOK = 0.5
"""seconds between two looks at whether it still runs"""


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that is begun to work for this one."""
    return {**os.environ, **more, PARENT: str(os.getpid())}


def end_with_parent(given: Mapping[str, str] = os.environ) -> None:
    """End this process as soon as the one that it works for has ended; nothing where it works for none.

    A process that was killed cannot tell those that it began, and one of these may be deep in a job and hear nothing:
    it is looked at from a thread. Elsewhere than on POSIX a process ends with its standard input alone.
    """
    parent = given.get(PARENT, "")
    if parent.isdecimal() and os.name == "posix":
        threading.Thread(target=_watch, args=(int(parent),), daemon=True, name="parent").start()


def _watch(parent: int) -> None:
    above = os.getppid()  # another one where Python is begun through a launcher
    while os.getppid() == above and _runs(parent):
        time.sleep(LOOK)
    # not sys.exit: that ends a thread only, and waits for what others are doing
    os._exit(1)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's, and there
        return True
    return True
