"""Progress on screen: a bar on a terminal, a line per 10 % otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Yield a function to be told (futures done, futures wanted); everything goes to standard error."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (TextColumn("futures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("futures", total=None)

        def tell(done: int, wanted: int) -> None:
            bar.update(task, completed=done, total=wanted)

        yield tell


def _lines() -> Callable[[int, int], None]:
    told = -1

    def tell(done: int, wanted: int) -> None:
        nonlocal told
        tenth = 10 * done // max(1, wanted)
        if tenth > told and done > 0:
            told = tenth
            print(f"futures {done}/{wanted} ({10 * tenth} %)", file=sys.stderr, flush=True)  # noqa: T201

    return tell
