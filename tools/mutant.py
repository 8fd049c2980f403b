"""A pytest plugin that puts one changed module in place of the real one; `mutation.py` names it in the environment."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs the changed source under the name and the path of the real file."""

    def __init__(self, name: str, path: str, changed: str) -> None:
        super().__init__(name, path)
        self.changed = changed

    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        """Return the changed source, compiled."""
        return compile(Path(self.changed).read_text("utf-8"), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the changed module, None for every other."""
        del path, target
        if fullname != os.environ["MUTANT_MODULE"]:
            return None
        file = os.environ["MUTANT_FILE"]
        loader = _Loader(fullname, file, os.environ["MUTANT_SOURCE"])
        return importlib.util.spec_from_file_location(fullname, file, loader=loader)


if "MUTANT_MODULE" in os.environ:
    sys.meta_path.insert(0, _Finder())
