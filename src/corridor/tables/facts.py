"""Fields of claims and of dated facts, and what the value of a fact is by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from corridor.tables.field import CITED, KNOWN, MOST_PER_DAY, Field, identity, table, text
from corridor.tables.parameter import DISTRIBUTIONS

EventKind = Literal[
    "regime", "pipeline", "damage", "hours", "coupon", "output", "violence", "camp", "forced", "population", "note"
]

EVIDENCE = table(
    "evidence",
    "evidence",
    "claims: who says what, where, and who disputes it",
    identity("name by which other rows cite it"),
    text("date", "day or span that the claim is about"),
    Field("known", "date", "first day on which it could be known; may be empty for what is assumed"),
    text("quantity", "what is claimed", required=True),
    text("value", "as the source gives it"),
    text("low", "as the source gives it"),
    text("high", "as the source gives it"),
    text("unit", "as the source gives it"),
    text("said_by", 'the agency or author; "assumed" marks an assumption of this folder', required=True),
    text("source_title", "title of the source"),
    text("source_url", "address of the source"),
    text("disputed_by", "who disputes it"),
    text("note", "the reason, for what is assumed"),
)

EVENTS = table(
    "events",
    "event",
    "dated facts that the simulation reads up to as_of",
    Field("date", "date", "day from which it holds", True),
    Field("latest", "date", "last day from which it may hold; each future draws one from `date` to it"),
    KNOWN,
    Field("kind", "choice", "what changes", True, choices=get_args(EventKind)),
    text("target", "a link, pipeline, commodity or place, by kind"),
    Field(
        "value", "value",
        "regime; t/day; share lost; hours a day; kg/person/day; multiplier; intensity; open or closed; on or off; "
        "persons; text",
    ),
    Field("low", "value", "5 % lies below, in the unit of the value; drawn once in each future"),
    Field("high", "value", "5 % lies above"),
    Field("dist", "choice", "how it is drawn; pert where empty", choices=DISTRIBUTIONS),
    CITED,
    text("note", "for people"),
    key=(),
    required=False,
)  # fmt: skip


def _value(
    kind: str, target: str, meaning: str, unit: str, high: float, *, canonical: str = "", kinds: tuple[str, ...] = ()
) -> Field:
    return Field(kind, "number", meaning, True, unit, canonical or unit, high=high, refers=(target,), kinds=kinds,
                 evidence=True, table="events")  # fmt: skip


EVENT_VALUES: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("regime", "regime", "what a link lets pass", True, refers=("links",), table="events"),
        _value("pipeline", "pipelines", "what a pipeline sends", "t/day", MOST_PER_DAY),
        _value("damage", "links", "share of a link's capacity that is lost", "share", 1),
        _value("hours", "links", "hours a day in which a link is open", "hour/day", 24),
        _value("coupon", "commodities", "handed out at most", "kg/person/day", 100, canonical="t/person/day"),
        _value("output", "commodities", "multiplier on local output", "share", 10),
        _value("violence", "places", "intensity in a town, 0 none", "1", 100, kinds=("town",)),
        Field("camp", "switch", "whether a camp takes people", True, choices=("closed", "open"), refers=("places",),
              kinds=("camp", "idp_camp"), table="events"),
        Field("forced", "switch", "whether the `forced` of a link holds", True, choices=("off", "on"),
              refers=("links",), table="events"),
        _value("population", "places", "people counted in a home; other homes take up the difference", "person", 2e9,
               kinds=("home",)),
        Field("note", "text", "only shown", table="events"),
    )
}  # fmt: skip
"""Kind of an event -> what its value is; `refers` is the table of its target, `kinds` the kinds of place it may be."""

RANGED: Mapping[str, str] = {
    "damage": "damage", "pipeline": "rate", "coupon": "coupon", "output": "output", "population": "counted",
}  # fmt: skip
"""Kind of an event whose value may have a range -> array of the schedule that it writes."""

DRAWN_DAY: tuple[EventKind, ...] = ("regime", "pipeline", "damage", "hours", "coupon", "output", "population")
"""Kinds of an event whose day may be drawn."""
