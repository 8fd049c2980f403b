"""Reading a file of messages: the part of gettext's form that we write, without a library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

VARIABLE = re.compile(r"\{(\w+)\}")
_ENTRY = re.compile(r'^(?P<flags>#, .*\n)?msgid (?P<id>".*")\nmsgstr (?P<text>".*")$', re.M)

NUMBER = r"[+−-]?\d[\d,]*(?:\.\d+)?(?: million)?"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_SHORT = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DAY = rf"\d{{1,2}} (?:{_MONTH}|{_SHORT}) \d{{4}}"
MONTH = rf"{_MONTH} \d{{4}}"
DAY_OF_YEAR = rf"\d{{1,2}} (?:{_MONTH}|{_SHORT})"
PERCENT = r"(?:under |over )?[+−-]?\d+(?:\.\d+)? %"

_BARE = (
    "partly assumed|cited, doubtful|assumed|sourced|no source given|taken as certain|"
    "a default of the model, no fact of this case"
)

KINDS = {
    "n": NUMBER,
    "date": DAY,
    "daymonth": DAY_OF_YEAR,
    "p": PERCENT,
    "range": rf"{NUMBER}(?: to {NUMBER})?",
    "ends": r"\d+–\d+",
    "inmonth": _MONTH,
    "hour": r"\d\d:\d\d",
    "standing": rf"(?:{_BARE})(?: \(.+?\))?(?:,? (?:and )?disputed by .+?)?",
    "quoted": r"[^“”]+",
    "iso": r"\d{4}-\d\d-\d\d",
    "traffic": r"(?:(?:, | and )?(?:trade|relief|medical|people out|people in)(?: one way)?)+",
    "link": r"(?:road|track|bridge|air|rail|river|sea)",
}
"""name of a variable without its number -> what it holds; any other holds words"""


@dataclass(frozen=True)
class Message:
    """One sentence: the English one, the translation, and whether no speaker has read it."""

    english: str
    text: str
    machine_made: bool

    @property
    def variables(self) -> frozenset[str]:
        """Names of what stands in braces."""
        return frozenset(VARIABLE.findall(self.english))

    @property
    def pattern(self) -> str:
        """Return what the English sentence looks like with its variables filled in, for `re.fullmatch`."""
        out, end = "", 0
        for found in VARIABLE.finditer(self.english):
            kind = KINDS.get(found[1].rstrip("0123456789"), r".+?")
            out += re.escape(self.english[end : found.start()]) + f"(?P<{found[1]}>{kind})"
            end = found.end()
        return out + re.escape(self.english[end:])


@cache
def messages(language: str) -> tuple[Message, ...]:
    """Return the messages of a language in the order of its file.

    Raises
    ------
    FileNotFoundError : there is no such language
    """
    text = files("corridor.words").joinpath(f"{language}.po").read_text(encoding="utf-8")
    found = (Message(_plain(m["id"]), _plain(m["text"]), "fuzzy" in (m["flags"] or "")) for m in _ENTRY.finditer(text))
    return tuple(one for one in found if one.english)


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), quoted[1:-1])
