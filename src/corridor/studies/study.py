"""A Study: the answer to one question as plain data, drawn alike on screen, on a page, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corridor.studies.data import Answered, Told
from corridor.studies.notebook import notebook
from corridor.studies.page import write_page


class Study(Answered):
    """The answer to one question; its fields are those of `Answered`."""

    def report(
        self, path: str | Path, *, sections: Mapping[str, int] | None = None, threads: int | None = None,
        told: Told = None, language: str = "en",
    ) -> Path:  # fmt: skip
        """Write the page as one HTML file and return its path. The file appears whole or not at all.

        sections : further parts, name -> futures: `backtest`, `structures`, `sides`; where None what the study has, or
            the backtest where the case holds what happened
        language : `en`, `fr`, `ar` (from right to left) or `es`; translations are machine-made, what is not translated
            stands in English

        Raises
        ------
        InputError : a form that is not written, a language that there is not
        """
        return write_page(self, Path(path), sections, threads, told, language)

    def explore(self, *, futures: int = 300, language: str = "en", told: Told = None) -> Any:
        """Return the page that moves, for a notebook: every policy and condition of the case, with what was changed.

        A widget where anywidget is installed (Jupyter, marimo), else an object that a notebook shows as HTML.

        Raises
        ------
        InputError : the study names no case that can be read again, or was changed by hand
        """
        from corridor.studies.widget import explore

        return explore(self, futures, language, told)

    def _repr_html_(self) -> str:
        """Return the study for a notebook: the answer, the first table, figures of change over time."""
        return notebook(self)


def schema() -> dict[str, Any]:
    """Return the JSON schema of a Study."""
    return Study.model_json_schema(mode="serialization")
