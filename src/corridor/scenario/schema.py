"""The folder's format as JSON Schema, made from the tables that the reader uses."""

from __future__ import annotations

import math
from typing import Any

from corridor.scenario.build.policies import DOES
from corridor.scenario.build.settings import FORMAT, KEYS, LONGEST_HORIZON, REQUIRED
from corridor.scenario.groups import groups
from corridor.scenario.read.fields import QUANTITY_KEYS
from corridor.scenario.traffic import REGIMES
from corridor.tables.field import NOTE, Field, Table
from corridor.tables.folder import POPULATION, SHARE, TABLES, YAML_FILES, forms
from corridor.tables.goods import PRIORITY
from corridor.tables.parameter import DISTRIBUTIONS

Schema = dict[str, Any]
_DATE: Schema = {"type": "string", "format": "date"}
_TEXT: Schema = {"type": "string"}
_WORDS: Schema = {
    "type": ["string", "array"],
    "items": _TEXT,
    "description": "ids: a list, or words with spaces between",
}
_ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]*$", "maxLength": 100}


def schema() -> Schema:
    """Return the JSON Schema (2020-12) of a folder: file name -> table (a list of rows) or YAML document.

    `unit` beside a number names what a number without a unit is in.
    """
    properties: Schema = {spec.file: _table(spec) for spec in TABLES.values()}
    properties |= {"scenario.yaml": _settings(), "policies.yaml": _policies(), "actors.yaml": {"type": "object"}}
    properties["claims.yaml"] = {"type": "object"}
    required = [spec.file for spec in TABLES.values() if spec.required]
    required += [name for name, needed in YAML_FILES.items() if needed]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "corridor scenario folder",
        "description": "CSV: UTF-8, LF, header row, empty cell = not given. A number may carry a unit: 80 t/week.",
        "type": "object",
        "properties": properties,
        "required": sorted(required),
    }


def _number(column: Field) -> Schema:
    """Return a number in the column's unit, or a text with a number and a unit of the same dimension."""
    plain: Schema = {"type": "number"}
    if math.isfinite(column.low):
        plain["exclusiveMinimum" if column.above else "minimum"] = column.low
    if math.isfinite(column.high):
        plain["maximum"] = column.high
    written = {"type": "string", "pattern": r"^[+-]?[0-9.]+([eE][+-]?[0-9]+)?\s*\S.*$"}
    found: Schema = {"description": column.meaning, "unit": column.unit, "anyOf": [plain, written]}
    if column.canonical != column.unit:
        found["canonical_unit"] = column.canonical
    return found


def _column(column: Field) -> Schema:
    found: Schema
    match column.kind:
        case "quantity" | "number":
            return _number(column)
        case "id":
            found = dict(_ID)
        case "date":
            found = {"anyOf": [_DATE, {"enum": list(column.words)}]} if column.words else dict(_DATE)
        case "choice":
            found = {"enum": list(column.choices)}
        case "regime":
            words = "|".join(word for word in REGIMES if word not in ("open", "closed"))
            found = {"type": "string", "pattern": f"^(open|closed|({words})(\\+({words}))*)$"}
        case _:
            found = {"type": ["string", "number"]} if column.kind == "value" else dict(_TEXT)
    found["description"] = column.meaning
    if column.refers:
        found["refers_to"] = list(column.refers)
    return found


def _table(spec: Table) -> Schema:
    columns: Schema = {}
    for column in spec.columns:
        columns[column.name] = _column(column)
        if column.ends:
            low, high, dist = column.ends
            ends = Field(low, "number", "", unit=column.unit, canonical=column.canonical, high=column.high)
            columns[low] = _number(ends) | {"description": f"5 % of {column.name} lies below"}
            columns[high] = _number(ends) | {"description": f"5 % of {column.name} lies above"}
            columns[dist] = {"enum": list(DISTRIBUTIONS), "description": "how it is drawn; pert where empty"}
    columns.setdefault(NOTE, _TEXT | {"description": "free, for people"})
    row = {
        "type": "object",
        "properties": columns,
        "required": [column.name for column in spec.columns if column.required],
        "additionalProperties": False,
    }
    return {"description": spec.meaning, "type": "array", "items": row, "key": list(spec.key)}


