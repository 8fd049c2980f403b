"""The page that moves inside a notebook: the components of the screen, through anywidget or as plain HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.studies.data import Answered, Told
from corridor.studies.levers import Levers
from corridor.studies.sent_page import sent_page
from corridor.studies.whatif import Desk

HEIGHT = 900
"""pixels"""
_RENDER = """
export default { render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-downloads");
  frame.style.cssText = "width:100%;border:0;height:" + model.get("height") + "px";
  frame.title = model.get("title");
  frame.srcdoc = model.get("page");
  el.append(frame);
} };
"""


@dataclass(frozen=True, repr=False)
class Explore:
    """A page that moves; a notebook shows it in a frame of its own, in which nothing can reach the notebook."""

    page: str
    title: str
    height: int = HEIGHT

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts allow-downloads" title="{escape(self.title)}" '
            f'style="width:100%;border:0;height:{self.height}px" srcdoc="{escape(self.page)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"a page that moves: {self.title} ({len(self.page) / 1e6:.1f} MB)"


def explore(study: Answered, futures: int, language: str, told: Told) -> Any:
    """Return the page of a study's case as a widget, or as an object that shows itself as HTML."""
    if not study.folder or any(change.kind != "set" for change in study.changed):
        message = "the case cannot be read again as it was played"
        raise InputError([Problem("explore", 0, 0, "", message, "give a case by name or folder, and changes as `set`")])
    settings = {change.path: change.value for change in study.changed}
    desk = Desk(study.folder, study.variant, study.seed, 2)
    page = sent_page(desk, Levers(set=settings), futures=futures, language=language, told=told)
    shown = Explore(page, study.title)
    return shown if find_spec("anywidget") is None else _widget(shown)


def _widget(shown: Explore) -> Any:
    import anywidget
    import traitlets

    class Page(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
        _esm = _RENDER
        page = traitlets.Unicode(shown.page).tag(sync=True)
        title = traitlets.Unicode(shown.title).tag(sync=True)
        height = traitlets.Int(shown.height).tag(sync=True)

    return Page()
