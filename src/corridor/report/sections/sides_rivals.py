"""Rival readings of the sides side by side, what the source argues, and whether what comes about lasts: tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corridor.report import words
from corridor.report.sections.sides_first import signs_of, split


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points, with its sign."""
    rounded = round(100 * difference)
    if difference == 0:
        return "no difference"
    if rounded == 0:
        return "under 1 point"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded)} {'point' if abs(rounded) == 1 else 'points'}"


def rivals_tables(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one table an outcome: a row a policy, a column a reading, with error, and whether readings disagree."""
    found = data.get("rivals")
    if not found:
        return []
    tables = []
    for outcome in data["outcomes"]:
        rows = []
        for policy in found["policies"]:
            mine = {row["model"]: row for row in signs_of(found, policy, outcome["id"])}
            if policy == found["reference"] or not mine:
                continue
            cells = [
                f"{points(mine[m]['change'])} (±{100 * mine[m]['error']:.1f})" if m in mine else "–"
                for m in found["models"]
            ]
            rows.append((found["title"][policy], cells, "readings disagree" if split(list(mine.values())) else ""))
        if rows:
            tables.append(
                {"says": outcome["says"], "id": outcome["id"], "columns": list(found["models"].values()), "rows": rows}
            )
    return tables


def claims_table(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims as rows: paragraph, what is said, what each reading makes of it; and those that none holds."""
    found = data.get("rivals")
    if not found or not found.get("claims") or not found.get("tested", True):
        return {}
    models = list(found["models"])
    held = [row for row in found["claims"] if not row["unrepresented"]]
    return {
        "columns": list(found["models"].values()),
        "rows": [(r["claim"], words.sentence(r["says"]), r["said_by"], [_verdict(r[m]) for m in models]) for r in held],
        "missing": [
            (r["claim"], words.sentence(r["says"]), words.sentence(r["unrepresented"]))
            for r in found["claims"]
            if r["unrepresented"]
        ],
        "total": len(found["claims"]),
    }


def _verdict(cell: Mapping[str, Any]) -> str:
    told = {"holds": "so it comes out", "reversed": "the other way round", "no clear effect": "no clear effect",
            "not represented": "not in this reading"}[cell["verdict"]]  # fmt: skip
    if cell["verdict"] not in ("holds", "reversed"):
        return told
    return f"{told}, {points(cell['change'])} (±{100 * cell['error']:.1f})"


def lasts_table(data: Mapping[str, Any], policies: list[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return for each policy what "once" hides of each outcome that relieves or harms."""
    if not data.get("lasts"):
        return []
    rows = []
    for p in policies:
        cells = []
        for outcome in data["outcomes"]:
            one = data["lasts"][p["id"]][outcome["id"]]
            cells.append(
                f"{words.percent(one['end'])} on the last day; came and went in {words.percent(one['over'])}; "
                f"{one['weeks']:.1f} weeks"
            )
        rows.append((p["title"], cells))
    return rows
