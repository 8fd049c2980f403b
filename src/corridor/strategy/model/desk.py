"""Where a file of the sides is read: values are asked for one by one, and what is wrong is collected."""

from __future__ import annotations

from collections.abc import Iterable

from corridor.core.errors import Problem, did_you_mean
from corridor.core.spots import Spot

MOST = 1e15
"""largest number that is taken for one"""


class Desk:
    """Collects the problems of one file while it is read."""

    def __init__(self, file: str) -> None:
        """Start with no problem."""
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, spot: Spot, message: str, remedy: str = "", shift: int = 0) -> None:
        """Note a problem at a spot, `shift` characters into it."""
        self.problems.append(Problem(self.file, spot.line, spot.column + shift, spot.field, message, remedy))

    def mapping(self, spot: Spot | None, known: Iterable[str] | None = None) -> dict[str, Spot]:
        """Return the entries of a mapping; note anything else, and keys that are not known."""
        if spot is None or spot.value is None:
            return {}
        if not isinstance(spot.value, dict):
            self.problem(spot, "must be a mapping (name: value)")
            return {}
        if known is not None:
            words = list(known)
            for key, value in spot.value.items():
                if key not in words:
                    self.problem(value, "unknown key", did_you_mean(key, words))
        return spot.value

    def sequence(self, spot: Spot | None) -> list[Spot]:
        """Return the items of a list; note anything else."""
        if spot is None or spot.value is None:
            return []
        if not isinstance(spot.value, list):
            self.problem(spot, "must be a list")
            return []
        return spot.value

    def text(self, spot: Spot | None, default: str = "") -> str:
        """Return a text; a number or a yes/no is taken as written."""
        if spot is None or spot.value is None:
            return default
        if isinstance(spot.value, (dict, list)):
            self.problem(spot, "must be a text")
            return default
        return str(spot.value)

    def number(self, spot: Spot | None, default: float, low: float = 0.0, high: float = float("inf")) -> float:
        """Return a number within bounds."""
        if spot is None or spot.value is None:
            return default
        if isinstance(spot.value, bool) or not isinstance(spot.value, (int, float)):
            self.problem(spot, "must be a number")
            return default
        if abs(spot.value) > MOST:  # also what no float holds
            self.problem(spot, "is too large a number")
            return default
        if not low <= spot.value <= high:
            self.problem(spot, f"{spot.value} is outside {low:g} to {high:g}")
            return default
        return float(spot.value)

    def whole(self, spot: Spot | None, default: int, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        value = self.number(spot, default, low, high)
        if spot is not None and not float(value).is_integer():
            self.problem(spot, f"{spot.value} is no whole number")
        return int(value)

    def told(self, spot: Spot, number: str, high: float) -> float:
        """Return a number that stands in a sentence."""
        value = float(number)
        if value > high:
            self.problem(spot, f"{value:g} is outside 0 to {high:g}")
        return min(value, high)

    def switch(self, spot: Spot) -> bool:
        """Return a yes or no: 0, 1, true, false, or Y, N in quotes."""
        if spot.value in (0, 1, True, False):
            return bool(spot.value)
        if spot.value in {"Y", "N", "y", "n"} if isinstance(spot.value, str) else False:
            return str(spot.value).upper() == "Y"
        self.problem(spot, "must be 0 or 1")
        return False

    def known(self, spot: Spot, name: str, words: Iterable[str], what: str) -> bool:
        """Return whether a name is declared; note it if not."""
        words = list(words)
        if name in words:
            return True
        self.problem(spot, f'no {what} "{name}"', did_you_mean(name, words))
        return False
