"""What is asked for a new fact, a new claim or a new event, from the rows of the tables of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corridor.tables.facts import EVENT_VALUES, EVENTS, EVIDENCE
from corridor.tables.field import Table

FILES: Mapping[str, str] = {"fact": EVIDENCE.file, "event": EVENTS.file, "claim": "claims.yaml"}
"""kind of a row -> the file that it is put into"""
SPECS: Mapping[str, Table] = {"fact": EVIDENCE, "event": EVENTS}


@dataclass(frozen=True)
class Asked:
    """One thing that is asked for a new row.

    name : column, or key; meaning : one sentence; choices : words that may stand there, any where empty
    """

    name: str
    meaning: str
    choices: tuple[str, ...] = ()


CLAIM = (
    Asked("id", "name by which it is left out again"),
    Asked("says", "the argument, in one sentence"),
    Asked("said_by", "who argues so"),
    Asked("whose", "the side whose choice it is about, as actors.yaml calls it"),
    Asked("strength", "how directly it is said, 0 to 1; 0.5 where empty"),
    Asked("unrepresented", "why no model of the sides can hold it; empty where outcome and sign are given"),
    Asked("outcome", "the feature or option whose chance it changes"),
    Asked("sign", "which way", ("raise", "lower")),
    Asked("when", "options with it, separated by spaces: ru_enforce=1"),
    Asked("against", "options it is compared with: ru_enforce=0"),
    Asked("held_by", "statements or stakes of actors.yaml that carry it, separated by spaces"),
)


def asked(kind: str) -> tuple[Asked, ...]:
    """Return what may be given for a fact, an event or a claim, in the order in which a person is asked."""
    if kind == "claim":
        return CLAIM
    columns = SPECS[kind].columns
    first = [one for one in columns if one.required]
    return tuple(Asked(one.name, one.meaning, one.choices) for one in (*first, *(c for c in columns if c not in first)))


def missing(kind: str, row: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of what a row needs and has not got, given what it has."""
    if kind == "claim":
        needed = ["id", "says", *(["sign", "when"] if row.get("outcome") else ["unrepresented"])]
    else:
        needed = [one.name for one in SPECS[kind].columns if one.required]
    if kind == "fact" and row.get("said_by") != "assumed":
        needed.append("known")
    if kind == "event" and row.get("kind") in EVENT_VALUES:
        value = EVENT_VALUES[row["kind"]]
        needed += ["target"] * bool(value.refers) + ["value"]
    return tuple(name for name in needed if not row.get(name))
