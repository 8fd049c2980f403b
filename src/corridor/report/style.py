"""How figures look, and how a figure becomes SVG text that needs nothing from outside."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from typing import Any

import matplotlib as mpl
import matplotlib.dates
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from corridor.core.text import plain, visible
from corridor.words import heard, speaking
from corridor.words.speak import TO_THE_LEFT

mdates: Any = matplotlib.dates  # untyped

INK = "#1b1b1b"
FAINT = "#6b6b6b"
RULE = "#c9c9c9"
BANDS = {"95": "#d6e4f0", "80": "#a6c5df", "50": "#6499c4", "median": "#0b3c68"}
"""futures: light to dark with the middle of the distribution; one hue, so that it also reads in grey"""
PAST = {"95": "#e8e6e1", "80": "#d0ccc3", "50": "#ada79a", "median": "#57524a"}
"""the same for history"""
ACCENT = "#b3470f"
"""as_of, thresholds and what was observed: apart from blue for every kind of colour sight"""

_SETTINGS: Any = {
    "font.family": "DejaVu Sans",  # shipped with matplotlib; has Armenian, Cyrillic and Azerbaijani letters
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "svg.fonttype": "path",  # letters as outlines: the page shows them without the font
    "svg.hashsalt": "corridor",  # the same figure gives the same bytes
    "path.simplify_threshold": 0.2,
    "axes.unicode_minus": True,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Use the report's settings inside the block only."""
    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        # few dates are meant where a panel is narrow
        warnings.filterwarnings("ignore", message="AutoDateLocator")
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of `width` x `height` inches that belongs to no window system."""
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def dated(axes: Axes, most: int) -> None:
    """Give the days of an axis, whose ends are set, some `most` marks with short names; two at least."""
    first, last = axes.get_xlim()
    for wanted in range(most, most + 4):
        locator = mdates.AutoDateLocator(minticks=2, maxticks=wanted)
        axes.xaxis.set_major_locator(locator)
        # a few of the locator's steps leave one mark, which has nothing beside it that says whether it is a month
        if sum(first <= mark <= last for mark in locator()) > 1:
            break
    short = ["", "%Y", "%b", "%b-%d", "%b-%d", "%b-%d"]
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False, zero_formats=short))


LONGEST = 80
"""letters of a line in a figure"""
LONGEST_WORD = 30
"""letters after which a word is broken where it is wider than its line"""
UNDRAWN = "□"
"""stands for a letter that the figures' font does not have"""


@cache
def _letters() -> frozenset[int]:
    """Return the code points that the figures' font has."""
    found = font_manager.findfont(_SETTINGS["font.family"], fallback_to_default=False)
    return frozenset(font_manager.get_font(found).get_charmap())


def lettered(text: str, most: int = LONGEST) -> str:
    """Return a text as a figure takes it, the one door to figures: never read as mathematics, nothing acts in it.

    Each line is cut after `most` letters. A letter that the font does not have becomes a box.
    """
    return _drawable("\n".join(_said(line) for line in visible(text).split("\n")), most)


def _drawable(text: str, most: int = LONGEST) -> str:
    known = _letters()
    lines = [line if len(line) <= most else line[: most - 1] + "…" for line in visible(text).split("\n")]
    shown = "\n".join("".join(c if ord(c) in known else UNDRAWN for c in line) for line in lines)
    return shown.replace("$", r"\$")


def wrap(text: str, width: int, lines: int = 3) -> str:
    """Return `text` as `lettered`, broken at words into at most `lines` lines of `width` letters."""
    longest = max(width, LONGEST_WORD)
    words = re.sub(rf"\S{{{longest}}}(?=\S)", r"\g<0> ", _said(plain(text)))
    return _drawable("\n".join(textwrap.wrap(words, width, max_lines=lines, placeholder=" …", break_long_words=False)))


SHAPES = tuple(int(part) for part in mpl.__version__.split(".")[:2]) >= (3, 11)
"""whether matplotlib joins letters and runs them to the left; where it does not, Arabic figures stay English"""
_TO_THE_LEFT = re.compile(r"[\u0590-\u08ff]")
_NUMBER = re.compile(r"[-−+\d.,\s\u00a0\u202f%]+")
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


def _said(text: str) -> str:
    """Return a text as a figure says it in the language that is spoken now; its font has no marks of direction."""
    found = heard(text).translate(_ISOLATES)
    return found if SHAPES or not _TO_THE_LEFT.search(found) else text


def slant() -> str:
    """Return the style of a text that stands aside; the slanted font has no letters that run to the left."""
    return "normal" if speaking() in TO_THE_LEFT else "italic"


class _Said(Formatter):
    """Labels of ticks in the language that is spoken now."""

    def __init__(self, inner: Formatter) -> None:
        self.inner = inner

    def __call__(self, value: float, pos: int | None = None) -> str:
        return _said(self.inner(value, pos))

    def format_ticks(self, values: Any) -> list[str]:
        return [_said(label) for label in self.inner.format_ticks(values)]


def _say(figure: Figure) -> None:
    """Put every word of a finished figure into the language that is spoken now."""
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            if not isinstance(axis.get_major_formatter(), _Said):  # axes may share one
                axis.set_major_formatter(_Said(axis.get_major_formatter()))
    for text in figure.findobj(Text):
        # what has several lines was said before it was broken into them, and so was what is a number alone
        if "\n" not in text.get_text() and not _NUMBER.fullmatch(text.get_text()):
            text.set_text(_said(text.get_text()))


def _two_decimals(match: re.Match[str]) -> str:
    return re.sub(r"-?\d+\.\d{2,}", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), match[0])


def to_svg(figure: Figure, key: str, title: str, description: str) -> str:
    """Return the figure as one `<svg>` element for a page.

    Ids start with `key`, so that many figures can share a page. Coordinates keep a tenth of a point.
    `title` and `description` are what a screen reader says.
    """
    buffer = io.StringIO()
    with drawing():
        if speaking() != "en":
            _say(figure)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style type=\"text/css\">.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r' d="[^"]*"', _two_decimals, svg)
    svg = re.sub(r'\bid="', f'id="{key}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{key}-", svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    head, rest = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    opening = f'<svg {box[0] if box else ""} role="img" aria-labelledby="{key}-title {key}-desc" class="figure"'
    title, description = escape(heard(plain(title))), escape(heard(plain(description)))
    named = f'<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>'
    return f"{opening}>{named}{rest}".strip()
