"""Which levers a case has: from the table of fields, with the range that is drawn and what the number stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from corridor.analysis.outcomes.first_days import EVENTS
from corridor.analysis.outcomes.table import available
from corridor.analysis.plain import plain_row
from corridor.analysis.signs.weights import titles
from corridor.report.sections import inputs
from corridor.report.sections.labels import said_of
from corridor.results import read
from corridor.rules import PARAMETERS
from corridor.scenario.model import Scenario
from corridor.scenario.numbers import numbers
from corridor.scenario.text import text_at
from corridor.scenario.traffic import PASSES, words_of
from corridor.studies.levers import OUTCOMES
from corridor.studies.whatif_answer import fans
from corridor.tables.folder import settable, sought
from corridor.words.speak import LANGUAGES, said

CHOICES = (
    "closed", "medical", "humanitarian+medical", "people_out+people_in", "humanitarian+medical+people_out+people_in",
    "open",
)  # fmt: skip
"""regimes that a lever offers; any other is written as text"""
GROUPS: Mapping[str, str] = {
    "stocks": "stocks", "outputs": "stocks", "livestock": "stocks", "pipelines": "pipelines", "fleets": "pipelines",
    "links": "links", "places": "people", "population": "people", "reception": "people", "buses": "people",
    "rations": "rations",
}  # fmt: skip
"""table -> where its numbers stand among the levers; all others are uncertainties"""

ON_SCREEN: Mapping[str, str] = {"mean intake": "mean intake, with those who have died or left since"}
"""outcomes that a fan has too, of other people: there of those who are still there"""

ALL_FOOD = "food in store runs out"


def levers_of(scenario: Scenario, ds: xr.Dataset) -> list[dict[str, Any]]:
    """Return the numbers that `--set` changes: path, group, label, unit, what the case gives, the middle and the 90 %
    range of what was drawn (after what was seen, where signs weigh the futures), its standing.

    A lever that no command may search over (what people are given to eat, closures) is set by hand all the same;
    `sought` says so.
    """
    tables, found = settable(), dict[str, dict[str, Any]]()
    for number in inputs.numbers(ds, scenario):
        head = number.path.partition(".")[0]
        if head not in tables and number.path not in PARAMETERS and head != "population":
            continue
        middle, low, high = number.drawn
        found[number.path] = {
            "path": number.path, "group": GROUPS.get(head, "uncertainties"), "label": number.says.rstrip("."),
            "unit": number.unit, "given": _given(scenario, number.path), "value": middle, "low": low, "high": high,
            "standing": number.standing, "basis": number.basis, "disputed_by": number.disputed_by,
            "sought": sought(number.path),
        }  # fmt: skip
    for one in numbers(scenario):
        head, middle = one.path.partition(".")[0], one.quantity.value
        if one.path in found or not one.field.settable or not one.given or not middle < float("inf"):
            continue
        found[one.path] = {
            "path": one.path, "group": GROUPS.get(head, "uncertainties"), "label": said_of(one, scenario),
            "unit": one.field.canonical, "given": middle, "value": middle, "low": 0.0, "high": 2.0 * middle or 1.0,
            "standing": "taken as certain", "basis": "", "disputed_by": "", "sought": sought(one.path),
        }  # fmt: skip
    return [plain_row(row) for row in found.values()]


def _given(scenario: Scenario, path: str) -> float | None:
    """Return the number that a case gives, or its rule where the case gives none; None where it gives no number."""
    parts = text_at(scenario, path).split("..")
    try:
        return float(parts[len(parts) // 2])
    except ValueError:
        return None


def describe(scenario: Scenario, ds: xr.Dataset) -> dict[str, Any]:
    """Return what the first screen needs of a case before anything is played, levers included."""
    named, shown = {place.id: place.label for place in scenario.places}, fans(ds)
    regimes = _regimes(ds, scenario)
    closes = {event.target for event in scenario.events if event.kind == "regime"}
    closes |= {action.target.split(".")[1] for one in (*scenario.policies, *scenario.conditions)
               for action in one.actions if action.target.startswith("links.")}  # fmt: skip
    between = [f"{named[link.from_place]} – {named[link.to_place]}" for link in scenario.links]
    links = [
        {
            "id": link.id, "label": _told_apart(ends, link.id, between), "kind": link.kind,
            "controller": link.controller, "regime": regimes.get(link.id, words_of(link.regime)),
            "contested": link.id in closes,
        }
        for link, ends in zip(scenario.links, between, strict=True)
    ]  # fmt: skip
    pipelines = [
        {
            "id": pipe.id, "label": pipe.id.replace("_", " "), "from": named[pipe.from_place],
            "class": pipe.traffic, "commodity": pipe.commodity, "value": pipe.tonnes_per_day.value,
            "low": pipe.tonnes_per_day.low, "high": pipe.tonnes_per_day.high, "waits": pipe.dormant,
            "over": bool(pipe.ends and pipe.ends <= scenario.as_of),
        }
        for pipe in scenario.pipelines
    ]  # fmt: skip

    def about(one: Any) -> dict[str, Any]:
        return {"id": one.id, "title": one.title, "summary": one.summary, "acts": len(one.actions)}

    return {
        "case": scenario.id,
        "title": scenario.title,
        "question": scenario.question,
        "variant": scenario.variant,
        "variants": [
            {"id": one.id, "as_of": one.as_of.isoformat(), "note": one.note} for one in scenario.variants
        ],
        "as_of": scenario.as_of.isoformat(),
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        "horizon": scenario.horizon,
        "reference": scenario.reference_policy,
        "policies": [about(one) for one in scenario.policies],
        "conditions": [about(one) for one in scenario.conditions],
        "fans": [{"id": id_, **one} for id_, one in shown.items()],
        "levers": levers_of(scenario, ds),
        "seen": read.weights(ds) is not None,
        "links": links,
        "pipelines": pipelines,
        "regimes": list(CHOICES),
        "regime_words": list(PASSES),
        "no_voice": list(scenario.no_voice),
        "cannot_tell": list(scenario.cannot_tell),
        "has_sides": scenario.actors is not None,
        "said": _said([one["title"] for one in shown.values()] + names(ds) + titles(read.goods(ds))),
    }  # fmt: skip


def names(ds: xr.Dataset) -> list[str]:
    """Return what outcomes and first days of a run are called, in English."""
    known = available(ds)
    events = [f"{good.name} runs out" for good in read.goods(ds)] if "stock" in ds else []
    outcomes = [known[id_].outcome.name for id_ in OUTCOMES if id_ in known]
    return [*outcomes, ALL_FOOD, *events, *(event.name for event in EVENTS)]


def _said(texts: list[str]) -> dict[str, dict[str, str]]:
    """Return language -> English text -> what the screen calls it there, where that is something else."""
    return {
        one: {text: told for text in texts if (told := said(ON_SCREEN.get(text, text), one)) != text}
        for one in LANGUAGES
    }


def _told_apart(ends: str, link: str, between: list[str]) -> str:
    """Return what a link is called by the places that it joins, and by its id too where another joins the same."""
    return ends if between.count(ends) == 1 else f"{ends} ({link.replace('_', ' ')})"


def _regimes(ds: xr.Dataset, scenario: Scenario) -> dict[str, str]:
    """Return link -> the words of its regime on as_of."""
    if "regime" not in ds:
        return {}
    one = ds["regime"].isel(policy=0, condition=0, future=0).sel(day=str(scenario.as_of))
    found = one.transpose("link").to_numpy().astype(float)
    return {id_: words_of(int(kind)) for id_, kind in zip(read.ids(ds, "link"), found, strict=True) if kind == kind}
