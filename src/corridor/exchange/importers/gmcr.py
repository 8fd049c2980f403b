"""Conflicts that GMCR+ saved (.gmcr) -> actors.yaml: options, what cannot be, preferences or rankings of states.

The format: the source and the saved conflicts of gmcr-py 0.3 (public), which GMCR+ is. A state has a number there:
options in the order of their owners are the bits, feasible states are counted from 1 in the order of their codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from corridor.core.errors import InputError, Problem
from corridor.exchange.flee.sources import slugs
from corridor.exchange.importers.base import Import, Picks, json_of
from corridor.strategy.model.feasible import feasible_codes
from corridor.strategy.model.language import RESERVED
from corridor.strategy.model.read_actors import read_actors
from corridor.strategy.model.space import MAX_OPTIONS, Direction

DIRECTIONS: Mapping[str, Direction] = {"both": "both", "fwd": "up", "back": "down"}
"""GMCR+ -> ours: forward can only be taken, back only be dropped"""
RANKS = ("preferenceRanking", "preferenceVector")
BY_HAND = ("useManualPreferenceRanking", "useManualPreferenceVectors")
"""Keys of one meaning, the newer first."""
_READ = {"decisionMakers", "options", "infeasibles", "program", "version", *BY_HAND}
_READ_OF_SIDE = {"name", "options", "preferences", "payoffs", *RANKS}
MOST_SIDES, MOST_RANKED = 60, 20_000
"""Sides of a conflict, and states that somebody ranks one by one."""
_FILE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
Condition = list[list[tuple[int, bool]]]
"""Any of these holds, each of which is options and their values that hold together."""


class _Reader:
    """Reads one file, and keeps what is wrong with it."""

    def __init__(self, found: Import) -> None:
        self.found = found
        data = json_of(found)
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not self.data or not isinstance(self.data.get("decisionMakers"), list):
            self.wrong("decisionMakers", "is no conflict of GMCR+", "is this the right file?")
        elif not isinstance(self.data.get("options"), list):
            self.wrong("options", "must be a list")
        if found.wrong:
            raise InputError(found.wrong)
        self.sides = [one if isinstance(one, dict) else {} for one in self.data["decisionMakers"]]
        given = [one if isinstance(one, dict) else {} for one in self.data["options"]]
        if not 0 < len(given) <= MAX_OPTIONS or not 0 < len(self.sides) <= MOST_SIDES:
            message = f"{len(self.sides)} sides and {len(given)} options"
            self.wrong("options", message, f"1 to {MOST_SIDES} sides and 1 to {MAX_OPTIONS} options are read")
            raise InputError(found.wrong)
        self.options = given
        self.owner: dict[int, int] = {}
        for i, side in enumerate(self.sides):
            for at in self.listed(side.get("options"), f"decisionMakers[{i}].options"):
                if not _whole(at) or not 0 <= at < len(given):
                    self.wrong(f"decisionMakers[{i}].options", f"{str(at)[:40]} is the number of no option")
                elif self.owner.setdefault(at, i) != i:
                    self.wrong(f"options[{at}]", "belongs to two sides", "make an option of it for each")
        for at in range(len(given)):
            if at not in self.owner:
                self.wrong(f"options[{at}]", "belongs to nobody", "give it to a side, or remove it")
        self.order = sorted(self.owner, key=lambda at: self.owner[at])
        """Options by owner, as GMCR+ counts states."""

    def wrong(self, field: str, message: str, remedy: str = "") -> None:
        self.found.wrong.append(Problem(self.found.path.name, 0, 0, field, message, remedy))

    def listed(self, value: Any, field: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(field, "must be a list")
            return []
        return value

    def condition(self, value: Any, field: str) -> Condition:
        """Return a condition, with what holds twice once and what contradicts itself left out."""
        members = self.listed(value.get("members"), f"{field}.members") if isinstance(value, dict) else [value]
        found: Condition = []
        for member in members:
            taken: dict[int, bool] = {}
            contradicts = False
            for pair in self.listed(member, field):
                at, letter = pair if isinstance(pair, list) and len(pair) == 2 else (None, None)
                if not _whole(at) or at not in self.owner or letter not in ("Y", "N", "-"):
                    self.wrong(field, f"{str(pair)[:60]} is no option and its value", 'write [number, "Y" or "N"]')
                elif letter != "-":
                    contradicts |= taken.setdefault(at, letter == "Y") != (letter == "Y")
            if not contradicts:
                found.append(list(taken.items()))
        return found


def read_gmcr(path: Path, picks: Picks) -> Import:
    """Return actors.yaml of a conflict that GMCR+ saved.

    `--pick model=NAME` writes actors-NAME.yaml; `--pick status_quo=YNNY` says which options are taken at the beginning,
    a letter for each option in the order in which they are told: the file does not say it.
    """
    found = Import(path, "gmcr", "as the file's author says", "GMCR+", claim="options and preferences of sides")
    one = _Reader(found)
    raw = [_text(option.get("name"), f"option {at + 1}") for at, option in enumerate(one.options)]
    names = [_text(side.get("name"), f"side {i + 1}") for i, side in enumerate(one.sides)]
    sides = _ids(names, "side")
    counted = [
        raw[at] if raw.count(raw[at]) == 1 else f"{names[one.owner.get(at, 0)]} {raw[at]}" for at in range(len(raw))
    ]
    ids = _ids(counted, "option")
    patterns = _patterns(one)
    document: dict[str, Any] = {
        "meta": {"id": slugs([path.stem], "conflict")[0], "title": path.stem, "note": f"from {path.name}"},
        "actors": {name: {"name": said} for name, said in zip(sides, names, strict=True)},
        "options": {},
        "infeasible": [{ids[at]: int(value) for at, value in pattern.items()} for pattern in patterns],
        "preferences": {},
    }
    for at in one.order:
        way = DIRECTIONS.get(_text(one.options[at].get("permittedDirection"), "both"))
        if way is None:
            one.wrong(f"options[{at}].permittedDirection", "is not both, fwd or back", "write one of them")
        document["options"][ids[at]] = {"text": raw[at], "owner": sides[one.owner[at]], "direction": way or "both"}
    _begin(one, picks, document, ids)
    by_hand = any(bool(one.data.get(key)) for key in BY_HAND)
    for i, name in enumerate(sides):
        if by_hand:
            document["preferences"][name] = {"ranking": _ranking(one, i, patterns), "evidence": found.source}
        else:
            document["preferences"][name] = _statements(one, i, name, ids)
    _tell(one, by_hand, [ids[at] for at in one.order])
    if found.wrong:
        raise InputError(found.wrong[:100])
    model = picks.get("model", "")
    if model and not _FILE.fullmatch(model):
        one.wrong("model", f'"{model[:40]}" is no name of a model', "write a to z, 0 to 9, - and _")
    file = f"actors-{model}.yaml" if model and model != "actors" else "actors.yaml"
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    if not found.wrong:
        read_actors(text, file)  # what the house refuses, it refuses before anything is written
    found.pages[file] = text
    return found.finished()


def _statements(one: _Reader, i: int, name: str, ids: list[str]) -> list[dict[str, Any]]:
    """Return the statements of one side, most important first."""
    field = f"decisionMakers[{i}].preferences"
    found: list[dict[str, Any]] = []
    for n, value in enumerate(one.listed(one.sides[i].get("preferences"), field)):
        text = _formula(one.condition(value, f"{field}[{n}]"), ids)
        found.append({"id": f"{name}_{n + 1}", "wants": text, "evidence": one.found.source, "strength": 0.5})
    return found


def _formula(condition: Condition, ids: list[str]) -> str:
    """Return a condition in the language of preferences."""
    parts = [" & ".join(("" if value else "!") + ids[at] for at, value in member) for member in condition]
    if not parts or "" in parts:  # of no options: it always holds; of no members: never
        return "true" if parts else "false"
    return parts[0] if len(parts) == 1 else " | ".join(f"({part})" for part in parts)


def _patterns(one: _Reader) -> list[dict[int, bool]]:
    """Return what cannot be, each pattern once."""
    found: list[dict[int, bool]] = []
    for n, value in enumerate(one.listed(one.data.get("infeasibles"), "infeasibles")):
        for member in one.condition(value, f"infeasibles[{n}]"):
            if not member:
                one.wrong(f"infeasibles[{n}]", "excludes every state", "remove it")
            elif dict(member) not in found:
                found.append(dict(member))
    return found


def _ranking(one: _Reader, i: int, patterns: list[dict[int, bool]]) -> list[Any]:
    """Return the states of a side's ranking, best first, as letters; a list where some are equally good."""
    field, side = f"decisionMakers[{i}].{RANKS[0]}", one.sides[i]
    given = one.listed(next((side[key] for key in RANKS if key in side), None), field)
    bit = {at: 1 << j for j, at in enumerate(one.order)}
    masks = [(sum(bit[at] for at in p), sum(bit[at] for at, value in p.items() if value)) for p in patterns]
    if one.found.wrong:
        return []
    try:
        codes = feasible_codes(len(bit), masks, MOST_RANKED)
    except InputError as error:
        problem = error.problems[0]
        one.wrong(field, problem.message, "let the sides' preferences be conditions")
        return []
    letters = ["".join("Y" if code >> j & 1 else "N" for j in range(len(bit))) for code in codes.tolist()]
    places = [place if isinstance(place, list) else [place] for place in given]
    flat = [number for place in places for number in place]
    if any(not _whole(number) for number in flat) or sorted(flat) != list(range(1, len(letters) + 1)):
        message = f"does not name each of the {len(letters)} feasible states once"
        one.wrong(field, message, "rank the states in GMCR+ again, and save")
        return []
    ranks = [[letters[number - 1] for number in place] for place in places]
    return [place[0] if len(place) == 1 else place for place in ranks]


