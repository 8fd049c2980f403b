"""What a person wrote, typed and frozen: the tables of one scenario folder in canonical units.

Canonical units: tonne (t), day, km, person, kcal, hour where a name says so. Every uncertain number is a
`Quantity`. A row is `known` from the latest of its evidence unless it says otherwise; a variant never
sees a row known after its `as_of`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from corridor.scenario.change import Changeable
from corridor.scenario.row import Measured, Row, default
from corridor.scenario.row import Quantity as Quantity
from corridor.scenario.tell import tell
from corridor.tables.facts import EventKind
from corridor.tables.field import Verb
from corridor.tables.goods import CommodityKind, GoodsClass, Sign, Weekday
from corridor.tables.network import CAMP_KINDS, ForcedEnd, PlaceKind


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
    """

    id: str
    name: str
    names: tuple[Name, ...] = ()
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    kind: PlaceKind
    population: Quantity = default("places", "population")
    transshipment: Quantity = default("places", "transshipment")
    country: str = ""
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

    tonnes_per_day and vehicles_per_hour are what it carries when nothing stops it; infinity where the
    folder leaves them empty. `weather` is the share of days on which weather closes it. forced: everybody who leaves
    that end takes this link (a wider country only).
    """

    id: str
    from_place: str
    to_place: str
    km: Quantity
    tonnes_per_day: Quantity = default("links", "tonnes_per_day")
    vehicles_per_hour: Quantity = default("links", "vehicles_per_hour")
    kmh: Quantity
    hours_per_day: Quantity = default("links", "hours_per_day")
    weather: Quantity = default("links", "weather")
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


class Commodity(Measured):
    """A good: what a person needs of it a day, what it holds, how fast it spoils.

    kind: `food` is eaten; `fuel` drives vehicles and services; `service` is needed at a level (medicine,
    power); `other` only fills lorries.
    """

    id: str
    name: str
    kind: CommodityKind
    kcal_per_tonne: float = Field(default=0.0, ge=0)
    need: Quantity
    """t/person/day at the reference requirement of 2,100 kcal for food, plainly otherwise."""
    spoilage: float = Field(default=0.0, ge=0, le=1)
    """share/day"""
    kg_per_litre: float | None = None
    """density, so that a folder may write litres; None where litres make no sense"""
    source: str = ""


class Stock(Measured):
    """What a place holds at the start; place `*` is a total split by population."""

    place: str
    commodity: str
    tonnes: Quantity
    evidence: tuple[str, ...] = ()
    known: dt.date


class Output(Measured):
    """Local output of a commodity as a share of its normal use; place `*` is every home."""

    place: str
    commodity: str
    share: Quantity
    evidence: tuple[str, ...] = ()
    known: dt.date


class Pipeline(Measured):
    """A source of deliveries. `to` is a tuple of homes, `("*",)` for all.

    commodity names a commodity or a mix. `dormant`: it waits until a policy adds it. starts, ends: civil days,
    both included, None where open.
    """

    id: str
    from_place: str
    to: tuple[str, ...]
    commodity: str
    tonnes_per_day: Quantity
    traffic: GoodsClass
    every: float | None = None
    """days from one convoy to the next; None: every day"""
    weekday: Literal[""] | Weekday = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    dormant: bool = False
    evidence: tuple[str, ...] = ()
    known: dt.date


class Fleet(Measured):
    """Lorries that pipelines share; they bind like a road."""

    id: str
    pipelines: tuple[str, ...]
    lorries: Quantity
    payload: Quantity
    turnaround: Quantity
    lost: Quantity = default("fleets", "lost")
    fuel: Quantity = default("fleets", "fuel")
    hours: Quantity = default("fleets", "hours")
    evidence: tuple[str, ...] = ()
    known: dt.date


class Mix(Row):
    """What a lorry of a mixed pipeline carries: shares by commodity; the rest is other goods."""

    id: str
    shares: Mapping[str, Quantity]


class Reception(Measured):
    """What waits for people at an outside place. Empty registrations: people do not register here."""

    place: str
    registrations_per_hour: Quantity | None = None
    beds: Quantity | None = None
    onward_share: Quantity | None = None
    """share of all registered people who go on to live here"""
    evidence: tuple[str, ...] = ()
    known: dt.date


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
    intensity in a town (0 none); camp -> 1 where it takes people; forced -> 1 where a link's `forced` holds; note ->
    text.
    """

    date: dt.date
    known: dt.date
    kind: EventKind
    target: str
    value: float | str
    evidence: tuple[str, ...] = ()
    note: str = ""


class Action(Row):
    """One thing that a policy or a condition does to the world, from a day on.

    target: `links.<id>.regime`, `links.<id>.tonnes_per_day`, `links.<id>.vehicles_per_hour`, `pipelines.<id>`,
    `pipelines.<id>.tonnes_per_day`, `parameters.<name>`, `places.<id>.release` (loss of control there; id `*` for all
    homes), `places.<id>.open` (whether a camp takes people).
    starts, ends: days after as_of (1 is the first day of the horizon) or civil dates; None: to the end.
    """

    do: Verb
    target: str
    value: float | bool | None = None
    starts: dt.date
    ends: dt.date | None = None
    evidence: tuple[str, ...] = ()


class Policy(Row):
    """What the analyst imposes. A condition has the same form and is a hypothesis about others."""

    id: str
    title: str
    summary: str = ""
    actions: tuple[Action, ...] = ()
    evidence: tuple[str, ...] = ()


class ActorPolicy(Policy):
    """What the analyst imposes where the sides choose: options and flags held at a value, and physical actions.

    fixes : option of the actors' model -> taken or not, from the first day on; nobody can move it
    flags : flag of the actors' model -> value
    """

    fixes: Mapping[str, bool] = Field(default_factory=dict)
    flags: Mapping[str, bool] = Field(default_factory=dict)


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


class Clue(Row):
    """A dated sign of scarcity, used to calibrate stocks (clues.csv).

    sign `empty`: days of cover fell below `level` days by the date; `present`: they had not;
    `share`: the stock stood at `level` of its start.
    """

    date: dt.date
    known: dt.date
    commodity: str
    sign: Sign
    level: float
    days: float = 3.0
    """how many days the date may be off (one standard deviation)"""
    evidence: tuple[str, ...] = ()


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
    exit_route: str
    """the route by which people leave after a loss of control"""
    reference_policy: str
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
    pipelines: tuple[Pipeline, ...]
    fleets: tuple[Fleet, ...] = ()
    reception: tuple[Reception, ...]
    displaced: tuple[Displaced, ...] = ()
    """totals up to as_of, and who was where on the first day"""
    events: tuple[Event, ...]
    clues: tuple[Clue, ...]
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
    def homes(self) -> tuple[Place, ...]:
        """Places where people live, in the folder's order."""
        return tuple(place for place in self.places if place.kind == "home")

    @property
    def camps(self) -> tuple[Place, ...]:
        """Places that take the displaced, in the folder's order; none where the folder has no wider country."""
        return tuple(place for place in self.places if place.kind in CAMP_KINDS)

    __repr__ = __str__ = tell

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what a case does not have, so that a case without it is written as it always was."""
        fields: dict[str, Any] = handler(self)
        rare = ("actors", "actor_policies", "displaced", "changed", "priority", "fleets")
        absent = {name for name in rare if not fields.get(name)}
        return {name: value for name, value in fields.items() if name not in absent}
