"""The tables of a scenario folder, column by column: what the reader, the schema and the pages are made from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from corridor.scenario.model import EventKind, PlaceKind
from corridor.tables.parameter import Distribution

Kind = Literal["id", "text", "names", "date", "choice", "regime", "number", "quantity", "ref", "refs", "value"]
DISTRIBUTIONS: tuple[str, ...] = get_args(Distribution)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    kind : what a cell holds; `value` is read by the row's `kind` (events), `refs` are ids separated by spaces
    unit : of a number that carries none; also of `low` and `high`
    canonical : unit in the typed result
    low, high : bounds; `above` excludes the lower one
    refers : tables whose ids may stand here; `words` may stand here too
    ends : names of the columns low, high, dist of a quantity
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    unit: str = ""
    canonical: str = ""
    low: float = 0.0
    high: float = math.inf
    above: bool = False
    choices: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    ends: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class TableSpec:
    """One file: its columns, what makes a row unique, whether a folder may do without it."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = True

    @property
    def file(self) -> str:
        """Return the file's name."""
        return f"{self.name}.csv"

    def header(self) -> tuple[str, ...]:
        """Return every column name that may stand in the header, in the usual order."""
        names: list[str] = []
        for column in self.columns:
            names.append(column.name)
            if column.ends:
                names.extend(column.ends)
        return tuple(names)


def _id(meaning: str) -> Column:
    return Column("id", "id", meaning, required=True)


def _text(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required)


def _quantity(
    name: str, unit: str, meaning: str, high: float, *, alone: bool = False, required: bool = False,
    above: bool = False, canonical: str = "",
) -> Column:  # fmt: skip
    """Return a quantity: alone in its table it has low, high, dist; else they carry its name."""
    ends = ("low", "high", "dist") if alone else (f"{name}_low", f"{name}_high", f"{name}_dist")
    return Column(
        name, "quantity", meaning, required, unit, canonical or unit, high=high, above=above, ends=ends
    )  # fmt: skip


def _ref(name: str, tables: tuple[str, ...], meaning: str, *, words: tuple[str, ...] = ()) -> Column:
    return Column(name, "ref", meaning, True, refers=tables, words=words)


EVIDENCE = Column("evidence", "refs", "ids of evidence.csv, separated by spaces", refers=("evidence",))
KNOWN = Column("known", "date", "first day on which it could be known; the latest of its evidence where empty")
MOST_TONNES = 1e9
MOST_PER_DAY = 1e7

