"""What in a case could harm people if it were published, file by file, and what a copy without it leaves out.

After OCHA's Data Responsibility Guidelines (2021): how sensitive a table is depends on the context; these are the
levels where nobody has judged it, and a person has to look at every copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["low", "moderate", "high"]
LEVELS: tuple[Level, ...] = ("low", "moderate", "high")


@dataclass(frozen=True)
class Sensitive:
    """How sensitive a file is.

    Attributes
    ----------
    level : low, moderate or high
    why : who could be harmed, and how
    emptied : columns that a copy empties, besides `note`
    rounded : columns that a copy rounds to one decimal: about 10 km
    rows : whether a copy leaves its rows out; the header stays
    joined : whether a copy gives the rows of all places as one for each good
    """

    level: Level
    why: str
    emptied: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()
    rows: bool = False
    joined: bool = False


FILES: Mapping[str, Sensitive] = {
    "scenario.yaml": Sensitive("low", "settings and priors; read its texts before publishing"),
    "policies.yaml": Sensitive("moderate", "shows what an organisation plans, and from which day"),
    "actors.yaml": Sensitive("moderate", "judgements of the sides, which one may hold against staff there"),
    "claims.yaml": Sensitive("moderate", "names who argued what"),
    "evidence.csv": Sensitive("moderate", "names who said what; notes may hold what was told in confidence"),
    "commodities.csv": Sensitive("low", "properties of goods"),
    "places.csv": Sensitive("moderate", "positions of camps, stores and crossings", rounded=("latitude", "longitude")),
    "links.csv": Sensitive("moderate", "which roads carry what, and who controls them", ("controller",)),
    "routes.csv": Sensitive("low", "names of ways"),
    "stocks.csv": Sensitive("high", "where goods lie and how much is left: stores are looted and shelled", joined=True),
    "calibrated.csv": Sensitive("high", "how much is left, by an estimate"),
    "outputs.csv": Sensitive("low", "local output by month"),
    "livestock.csv": Sensitive("low", "animals in all"),
    "pipelines.csv": Sensitive("high", "which convoys go where and from which day"),
    "fleets.csv": Sensitive("high", "lorries, their number and turnaround"),
    "rations.csv": Sensitive("moderate", "who gets how much"),
    "series.csv": Sensitive("high", "lorries by day and crossing", rows=True),
    "reception.csv": Sensitive("moderate", "where people are received, and how many"),
    "buses.csv": Sensitive("high", "when and where people are taken out"),
    "displaced.csv": Sensitive("moderate", "where displaced people are"),
    "events.csv": Sensitive("moderate", "notes may name people and places"),
    "signs.csv": Sensitive("moderate", "what was seen inside, and so by whom"),
}
"""file -> how sensitive it is; `actors-NAME.yaml` is as actors.yaml, every table of observed/ as OBSERVED"""
OBSERVED = Sensitive("moderate", "counts by place and day; a count below ten points at persons")


def sensitive(file: str) -> Sensitive:
    """Return how sensitive a file of a case is; one that no table lists counts as high."""
    if file in FILES:
        return FILES[file]
    if file.startswith("observed/"):
        return OBSERVED
    if file.startswith("actors-"):
        return FILES["actors.yaml"]
    return Sensitive("high", "nobody knows what it holds", rows=True)
