"""The language of preferences: options and features joined by and, or, not, if, iff.

A formula is read by a small parser into nested tuples and evaluated on arrays; it is never run as
code. Binding, tightest first: `not` (also `!`, `~`), `and` (`&`), `or` (`|`), then one of `if`,
`->` (`=>`), `iff` (`<->`, `<=>`). `a if b` is true wherever b is false or a is true; so is `b -> a`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Formula = tuple[Any, ...]
"""("name", n) | ("true",) | ("false",) | ("not", f) | ("and" | "or" | "if" | "iff", f, g); `if` is "f if g"."""

_TOKEN = re.compile(r"\s*(?:(<->|<=>|->|=>|\|\||&&|[()!~&|])|([^\W\d]\w*(?:[.-]\w+)*))")
RESERVED = {"and", "or", "not", "if", "iff", "true", "false"}
_SAME = {
    "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "~": "not",
    "->": "then", "=>": "then", "<->": "iff", "<=>": "iff",
}  # fmt: skip
MAX_DEPTH = 60


class FormulaError(Exception):
    """What is wrong with a formula, at which character (0 is the first), and what to do about it."""

    def __init__(self, message: str, at: int, remedy: str = "") -> None:
        """Keep the three parts."""
        super().__init__(message)
        self.message, self.at, self.remedy = message, at, remedy


def parse(text: str) -> Formula:
    """Return the parsed formula.

    Raises
    ------
    FormulaError : with the place of the first thing that cannot be read
    """
    parser = _Parser(_tokens(text), len(text.rstrip()))
    formula = parser.conditional(0)
    if parser.word() is not None:
        word = parser.word()
        message = f'"{word}" is not expected here'
        chained = word in {"if", "iff", "then"}
        _fail(message, parser.place(), "use brackets" if chained else "join parts with &, |, if or iff")
    return formula


def names(formula: Formula) -> list[str]:
    """Return the options and features that a formula mentions, each once, in order."""
    if formula[0] == "name":
        return [formula[1]]
    found: dict[str, None] = {}
    for part in formula[1:]:
        found.update(dict.fromkeys(names(part)))
    return list(found)


def position(text: str, name: str) -> int:
    """Return the character at which a name stands in the text of a formula."""
    return next((at for word, at, is_name in _tokens(text) if is_name and word == name), 0)


def evaluate(formula: Formula, values: Mapping[str, NDArray[np.bool_]], size: int) -> NDArray[np.bool_]:
    """Return where a formula is true.

    Parameters
    ----------
    formula : as parsed
    values : name -> (state,) whether true
    size : number of states
    """
    kind = formula[0]
    if kind == "name":
        return values[formula[1]]
    if kind in {"true", "false"}:
        return np.full(size, kind == "true")
    parts = [evaluate(part, values, size) for part in formula[1:]]
    if kind == "not":
        return ~parts[0]
    if kind == "and":
        return parts[0] & parts[1]
    if kind == "or":
        return parts[0] | parts[1]
    if kind == "if":
        return parts[0] | ~parts[1]
    return np.equal(parts[0], parts[1])


def expand(formula: Formula, features: Mapping[str, Formula]) -> Formula:
    """Return the formula with every feature replaced by what it stands for."""
    if formula[0] == "name":
        return expand(features[formula[1]], features) if formula[1] in features else formula
    return (formula[0], *(expand(part, features) for part in formula[1:]))


def signs(formula: Formula, positive: bool = True) -> set[tuple[str, bool]]:
    """Return (name, whether wanted true) for every mention; under `iff` a name counts both ways."""
    kind = formula[0]
    if kind == "name":
        return {(formula[1], positive)}
    if kind == "not":
        return signs(formula[1], not positive)
    if kind == "if":
        return signs(formula[1], positive) | signs(formula[2], not positive)
    if kind == "iff":
        return set().union(*(signs(part, way) for part in formula[1:] for way in (True, False)))
    return set().union(*(signs(part, positive) for part in formula[1:]))


def _fail(message: str, at: int, remedy: str = "") -> NoReturn:
    raise FormulaError(message, at, remedy)


def _tokens(text: str) -> list[tuple[str, int, bool]]:
    """Return (word, place, whether a name) of every token."""
    found: list[tuple[str, int, bool]] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            _fail(f'"{text[place]}" is not part of the language', place, "use names, &, |, !, if, iff, ()")
        word = match.group(1) or match.group(2)
        is_name = match.group(2) is not None and word.lower() not in RESERVED
        found.append((word if is_name else _SAME.get(word, word.lower()), match.end() - len(word), is_name))
        at = match.end()
    return found


class _Parser:
    """Recursive descent over a list of tokens."""

    def __init__(self, tokens: list[tuple[str, int, bool]], end: int) -> None:
        self.tokens, self.end, self.at = tokens, end, 0

    def word(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def place(self) -> int:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else self.end

    def takes(self, word: str) -> bool:
        found = self.at < len(self.tokens) and not self.tokens[self.at][2] and self.tokens[self.at][0] == word
        self.at += found
        return found

    def conditional(self, depth: int) -> Formula:
        if depth > MAX_DEPTH:
            _fail(f"more than {MAX_DEPTH} brackets inside each other", self.place(), "name a part as a feature")
        left = self.disjunction(depth)
        if self.takes("if"):
            return ("if", left, self.disjunction(depth))
        if self.takes("then"):
            return ("if", self.disjunction(depth), left)
        if self.takes("iff"):
            return ("iff", left, self.disjunction(depth))
        return left

    def disjunction(self, depth: int) -> Formula:
        left = self.conjunction(depth)
        while self.takes("or"):
            left = ("or", left, self.conjunction(depth))
        return left

    def conjunction(self, depth: int) -> Formula:
        left = self.negation(depth)
        while self.takes("and"):
            left = ("and", left, self.negation(depth))
        return left

    def negation(self, depth: int) -> Formula:
        count = 0
        while self.takes("not"):
            count += 1
        inner = self.atom(depth)
        return ("not", inner) if count % 2 else inner

    def atom(self, depth: int) -> Formula:
        if self.takes("("):
            opened = self.tokens[self.at - 1][1]
            inner = self.conditional(depth + 1)
            if not self.takes(")"):
                if self.word() is None:
                    _fail("this bracket is never closed", opened, 'add ")"')
                _fail(f'"{self.word()}" is not expected here', self.place(), "join parts with &, |, if or iff")
            return inner
        for constant in ("true", "false"):
            if self.takes(constant):
                return (constant,)
        if self.at < len(self.tokens) and self.tokens[self.at][2]:
            self.at += 1
            return ("name", self.tokens[self.at - 1][0])
        if self.word() is None:
            _fail("the formula ends too early", self.end, "a name is missing")
        _fail(f'"{self.word()}" stands where a name should', self.place(), "a name is missing before it")
