"""A draft without problems and a variant to the frozen Scenario: what is known later is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from corridor.scenario.build.actors import MAIN, pick_model, policies_for
from corridor.scenario.build.draft import ActorPolicyDraft, Draft, Entry, PolicyDraft, Settings
from corridor.scenario.build.exits import implied_exits
from corridor.scenario.build.known import Known, policy_known
from corridor.scenario.build.late import standing, waiting
from corridor.scenario.model import (
    Action,
    ActorPolicy,
    Bus,
    Displaced,
    Event,
    Evidence,
    Fleet,
    Herd,
    Link,
    Mix,
    Output,
    Pipeline,
    Place,
    Policy,
    Quantity,
    Ration,
    Reception,
    Report,
    Route,
    Scenario,
    Sign,
    Stock,
    Variant,
)
from corridor.scenario.read.fields import CitedQuantity
from corridor.scenario.read.source import Cell
from corridor.scenario.row import Measured, quantity_of, sorted_in
from corridor.tables.folder import TABLES

_ROWS: dict[str, type[Measured]] = {
    "places": Place, "links": Link, "stocks": Stock, "outputs": Output, "livestock": Herd, "pipelines": Pipeline,
    "fleets": Fleet, "rations": Ration, "series": Report, "reception": Reception, "buses": Bus,
}  # fmt: skip
"""table -> class of its rows, where they hold quantities"""


def assemble(
    draft: Draft,
    settings: Settings,
    known: Known,
    variant: Variant,
    *,
    calibrated: bool = True,
    actors: str | None = MAIN,
) -> Scenario:
    """Return the scenario as a variant sees it. The draft must be free of problems.

    calibrated : whether stocks come from calibrated.csv where it has them, or from stocks.csv alone (the prior)
    actors : which model of the sides it carries; None for none
    """
    as_of = variant.as_of
    late = waiting(draft, known, as_of)

    def seen(table: str) -> list[Entry]:
        return [entry for entry in draft.rows(table) if known.of(entry) <= as_of and id(entry) not in late]

    def cited(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in ids if known.evidence[name] <= as_of)

    def fields(entry: Entry, table: str) -> dict[str, Any]:
        """Return the row's values as the model names them, each quantity with the row's evidence."""
        evidence = cited(entry.values.get("evidence") or ())
        values: dict[str, Any] = {}
        for column in TABLES[table].columns:
            value = entry.values.get(column.name)
            if isinstance(value, Quantity) and value.evidence != evidence:
                value = quantity_of(value.value, value.low, value.high, value.dist, evidence)
            if value is not None:
                values[column.attribute or column.name] = value
        values |= {"evidence": evidence, "known": known.of(entry)}
        return sorted_in(_ROWS[table], values) if table in _ROWS else values

    def quantity(item: CitedQuantity) -> Quantity | None:
        """Return a quantity of scenario.yaml, None where it is known only later."""
        ids = [cell.text for cell in item.evidence]
        if item.quantity is None or known.cited(ids, item.known) > as_of:
            return None
        return item.quantity.model_copy(update={"evidence": cited(ids)})

    implied = implied_exits(draft)
    places = tuple(
        place.model_copy(update={"exit": implied[place.id]}) if place.id in implied else place
        for place in (Place(**fields(entry, "places")) for entry in seen("places"))
    )
    links = tuple(Link(**fields(entry, "links")) for entry in seen("links"))
    link_ids = {link.id for link in links}
    days = standing(draft, known, late)

    def written(policies: Iterable[PolicyDraft]) -> tuple[Policy, ...]:
        known_by_then = (policy for policy in policies if policy_known(policy, known, days) <= as_of)
        return tuple(policy_of(policy, as_of, cited) for policy in known_by_then)

    parameters = {name: quantity(item) for name, item in settings.parameters.items()}
    mixes = {
        name: {commodity: quantity(share) for commodity, share in shares.items()}
        for name, shares in settings.mixes.items()
    }
    fitted = seen("calibrated")
    whose = _calibrated_by(settings, variant, {str(entry.values["variant"]) for entry in fitted})
    found = [fields(entry, "calibrated") for entry in fitted if entry.values["variant"] == whose]
    learnt = found if calibrated else []
    used = _used(draft)
    model = pick_model(draft, actors, as_of)
    thought = model is not None and model is not draft.actors.get(actors or "")
    # the main model is part of the folder's own digest; only another choice needs a mark
    mark = "" if actors == MAIN else f"\nactors {actors}"
    digest = hashlib.sha256(f"{draft.digest}\n{variant.id}\n{calibrated}{mark}".encode()).hexdigest()
    return Scenario(
        id=settings.id,
        title=settings.title,
        question=settings.question,
        time_zone=settings.time_zone,
        start=known.start,
        variant=variant.id,
        as_of=as_of,
        variants=settings.variants,
        horizon=settings.horizon,
        population=quantity(settings.population) if settings.population else None,
        reference_policy=settings.reference_policy.text if settings.reference_policy else "",
        bodies=settings.bodies,
        rules={process: cell.text for process, cell in settings.rules.items()},
        parameters={name: value for name, value in parameters.items() if value is not None},
        places=places,
        links=links,
        routes=tuple(
            Route(id=entry.values["id"], name=entry.values["name"], links=entry.values["links"])
            for entry in draft.rows("routes")
            if link_ids.issuperset(entry.values["links"])
        ),
        commodities=tuple(good for name, good in draft.commodities.items() if name in used),
        mixes=tuple(
            Mix(id=name, shares={commodity: share for commodity, share in shares.items() if share is not None})
            for name, shares in mixes.items()
        ),
        stocks=_stocks([fields(entry, "stocks") for entry in seen("stocks")], learnt),
        outputs=tuple(Output(**fields(entry, "outputs")) for entry in seen("outputs")),
        livestock=tuple(Herd(**fields(entry, "livestock")) for entry in seen("livestock")),
        pipelines=tuple(_pipeline(fields(entry, "pipelines")) for entry in seen("pipelines")),
        fleets=tuple(Fleet(**fields(entry, "fleets")) for entry in seen("fleets")),
        rations=tuple(Ration(**fields(entry, "rations")) for entry in seen("rations")),
        series=tuple(Report(**fields(entry, "series")) for entry in seen("series")),
        reception=_reception(places, [Reception(**fields(entry, "reception")) for entry in seen("reception")]),
        buses=tuple(Bus(**fields(entry, "buses")) for entry in seen("buses")),
        displaced=tuple(Displaced(**fields(entry, "displaced")) for entry in seen("displaced")),
        events=tuple(Event(**_event(fields(entry, "events"))) for entry in seen("events")),
        calibrated=tuple(sorted({row["commodity"] for row in learnt})),
        signs=tuple(Sign(**fields(entry, "signs")) for entry in seen("signs")),
        policies=written(draft.policies or []),
        conditions=written(draft.conditions or []),
        actors=model.data if model else None,
        actors_file=model.file if model else "actors.yaml",
        actors_places=model.places if model else {},
        actor_policies=policies_for(model.data if model else None, _held(draft.actor_policies, written, thought)),
        evidence={entry.values["id"]: Evidence(**_evidence(entry, known)) for entry in seen("evidence")},
        priority=settings.priority,
        window=settings.window,
        no_voice=settings.no_voice,
        cannot_tell=settings.cannot_tell,
        hash=digest,
    )


def _calibrated_by(settings: Settings, variant: Variant, calibrated: set[str]) -> str:
    """Return the variant whose calibrated stocks may be seen: its own, or the latest by then that has any.

    What calibration found rests on signs up to the day of its variant.
    """
    own = {one.id: one.as_of for one in settings.variants}
    if variant.id in calibrated and variant.as_of >= own.get(variant.id, variant.as_of):
        return variant.id
    earlier = [one for one in settings.variants if one.id in calibrated and one.as_of <= variant.as_of]
    return max(earlier, key=lambda one: one.as_of).id if earlier else ""


def _reception(places: Iterable[Place], rows: list[Reception]) -> tuple[Reception, ...]:
    """Return the rows of reception.csv, and an empty one for each exit without a row."""
    there = {row.place for row in rows}
    return (*rows, *(Reception(place=p.id, known=p.known) for p in places if p.exit and p.id not in there))


def _held(policies: list[ActorPolicyDraft], written: Any, thought: bool) -> Iterator[ActorPolicy]:
    """Yield the actor policies that the variant can know.

    thought : whether the model stands on a day before its own; what is asked of it then was thought of later, as it was
    """
    for policy in policies:
        asked = replace(policy, evidence=(), actions=[replace(one, evidence=()) for one in policy.actions])
        for plain in written([asked if thought else policy]):
            yield ActorPolicy(**dict(plain), fixes=policy.fixes, flags=policy.flags)


def _stocks(prior: list[dict[str, Any]], learnt: list[dict[str, Any]]) -> tuple[Stock, ...]:
    """Return the stocks, those that calibration found in place of the prior ones."""
    found = {(row["place"], row["commodity"]): {k: v for k, v in row.items() if k != "variant"} for row in learnt}
    return tuple(Stock(**found.get((row["place"], row["commodity"]), row)) for row in prior)


def _used(draft: Draft) -> set[str]:
    """Return the commodities that the folder names anywhere, the same for every variant."""
    used = {entry.cells["id"].text for entry in draft.rows("commodities")}
    for table in ("stocks", "outputs", "livestock", "pipelines", "rations", "signs"):
        used |= {entry.cells["commodity"].text for entry in draft.rows(table) if "commodity" in entry.cells}
    used |= {entry.cells["target"].text for entry in draft.rows("events") if "target" in entry.cells}
    for shares in draft.settings.mixes.values() if draft.settings else ():
        used |= shares.keys()
    return used


def _pipeline(values: dict[str, Any]) -> Pipeline:
    if values.get("starts") == "policy":
        values["dormant"] = True
        del values["starts"]
    return Pipeline(**values)


def _event(values: dict[str, Any]) -> dict[str, Any]:
    return {"target": "", "value": ""} | values


def _evidence(entry: Entry, known: Known) -> dict[str, Any]:
    texts = {name: cell.text for name, cell in entry.cells.items()}
    return texts | {"date": texts.get("date", ""), "known": known.of(entry)}


def policy_of(policy: PolicyDraft, as_of: date, cited: Any) -> Policy:
    """Return a policy with civil days; `cited` leaves the evidence that may be seen."""

    def day(when: int | date) -> date:
        return as_of + timedelta(days=when) if isinstance(when, int) else when

    def ids(cells: tuple[Cell, ...]) -> tuple[str, ...]:
        found: tuple[str, ...] = cited(cell.text for cell in cells)
        return found

    actions = tuple(
        Action(
            do=action.do,
            target=action.target_cell.text,
            value=action.value,
            starts=day(action.starts),
            ends=None if action.ends is None else day(action.ends),
            evidence=ids(action.evidence),
            latest=None if action.latest is None else day(action.latest),
            ends_latest=None if action.ends_latest is None else day(action.ends_latest),
            when=action.when,
            lasts=action.lasts,
            chance=action.chance,
            id=action.id,
        )
        for action in policy.actions
    )
    return Policy(
        id=policy.id, title=policy.title, summary=policy.summary, actions=actions, evidence=ids(policy.evidence)
    )
