"""Progress on screen: a bar for each stage on a terminal, a line per stage and 10 % otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from corridor.core.text import plain
from corridor.words.speak import said

Tell = Callable[[str, int, int], None]
"""Told (stage, done, wanted)."""


@contextmanager
def progress(language: str = "en") -> Iterator[Tell]:
    """Yield a function to be told (stage, done, wanted); everything goes to standard error, in a language."""
    if not sys.stderr.isatty():
        yield _lines(language)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        stages: dict[str, TaskID] = {}

        def tell(stage: str, done: int, wanted: int) -> None:
            for name, task in stages.items():
                bar.update(task, visible=name == stage)
            if stage not in stages:
                stages[stage] = bar.add_task(plain(said(stage, language)), total=None)
            bar.update(stages[stage], completed=done, total=wanted)

        yield tell


def _lines(language: str) -> Tell:
    told: dict[str, int] = {}

    def tell(stage: str, done: int, wanted: int) -> None:
        tenth = 10 * done // max(1, wanted)
        if stage not in told and done < wanted and wanted <= 1:
            print(plain(said(stage, language)), file=sys.stderr, flush=True)  # noqa: T201
        elif tenth > told.get(stage, 0) and done > 0:
            print(f"{plain(said(stage, language))}: {done}/{wanted} ({10 * tenth} %)", file=sys.stderr, flush=True)  # noqa: T201
        told[stage] = max(tenth, told.get(stage, 0))

    return tell
