"""Fields of goods: what they are, where they lie, where they come from, what was seen of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from corridor.tables.field import (
    CITED,
    HOLD,
    KNOWN,
    MOST_PER_DAY,
    Field,
    identity,
    quantity,
    reference,
    table,
    text,
)

CommodityKind = Literal["food", "fuel", "service", "other"]
GoodsClass = Literal["commercial", "humanitarian", "medical"]
Group = Literal["forces", "workers", "office", "dependants", "children", "all"]
"""Who a ration is for, in the order in which arrays have them; `all` is everybody who is in no other group."""
Counted = Literal["tonnes", "lorries"]
KCAL = "kcal"
"""Stands for any food in a ration."""
PRIORITY: tuple[GoodsClass, ...] = ("medical", "humanitarian", "commercial")
"""classes of goods in the order in which they load, where the folder gives none"""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

MOST_TONNES = 1e9
_IN_HOMES = ("home", "stocks are kept in homes only")

COMMODITIES = table(
    "commodities",
    "commodity",
    "what differs from, or adds to, the built-in catalogue",
    identity(),
    text("name", "for people"),
    Field("kind", "choice", "what it does", choices=get_args(CommodityKind)),
    Field("kcal_per_kg", "number", "energy", unit="kcal/kg", canonical="kcal/t", high=9500, default=0.0,
          attribute="kcal_per_tonne"),
    quantity("need", "kg/person/day", "normal use", 100.0, canonical="t/person/day", array="need", evidence=False,
             label="normal use"),
    Field("spoilage", "number", "share lost a day", unit="share/day", canonical="share/day", high=1, default=0.0,
          settable=True),
    quantity("baked", "share", "share of it that is eaten as bread, which takes fuel to bake", 1, default=0.0, most=1.0,
             array="commodities.baked", evidence=False, label="eaten as bread"),
    Field("kg_per_litre", "number", "density, so that litres may be written", unit="1", high=25, above=True),
    text("source", "where the numbers come from"),
    required=False,
    dims=("commodity",),
)  # fmt: skip

STOCKS = table(
    "stocks",
    "stock",
    "what homes hold at the start",
    reference("place", ("places",), "a home; * splits a total by population", words=("*",), role=_IN_HOMES),
    reference("commodity", ("commodities",), "the good"),
    quantity("tonnes", "t", "stock at the start", MOST_TONNES, alone=True, required=True, array="stock",
             label="held at the start"),
    CITED,
    KNOWN,
    key=("place", "commodity"),
    short=True,
    dims=("place", "commodity"),
)  # fmt: skip

CALIBRATED = table(
    "calibrated",
    "stock",
    "stocks at the start as `corridor calibrate --write` found them from the signs that each variant knows",
    Field("variant", "id", "the variant that learnt it", True),
    reference("place", ("places",), "a home; * splits a total by population", words=("*",), role=_IN_HOMES),
    reference("commodity", ("commodities",), "the good"),
    quantity("tonnes", "t", "stock at the start", MOST_TONNES, alone=True, required=True, evidence=False, drawn=False),
    CITED,
    KNOWN,
    key=("variant", "place", "commodity"),
    required=False,
)

OUTPUTS = table(
    "outputs",
    "output",
    "local output",
    reference("place", ("places",), "a home; * is every home", words=("*",), role=("home", "output is of homes only")),
    reference("commodity", ("commodities",), "the good"),
    replace(
        quantity("share", "share", "output as a share of normal use", 10, alone=True, required=True, imposable=HOLD,
                 label="made locally, share of normal use"),
        keys=("commodity",),
    ),
    Field("months", "months", "months in which it is made, such as 7-9 or 11-2; empty: all the year"),
    Field("fuel", "number", "share of it that stops without fuel", unit="share", canonical="share", high=1,
          default=0.0),
    Field("work", "number", "share of it that stops without the people of the start", unit="share", canonical="share",
          high=1, default=0.0),
    CITED,
    KNOWN,
    key=("place", "commodity", "months"),
    required=False,
    short=True,
    dims=("place", "commodity"),
)  # fmt: skip

LIVESTOCK = table(
    "livestock",
    "herd",
    "animals that are eaten down",
    reference("place", ("places",), "a home; * splits a total by population", words=("*",), role=_IN_HOMES),
    reference("commodity", ("commodities",), "the good that they become"),
    quantity("tonnes", "t", "what they would give at the start, as that good", MOST_TONNES, required=True,
             array="livestock", label="livestock"),
    quantity("eaten", "share", "share of what is left that is slaughtered in a month", 1, required=True, most=1.0,
             label="slaughtered a month"),
    CITED,
    KNOWN,
    key=("place", "commodity"),
    required=False,
    dims=("place", "commodity"),
)  # fmt: skip

PIPELINES = table(
    "pipelines",
    "pipeline",
    "sources of deliveries",
    identity(),
    reference("from", ("places",), "where it starts", attribute="from_place"),
    Field("to", "refs", "homes separated by spaces; * is every home", True, refers=("places",), words=("*",),
          role=("home", "a pipeline delivers to homes")),
    reference("commodity", ("commodities", "mixes"), "a commodity, or a mix of scenario.yaml"),
    quantity("tonnes_per_day", "t/day", "what it sends where nothing stops it", MOST_PER_DAY, alone=True, required=True,
             array="pipelines.tonnes", imposable=HOLD, label="deliveries"),
    quantity("forces_share", "share", "share of what it brings that armed forces take on the way or at the gate", 1,
             default=0.0, most=1.0, array="pipelines.forces", label="taken by armed forces"),
    Field("every", "number", "days from one convoy to the next, from `starts` on; each brings what so many days would",
          unit="day", canonical="day", low=1, high=365, settable=True),
    Field("weekday", "choice", "the day of the week on which its convoy sets out, with what seven days would bring",
          choices=get_args(Weekday)),
    Field("starts", "date", 'first day; "policy": waits until a policy adds it', words=("policy",), settable=True),
    Field("ends", "date", "last day", settable=True),
    Field("class", "choice", "class of traffic", True, choices=get_args(GoodsClass), attribute="traffic"),
    Field("reporter", "id", "who counted it, where several rows are of one table: they are off together, each at the "
          "same place of its range"),
    CITED,
    KNOWN,
    Field("", "switch", "the whole pipeline", column=False, choices=("removed", "added"), imposable=("add", "remove")),
    dims=("pipeline",),
)  # fmt: skip

FLEETS = table(
    "fleets",
    "fleet",
    "lorries that pipelines share",
    identity(),
    Field("pipelines", "refs", "ids of the pipelines that load them, separated by spaces", True, refers=("pipelines",)),
    quantity("lorries", "vehicle", "lorries in all", 1e6, required=True, imposable=HOLD, label="lorries"),
    quantity("payload", "t/vehicle", "what a lorry loads", 1e5, required=True, above=True, label="payload"),
    quantity("turnaround", "day", "days from loading to loading again", 60, required=True, above=True,
             imposable=HOLD, label="turnaround"),
    quantity("lost", "share", "share of trips from which a lorry does not come back", 1, default=0.0, most=1.0,
             imposable=HOLD, label="lorries that do not come back"),
    quantity("fuel", "kg/km", "fuel that a lorry burns there and back by km of way, where it starts at a home", 10,
             canonical="t/km", default=0.00044, label="fuel of a lorry"),
    quantity("hours", "hour/day", "hours a day that its drivers drive", 24, above=True, default=10.0,
             label="hours driven a day"),
    CITED,
    KNOWN,
    required=False,
    dims=("fleet",),
)  # fmt: skip

RATIONS = table(
    "rations",
    "ration",
    "what each group of people was promised, how much of it was handed out, and what they found elsewhere",
    Field("from", "date", "first day", True, attribute="starts"),
    Field("until", "date", "last day; empty: until a later row of the same place, group and good, or until supply is "
          "normal again", attribute="ends"),
    reference("place", ("places",), "a home; * is every home", words=("*",), role=("home", "people eat in homes only")),
    Field("group", "choice", "who; all: everybody in no other group", True, choices=get_args(Group)),
    reference("commodity", ("commodities",), "the good, or kcal: any food", words=(KCAL,)),
    replace(
        quantity("amount", "kg/person/day", "promised to each (kcal/person/day where the good is kcal); empty: nothing "
                 "is said", 100, alone=True, canonical="t/person/day", imposable=HOLD, label="ration"),
        keys=("group", "commodity"),
    ),
    quantity("share", "share", "share of the people there who are in the group; all: what is left", 1, most=1.0,
             label="share of people"),
    quantity("honoured", "share", "share of the ration that was really handed out; 1 where empty", 1, most=1.0,
             default=1.0, label="share handed out"),
    quantity("extra", "share", "found elsewhere, as a share of need; by the porosity of the place where empty", 2,
             label="found elsewhere, share of need"),
    CITED,
    KNOWN,
    key=("place", "group", "commodity", "from"),
    required=False,
    dims=("place", "group", "ration"),
    dated="from",
)  # fmt: skip
SERIES = table(
    "series",
    "report",
    "what came, day by day, as reporters tell it",
    Field("date", "date", "day from which it holds, to the next report of the same reporter", True),
    KNOWN,
    reference("target", ("pipelines", "links"), "the pipeline that sent it, or the link that could carry it"),
    Field("reporter", "id", "who says so; rivals are one drawn choice", True),
    Field("counts", "choice", "what was counted; tonnes where empty; a lorry carries `delivery.lorry_tonnes`",
          choices=get_args(Counted)),
    quantity("value", "t/day", "how much (vehicle/day where lorries were counted)", MOST_PER_DAY, alone=True,
             required=True, label="reported"),
    CITED,
    key=("target", "reporter", "date"),
    required=False,
    dated="date",
)  # fmt: skip
_LORRIES = replace(SERIES.field("value"), unit="vehicle/day", canonical="vehicle/day")
_KCAL = replace(RATIONS.field("amount"), unit="kcal/person/day", canonical="kcal/person/day", high=10_000.0)


UNIT_FROM = {"rations": "commodity", "series": "counts"}
"""Table -> its column whose word says in which unit its number is."""


def in_unit(field: Field, word: str) -> Field:
    """Return the field as the word of `UNIT_FROM` asks for it: neither kcal nor lorries are a mass."""
    if (field.table, field.name, word) == ("rations", "amount", KCAL):
        return _KCAL
    return _LORRIES if (field.table, field.name, word) == ("series", "value", "lorries") else field


MIXES = table(
    "mixes",
    "mix",
    "what a lorry of a mixed pipeline carries (scenario.yaml)",
    quantity("share", "share", "share of a mixed load", 1, most=1.0, label="share of a lorry's load"),
    short=True,
)
