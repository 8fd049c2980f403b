"""The one door to a page: what a template writes is escaped, and no character acts in it."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from corridor.core.text import visible
from corridor.words import together


def _shown(value: Any) -> Any:
    """Return what a template is about to write; our own HTML as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def render(name: str, **values: Any) -> Markup:
    """Return a template of `report/templates` filled; a number keeps its percent sign and its error on its line."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    environment.filters["sentence_case"] = lambda text: text[:1].upper() + text[1:]
    template = environment.from_string(template_text(name))
    return Markup(together(template.render(**values)))


def template_text(name: str) -> str:
    """Return a file of `report/templates`."""
    return files("corridor.report").joinpath("templates", name).read_text(encoding="utf-8")


def escaped(text: str) -> str:
    """Return the text for HTML that is put together by hand."""
    return escape(visible(text))
