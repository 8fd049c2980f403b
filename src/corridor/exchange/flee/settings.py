"""Flee's settings file -> rule `flee3`, with a list of what it asks for and does not get."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from corridor.core.decode import decode, note, tell
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.exchange.flee.tables import MOST
from corridor.rules.displacement.flee3 import Flee3
from corridor.scenario.read.source import read_bytes
from corridor.scenario.read.yaml_tree import read_yaml

_WITHOUT_EFFECT: dict[str, dict[str, Any]] = {
    "move_rules": {"max_walk_speed": None, "max_crossing_speed": None, "start_on_foot": False},
    "spawn_rules": {
        "sum_from_camps": True,
        "insert_day0": True,
        "empty_camps_on_day0": False,
        "conflict_zone_spawning_only": True,
    },
    "optimisations": {"hasten": 1},
}
"""Keys that are known; a value other than the one here is asked for but not offered (None: any is fine)."""

_OWN = {"as_flee", "bind", "memory_grains", "slot_km", "parts"}


def read_flee_settings(path: Path | str, *, as_flee: bool = False) -> tuple[Flee3, tuple[Problem, ...]]:
    """Read `simsetting.yml`.

    Returns
    -------
    The rule, and what was found: unknown keys (which Flee ignores without a word) and settings that are not offered.
    """
    file = Path(path)
    document = _document(file)
    known = {field.name: field.default for field in fields(Flee3) if field.name not in _OWN}
    values: dict[str, Any] = {}
    notes: list[Problem] = []
    wrong: list[Problem] = []
    for section, inert in _WITHOUT_EFFECT.items():
        given = document.get(section) or {}
        if not isinstance(given, dict):
            raise InputError(
                [Problem(file.name, 0, 0, section, "is not a list of settings", "write `name: value` lines")]
            )
        for key, value in given.items():
            if key in known:
                if not _fits(value, known[key]):
                    wrong.append(Problem(file.name, 0, 0, key, f"{value!r:.60} is not {_ASKED[type(known[key])]}"))
                values[key] = tuple(value) if isinstance(value, list) else value
            elif key not in inert:
                notes.append(
                    Problem(file.name, 0, 0, str(key), "unknown; ignored", did_you_mean(str(key), {*known, *inert}))
                )
            elif inert[key] is not None and value != inert[key]:
                notes.append(Problem(file.name, 0, 0, key, f"{value} is not offered; played as {inert[key]}"))
    if values.get("conflict_spawn_decay") is None and "conflict_spawn_decay" in values:
        values["conflict_spawn_decay"] = ()
    values.setdefault("conflict_spawn_decay", ())
    if wrong:
        raise InputError(wrong)
    try:
        return Flee3(**values, as_flee=as_flee), tuple(notes)
    except (TypeError, ValueError) as error:
        raise InputError([Problem(file.name, 0, 0, "", str(error))]) from error


_ASKED: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", tuple: "a list of numbers"}


def _fits(value: object, default: object) -> bool:
    """Whether a value has the form of a setting, whose default is given."""
    if isinstance(default, tuple):
        return value is None or (isinstance(value, list) and all(_fits(one, 0.0) for one in value))
    if isinstance(default, bool):
        return isinstance(value, bool) or value in (0, 1)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST:
        return False
    return isinstance(default, float) or value == int(value)


def _document(file: Path) -> dict[str, Any]:
    """Return the settings file as data.

    Raises
    ------
    InputError : it cannot be read, or is no YAML of names and values
    """
    data, problem = read_bytes(file, file.name)
    text, told = None, list[str]()
    if data is not None:
        text, problem = decode(data, file.name, told)
        tell(note(file.name, told))
    if text is None:
        raise InputError([problem] if problem else [])
    root, problems = read_yaml(text, file.name)
    if problems or root is None:
        raise InputError(problems)
    try:
        document = {} if root.empty else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise InputError([Problem(file.name, 0, 0, "", f"cannot be read: {error}")]) from error
    if not isinstance(document, dict):
        raise InputError([Problem(file.name, 0, 0, "", "is no list of settings", "write `name: value` lines")])
    return document
