"""Read an `actors.yaml`: every problem at once, each with line and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

from corridor.core.decode import text_of
from corridor.core.errors import InputError, Problem
from corridor.core.spots import Places, Spot, read_spots, spotted
from corridor.strategy.model.actors_file import Actor, ActorsFile, Effect
from corridor.strategy.model.desk import Desk
from corridor.strategy.model.feasible import at_least_one, mutually_exclusive, only_if
from corridor.strategy.model.model import Package
from corridor.strategy.model.read_preferences import (
    beliefs_of,
    evidence_of,
    features_of,
    formula_at,
    preferences_of,
    stakes_of,
)
from corridor.strategy.model.read_priors import read_feedback, read_priors
from corridor.strategy.model.space import Direction, Option

_TOP = (
    "meta", "format", "actors", "options", "infeasible", "same", "derived", "features", "flags", "status_quo",
    "preferences", "stakes", "beliefs", "packages", "policies", "priors", "effects", "humanitarian_link", "notes",
    "variants",
)  # fmt: skip
_META = ("id", "title", "decision_clock", "status_quo", "status_quo_evidence", "evidence", "as_of", "note")
_PACKAGE = ("id", "text", "members", "set", "rate_per_week", "rate_multiplier", "evidence", "note")
OFTEN = 100.0
"""Most decisions, or offers, in a week, and the most that one option multiplies offers by."""
_DIRECTIONS: dict[object, Direction] = {True: "both", False: "up", "false_to_restore": "down"}
_SHORTHANDS: dict[str, Callable[..., list[dict[str, bool]]]] = {
    "mutually_exclusive": mutually_exclusive,
    "at_least_one": at_least_one,
    "only_if": only_if,
}


def read_actors_file(path: str | Path) -> ActorsFile:
    """Return the content of an `actors.yaml`; see `read_actors`."""
    return read_actors(text_of(Path(path)), Path(path).name)


def read_actors(text: str, file: str = "actors.yaml") -> ActorsFile:
    """Return the content of the text of an `actors.yaml`; see `read_actors_spots`."""
    return read_actors_spots(read_spots(text, file), file)


def read_actors_data(data: Mapping[str, Any], file: str = "actors.yaml", places: Places | None = None) -> ActorsFile:
    """Return the content of an `actors.yaml` given as plain data, with the places that are known of its pieces."""
    return read_actors_spots(spotted(data, places or {}), file)


def read_actors_spots(root: Spot, file: str = "actors.yaml") -> ActorsFile:
    """Return the content of an `actors.yaml`.

    Raises
    ------
    InputError : with every unknown name, formula that cannot be read, value out of bounds and
        repeated id, each with its line and column
    """
    desk = Desk(file)
    top = desk.mapping(root, _TOP)
    meta = desk.mapping(top.get("meta"), _META)
    actors, owners = _actors(desk, top)
    options = _options(desk, top, owners, [actor.id for actor in actors])
    ids = [option.id for option in options]
    flags = {name: desk.switch(spot) for name, spot in desk.mapping(top.get("flags")).items()}
    features = features_of(desk, top, [*ids, *flags])
    words = [*ids, *flags, *features]
    statements, rankings = preferences_of(desk, top, [actor.id for actor in actors], words, len(options))
    stakes = stakes_of(desk, top, [actor.id for actor in actors], words, [s.id for s in statements])
    taken = [one.id for one in (*statements, *stakes)]
    beliefs = beliefs_of(desk, top, [actor.id for actor in actors], words, taken)
    link = desk.mapping(top.get("humanitarian_link"))
    feedback = read_feedback(desk, link, [s.id for s in statements])
    statements = tuple(replace(s, feedback=True) if s.id in feedback.statements else s for s in statements)
    priors, scale_given = read_priors(desk, top, feedback)
    packages = _packages(desk, top, options, [actor.id for actor in actors])
    _variants(desk, top, ids, [package.id for package in packages])
    content = ActorsFile(
        file,
        desk.text(meta.get("id")),
        desk.text(meta.get("title")),
        actors,
        options,
        _patterns(desk, top, "infeasible", ids),
        _patterns(desk, top, "same", ids),
        features,
        flags,
        _values(desk, meta.get("status_quo") or top.get("status_quo"), ids, "option"),
        statements,
        stakes,
        beliefs,
        rankings,
        packages,
        {name: _values(desk, spot, [*ids, *flags], "option or flag") for name, spot in _section(desk, top, "policies")},
        _effects(desk, top, words),
        priors,
        scale_given,
        desk.whole(desk.mapping(meta.get("decision_clock"), ("unit", "horizon")).get("horizon"), 13, 1, 520),
        {name: spot.plain() for name, spot in link.items()},
        root.places(),
    )
    if desk.problems:
        raise InputError(sorted(desk.problems))
    return content


def _section(desk: Desk, top: Mapping[str, Spot], key: str) -> list[tuple[str, Spot]]:
    return list(desk.mapping(top.get(key)).items())


def _actors(desk: Desk, top: Mapping[str, Spot]) -> tuple[tuple[Actor, ...], dict[str, str]]:
    """Return the actors, and option -> owner as listed under the actors."""
    actors: list[Actor] = []
    owners: dict[str, str] = {}
    for name, spot in _section(desk, top, "actors"):
        entry = desk.mapping(spot, ("name", "rate", "options", "evidence", "note"))
        actors.append(Actor(name, desk.text(entry.get("name"), name), desk.number(entry.get("rate"), 1.0, 0.0, OFTEN)))
        for item in desk.sequence(entry.get("options")):
            option = desk.text(item)
            if option in owners:
                desk.problem(item, f'"{option}" already belongs to {owners[option]}', "an option has one owner")
            owners[option] = name
    if not actors:
        desk.problems.append(Problem(desk.file, 0, 0, "actors", "no actor is declared"))
    return tuple(actors), owners


def _options(desk: Desk, top: Mapping[str, Spot], owners: Mapping[str, str], actors: list[str]) -> tuple[Option, ...]:
    options = []
    entries = dict(_section(desk, top, "options"))
    for name, spot in entries.items():
        entry = desk.mapping(spot, ("text", "owner", "reversible", "direction", "evidence", "note"))
        owner = owners.get(name, "")
        if "owner" in entry:
            owner = desk.text(entry["owner"])
            desk.known(entry["owner"], owner, actors, "actor")
        if not owner:
            desk.problem(spot, f'"{name}" belongs to nobody', "list it under the options of an actor")
        way: Direction = "both"
        if "direction" in entry:
            text = desk.text(entry["direction"])
            if desk.known(entry["direction"], text, get_args(Direction), "direction"):
                way = text  # type: ignore[assignment]
        elif "reversible" in entry:
            value = entry["reversible"].value
            if isinstance(value, (bool, str)) and value in _DIRECTIONS:
                way = _DIRECTIONS[value]
            else:
                desk.problem(entry["reversible"], "must be true, false or false_to_restore")
        options.append(Option(name, owner, way, desk.text(entry.get("text"))))
    for _, spot in _section(desk, top, "actors"):
        for item in desk.sequence(desk.mapping(spot).get("options")):
            desk.known(item, desk.text(item), entries, "option")
    return tuple(options)


def _values(desk: Desk, spot: Spot | None, words: list[str], what: str) -> dict[str, bool]:
    """Return name -> value of a pattern, a status quo, or a policy; `text` and `evidence` are for people."""
    found = {}
    for name, value in desk.mapping(spot).items():
        if name not in {"text", "evidence", "note"} and desk.known(value, name, words, what):
            found[name] = desk.switch(value)
    return found


def _variants(desk: Desk, top: Mapping[str, Spot], ids: list[str], packages: list[str]) -> None:
    """Check what a model says of earlier days: what was taken then, and which packages nobody had offered yet."""
    for _, spot in _section(desk, top, "variants"):
        entry = desk.mapping(spot, ("as_of", "status_quo", "without", "note"))
        try:
            date.fromisoformat(desk.text(entry.get("as_of")))
        except ValueError:
            desk.problem(entry.get("as_of", spot), "needs a day", "write as_of: 2023-07-15")
        _values(desk, entry.get("status_quo"), ids, "option")
        for item in desk.sequence(entry.get("without")):
            desk.known(item, desk.text(item), packages, "package")


def _patterns(desk: Desk, top: Mapping[str, Spot], key: str, ids: list[str]) -> tuple[Mapping[str, bool], ...]:
    patterns: list[Mapping[str, bool]] = []
    for item in desk.sequence(top.get(key)):
        entry = desk.mapping(item)
        kind = next((name for name in _SHORTHANDS if name in entry), None)
        if kind is None:
            pattern = _values(desk, entry.get("pattern", item), ids, "option")
            if not pattern:
                desk.problem(item, "the pattern is empty: it would match every state")
            patterns.append(pattern)
            continue
        listed = desk.sequence(entry[kind])
        chosen = [desk.text(option) for option in listed]
        good = [desk.known(spot, name, ids, "option") for spot, name in zip(listed, chosen, strict=True)]
        if len(chosen) < 2 or (kind == "only_if" and len(chosen) != 2):
            desk.problem(entry[kind], "needs two options" if kind == "only_if" else "needs at least two options")
        elif all(good):
            patterns += _SHORTHANDS[kind](*chosen)
    return tuple(patterns)


def _packages(
    desk: Desk, top: Mapping[str, Spot], options: tuple[Option, ...], actors: list[str]
) -> tuple[Package, ...]:
    packages: list[Package] = []
    owner = {option.id: option.owner for option in options}
    for item in desk.sequence(top.get("packages")):
        entry = desk.mapping(item, _PACKAGE)
        name = desk.text(entry.get("id"), f"package {len(packages) + 1}")
        if name in {package.id for package in packages}:
            desk.problem(entry.get("id", item), f'"{name}" is used twice')
        listed = [(spot, desk.text(spot)) for spot in desk.sequence(entry.get("members"))]
        members = [actor for spot, actor in listed if desk.known(spot, actor, actors, "actor")]
        sets = _values(desk, entry.get("set"), list(owner), "option")
        if not sets or not members:
            desk.problem(item, "needs members, and options to set")
        for option in sets:
            if owner[option] not in members:
                remedy = f"add {owner[option]} to the members"
                desk.problem(entry["set"].value[option], f'"{option}" is not an option of a member', remedy)
        factors = desk.mapping(entry.get("rate_multiplier"))
        multipliers = {
            option: desk.number(spot, 1.0, 0.0, OFTEN)
            for option, spot in factors.items()
            if desk.known(spot, option, owner, "option")
        }
        rate = desk.number(entry.get("rate_per_week"), 0.0, 0.0, OFTEN)
        text, evidence = desk.text(entry.get("text")), evidence_of(desk, entry.get("evidence"))
        packages.append(Package(name, tuple(members), sets, rate, multipliers, text, evidence))
    return tuple(packages)


def _effects(desk: Desk, top: Mapping[str, Spot], words: list[str]) -> tuple[Effect, ...]:
    spot = top.get("effects")
    if spot is None:
        return ()
    named = list(spot.value.items()) if isinstance(spot.value, dict) else [("", item) for item in desk.sequence(spot)]
    effects = []
    for n, (key, item) in enumerate(named):
        entry = desk.mapping(item)
        if "when" not in entry or "set" not in entry:
            desk.problem(item, 'needs "when" (a formula) and "set" (what then holds)')
            continue
        name = key or desk.text(entry.get("id"), f"effect {n + 1}")
        sets = {field: value.plain() for field, value in desk.mapping(entry["set"]).items()}
        formula, evidence = formula_at(desk, entry["when"], words), evidence_of(desk, entry.get("evidence"))
        effects.append(Effect(name, formula, desk.text(entry["when"]), sets, evidence, entry["set"].field))
    return tuple(effects)
