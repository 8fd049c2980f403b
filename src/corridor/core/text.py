"""Text that a person wrote, made safe to show: the one door to screen, figure, page and table.

A title, a name, a unit or a file name may hold anything. Whoever shows it shows it as it is: what would change a
terminal or the order of letters is written out (`\\x1b`, `\\u202e`), and nothing in it is read as an instruction. Rich
markup, mathtext and HTML are the business of `report/screen/console.py`, `report/style.py` and `report/html.py`,
which all begin here.
"""

from __future__ import annotations

import json
import re
from typing import Any

_HIDDEN = re.compile(
    "["
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters but the line end, those of the upper half too
    "\u2028\u2029"  # ends of line and paragraph
    "\u202a-\u202e\u2066-\u2069"  # what turns the order of letters round
    "\ud800-\udfff"  # halves of a pair, no characters
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters either, forbidden in XML and HTML
    "\ufff9-\ufffb"  # notes between lines
    "]"
)
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"\s*[+-]?\.?\d[\d.,eE+-]*\s*%?\s*")


def visible(text: str) -> str:
    """Return the text with every character that acts instead of being seen written out; line ends stay.

    A tabulator becomes a space. The result can be encoded, and no byte of it but the line end controls a terminal.
    """
    return _HIDDEN.sub(_written_out, text)


def visible_but_isolates(text: str) -> str:
    """Return the same with the isolates kept that a translation puts around words of the other direction.

    What a person wrote is made `visible` before it is translated, so that none of these is theirs.
    """
    return "".join(part if i % 2 else visible(part) for i, part in enumerate(_ISOLATES.split(text)))


def plain(text: str) -> str:
    """Return the text on one line, as `visible`; white space is folded."""
    return visible(" ".join(_LINES.sub(" ", text).split(" ")))


_ISOLATES = re.compile("([\u2066-\u2069])")
_LINES = re.compile(r"[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 0x09:
        return " "
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def halved(text: str) -> bool:
    """Whether the text holds half of a pair of code units, which is no character and cannot be written."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def for_csv(text: str) -> str:
    """Return the text for a cell that a spreadsheet may open: what it would run as a formula gets a quote before it.

    Numbers with a sign stay as they are.
    """
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


def as_json(value: object, **options: Any) -> str:
    """Return `value` as JSON text in which no character acts."""
    return inert_json(json.dumps(value, ensure_ascii=False, **options))


def inert_json(text: str) -> str:
    """Return JSON text with every character that acts as `\\u...`, from which it is read back as it was."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
