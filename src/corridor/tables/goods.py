"""Fields of goods: what they are, where they lie, where they come from, what was seen of them."""

from __future__ import annotations

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
PRIORITY: tuple[GoodsClass, ...] = ("medical", "humanitarian", "commercial")
"""classes of goods in the order in which they load, where the folder gives none"""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Sign = Literal["empty", "present", "share"]

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
    quantity("share", "share", "output as a share of normal use", 10, alone=True, required=True, array="outputs",
             label="made locally, share of normal use"),
    CITED,
    KNOWN,
    key=("place", "commodity"),
    required=False,
    short=True,
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
    Field("every", "number", "days from one convoy to the next, from `starts` on; each brings what so many days would",
          unit="day", canonical="day", low=1, high=365, settable=True),
    Field("weekday", "choice", "the day of the week on which its convoy sets out, with what seven days would bring",
          choices=get_args(Weekday)),
    Field("starts", "date", 'first day; "policy": waits until a policy adds it', words=("policy",), settable=True),
    Field("ends", "date", "last day", settable=True),
    Field("class", "choice", "class of traffic", True, choices=get_args(GoodsClass), attribute="traffic"),
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

MIXES = table(
    "mixes",
    "mix",
    "what a lorry of a mixed pipeline carries (scenario.yaml)",
    quantity("share", "share", "share of a mixed load", 1, most=1.0, label="share of a lorry's load"),
    short=True,
)

CLUES = table(
    "clues",
    "clue",
    "dated signs of scarcity, for the calibration of stocks",
    Field("date", "date", "day of the sign", True),
    KNOWN,
    reference("commodity", ("commodities",), "the good"),
    Field("sign", "choice", "empty, present or share", True, choices=get_args(Sign)),
    Field("level", "number", "days of cover, or share of the start for sign share", True, "1", high=3650, evidence=True,
          label="level"),
    Field("days", "number", "how far off the date may be", unit="day", high=365, above=True, default=3.0),
    CITED,
    key=("date", "commodity", "sign"),
    required=False,
)  # fmt: skip
