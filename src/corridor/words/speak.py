"""Saying a finished English sentence in another language, at the border: where a string reaches the terminal or a page.

A sentence is looked up by its English text; variables in braces hold numbers, days or words, which are said in turn.
What no message knows stays English. So whoever writes a sentence writes it once, in English, and knows nothing of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from html import escape, unescape

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.words.catalogue import VARIABLE, messages
from corridor.words.numbers import LOCALES

LANGUAGES = ("en", *LOCALES)
TO_THE_LEFT = ("ar",)
"""languages that are written from right to left"""
MACHINE_MADE = (
    "Machine translation, not yet read by a speaker; what is not translated stands in English, "
    "and the English text is the one that counts."
)

_speaking: ContextVar[str] = ContextVar("language", default="en")

_HIDDEN = re.compile(r"(<(style|svg|code|pre)\b.*?</\2>)", re.S)
_WORDS = re.compile(r"[A-Za-z]")
_SAID_TO_THE_LEFT = re.compile(r"[\u0590-\u08ff]")
_SENTENCES = re.compile(r"(?<=[a-z%\d”)][.?!]) (?=[A-Z“])")
_LISTED = re.compile(r", | and | or ")
_TEXT = re.compile(r"(^|>)([^<>]+)(?=<|$)")  # beside what is hidden a text has no tag on that side
_SIDES = """
[dir=rtl] caption, [dir=rtl] th, [dir=rtl] td { text-align: right; }
[dir=rtl] td.number, [dir=rtl] th.number { text-align: left; }
[dir=rtl] .answer { border-left: 0; border-right: 4px solid var(--link); }
[dir=rtl] .note { border-left: 0; padding-left: 0; border-right: 3px solid var(--rule); padding-right: 0.75rem; }
[dir=rtl] .answer ol { padding-left: 0; padding-right: 1.25rem; }
[dir=rtl] figure, [dir=rtl] code { direction: ltr; } [dir=rtl] figcaption { direction: rtl; }
"""


def check_language(language: str, asked: str = "--language") -> str:
    """Return a language that there is. Raises InputError."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        remedy = did_you_mean(language, LANGUAGES) or f"one of {known}"
        raise InputError([Problem(asked, 0, 0, "", f'no language "{language}"', remedy)])
    return language


@contextmanager
def spoken(language: str) -> Iterator[str]:
    """Let the terminal speak a language inside a `with`; gives the line on who translated it, "" in English.

    Raises
    ------
    InputError : there is no such language
    """
    token = _speaking.set(check_language(language))
    try:
        yield "" if language == "en" else said(MACHINE_MADE, language)
    finally:
        _speaking.reset(token)


def speaking() -> str:
    """Return the language that is spoken now."""
    return _speaking.get()


def heard(text: str) -> str:
    """Return a text in the language that is spoken now; spaces and empty lines around it stay.

    A cell of several lines of which each is known alone is said line by line: its lines are no sentence together.
    """
    language = _speaking.get()
    if language == "en":
        return text
    lines = text.split("\n")
    if sum(bool(line.strip()) for line in lines) > 1:
        each = [_around(line, language) for line in lines]
        if all(new != line for new, line in zip(each, lines, strict=True) if line.strip()):
            return "\n".join(each)
    return _around(text, language)


def _around(text: str, language: str) -> str:
    core = text.strip()
    if not core:
        return text
    bullet = "• " if core.startswith("• ") else ""
    start = text.index(core)
    return f"{text[:start]}{bullet}{said(core.removeprefix(bullet), language)}{text[start + len(core) :]}"


