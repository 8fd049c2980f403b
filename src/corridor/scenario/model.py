"""What a person wrote, typed and frozen: the tables of one scenario folder in canonical units.

Canonical units: tonne (t), day, km, person, kcal, hour where a name says so. Every uncertain number is a
`Quantity`. A row is `known` from the latest of its evidence unless it says otherwise; a variant never
sees a row known after its `as_of`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from corridor.scenario.change import Changeable
from corridor.scenario.flight import Bus as Bus
from corridor.scenario.flight import Reception as Reception
from corridor.scenario.goods import Commodity as Commodity
from corridor.scenario.goods import Fleet as Fleet
from corridor.scenario.goods import Herd as Herd
from corridor.scenario.goods import Mix as Mix
from corridor.scenario.goods import Output as Output
from corridor.scenario.goods import Pipeline as Pipeline
from corridor.scenario.goods import Ration as Ration
from corridor.scenario.goods import Report as Report
from corridor.scenario.goods import Stock as Stock
from corridor.scenario.policy import OPTIONS as OPTIONS
from corridor.scenario.policy import Action as Action
from corridor.scenario.policy import ActorPolicy as ActorPolicy
from corridor.scenario.policy import Policy as Policy
from corridor.scenario.row import Measured, Row, default
from corridor.scenario.row import Quantity as Quantity
from corridor.scenario.tell import tell
from corridor.tables.facts import EventKind
from corridor.tables.goods import GoodsClass
from corridor.tables.link_kind import Kind
from corridor.tables.network import CAMP_KINDS, ExitOpens, ForcedEnd, OnFoot, PlaceKind, Porosity
from corridor.tables.parameter import Distribution
from corridor.tables.signs import SignKind


class Name(Row):
    """One name of a place: language code, who uses it, whether it is in use today."""

    text: str
    language: str = ""
    user: str = ""
    current: bool = True


class Place(Measured):
    """Where people live, goods lie, or a road passes.

    kind: `home` people live here and goods are kept; `outside` goods are unlimited and people are safe;
    `waypoint` neither. `population` is persons, or a weight where the scenario gives a total.
    In a wider country: `town` people live or stay here, `camp` and `idp_camp` take the displaced, a `hub` is left at
    once, a `marker` only bends a road. `capacity` is the persons whom a camp takes, None without limit.
    exit: people on their way out are safe here; `regime` where regimes let them out, `release` also after a loss of
    control.
    """

    id: str
    name: str
    names: tuple[Name, ...] = ()
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    kind: PlaceKind
    population: Quantity = default("places", "population")
    porosity: Literal[""] | Porosity = ""
    extra: Quantity | None = None
    """share of need; None where `porosity` gives the prior"""
    pantry: Quantity | None = None
    """days of need at home at the start; None where `pantry.usual` gives the prior"""
    transshipment: Quantity = default("places", "transshipment")
    country: str = ""
    exit: Literal[""] | ExitOpens = ""
    capacity: float | None = None
    evidence: tuple[str, ...] = ()
    known: dt.date

    @property
    def label(self) -> str:
        """Current names in alphabetical order, joined by a slash."""
        current = sorted({name.text for name in self.names if name.current})
        return "/".join(current) if current else self.name


class Link(Measured):
    """A way between two places, usable in both directions.

    kind says which vehicles carry goods there (`tables/link_kind.py`); no rule reads it.
    tonnes_per_day and vehicles_per_hour are what it carries when nothing stops it; infinity where the
    folder leaves them empty. `weather` is the share of days on which weather closes it. `contraflow` is the share of
    the lanes inwards that people on their way out use too. foot: `no` people cannot walk it, `only` no vehicle passes.
    forced: everybody who leaves that end takes this link (a wider country only).
    """

    id: str
    from_place: str
    to_place: str
    kind: Kind = "road"
    km: Quantity
    tonnes_per_day: Quantity = default("links", "tonnes_per_day")
    vehicles_per_hour: Quantity = default("links", "vehicles_per_hour")
    kmh: Quantity
    hours_per_day: Quantity = default("links", "hours_per_day")
    weather: Quantity = default("links", "weather")
    contraflow: Quantity = default("links", "contraflow")
    foot: Literal[""] | OnFoot = ""
    regime: int
    controller: str = ""
    forced: Literal[""] | ForcedEnd = ""
    evidence: tuple[str, ...] = ()
    known: dt.date


class Route(Row):
    """A named list of links, in order from the outside inwards."""

    id: str
    name: str
    links: tuple[str, ...]


class Displaced(Row):
    """How many displaced people there were: in camps altogether (place `*`), or somewhere on the first day."""

    date: dt.date
    known: dt.date
    place: str
    persons: float
    evidence: tuple[str, ...] = ()


class Event(Row):
    """A dated fact that the simulation reads up to `as_of` (a `note` is only shown).

    value by kind: regime -> set of traffic classes (int); pipeline -> t/day; damage -> share of capacity lost;
    coupon -> t/person/day handed out at most; output -> multiplier on local output of a commodity; violence ->
    intensity in a town (0 none); camp -> 1 where it takes people; forced -> 1 where a link's `forced` holds;
    population -> people counted in a home; note -> text.
    """

    date: dt.date
    latest: dt.date | None = None
    """last day on which it may have happened: each future draws one from `date` to it; None: it was on `date`"""
    known: dt.date
    kind: EventKind
    target: str
    value: float | str
    low: float | None = None
    high: float | None = None
    dist: Distribution = "pert"
    evidence: tuple[str, ...] = ()
    note: str = ""


_DOUBTED = re.compile(
    r"\b((?<!not )doubtful|unconfirmed|unverified|not (?:yet )?(?:confirmed|verified)|rumou?rs?|"
    r"douteux|douteuses?|non (?:confirmée?|vérifiée?)|dudos[oa]s?|(?:no|sin) (?:confirmad[oa]|confirmar|verificad[oa])"
    r")\b|مشكوك|غير مؤكد",
    re.I,
)
"""words of a note by which a claim is marked as doubtful"""


class Evidence(Row):
    """A claim: who says it, where, who disputes it. `assumed` where no source gives it."""

    id: str
    date: str
    known: dt.date
    quantity: str
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    said_by: str = ""
    source_title: str = ""
    source_url: str = ""
    disputed_by: str = ""
    note: str = ""

    @property
    def assumed(self) -> bool:
        """Whether it is an assumption of the author rather than somebody's claim."""
        return self.said_by == "assumed"

    @property
    def doubtful(self) -> bool:
        """Whether whoever wrote the claim down says in `note` that it is doubtful, or that nobody has confirmed it."""
        return bool(_DOUBTED.search(self.note))


