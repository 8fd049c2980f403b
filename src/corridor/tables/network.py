"""Fields of places, links, routes and of what waits for people."""

from __future__ import annotations

import math
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
from corridor.tables.link_kind import LINK_KINDS

SLOWEST = 0.1
"""km/hour: what is slower gets nowhere, and its journey has no end that can be told"""
PlaceKind = Literal["home", "outside", "waypoint", "town", "camp", "idp_camp", "hub", "marker"]
CAMP_KINDS = ("camp", "idp_camp")
WIDER_KINDS = ("town", *CAMP_KINDS, "hub", "marker")
"""Kinds of place that process `movement` plays."""
ForcedEnd = Literal["from", "to"]
Porosity = Literal["sealed", "guarded", "market", "rural"]
"""How much food finds its way past a closure: a front line; a guarded town; a town with markets and kin in the country;
villages that grow their own."""
OnFoot = Literal["no", "only"]
ExitOpens = Literal["regime", "release"]

PLACES = table(
    "places",
    "place",
    "where people live, goods lie, or a road passes",
    identity(),
    text("name", "for people", required=True),
    Field("names", "names", 'all names: "text (language, user[, former])" joined by " | "'),
    Field("latitude", "number", "degrees north", True, "degree", low=-90, high=90),
    Field("longitude", "number", "degrees east", True, "degree", low=-180, high=180),
    Field("kind", "choice", "what is there; the last five in a wider country", True, choices=get_args(PlaceKind)),
    quantity(
        "population", "person", "persons, or weights where scenario.yaml gives a total", 2e9, alone=True, default=0.0,
        kinds=("home",), array="people", imposable=HOLD, label="people",
    ),
    Field("porosity", "choice", "how much food comes in that nobody counts; gives the prior of `extra`",
          choices=get_args(Porosity)),
    quantity("extra", "share", "what people find that nobody counts, as a share of need; by `porosity` where empty", 2,
             kinds=("home",), array="places.extra", label="food that nobody counts"),
    quantity("pantry", "day", "days of food that families have at home at the start; `pantry.usual` where empty", 3650,
             kinds=("home",), array="places.pantry", label="food at home"),
    text("country", "the state that it lies in; the first place's is home"),
    Field("exit", "choice", "people on their way out are safe here; ways open by regimes alone, or by a release too",
          choices=get_args(ExitOpens)),
    Field(
        "capacity", "number", "persons whom a camp takes; empty: without limit", unit="person", canonical="person",
        high=2e9, above=True, kinds=CAMP_KINDS, settable=True, evidence=True, label="persons whom the camp takes",
    ),
    quantity(
        "transshipment", "t/day", "goods handed over there at most, what ends there included; empty: without limit",
        MOST_PER_DAY, default=math.inf, imposable=HOLD, label="tonnes handed over", dims=("everywhere",),
    ),
    CITED,
    KNOWN,
    Field("release", "switch", "loss of control there", column=False, choices=("false", "true"), words=("*",),
          imposable=("force", "set", "add")),
    Field("open", "switch", "whether a camp takes people", column=False, choices=("false", "true"), imposable=HOLD),
    dims=("place",),
)  # fmt: skip

LINKS = table(
    "links",
    "link",
    "ways between two places, usable in both directions",
    identity(),
    reference("from", ("places",), "one end", attribute="from_place"),
    reference("to", ("places",), "the other end", attribute="to_place"),
    Field("kind", "choice", "what it is, `road` where empty; the vehicle in which a gap is told", choices=LINK_KINDS),
    quantity("km", "km", "length", 20_000, required=True, above=True, label="length"),
    quantity(
        "tonnes_per_day", "t/day", "goods it carries at most; empty: without limit", MOST_PER_DAY, default=math.inf,
        imposable=HOLD, label="tonnes it can carry",
    ),
    quantity(
        "vehicles_per_hour", "vehicle/hour", "vehicles it passes at most; empty: without limit", 1e5, default=math.inf,
        imposable=HOLD, label="vehicles it lets through",
    ),
    quantity("kmh", "km/hour", "speed", 1200, low=SLOWEST, required=True, label="speed"),
    quantity(
        "hours_per_day", "hour/day", "hours a day in which it is open; what it carries and passes is for 24", 24,
        default=24.0, most=24.0, imposable=HOLD, label="hours open a day",
    ),
    quantity(
        "weather", "share", "share of days on which weather closes it", 1, default=0.0, most=1.0,
        label="days lost to weather",
    ),
    quantity(
        "contraflow", "share", "share of the lanes inwards that people on their way out use too", 1, default=0.0,
        most=1.0, imposable=HOLD, label="lanes inwards used outwards",
    ),
    Field("foot", "choice", "whether people on their way out can walk it: not at all, or only so; empty: both",
          choices=get_args(OnFoot)),
    Field("regime", "regime", "what it lets pass at the start", True, settable=True, imposable=HOLD),
    text("controller", "who decides about it"),
    Field("forced", "choice", "everybody who leaves this end takes this link (a wider country; rule `flee3`)",
          choices=get_args(ForcedEnd)),
    CITED,
    KNOWN,
    dims=("link",),
)  # fmt: skip

ROUTES = table(
    "routes",
    "route",
    "named lists of links",
    identity(),
    text("name", "for people", required=True),
    Field("links", "refs", "ids of links, outside first", True, refers=("links",)),
)

RECEPTION = table(
    "reception",
    "place of reception",
    "what waits for people at outside places",
    reference("place", ("places",), "an outside place", role=("outside", "people are received at outside places only")),
    quantity(
        "registrations_per_hour", "person/hour", "empty: people do not register here", 1e6,
        array="reception.registrations", label="registrations",
    ),
    quantity("beds", "person", "places to sleep", 1e8, label="beds"),
    quantity(
        "onward_share", "share", "share of all registered people who go on to live here", 1, array="reception.onward",
        label="share who go there",
    ),
    CITED,
    KNOWN,
    key=("place",),
    required=False,
    dims=("destination",),
)  # fmt: skip

BUSES = table(
    "buses",
    "bus",
    "scheduled departures of people",
    identity(),
    reference("from", ("places",), "the home where people board", attribute="from_place",
              role=("home", "people board at homes")),
    reference("to", ("places",), "the exit that it goes to", attribute="to_place",
              role=("outside", "people go to an exit")),
    quantity("seats", "person", "seats of a departure", 1e5, required=True, above=True, label="seats"),
    quantity(
        "departures_per_day", "vehicle/day", "departures where people are let out all the way", 1e4, required=True,
        array="buses.departures", imposable=HOLD, label="departures",
    ),
    Field("starts", "date", "first day"),
    Field("ends", "date", "last day"),
    CITED,
    KNOWN,
    required=False,
    dims=("bus",),
)  # fmt: skip

DISPLACED = table(
    "displaced",
    "count",
    "how many displaced people there were, in a wider country",
    Field("date", "date", "day of the count", True),
    reference("place", ("places",), "* all who are in camps; a place: who is there on the first day", words=("*",)),
    Field("persons", "number", "people", True, "person", "person", high=2e9, evidence=True, label="displaced people"),
    CITED,
    KNOWN,
    key=("date", "place"),
    required=False,
    short=True,
)
