"""Models of the sides as plain data: `actors.yaml` is the main one, `actors-draft.yaml` the one called `draft`.

Only their form is read here. What they mean is the business of the strategy library, which checks them by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.spots import read_spots
from corridor.scenario.build.draft import ActorsDraft, Draft
from corridor.scenario.model import ActorPolicy
from corridor.scenario.read.yaml_tree import read_yaml

MAIN = "actors"
_FILE = re.compile(r"actors(?:-([a-z0-9][a-z0-9_-]*))?\.ya?ml")


def model_name(file: str) -> str | None:
    """Return the name of the model of the sides that a file holds; None where it holds none."""
    match = _FILE.fullmatch(file)
    if match is None or (match[1] is None and file != "actors.yaml"):
        return None
    return match[1] or MAIN


def model_files(present: Iterable[str]) -> Iterator[str]:
    """Yield the files of further models of the sides (`actors-<name>.yaml`) in order."""
    for name in sorted(present):
        if model_name(name) not in (None, MAIN) and name.endswith(".yaml"):
            yield name


def read_model(text: str, file: str, draft: Draft) -> None:
    """Add a model of the sides to the draft; what is wrong with its form becomes problems."""
    root, found = read_yaml(text, file)
    draft.problems.extend(found)
    if root is None or found:
        return
    if root.kind != "map":
        draft.problems.append(root.problem("must be keys with values", "begin with `actors:`"))
        return
    try:
        # safe: aliases, tags and deep nesting have been refused above
        spots = read_spots(text, file)
    except (InputError, ValueError) as error:
        message = f"a value cannot be read: {str(error).splitlines()[0]}"
        draft.problems.append(Problem(file, 0, 0, "", message, "put quotes around it if it is meant as text"))
        return
    data = spots.plain()
    meta = data.get("meta")
    written = str(meta.get("as_of", "")) if isinstance(meta, dict) else ""
    try:
        as_of = date.fromisoformat(written) if written else None
    except ValueError:
        spot = root.entries["meta"].entries["as_of"]
        draft.problems.append(spot.problem(f'"{written}" is not a day', "write it as 2023-09-18"))
        return
    draft.actors[model_name(file) or file] = ActorsDraft(
        file, data, spots.places(), _keys(data, "options"), _keys(data, "flags"), as_of
    )


def pick_model(draft: Draft, name: str | None, as_of: date) -> ActorsDraft | None:
    """Return the model of the sides that was asked for; None where a variant is too early for it or none is wanted.

    Raises
    ------
    InputError : the folder has no model of that name; the main one may be missing
    """
    if name is None or (name == MAIN and MAIN not in draft.actors):
        return None
    if name not in draft.actors:
        message = f'the folder has no model of the sides called "{name}"'
        remedy = did_you_mean(name, draft.actors)
        raise InputError([Problem("actors.yaml" if name == MAIN else f"actors-{name}.yaml", 0, 0, "", message, remedy)])
    model = draft.actors[name]
    if model.as_of is None or model.as_of <= as_of:
        return model
    earlier = [one for one in _earlier(model.data) if one[0] <= as_of]
    return None if not earlier else replace(model, data=_as_of(model.data, *max(earlier, key=lambda one: one[0])))


def _earlier(data: Mapping[str, Any]) -> list[tuple[date, Mapping[str, Any]]]:
    """Return the earlier days of which a model says what held then, and what it says."""
    found = []
    for _, entry in _entries(data, "variants"):
        written = str(entry.get("as_of", "")) if isinstance(entry, dict) else ""
        try:
            found.append((date.fromisoformat(written), entry))
        except ValueError:
            continue  # the strategy library tells it
    return found


def _as_of(data: Mapping[str, Any], day: date, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model as it stands on an earlier day: what is taken then, and without the offers that came later."""
    left_out = set(entry.get("without") or ())
    packages = [one for one in data.get("packages") or () if one.get("id") not in left_out]
    meta = {**data["meta"], "as_of": day.isoformat(), "status_quo": entry.get("status_quo") or {}}
    note = " ".join(str(one) for one in (data["meta"].get("note"), entry.get("note")) if one)
    out = {key: value for key, value in data.items() if key not in ("variants", "status_quo")}
    return {**out, "meta": {**meta, "note": note}, "packages": packages}


def policies_for(data: dict[str, Any] | None, policies: Iterable[ActorPolicy]) -> tuple[ActorPolicy, ...]:
    """Return the actor policies that a model of the sides can play.

    Those of policies.yaml that hold only what the model declares; the model's own `policies` where none does.
    """
    if data is None:
        return ()
    options, flags = set(_keys(data, "options")), set(_keys(data, "flags"))
    fitting = tuple(
        p for p in policies
        if options.issuperset(p.fixes) and flags.issuperset(p.flags) and options.issuperset(p.held_for_a_time)
    )  # fmt: skip
    if any(policy.fixes or policy.flags or policy.held_for_a_time for policy in fitting):
        return fitting
    found = []
    for key, held in _entries(data, "policies"):
        values = {k: v in (1, True, "Y", "y") for k, v in (held if isinstance(held, dict) else {}).items()}
        text = str(held.get("text", "")) if isinstance(held, dict) else ""
        fixes = {k: v for k, v in values.items() if k in options}
        own = {k: v for k, v in values.items() if k in flags}
        title = text or key.replace("_", " ")
        found.append(ActorPolicy(id=key, title=title, summary=text, fixes=fixes, flags=own))
    return tuple(found)


def _entries(data: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    part = data.get(key)
    return list(part.items()) if isinstance(part, dict) else []


def _keys(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(name for name, _ in _entries(data, key))
