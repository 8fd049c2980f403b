"""Read what actors want: features, ordered or weighted statements, and direct rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corridor.core.errors import did_you_mean
from corridor.core.spots import Spot
from corridor.strategy.model.desk import Desk
from corridor.strategy.model.language import Formula, FormulaError, names, parse, position
from corridor.strategy.model.model import Statement

_STAKE = ("id", "while", "worth", "low", "high", "feedback", "evidence", "note")
MOST_STAKE = 20.0
"""Largest stake, in weights of one average ranked statement; with the usual sharpness 3 already forbids a move."""
_STATEMENT = ("id", "wants", "evidence", "strength", "weight", "feedback", "note")


def formula_at(desk: Desk, spot: Spot, words: list[str]) -> Formula:
    """Return the formula at a spot; note what cannot be read, and every unknown name at its place."""
    text = desk.text(spot)
    try:
        formula = parse(text)
    except FormulaError as error:
        desk.problem(spot, error.message, error.remedy, error.at)
        return ("true",)
    known = set(words)
    for name in names(formula):
        if name not in known:
            desk.problem(spot, f'no option, feature or flag "{name}"', did_you_mean(name, words), position(text, name))
    return formula


def features_of(desk: Desk, top: Mapping[str, Spot], words: list[str]) -> dict[str, Formula]:
    """Return feature -> formula of `derived` and `features`; note circles and names that are taken."""
    entries = dict([*desk.mapping(top.get("derived")).items(), *desk.mapping(top.get("features")).items()])
    for name, spot in entries.items():
        if name in words:
            desk.problem(spot, f'"{name}" is already an option or a flag', "rename one")
    texts = {name: s.value.get("is", s) if isinstance(s.value, dict) else s for name, s in entries.items()}
    formulas = {name: formula_at(desk, spot, [*words, *entries]) for name, spot in texts.items()}
    settled = set(words)
    waiting = dict(formulas)
    while waiting:
        ready = [name for name, formula in waiting.items() if not (set(names(formula)) & waiting.keys()) - settled]
        if not ready:
            for name in waiting:
                desk.problem(entries[name], "features define each other in a circle", f"see {', '.join(waiting)}")
            return {}
        for name in ready:
            del waiting[name]
    return formulas


def evidence_of(desk: Desk, spot: Spot | None) -> str:
    """Return evidence given as one text or as a list of texts."""
    if spot is not None and isinstance(spot.value, list):
        return "; ".join(desk.text(item) for item in spot)
    return desk.text(spot)


def preferences_of(
    desk: Desk, top: Mapping[str, Spot], actors: list[str], words: list[str], n_options: int, taken: Sequence[str] = ()
) -> tuple[tuple[Statement, ...], dict[str, tuple[tuple[str, ...], ...]]]:
    """Return the statements, each actor's most important first, and actor -> ranking, best first."""
    statements: list[Statement] = []
    rankings: dict[str, tuple[tuple[str, ...], ...]] = {}
    for actor, spot in desk.mapping(top.get("preferences")).items():
        desk.known(spot, actor, actors, "actor")
        if isinstance(spot.value, dict):
            entry = desk.mapping(spot, ("ranking", "evidence", "note"))
            rankings[actor] = tuple(
                tuple(_letters(desk, item, n_options) for item in (place if isinstance(place.value, list) else [place]))
                for place in desk.sequence(entry.get("ranking"))
            )
            continue
        own: list[Statement] = []
        for item in desk.sequence(spot):
            entry = desk.mapping(item, _STATEMENT)
            name = desk.text(entry.get("id"))
            for key in ("id", "wants"):
                if key not in entry:
                    desk.problem(item, f'needs "{key}"')
            if name in {s.id for s in statements} | {s.id for s in own} | set(taken):
                desk.problem(entry.get("id", item), f'"{name}" is used twice', "ids are unique in the file")
            if "wants" not in entry:
                continue
            wants = entry["wants"]
            weight = desk.number(entry["weight"], 1.0) if "weight" in entry else None
            strength = desk.number(entry.get("strength"), 0.5, 0.0, 1.0)
            feedback = desk.switch(entry["feedback"]) if "feedback" in entry else False
            formula, evidence = formula_at(desk, wants, words), evidence_of(desk, entry.get("evidence"))
            place = (wants.line, wants.column)
            own.append(
                Statement(name, actor, formula, desk.text(wants), evidence, strength, weight, feedback, None, *place)
            )
        if len({s.weight is None for s in own}) > 1:
            desk.problem(spot, "some statements have a weight and some have none", "give all of them one, or none")
        if own and own[0].weight is not None:
            own.sort(key=lambda s: -(s.weight or 0.0))
        statements += own
    return tuple(statements), rankings


