"""What a planner hands in, as plain tables: Excel, the planning annex and the brief draw the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from corridor.studies.data import Answered, Column, Table, table_of

if TYPE_CHECKING:
    import xarray as xr

    from corridor.scenario import Scenario

WHOLE = "all places"
_STARS = {"*": WHOLE}


def pack(study: Answered) -> tuple[Table, ...]:
    """Return the tables of a comparison whose run is there: policies, months, runs_out, entries, assumptions, evidence.

    Words stand in place of ids: labels of places, titles of policies. Dates are ISO.

    Raises
    ------
    InputError : the run is gone
    """
    from corridor.results import read

    results = study.results
    scenario = read.scenario_of(results)
    named = {**read.titles(scenario), **_STARS}
    tables = [_policies(study, named)]
    if "people" in results:
        tables += [_months(results, named), _runs_out(study, named), _entries(results, named)]
    elif "sheltered" in results:
        tables.append(_months(results, named))
    return (*(table for table in tables if table.rows), _assumptions(scenario), _evidence(scenario))


def _policies(study: Answered, named: dict[str, str]) -> Table:
    columns = (
        Column(id="condition"), Column(id="outcome"), Column(id="unit"), Column(id="date"), Column(id="policy"),
        Column(id="low", says="one future in ten lies below"), Column(id="middle"),
        Column(id="high", says="one future in ten lies above"),
        Column(id="better than the reference", says="share of futures in which it is better"),
        Column(id="as good as the reference", says="share of futures in which it is as good"),
    )  # fmt: skip
    rows = tuple(
        {
            "condition": named.get(str(row["condition"]), row["condition"]), "outcome": row["name"],
            "unit": row["unit"], "date": row["date"], "policy": named.get(str(row["policy"]), row["policy"]),
            "low": row["low_80"], "middle": row["median"], "high": row["high_80"],
            "better than the reference": row["p_better"], "as good as the reference": row["p_tied"],
        }
        for row in sorted(study.table("comparison").rows, key=_order(study))
    )  # fmt: skip
    return Table(id="policies", title="Policies by date", columns=columns, rows=rows)


def _order(study: Answered) -> Any:
    outcomes = {row["outcome"]: i for i, row in reversed(list(enumerate(study.table("comparison").rows)))}
    at = {one.id: i for i, one in enumerate((*study.conditions, *study.policies))}
    return lambda row: (at[str(row["condition"])], outcomes[row["outcome"]], row["date"], at[str(row["policy"])])


def _months(results: xr.Dataset, named: dict[str, str]) -> Table:
    from corridor.analysis.outcomes.months import by_month

    frame = by_month(results)
    for name in ("policy", "condition", "place"):
        frame[name] = [named.get(one, one) for one in frame[name]]
    frame = frame.drop(columns=["measure"]).rename(columns={"name": "figure"})
    order = ["condition", "policy", "figure", "unit", "place", "month", "from", "to", "low", "middle", "high"]
    says = {"low": "one future in ten lies below", "high": "one future in ten lies above"}
    return table_of(frame[order], "months", "Planning figures by place and month", says=says)


def _runs_out(study: Answered, named: dict[str, str]) -> Table:
    columns = tuple(
        Column(id=name, says=says)
        for name, says in (
            ("condition", ""), ("policy", ""), ("place", ""), ("what", ""), ("early", "one future in ten is earlier"),
            ("middle", "the middle future; empty: later than the horizon in half of the futures or more"),
            ("late", "nine futures in ten are earlier"), ("already", "share of futures in which it is so on as_of"),
            ("not by the end", "share of futures in which it does not come within the horizon"),
        )
    )  # fmt: skip
    rows = tuple(
        {
            "condition": named.get(str(row["condition"]), row["condition"]),
            "policy": named.get(str(row["policy"]), row["policy"]),
            "place": named.get(str(row["place"]), row["place"]), "what": row["name"], "early": row["low_80"] or None,
            "middle": row["median"] or None, "late": row["high_80"] or None, "already": row["already"],
            "not by the end": row["never"],
        }
        for row in study.table("first_days").rows
    )  # fmt: skip
    return Table(id="runs_out", title="What runs out when, and thresholds", columns=columns, rows=rows)


def _entries(results: xr.Dataset, named: dict[str, str]) -> Table:
    from corridor.analysis.outcomes.entries import by_entry

    frame = by_entry(results)
    for name in ("policy", "condition"):
        frame[name] = [named.get(one, one) for one in frame[name]]
    units = {name: "t/day" for name in frame.columns if name.startswith(("comes_in", "gap", "carries"))}
    says = {
        "carries_at_most": "while the link is open",
        "passes": "share of futures in which relief may pass on that day",
        "shut_since": "day since which relief may not pass in any future",
    }
    units |= {name: "a day" for name in frame.columns if name.startswith("vehicles")}
    return table_of(frame, "entries", "Relief gap by entry point and vehicle", units, says)


def _assumptions(scenario: Scenario) -> Table:
    from corridor.report.sections.inputs import labels
    from corridor.scenario import audit

    found = audit(scenario)
    called = labels(scenario, [row.path for row in found])

    columns = [Column(id=name) for name in ("number", "path", "finding", "value", "low", "high", "unit", "said by",
                                            "disputed by", "why", "evidence")]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {
            "number": called[row.path], "path": row.path, "finding": row.finding, "value": row.value, "low": row.low,
            "high": row.high,
            "unit": row.unit, "said by": row.said_by, "disputed by": row.disputed_by, "why": row.why,
            "evidence": " ".join(row.evidence),
        }
        for row in found
    ]  # fmt: skip
    return Table(id="assumptions", title="Assumptions and disputed numbers", columns=tuple(columns), rows=tuple(rows))


def _evidence(scenario: Scenario) -> Table:
    names = ("id", "date", "known", "quantity", "value", "low", "high", "unit", "said_by", "source_title", "source_url",
             "disputed_by", "note")  # fmt: skip
    rows = tuple(one.model_dump(mode="json", include=set(names)) for one in scenario.evidence.values())
    columns = tuple(Column(id=name) for name in names)
    return Table(id="evidence", title="Sources", columns=columns, rows=rows)


def one_of(tables: Iterable[Table], id_: str) -> Table | None:
    """Return a table by its id, None where the study has none."""
    return next((table for table in tables if table.id == id_), None)
