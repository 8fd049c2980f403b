"""Flee's settings file -> rule `flee3`, with a list of what it asks for and does not get."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.rules.displacement.flee3 import Flee3

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
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise InputError([Problem(file.name, 0, 0, "", f"cannot be read: {error}")]) from error
    known = {field.name for field in fields(Flee3)} - _OWN
    values: dict[str, Any] = {}
    notes: list[Problem] = []
    for section, inert in _WITHOUT_EFFECT.items():
        for key, value in (document.get(section) or {}).items():
            if key in known:
                values[key] = tuple(value) if isinstance(value, list) else value
            elif key not in inert:
                notes.append(Problem(file.name, 0, 0, key, "unknown; ignored", did_you_mean(key, known | set(inert))))
            elif inert[key] is not None and value != inert[key]:
                notes.append(Problem(file.name, 0, 0, key, f"{value} is not offered; played as {inert[key]}"))
    if values.get("conflict_spawn_decay") is None and "conflict_spawn_decay" in values:
        values["conflict_spawn_decay"] = ()
    values.setdefault("conflict_spawn_decay", ())
    try:
        return Flee3(**values, as_flee=as_flee), tuple(notes)
    except (TypeError, ValueError) as error:
        raise InputError([Problem(file.name, 0, 0, "", str(error))]) from error
