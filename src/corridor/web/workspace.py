"""The workspace: one folder that holds what was made at the screen. Every file appears whole or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
MOST_TABS = 50
"""tabs whose levers are kept; the longest unused goes first"""
MOST_LETTERS = 4_000_000
"""of what one tab keeps"""


class Workspace:
    """A folder: `tabs/ID.json` what each tab has done, `cases/NAME/` cases that are worked on, `exports/`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def _inside(self, kind: str, name: str) -> Path:
        """Return a path under the workspace. InputError: a name that could lead out of it."""
        if not _NAME.fullmatch(name):
            message = f'"{name[:80]}" is no name'
            raise InputError([Problem("workspace", 0, 0, "name", message, "use letters a-z, digits, _ and -")])
        path = self.root / kind / name
        if path.is_symlink() or self.root not in path.resolve().parents:
            raise InputError([Problem("workspace", 0, 0, "name", f'"{name}" leads out of it', "choose another name")])
        return path

    def case(self, name: str) -> Path:
        """Return the folder of a case of the workspace, whether it is there or not."""
        return self._inside("cases", name)

    def cases(self) -> list[str]:
        """Return the names of the cases."""
        return sorted(path.parent.name for path in self.root.glob("cases/*/scenario.yaml"))

    def export(self, name: str) -> Path:
        """Return where an export goes."""
        stem, _, ending = name.rpartition(".")
        if not re.fullmatch(r"[a-z]{2,9}", ending):
            raise InputError([Problem("workspace", 0, 0, "name", "has no ending", "name a file such as page.html")])
        path = self._inside("exports", stem)
        return path.with_name(name)

    def keep_tab(self, tab: str, content: dict[str, Any]) -> None:
        """Keep what a tab holds. InputError: too much, or it cannot be written."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False)
        if len(text) > MOST_LETTERS:
            message = "the log of this tab has grown too long"
            raise InputError([Problem("workspace", 0, 0, "tab", message, "export it, and begin a new one")])
        path = self._inside("tabs", tab).with_suffix(".json")
        write_whole(path, text)
        every = sorted(path.parent.glob("*.json"), key=_written)
        for old in every[:-MOST_TABS]:
            old.unlink(missing_ok=True)

    def tab(self, tab: str) -> dict[str, Any] | None:
        """Return what a tab held; what the tab used last held where this one is new; None where there is none."""
        path = self._inside("tabs", tab).with_suffix(".json")
        if not path.is_file():
            every = sorted((self.root / "tabs").glob("*.json"), key=_written)
            if not every:
                return None
            path = every[-1]
        try:
            found: Any = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            return None
        return found if isinstance(found, dict) else None


def _written(file: Path) -> float:
    """Return when a file was written, 0 where another server has taken it away."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
