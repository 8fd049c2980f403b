"""Tables with a description that programs read: Data Package v2 (datapackage.json beside its CSV files).

Source: https://datapackage.org/profiles/2.0/datapackage.json
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from corridor.tables.field import NOTE, Field, Table
from corridor.tables.folder import TABLES
from corridor.tables.parameter import DISTRIBUTIONS

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FILE = "datapackage.json"
_KINDS: Mapping[str, str] = {"date": "date", "number": "number"}
_BY_FILE = {spec.file: spec for spec in TABLES.values()}


def package(name: str, title: str, resources: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a data package as plain data; `name` is made fit to be one."""
    plain = (
        "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name.lower()).strip("-") or "case"
    )
    return {"$schema": PROFILE, "name": plain, "title": title, **more, "resources": list(resources)}


def resource(path: str, data: bytes, fields: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return one table of a package: where it lies, its digest, the columns that it has."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return {
        "name": f"observed-{stem}" if path.startswith("observed/") else stem,
        "type": "table", "path": path, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", **more,
        "schema": {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fields": list(fields),
                   "missingValues": [""]},
    }  # fmt: skip


def folder_fields(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Return the columns of a table of a case: meaning, unit, bounds and choices from the table of fields.

    A column whose cells carry units of their own (`80 t/week`) is text, as the cells are.
    """
    spec = _BY_FILE.get(file)
    known = _known(spec) if spec else {}
    out = []
    for number, name in enumerate(header):
        cells = [row[number] for row in rows if row[number]]
        if spec and name in {column.ends[2] for column in spec.columns if column.ends}:
            out.append({"name": name, "type": "string", "description": "how it is drawn; pert where empty",
                        "constraints": {"enum": list(DISTRIBUTIONS)}})  # fmt: skip
        elif spec and name == NOTE and name not in known:
            out.append({"name": name, "type": "string", "description": "for people"})
        else:
            out.append(_field(name, known.get(name), cells))
    return out


def _known(spec: Table) -> dict[str, Field]:
    found = {column.name: column for column in spec.columns}
    for column in spec.columns:
        found |= dict.fromkeys((column.ends or ())[:2], column)
    return found


def _field(name: str, column: Field | None, cells: Sequence[str]) -> dict[str, Any]:
    numbers = bool(cells) and all(_is_number(cell) for cell in cells)
    if column is None:
        return {"name": name, "type": "number" if numbers else "string"}
    quantity = column.kind in ("quantity", "number") and (numbers or not cells)
    one: dict[str, Any] = {"name": name, "type": "number" if quantity else _KINDS.get(column.kind, "string")}
    if column.kind == "number" and not quantity:
        one["type"] = "string"
    if column.kind == "date" and any(cell in column.words for cell in cells):
        one["type"] = "string"
    one["description"] = column.meaning + (f", in {column.unit}" if column.unit not in ("", "1") else "")
    limits: dict[str, Any] = {"required": True} if column.required and name == column.name else {}
    if quantity and math.isfinite(column.high):
        limits |= {"minimum": column.low, "maximum": column.high}
    if column.kind == "choice":
        limits["enum"] = list(column.choices)
    return one | ({"constraints": limits} if limits else {})


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def result_fields(header: Sequence[str]) -> list[dict[str, Any]]:
    """Return the columns of the long table of a run."""
    kinds = {"day": "date", "future": "integer", "value": "number"}
    says = {
        "variable": "what is counted", "unit": "of the value", "value": "empty where it is not a number",
        "future": "one random play; all policies share its draws", "day": "civil day",
        "condition": "a hypothesis about what others do",
    }  # fmt: skip
    return [
        {"name": name, "type": kinds.get(name, "string")} | ({"description": says[name]} if name in says else {})
        for name in header
    ]


def as_text(found: Mapping[str, Any]) -> str:
    """Return a package as the text of datapackage.json."""
    return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