def _begin(one: _Reader, picks: Picks, document: dict[str, Any], ids: list[str]) -> None:
    """Add what is taken at the beginning, if somebody said it."""
    asked = picks.get("status_quo", "")
    if not asked:
        told = " ".join(ids[at] for at in one.order)
        one.found.told.append(
            f"the file does not say what is taken today: --pick status_quo=YN..., a letter for each of {told}"
        )
    elif len(asked) != len(one.order) or set(asked) - set("YN"):
        one.wrong("status_quo", f'"{asked[:70]}" is no state', f"write {len(one.order)} letters Y or N")
    else:
        document["status_quo"] = {ids[at]: int(letter == "Y") for at, letter in zip(one.order, asked, strict=True)}


def _tell(one: _Reader, by_hand: bool, order: list[str]) -> None:
    """Say what of the file is not carried over."""
    told = one.found.told
    if one.order != sorted(one.order):
        told.append(f"options stand in the order of their owners, as GMCR+ counts states: {' '.join(order)}")
    if by_hand:
        told.append("the sides rank states by hand; conditions on preferences that stand beside are not read")
    if any(side.get("misperceptions") for side in one.sides):
        told.append("which states a side does not see (misperceptions) is not read: see beliefs in actors.yaml")
    coalitions = one.data.get("coalitions")
    if isinstance(coalitions, list) and any(isinstance(members, list) for members in coalitions):
        told.append("coalitions are not read: ask coalition_stability for them")
    spare = [key for key in one.data if key not in _READ | {"coalitions", "coalitionsFull"}]
    spare += [key for side in one.sides for key in side if key not in _READ_OF_SIDE | {"misperceptions"}]
    if spare:
        told.append(f"not read: {', '.join(str(key)[:40] for key in dict.fromkeys(spare))}")


def _ids(names: list[str], prefix: str) -> list[str]:
    """Return a name for formulas of each text."""
    plain = [f"{prefix}_{one}" if one[0].isdigit() or one in RESERVED else one for one in slugs(names, prefix)]
    return list(slugs(plain, prefix))


def _text(value: Any, otherwise: str) -> str:
    return (
        " ".join(str(value).split())[:200] if isinstance(value, (str, int, float)) and str(value).strip() else otherwise
    )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
