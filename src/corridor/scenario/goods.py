"""Rows of goods as a person wrote them: what they are, where they lie, where they come from, who is promised what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from corridor.scenario.row import Measured, Quantity, Row, default
from corridor.tables.goods import CommodityKind, Counted, GoodsClass, Group, Weekday


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
    baked: Quantity = default("commodities", "baked")
    """share of it that is eaten as bread, which takes fuel to bake"""
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
    """Local output of a commodity as a share of its normal use; place `*` is every home.

    months: `7-9`, or "" all the year. fuel, work: share of it that stops without fuel, and without the people.
    """

    place: str
    commodity: str
    share: Quantity
    months: str = ""
    fuel: float = 0.0
    work: float = 0.0
    evidence: tuple[str, ...] = ()
    known: dt.date


class Herd(Measured):
    """Animals that are eaten down: what they would give as a good, and the share of the rest slaughtered in a month."""

    place: str
    commodity: str
    tonnes: Quantity
    eaten: Quantity
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
    forces_share: Quantity = default("pipelines", "forces_share")
    every: float | None = None
    """days from one convoy to the next; None: every day"""
    weekday: Literal[""] | Weekday = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    reporter: str = ""
    """who counted it: pipelines of one reporter are off together"""
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


class Report(Measured):
    """What came on a pipeline (or could pass a link) from a day on, as one reporter tells it; t/day or lorries/day."""

    date: dt.date
    known: dt.date
    target: str
    reporter: str
    counts: Counted = "tonnes"
    value: Quantity
    evidence: tuple[str, ...] = ()


class Ration(Measured):
    """What a group was promised of a good (or kcal) from a day on; place `*` is every home.

    amount: t/person/day, kcal/person/day for `kcal`, None where only `extra` is told. share: of the people there.
    """

    starts: dt.date
    ends: dt.date | None = None
    place: str
    group: Group
    commodity: str
    amount: Quantity | None = None
    share: Quantity | None = None
    honoured: Quantity = default("rations", "honoured")
    extra: Quantity | None = None
    evidence: tuple[str, ...] = ()
    known: dt.date


class Mix(Row):
    """What a lorry of a mixed pipeline carries: shares by commodity; the rest is other goods."""

    id: str
    shares: Mapping[str, Quantity]