_SPECS = (
    TableSpec(
        "evidence",
        "claims: who says what, where, and who disputes it",
        (
            _id("name by which other rows cite it"),
            _text("date", "day or span that the claim is about"),
            Column("known", "date", "first day on which it could be known; may be empty for what is assumed"),
            _text("quantity", "what is claimed", required=True),
            _text("value", "as the source gives it"),
            _text("low", "as the source gives it"),
            _text("high", "as the source gives it"),
            _text("unit", "as the source gives it"),
            _text("said_by", 'the agency or author; "assumed" marks an assumption of this folder', required=True),
            _text("source_title", "title of the source"),
            _text("source_url", "address of the source"),
            _text("disputed_by", "who disputes it"),
            _text("note", "the reason, for what is assumed"),
        ),
        ("id",),
    ),
    TableSpec(
        "commodities",
        "what differs from, or adds to, the built-in catalogue",
        (
            _id("name by which other rows refer to it"),
            _text("name", "for people"),
            Column("kind", "choice", "what it does", choices=("food", "fuel", "service", "other")),
            Column("kcal_per_kg", "number", "energy", unit="kcal/kg", canonical="kcal/t", high=9500),
            _quantity("need", "kg/person/day", "normal use", 100.0, canonical="t/person/day"),
            Column("spoilage", "number", "share lost a day", unit="share/day", canonical="share/day", high=1),
            Column("kg_per_litre", "number", "density, so that litres may be written", unit="1", high=25, above=True),
            _text("source", "where the numbers come from"),
        ),
        ("id",),
        required=False,
    ),
    TableSpec(
        "places",
        "where people live, goods lie, or a road passes",
        (
            _id("name by which other rows refer to it"),
            _text("name", "for people", required=True),
            Column("names", "names", 'all names: "text (language, user[, former])" joined by " | "'),
            Column("latitude", "number", "degrees north", True, "1", low=-90, high=90),
            Column("longitude", "number", "degrees east", True, "1", low=-180, high=180),
            Column("kind", "choice", "what is there; the last five in a wider country",
                   True, choices=get_args(PlaceKind)),
            _quantity("population", "person", "persons, or weights where scenario.yaml gives a total", 2e9, alone=True),
            _text("country", "the state that it lies in; the first place's is home"),
            Column("capacity", "number", "persons whom a camp takes; empty: without limit", unit="person",
                   canonical="person", high=2e9, above=True),
            EVIDENCE,
            KNOWN,
        ),
        ("id",),
    ),
    TableSpec(
        "links",
        "ways between two places, usable in both directions",
        (
            _id("name by which other rows refer to it"),
            _ref("from", ("places",), "one end"),
            _ref("to", ("places",), "the other end"),
            _quantity("km", "km", "length", 20_000, required=True, above=True),
            _quantity("tonnes_per_day", "t/day", "goods it carries at most; empty: without limit", MOST_PER_DAY),
            _quantity("vehicles_per_hour", "vehicle/hour", "vehicles it passes at most; empty: without limit", 1e5),
            _quantity("kmh", "km/hour", "speed", 1200, required=True, above=True),
            _quantity("weather", "share", "share of days on which weather closes it", 1),
            Column("regime", "regime", "what it lets pass at the start", True),
            _text("controller", "who decides about it"),
            Column("forced", "choice", "everybody who leaves this end takes this link", choices=("from", "to")),
            EVIDENCE,
            KNOWN,
        ),
        ("id",),
    ),
    TableSpec(
        "routes",
        "named lists of links",
        (
            _id("name by which other rows refer to it"),
            _text("name", "for people", required=True),
            Column("links", "refs", "ids of links, outside first", True, refers=("links",)),
        ),
        ("id",),
    ),
    TableSpec(
        "stocks",
        "what homes hold at the start",
        (
            _ref("place", ("places",), "a home; * splits a total by population", words=("*",)),
            _ref("commodity", ("commodities",), "the good"),
            _quantity("tonnes", "t", "stock at the start", MOST_TONNES, alone=True, required=True),
            EVIDENCE,
            KNOWN,
        ),
        ("place", "commodity"),
    ),
    TableSpec(
        "calibrated",
        "stocks at the start as `corridor calibrate --write` found them from the signs that each variant knows",
        (
            Column("variant", "id", "the variant that learnt it", True),
            _ref("place", ("places",), "a home; * splits a total by population", words=("*",)),
            _ref("commodity", ("commodities",), "the good"),
            _quantity("tonnes", "t", "stock at the start", MOST_TONNES, alone=True, required=True),
            EVIDENCE,
            KNOWN,
        ),
        ("variant", "place", "commodity"),
        required=False,
    ),
    TableSpec(
        "outputs",
        "local output",
        (
            _ref("place", ("places",), "a home; * is every home", words=("*",)),
            _ref("commodity", ("commodities",), "the good"),
            _quantity("share", "share", "output as a share of normal use", 10, alone=True, required=True),
            EVIDENCE,
            KNOWN,
        ),
        ("place", "commodity"),
        required=False,
    ),
    TableSpec(
        "pipelines",
        "sources of deliveries",
        (
            _id("name by which other rows refer to it"),
            _ref("from", ("places",), "where it starts"),
            Column("to", "refs", "homes separated by spaces; * is every home", True, refers=("places",), words=("*",)),
            _ref("commodity", ("commodities", "mixes"), "a commodity, or a mix of scenario.yaml"),
            _quantity("tonnes_per_day", "t/day", "what it sends where nothing stops it", MOST_PER_DAY, alone=True,
                      required=True),
            Column("starts", "date", 'first day; "policy": waits until a policy adds it', words=("policy",)),
            Column("ends", "date", "last day"),
            Column("class", "choice", "class of traffic", True, choices=("commercial", "humanitarian", "medical")),
            EVIDENCE,
            KNOWN,
        ),
        ("id",),
    ),
    TableSpec(
        "reception",
        "what waits for people at outside places",
        (
            _ref("place", ("places",), "an outside place"),
            _quantity("registrations_per_hour", "person/hour", "empty: people do not register here", 1e6),
            _quantity("beds", "person", "places to sleep", 1e8),
            _quantity("onward_share", "share", "share of all registered people who go on to live here", 1),
            EVIDENCE,
            KNOWN,
        ),
        ("place",),
        required=False,
    ),
    TableSpec(
        "displaced",
        "how many displaced people there were, in a wider country",
        (
            Column("date", "date", "day of the count", True),
            _ref("place", ("places",), "* all who are in camps; a place: who is there on the first day", words=("*",)),
            Column("persons", "number", "people", True, "person", "person", high=2e9),
            EVIDENCE,
            KNOWN,
        ),
        ("date", "place"),
        required=False,
    ),
    TableSpec(
        "events",
        "dated facts that the simulation reads up to as_of",
        (
            Column("date", "date", "day from which it holds", True),
            KNOWN,
            Column("kind", "choice", "what changes", True,
                   choices=get_args(EventKind)),
            _text("target", "a link, pipeline, commodity or place, by kind"),
            Column("value", "value", "regime; t/day; share lost; kg/person/day; multiplier; intensity; open or closed; "
                   "on or off; text"),
            EVIDENCE,
            _text("note", "for people"),
        ),
        (),
        required=False,
    ),
    TableSpec(
        "clues",
        "dated signs of scarcity, for the calibration of stocks",
        (
            Column("date", "date", "day of the sign", True),
            KNOWN,
            _ref("commodity", ("commodities",), "the good"),
            Column("sign", "choice", "empty, present or share", True, choices=("empty", "present", "share")),
            Column("level", "number", "days of cover, or share of the start for sign share", True, "1", high=3650),
            Column("days", "number", "how far off the date may be", unit="day", high=365, above=True),
            EVIDENCE,
        ),
        ("date", "commodity", "sign"),
        required=False,
    ),
)  # fmt: skip

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""Every table, in the order in which they are read."""

OF_HOMES = ("routes.csv", "stocks.csv", "pipelines.csv")
"""files that a folder without homes may do without"""

YAML_FILES = {"scenario.yaml": True, "policies.yaml": True, "actors.yaml": False}
"""file -> whether a folder must have it"""