def stakes_of(
    desk: Desk, top: Mapping[str, Spot], actors: list[str], words: list[str], taken: list[str]
) -> tuple[Statement, ...]:
    """Return the stakes of all actors; `taken` are the ids of the statements."""
    stakes: list[Statement] = []
    for actor, spot in desk.mapping(top.get("stakes")).items():
        desk.known(spot, actor, actors, "actor")
        for item in desk.sequence(spot):
            entry = desk.mapping(item, _STAKE)
            for key in ("id", "while", "worth"):
                if key not in entry:
                    desk.problem(item, f'needs "{key}"')
            name = desk.text(entry.get("id"))
            if name in {*taken, *(one.id for one in stakes)}:
                desk.problem(entry.get("id", item), f'"{name}" is used twice', "ids are unique in the file")
            if "while" not in entry or "worth" not in entry:
                continue
            middle = desk.number(entry["worth"], 0.0, -MOST_STAKE, MOST_STAKE)
            low = desk.number(entry.get("low"), middle, -MOST_STAKE, MOST_STAKE)
            high = desk.number(entry.get("high"), middle, -MOST_STAKE, MOST_STAKE)
            if not low <= middle <= high:
                remedy = "of a cost, low is the larger cost: low: -2, worth: -1, high: -0.5"
                desk.problem(entry["worth"], f"low {low:g}, worth {middle:g}, high {high:g} are not in order", remedy)
            holds, evidence = entry["while"], evidence_of(desk, entry.get("evidence"))
            formula, felt = formula_at(desk, holds, words), "feedback" in entry and desk.switch(entry["feedback"])
            text, place = desk.text(holds), (holds.line, holds.column)
            stakes.append(Statement(name, actor, formula, text, evidence, 0.5, None, felt, (low, middle, high), *place))
    return tuple(stakes)


def beliefs_of(
    desk: Desk, top: Mapping[str, Spot], actors: list[str], words: list[str], taken: list[str]
) -> tuple[Statement, ...]:
    """Return what actors take others to want: preferences and stakes as they stand at the top, under each believer.

    Who is named there wants, in the believer's eyes, that and nothing else; `taken` are the ids that are given away.
    """
    found: list[Statement] = []
    for believer, spot in desk.mapping(top.get("beliefs")).items():
        desk.known(spot, believer, actors, "actor")
        entry = desk.mapping(spot, ("preferences", "stakes", "note"))
        used = [*taken, *(one.id for one in found)]
        ranked, rankings = preferences_of(desk, entry, actors, words, 0, used)
        for actor in rankings:
            where = entry["preferences"].value[actor]
            desk.problem(where, "a belief is a list of statements, not a ranking", 'write {id: …, wants: "…"}')
        own = (*ranked, *stakes_of(desk, entry, actors, words, [*used, *(one.id for one in ranked)]))
        for actor in {one.actor for one in own if one.actor == believer}:
            desk.problem(spot, f"{actor} knows its own wants", "say what it believes of another side")
        if not own:
            desk.problem(spot, "believes nothing", "give preferences of another side, or leave it out")
        found += [replace(one, believer=believer) for one in own]
    return tuple(found)


def _letters(desk: Desk, spot: Spot, n_options: int) -> str:
    text = desk.text(spot)
    if len(text) != n_options or set(text) - set("YN-"):
        desk.problem(spot, f'"{text}" is not a state', f"write {n_options} letters Y, N or -, one for each option")
        return "-" * n_options
    return text
