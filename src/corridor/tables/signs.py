"""Fields of signs: what was seen inside on a day, and what each kind of sign is about.

A sign is never what a test scores. Its kind says what its value is, and which error model reads it
(`corridor.analysis.signs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from corridor.tables.field import CITED, KNOWN, Field, reference, table, text

SignKind = Literal[
    "empty", "present", "share", "ration", "people", "weight_change", "whz", "muac", "thin_adults", "deaths",
    "deaths_unreported",
]  # fmt: skip


class Seen(NamedTuple):
    """What the value of a sign is.

    reads : variables whose history its error model reads
    most, least : bounds of the value
    good : whether it is about a good; sized : whether `n` may say how many were measured
    """

    meaning: str
    unit: str
    most: float
    reads: tuple[str, ...]
    good: bool = False
    least: float = 0.0
    sized: bool = False


_STOCK, _DEATHS = ("stock", "people"), ("deaths_expected", "deaths_baseline")


SIGNS_SEEN: Mapping[str, Seen] = {
    "empty": Seen("days of cover that were no longer left", "day", 3650, _STOCK, good=True),
    "present": Seen("days of cover that were still there", "day", 3650, _STOCK, good=True),
    "share": Seen("share of the start that was left", "1", 1, _STOCK, good=True),
    "ration": Seen("handed out that day", "kg/person/day", 100, ("used", "people"), good=True),
    "people": Seen("people present", "persons", 2e9, ("people",)),
    "weight_change": Seen("mean change of adult weight since the start", "1", 1, ("weight_change", "people"), least=-1),
    "whz": Seen("children below -2 z-scores of weight-for-height", "1", 1, ("gam", "people_under5"), sized=True),
    "muac": Seen("children with an arm circumference below 125 mm", "1", 1, ("gam_muac", "people_under5"), sized=True),
    "thin_adults": Seen("adults with a body-mass index below 18.5", "1", 1, ("thin_adults", "people"), sized=True),
    "deaths": Seen("deaths of hunger counted in the `days` up to the date", "persons", 2e9, _DEATHS),
    "deaths_unreported": Seen(
        "none reported in the `days` up to the date; deaths of hunger a week at which a watcher would have reported "
        "with a chance of one half",
        "persons/week", 1e6, _DEATHS,
    ),
}  # fmt: skip
"""kind -> what its value is"""

STOCK_SIGNS: tuple[SignKind, ...] = ("empty", "present", "share")
"""kinds from which stocks are calibrated"""

SIGNS = table(
    "signs",
    "sign",
    "what was seen inside on a day: stocks, rations, people, bodies, deaths",
    Field("date", "date", "day of the sign", True),
    KNOWN,
    Field("kind", "choice", "what was seen", True, choices=get_args(SignKind)),
    reference("place", ("places",), "a home; * is all of them", words=("*",), role=("home", "signs are of homes")),
    Field("commodity", "ref", "the good, for kinds that are about one", refers=("commodities",)),
    Field("value", "number", "by kind: days of cover, share, kg/person/day, persons", True, "1", low=-1, high=2e9,
          evidence=True, label="value"),
    Field("low", "number", "low end of its 90 % range", unit="1", low=-1, high=2e9),
    Field("high", "number", "high end of its 90 % range", unit="1", low=-1, high=2e9),
    Field("days", "number", "how far off the date of a stock may be; days over which deaths were counted", unit="day",
          high=365, above=True, default=3.0),
    Field("n", "number", "how many were measured, for shares", unit="person", high=1e7, above=True),
    CITED,
    text("note", "for people"),
    key=("date", "kind", "place", "commodity"),
    required=False,
)  # fmt: skip
