"""The one door to the terminal: a person's text is shown as text; no markup, emoji code or control character acts."""

from __future__ import annotations

import shutil
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from corridor.core.text import plain, visible
from corridor.words import heard


class Screen(Console):
    """A console for which a string is a string, wherever rich meets one: printed, in a title, a heading or a cell."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the string as text with every acting character written out; styles are kept, markup is not read."""
        return super().render_str(
            heard(visible(text)), **{**options, "markup": False, "emoji": False, "highlight": False}
        )

    def on_broken_pipe(self) -> None:
        """Say so to the caller, who may have files to write, instead of ending the command."""
        raise BrokenPipeError


def screen() -> Screen:
    """Return the terminal, at least 92 and at most 160 columns wide."""
    return Screen(width=max(92, min(160, shutil.get_terminal_size((120, 40)).columns)), highlight=False)


def grid(title: str = "", *, lines: bool = False) -> Table:
    """Return an empty table with its title to the left."""
    return Table(title=title or None, title_justify="left", title_style="bold", show_lines=lines)


def styled(*parts: str | tuple[str, str]) -> Text:
    """Return pieces of text one after the other, each as it is or with a style: `("so", "dim")`."""
    return Text.assemble(*(heard(visible(p)) if isinstance(p, str) else (heard(visible(p[0])), p[1]) for p in parts))


def heading(text: str) -> Text:
    """Return a bold line with an empty one above it."""
    return styled("\n", (plain(text), "bold"))
