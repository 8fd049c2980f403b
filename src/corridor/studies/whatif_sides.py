"""The sides at the screen: who wants what, a wish moved by hand, what they would choose then, and questions to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario.model import Scenario
from corridor.studies.levers import FILE, Placed
from corridor.studies.sides_case import Case
from corridor.studies.wishes import case_of, wished

Floats = NDArray[np.float64]
DRAWS = 64
"""draws of what the sides want: a standard error of about 2 points of a difference between two policies"""
KEPT = 8
_CHANCES: OrderedDict[str, dict[str, Floats]] = OrderedDict()


def sides_view(scenario: Scenario) -> dict[str, Any]:
    """Return who wants what and what it costs them, with evidence and the path that moves it, and what can be asked.

    Empty where the case has no model of the sides.
    """
    if scenario.actors is None:
        return {"actors": [], "policies": [], "outcomes": [], "stakes": []}
    found = case_of(scenario)
    content, model = found.content, dict(scenario.actors)

    def cited(ids: Any) -> list[dict[str, str]]:
        known = [scenario.evidence[id_] for id_ in ids or () if id_ in scenario.evidence]
        return [
            {"id": e.id, "said_by": e.said_by, "quantity": e.quantity, "note": e.note, "source": e.source_title,
             "disputed_by": e.disputed_by}
            for e in known
        ]  # fmt: skip

    def wish(id_: str, one: Any, place: int, what: str) -> dict[str, Any]:
        return {
            "id": str(one.get("id", "")), "says": str(one.get("note") or one.get("wants") or one.get("while", "")),
            "path": f"actors.{id_}.{one.get('id', '')}.{what}", "strength": one.get("strength"), "place": place,
            "worth": one.get("worth"), "evidence": cited(one.get("evidence")),
        }  # fmt: skip

    options, status = dict(model.get("options") or {}), dict(model.get("status_quo") or {})
    actors = []
    for id_, about in dict(model.get("actors") or {}).items():
        wants = list(dict(model.get("preferences") or {}).get(id_) or ())
        stakes = list(dict(model.get("stakes") or {}).get(id_) or ())
        can = [
            {"id": name, "says": str(one.get("text", name)), "now": bool(status.get(name, 0)),
             "evidence": cited(one.get("evidence"))}
            for name, one in options.items() if one.get("owner") == id_
        ]  # fmt: skip
        actors.append({
            "id": id_, "name": str(dict(about).get("name", id_)), "can": can,
            "wants": [wish(id_, one, i, "place") for i, one in enumerate(wants, 1) if isinstance(one, Mapping)],
            "stakes": [wish(id_, one, 0, "worth") for one in stakes if isinstance(one, Mapping)],
        })  # fmt: skip
    told = found.told.policies
    return {
        "actors": actors,
        "policies": [{"id": name, "title": told[name]["title"]} for name in found.policies],
        "outcomes": [{"id": name, "title": title} for name, title in _outcomes(found).items()],
        "stakes": [{"id": s.id, "title": str(found.told.statements[s.id]["says"])} for s in content.stakes],
    }


def _outcomes(found: Case) -> dict[str, str]:
    """Return the outcomes that the model knows, of those that are reported, with what they say."""
    from corridor.analysis.sides.words import OUTCOMES

    known = {*found.content.features, *(option.id for option in found.content.options)}
    return {name: told[0] for name, told in OUTCOMES.items() if name in known}


def chances_view(placed: Placed, draws: int = DRAWS, seed: int = 1) -> dict[str, Any]:
    """Return the chance of each outcome under each policy, with wishes as they stand and as they were moved.

    Rows: policy, title, outcome, name, chance and error (standard error) as shares; before, difference and its error
    (of the same draws) where a wish was moved.

    Raises
    ------
    InputError : no model of the sides; a wish that cannot be
    """
    from corridor.strategy.ask import paired

    before = case_of(placed.scenario)
    after = wished(placed.scenario, placed.levers.wishes)[0] if placed.levers.wishes else before
    outcomes, told = _outcomes(before), before.told.policies
    key = f"{placed.scenario.hash}|{placed.scenario.variant}|{draws}|{seed}"
    before_all = _chances(key, before, tuple(outcomes), draws, seed)
    after_all = before_all
    if after is not before:
        after_all = _chances(f"{key}|{sorted(placed.levers.wishes.items())}", after, tuple(outcomes), draws, seed)
    rows = []
    for name in before_all:
        now, was = after_all[name], before_all[name]
        for i, (id_, title) in enumerate(outcomes.items()):
            row = {
                "policy": name, "title": told[name]["title"], "outcome": id_, "name": title,
                "chance": float(now[i].mean()), "error": float(now[i].std() / draws**0.5),
            }  # fmt: skip
            if after is not before:
                difference, error = paired(now[i], was[i])
                row |= {"before": float(was[i].mean()), "difference": difference, "difference_error": error}
            rows.append(row)
    return {"rows": rows, "draws": draws, "caution": before.told.caution}


def _chances(key: str, found: Case, outcomes: tuple[str, ...], draws: int, seed: int) -> dict[str, Floats]:
    """Return policy -> (outcome, draw) chances of the policies of the main table; the last are kept."""
    from corridor.strategy.ask import chances

    if key not in _CHANCES:
        told = found.told.policies
        main = {name: held for name, held in found.policies.items() if told[name].get("main", True)}
        _CHANCES[key] = {name: chances(found.content, held, outcomes, draws, seed) for name, held in main.items()}
        while len(_CHANCES) > KEPT:
            _CHANCES.popitem(last=False)
    return _CHANCES[key]


def asked_of(placed: Placed, question: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a question of `corridor ask` with the wishes of a position: sentences, one table.

    asked : policy, outcome, stake, by, as `corridor.ask` takes them

    Raises
    ------
    InputError : an unknown question, policy, outcome or stake
    """
    from corridor.studies.ask import QUESTIONS, ask

    if question not in QUESTIONS:
        remedy = did_you_mean(question[:40], QUESTIONS)
        raise InputError([Problem(FILE, 0, 0, "question", f'no question "{question[:40]}"', remedy)])
    found = wished(placed.scenario, placed.levers.wishes)[0] if placed.levers.wishes else case_of(placed.scenario)
    study = ask(found, question, **asked)
    return {
        "title": study.title,
        "answer": list(study.answer),
        "warnings": list(study.warnings),
        "tables": [
            {
                "title": one.title,
                "columns": [c.id for c in one.columns],
                "units": {c.id: c.unit for c in one.columns},
                "rows": [dict(row) for row in one.rows],
            }
            for one in study.tables
        ],
        "changed": list(placed.changed),
    }