def _quantity(column: Field) -> Schema:
    """Return a quantity of a YAML file: a number alone, or value with its range and evidence."""
    number = _number(column)
    keys: Schema = dict.fromkeys(("value", "low", "high"), number)
    keys |= {"dist": {"enum": list(DISTRIBUTIONS)}, "evidence": _WORDS, "known": _DATE}
    whole = {
        "type": "object",
        "properties": {key: keys[key] for key in QUANTITY_KEYS},
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [number, whole], "description": column.meaning}


def _settings() -> Schema:
    variant = {
        "type": "object",
        "properties": {"as_of": _DATE, "note": _TEXT},
        "required": ["as_of"],
        "additionalProperties": False,
    }
    free = Field("parameter", "quantity", "a parameter of a rule, in the rule's unit", unit="1", canonical="1",
                  low=-math.inf)  # fmt: skip
    parameter = _quantity(free)
    sides = {side: {"type": "number", "unit": "degree"} for side in ("west", "south", "east", "north")}
    texts = {"type": "array", "items": _TEXT}
    properties: Schema = {
        "format": {"const": FORMAT},
        "id": _ID,
        "title": _TEXT,
        "question": _TEXT,
        "time_zone": {"type": "string", "description": "IANA name, or UTC+4"},
        "start": _DATE | {"description": "first day"},
        "variants": {"type": "object", "additionalProperties": variant, "minProperties": 1},
        "default_variant": _TEXT,
        "horizon": {"type": "integer", "minimum": 1, "maximum": LONGEST_HORIZON, "unit": "day"},
        "population": _quantity(POPULATION),
        "reference_policy": _TEXT,
        "bodies": {"enum": sorted(groups()), "description": "group of countries whose bodies and ages are defaults"},
        "rules": {"type": "object", "additionalProperties": _TEXT, "description": "process -> rule"},
        "parameters": {"type": "object", "additionalProperties": parameter},
        "mixes": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _quantity(SHARE)},
            "description": "mix -> commodity -> share; what is missing to 1 is other goods",
        },
        "priority": {
            "type": "array",
            "items": {"enum": list(PRIORITY)},
            "uniqueItems": True,
            "minItems": 3,
            "maxItems": 3,
        },
        "window": {"type": "object", "properties": sides, "required": list(sides), "additionalProperties": False},
        "no_voice": texts,
        "cannot_tell": texts,
    }
    return {
        "type": "object",
        "properties": {key: properties[key] for key in (*REQUIRED, *(key for key in KEYS if key not in REQUIRED))},
        "required": list(REQUIRED),
        "additionalProperties": False,
    }


def _policies() -> Schema:
    day = {
        "type": ["string", "integer"],
        "description": "days after as_of (+1 is the first), or a date; a range, +3..+20, is drawn once in each future",
    }
    action = {
        "type": "object",
        "properties": {
            "do": {"enum": list(DOES)},
            "target": {"type": "string", "description": "; ".join(forms())},
            "value": {"type": ["string", "number", "boolean"], "description": "in the target's unit; regimes in words"},
            "from": day,
            "until": day,
            "when": {"type": "string", "description": "threshold at which it begins: cover.food < 7 for 3 days"},
            "while": {"type": "string", "description": "as when; in force only as long as it holds"},
            "credibility": {"type": ["number", "string"], "description": "share of the futures in which it is done"},
            "id": _ID | {"description": "by which a later action names it: when: after ID for 14 days"},
            "evidence": _WORDS,
            "known": _DATE,
        },
        "required": ["do", "target"],
        "additionalProperties": False,
    }
    policy = {
        "type": "object",
        "properties": {
            "id": _ID,
            "title": _TEXT,
            "summary": _TEXT,
            "evidence": _WORDS,
            "known": _DATE,
            "actions": {"type": "array", "items": action},
        },
        "required": ["id", "title"],
        "additionalProperties": False,
    }
    several = {"type": "array", "items": policy, "minItems": 1}
    switch = {"type": "object", "additionalProperties": {"enum": [0, 1, True, False]}}
    held = policy | {"properties": {**policy["properties"], "fixes": switch, "flags": switch}}  # type: ignore[dict-item]
    chosen = {"type": "array", "items": held, "description": "for runs in which the sides choose (actors.yaml)"}
    return {
        "type": "object",
        "properties": {"policies": several, "conditions": several, "actor_policies": chosen},
        "required": ["policies", "conditions"],
        "additionalProperties": False,
    }