@lru_cache(maxsize=20_000)
def said(text: str, language: str) -> str:
    """Return one sentence, heading, number or day in a language, and the English where no message knows it."""
    if language == "en":
        return text
    plain = re.sub(r"\s+", " ", text).strip()
    found = _plain(language).get(plain) or LOCALES[language].said(plain)
    if found is not None:
        return found
    several = len(_SENTENCES.split(plain)) > 1
    for pattern, message in _patterns(language):
        # a variable does not swallow the sentences that follow
        if (match := pattern.fullmatch(plain)) and not (several and any(map(_SENTENCES.search, match.groups()))):
            inner = {name: _kept(value, said(value, language), language) for name, value in match.groupdict().items()}
            return LOCALES[language].joined(message, inner)
    sentences = _SENTENCES.split(plain)
    if len(sentences) < 2:
        return _without_stop(plain, language) or _listed(plain, language) or text
    each = [said(one, language) for one in sentences]
    return text if each == sentences else " ".join(each)


def _without_stop(text: str, language: str) -> str | None:
    """Return a title that was made a sentence by a full stop; None where it is none that is known."""
    title = text.removesuffix(".")
    found = said(title, language) if title != text else title
    return None if found == title else f"{found}."


def _listed(text: str, language: str) -> str | None:
    """Return a list "a, b and c", or "a, b or c", of which every part is known; None where it is no such list."""
    parts = _LISTED.split(text)
    if len(parts) < 2:
        return None
    each = [said(one, language) for one in parts]
    if any(one == english for one, english in zip(each, parts, strict=True)):
        return None
    comma, and_, or_ = LOCALES[language].joints
    joint = or_ if text[: -len(parts[-1])].endswith(" or ") else and_
    return f"{comma.join(each[:-1])}{joint}{each[-1]}"


def _kept(english: str, found: str, language: str) -> str:
    """Return what was said; English words inside a line that runs to the left are kept together."""
    alone = found == english and language in TO_THE_LEFT and _WORDS.search(found)
    return f"\u2068{found}\u2069" if alone and not _SAID_TO_THE_LEFT.search(found) else found


@cache
def _plain(language: str) -> dict[str, str]:
    return {one.english: one.text for one in messages(language) if not one.variables}


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the messages with variables, those with most words of their own first."""
    found = [one for one in messages(language) if one.variables]
    found.sort(key=lambda one: -len(VARIABLE.sub("", one.english)))
    return tuple((re.compile(one.pattern), one.text) for one in found)


def page_in(html: str, language: str) -> str:
    """Return a page in a language: its sentences said, its direction set, and a line that says who translated it.

    Figures, code and what no message knows stay English.

    Raises
    ------
    InputError : there is no such language
    """
    if check_language(language) == "en":
        return html
    parts = _HIDDEN.split(html)
    # split gives text, hidden part, its tag, text, ...
    shown = [part if i % 3 else _TEXT.sub(lambda m: m[1] + _node(m[2], language), part) for i, part in enumerate(parts)]
    out = "".join(part for i, part in enumerate(shown) if i % 3 != 2)
    side = "rtl" if language in TO_THE_LEFT else "ltr"
    note = f'<p class="note">{escape(said(MACHINE_MADE, language))}</p>\n'
    out = out.replace('<html lang="en">', f'<html lang="{language}" dir="{side}">', 1)
    out = out.replace("</style>", f"{_SIDES}</style>" if side == "rtl" else "</style>", 1)
    return out.replace("</header>", f"{note}</header>", 1)


def together(text: str) -> str:
    """Return a text in which a number stays on one line with its sign of per cent, or its error."""
    return text.replace(" %", "\u00a0%").replace(" ± ", "\u00a0±\u00a0")


def line_in(text: str, language: str) -> str:
    """Return one line of a document in a language; English words inside a line that runs to the left stay together."""
    plain = text.strip().replace("\u00a0%", " %").replace("\u00a0±\u00a0", " ± ")
    if language == "en" or not plain:
        return text
    found = said(plain, language)
    return _kept(text, text, language) if found == plain else together(found)


def _node(text: str, language: str) -> str:
    core = unescape(text).strip()
    if not core:
        return text
    found = line_in(core, language)
    if found == core or found == _kept(core, core, language):
        return _kept(text, text, language)
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return lead + escape(found) + tail
