"""The words around a model of the sides: what policies, statements and options are called, and on what they rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from corridor.scenario.model import Evidence, Scenario
from corridor.strategy import ActorsFile

OUTCOMES: Mapping[str, tuple[str, bool | None]] = {
    "road_open": ("A road is open for goods", True),
    "offensive": ("An offensive", False),
    "settlement": ("A settlement is signed", True),
    "relief_stops": ("No relief gets in at some time, without an offensive", False),
    "relief_in": ("Relief gets in", True),
    "way_out": ("The way out is open", None),
}
"""Outcomes that are reported where they are known: what they say, and whether more of it is better (None: neither)."""


@dataclass(frozen=True)
class Told:
    """What a reader is told of a model of the sides.

    Attributes
    ----------
    title, as_of, caution : of the whole; the caution stands beside every probability of an offensive
    policies : id -> title, summary, main (whether it belongs to the main table), process_only where no law tells it
    statements : id -> actor, says, evidence (a list of claim, said_by, date, disputed_by)
    today : what holds on as_of
    sides : name and options of each side
    names : id -> name of each side
    """

    title: str = ""
    as_of: date | None = None
    caution: str = ""
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    statements: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    today: tuple[str, ...] = ()
    sides: tuple[Mapping[str, Any], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def about(self) -> dict[str, Any]:
        """Return the whole's own words as plain data."""
        return {
            "title": self.title,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "caution": self.caution,
            "today": list(self.today),
            "sides": [dict(side) for side in self.sides],
        }


def told_of_scenario(scenario: Scenario, content: ActorsFile, later: Mapping[str, Evidence] | None = None) -> Told:
    """Return the words of the model of the sides that a scenario carries; later : what its variant cannot know."""
    felt = any(statement.feedback for statement in content.statements)
    policies = {
        p.id: {**policy_words(p.title, p.summary), **({"process_only": True} if p.process_only(felt) else {})}
        for p in scenario.actor_policies
    }
    title = f"{scenario.title}: what the sides may do"
    return told_of(content, scenario.actors or {}, policies, scenario.evidence, title, scenario.as_of, later)


def told_of(
    content: ActorsFile,
    data: Mapping[str, Any],
    policies: Mapping[str, Mapping[str, Any]],
    evidence: Mapping[str, Evidence] | None = None,
    title: str = "",
    as_of: date | None = None,
    later: Mapping[str, Evidence] | None = None,
) -> Told:
    """Return the words of a model of the sides.

    Parameters
    ----------
    content, data : the same file, as read and as plain data
    policies : id -> title, summary, main
    evidence : id -> claim; evidence of a statement that is no id is told as it is
    title, as_of : of the whole; those of the file where they are missing
    later : claims that were not known on that day, told as such
    """
    meta = data.get("meta") if isinstance(data.get("meta"), dict) else {}
    names = {actor.id: actor.name for actor in content.actors}
    notes = _notes(data)
    known = evidence or {}
    written = str((meta or {}).get("as_of", ""))
    return Told(
        title or content.title or content.id,
        as_of or (date.fromisoformat(written) if written else None),
        " ".join(str((meta or {}).get("note", "")).split()),
        policies,
        {
            s.id: {
                "actor": names[s.actor],
                "says": notes.get(s.id) or spoken(s.text, content),
                "evidence": [_claim(one, known, later or {}) for one in s.evidence.split("; ") if one],
            }
            for s in (*content.statements, *content.stakes, *content.beliefs)
        },
        tuple(option.text or option.id for option in content.options if content.status_quo.get(option.id)),
        tuple(
            {"name": actor.name, "options": [o.text or o.id for o in content.options if o.owner == actor.id]}
            for actor in content.actors
        ),
        names,
    )


CHOOSING: Mapping[str, str] = {
    "actors.lambda": "how surely the sides take what serves them better",
    "actors.inertia": "how much they would rather leave things as they are",
    "actors.irreversible_cost": "how heavily a step weighs that cannot be taken back",
    "actors.patience": "how much they think of what comes after",
    "actors.foresight": "how many rounds they look ahead",
    "actors.feedback": "how much hunger and flight weigh with them",
}
"""Path of what is drawn of the choices -> what it is, for a reader."""


def way_of_choosing(path: str, told: Told) -> dict[str, Any]:
    """Return what a reader is told of an input that is no statement: a way of choosing, or a number by its path."""
    says = CHOOSING.get(path, f"the number {path} of the case")
    if path.startswith("actors.") and path.endswith(".rate"):
        actor = path.split(".")[1]
        says = f"how often {told.names.get(actor, actor)} reconsiders"
    return {"actor": "", "says": says, "evidence": []}


def policy_words(title: str, summary: str = "") -> dict[str, Any]:
    """Return what is told of a policy; one whose summary begins with "Hypothesis" is not in the main table."""
    return {"title": title, "summary": summary, "main": not summary.startswith("Hypothesis")}


def spoken(formula: str, content: ActorsFile) -> str:
    """Return a formula as one would say it: `!shut & pay` is: not ‘the gate is shut’ and ‘the town pays’."""
    said = {option.id: f"‘{option.text}’" for option in content.options if option.text}
    signs = {"!": "not ", "&": "and", "|": "or", "->": "only if", "<->": "if and only if"}

    def word(found: re.Match[str]) -> str:
        name = found[0].rstrip()
        return signs.get(name) or said.get(name) or name.replace("_", " ")

    return re.sub(r"<->|->|!\s*|[&|]|[A-Za-z_][A-Za-z0-9_]*", word, formula)


def _notes(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what each statement wants in words: its note."""
    found = {}
    of_others = [one for one in (data.get("beliefs") or {}).values() if isinstance(one, dict)]
    both = [*(data.get("preferences") or {}).values(), *(data.get("stakes") or {}).values()]
    both += [
        entries for one in of_others for key in ("preferences", "stakes") for entries in (one.get(key) or {}).values()
    ]
    for entries in both:
        for entry in entries if isinstance(entries, list) else ():
            if entry.get("note"):
                found[str(entry["id"])] = " ".join(str(entry["note"]).split())
    return found


def _claim(name: str, known: Mapping[str, Evidence], later: Mapping[str, Evidence]) -> dict[str, str]:
    """Return what a reader is told of a claim; a model that stands on an earlier day may name what nobody knew then."""
    one = known.get(name) or later.get(name)
    mark = " (known later)" if known and name not in known else ""
    if one is None:
        return {"claim": f"{name}{mark}", "said_by": "", "date": "", "disputed_by": ""}
    return {
        "claim": f"{one.quantity}{mark}", "said_by": one.said_by, "date": one.date, "disputed_by": one.disputed_by,
    }  # fmt: skip
