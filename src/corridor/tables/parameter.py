"""A parameter of a rule: one line with default, unit, range, source and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Distribution = Literal["pert", "uniform", "normal", "lognormal", "fixed"]
DISTRIBUTIONS: tuple[str, ...] = get_args(Distribution)


@dataclass(frozen=True)
class Parameter:
    """One number that a rule reads.

    Attributes
    ----------
    name : "process.name", the path by which a scenario or `--set` changes it
    default : central value (the mode of a PERT, the median of a lognormal, the mean of a normal)
    unit : canonical unit, "1" for a share
    low, high : 90 % range; the ends for `uniform`; equal to `default` for `fixed`
    source : the source, or "assumed: reason"
    meaning : one sentence
    dist : how it is drawn, once per future
    minimum, maximum : bounds that no draw and no user may pass
    """

    name: str
    default: float
    unit: str
    low: float
    high: float
    source: str
    meaning: str
    dist: Distribution = "pert"
    minimum: float = 0.0
    maximum: float = float("inf")

    def __post_init__(self) -> None:
        if not self.minimum <= self.low <= self.default <= self.high <= self.maximum:
            message = f"{self.name}: need minimum <= low <= default <= high <= maximum"
            raise ValueError(message)

    @property
    def assumed(self) -> bool:
        """Whether no source supports it."""
        return self.source.startswith("assumed")


def fixed(name: str, default: float, unit: str, source: str, meaning: str, *, minimum: float = 0.0) -> Parameter:
    """Return a parameter that is not drawn but may be set."""
    return Parameter(name, default, unit, default, default, source, meaning, "fixed", minimum)
