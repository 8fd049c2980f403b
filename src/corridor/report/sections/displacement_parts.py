"""What the parts of the section "Where people go" share: its pieces, and numbers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from corridor.report import words
from corridor.report.sections import flows
from corridor.scenario.model import Place

Named = Mapping[str, str]


@dataclass(frozen=True)
class Drawing:
    """A figure with what stands under it."""

    figure: Figure
    key: str
    title: str
    caption: str


@dataclass(frozen=True)
class Section:
    """What the page shows of displacement; a run without any has only a sentence."""

    text: str
    drawings: Sequence[Drawing] = ()
    tables: Sequence[dict[str, Any]] = ()


def about(stay: flows.Stay) -> str:
    """Return " (low to high)", nothing where the interval has no width."""
    said = between(stay)
    return "" if said == words.count(stay.middle) else f" ({said})"


def between(stay: flows.Stay) -> str:
    """Return "low to high", the ends of the 80 % interval."""
    return words.span(stay.low, stay.high, "persons")


def spot(place: Place) -> tuple[float, float]:
    """Return where a place is: longitude, latitude."""
    return place.longitude, place.latitude


def exact(counted: float, firm: bool) -> str:
    """Return a count as it was given, or rounded where it was worked out from a share."""
    return f"{counted:,.0f}" if firm else words.count(counted)
