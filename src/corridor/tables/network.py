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

PlaceKind = Literal["home", "outside", "waypoint", "town", "camp", "idp_camp", "hub", "marker"]
CAMP_KINDS = ("camp", "idp_camp")
WIDER_KINDS = ("town", *CAMP_KINDS, "hub", "marker")
"""Kinds of place that process `movement` plays."""
ForcedEnd = Literal["from", "to"]

PLACES = table(
    "places",
    "place",
    "where people live, goods lie, or a road passes",
    identity(),
    text("name", "for people", required=True),
    Field("names", "names", 'all names: "text (language, user[, former])" joined by " | "'),
    Field("latitude", "number", "degrees north", True, "1", low=-90, high=90),
    Field("longitude", "number", "degrees east", True, "1", low=-180, high=180),
    Field("kind", "choice", "what is there; the last five in a wider country", True, choices=get_args(PlaceKind)),
    quantity(
        "population", "person", "persons, or weights where scenario.yaml gives a total", 2e9, alone=True, default=0.0,
        kinds=("home",), array="people", label="people",
    ),
    text("country", "the state that it lies in; the first place's is home"),
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
    quantity("km", "km", "length", 20_000, required=True, above=True, label="length"),
    quantity(
        "tonnes_per_day", "t/day", "goods it carries at most; empty: without limit", MOST_PER_DAY, default=math.inf,
        imposable=HOLD, label="tonnes it can carry",
    ),
    quantity(
        "vehicles_per_hour", "vehicle/hour", "vehicles it passes at most; empty: without limit", 1e5, default=math.inf,
        imposable=HOLD, label="vehicles it lets through",
    ),
    quantity("kmh", "km/hour", "speed", 1200, required=True, above=True, label="speed"),
    quantity(
        "hours_per_day", "hour/day", "hours a day in which it is open; what it carries and passes is for 24", 24,
        default=24.0, most=24.0, imposable=HOLD, label="hours open a day",
    ),
    quantity(
        "weather", "share", "share of days on which weather closes it", 1, default=0.0, most=1.0,
        label="days lost to weather",
    ),
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