class Sign(Row):
    """What was seen inside on a day (signs.csv); `corridor.tables.signs` says what its value is by kind."""

    date: dt.date
    known: dt.date
    kind: SignKind
    place: str = "*"
    commodity: str = ""
    value: float
    low: float | None = None
    high: float | None = None
    days: float = 3.0
    n: float | None = None
    evidence: tuple[str, ...] = ()
    note: str = ""

    @property
    def label(self) -> str:
        """What it is called: "flour: empty, 2023-09-05"."""
        where = "" if self.place == "*" else f", {self.place}"
        what = f"{self.commodity}: {self.kind}" if self.commodity else self.kind.replace("_", " ")
        return f"{what}{where}, {self.date}"


class Window(Row):
    """The map's window in degrees."""

    west: float
    south: float
    east: float
    north: float


class Variant(Row):
    """What could be known on a day."""

    id: str
    as_of: dt.date
    note: str = ""


class Scenario(Changeable):
    """One crisis as one variant sees it. Everything known after `as_of` is already gone."""

    id: str
    title: str
    question: str = ""
    time_zone: str
    start: dt.date
    variant: str
    as_of: dt.date
    variants: tuple[Variant, ...]
    horizon: int = Field(ge=1, le=1000)
    population: Quantity | None = None
    """total persons over all homes; the places' populations are then weights"""
    reference_policy: str
    bodies: str = ""
    """group of countries whose bodies and ages stand where the case gives none"""
    rules: Mapping[str, str]
    parameters: Mapping[str, Quantity]
    places: tuple[Place, ...]
    links: tuple[Link, ...]
    routes: tuple[Route, ...]
    commodities: tuple[Commodity, ...]
    mixes: tuple[Mix, ...]
    priority: tuple[GoodsClass, ...] = ()
    """classes of goods in the order in which they load; empty: `PRIORITY`"""
    stocks: tuple[Stock, ...]
    outputs: tuple[Output, ...]
    livestock: tuple[Herd, ...] = ()
    pipelines: tuple[Pipeline, ...]
    rations: tuple[Ration, ...] = ()
    series: tuple[Report, ...] = ()
    fleets: tuple[Fleet, ...] = ()
    reception: tuple[Reception, ...]
    buses: tuple[Bus, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    """totals up to as_of, and who was where on the first day"""
    events: tuple[Event, ...]
    signs: tuple[Sign, ...]
    calibrated: tuple[str, ...] = ()
    """goods whose stocks calibration has learnt from signs"""
    policies: tuple[Policy, ...]
    conditions: tuple[Policy, ...]
    actors: Mapping[str, Any] | None = None
    """the chosen model of the sides as plain data, as actors.yaml has it; None where folder or variant has none"""
    actors_file: str = Field(default="actors.yaml", exclude=True)
    """the file that they come from"""
    actors_places: Mapping[str, tuple[int, int]] = Field(default_factory=dict, exclude=True, repr=False)
    """keys in that file -> line, column, so that what is found out later is told at its place"""
    actor_policies: tuple[ActorPolicy, ...] = ()
    """what the analyst imposes in runs in which the sides choose"""
    evidence: Mapping[str, Evidence]
    window: Window | None = None
    no_voice: tuple[str, ...] = ()
    """who has no voice in the model"""
    cannot_tell: tuple[str, ...] = ()
    hash: str
    """SHA-256 of the folder's files without observed/, and of the variant"""

    @property
    def end(self) -> dt.date:
        """The last day of the horizon."""
        return self.as_of + dt.timedelta(days=self.horizon)

    @property
    def homes(self) -> tuple[Place, ...]:
        """Places where people live, in the folder's order."""
        return tuple(place for place in self.places if place.kind == "home")

    @property
    def ways_out(self) -> tuple[Route, ...]:
        """Routes that begin at an exit, in the folder's order."""
        exits = {place.id for place in self.places if place.exit}
        ends = {link.id: {link.from_place, link.to_place} for link in self.links}
        return tuple(route for route in self.routes if route.links and ends[route.links[0]] & exits)

    @property
    def camps(self) -> tuple[Place, ...]:
        """Places that take the displaced, in the folder's order; none where the folder has no wider country."""
        return tuple(place for place in self.places if place.kind in CAMP_KINDS)

    __repr__ = __str__ = tell

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what a case does not have, so that a case without it is written as it always was."""
        fields: dict[str, Any] = handler(self)
        empty = (
            "actors", "actor_policies", "buses", "displaced", "fleets", "rations", "livestock", "series", "changed",
            "priority",
        )  # fmt: skip
        absent = {name for name in empty if not fields.get(name)}
        return {name: value for name, value in fields.items() if name not in absent}
