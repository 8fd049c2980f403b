"""What differs between two runs or two cases: inputs, facts, answers, as a Study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.scenario import Scenario
from corridor.scenario.change import changes
from corridor.scenario.model import Quantity
from corridor.scenario.row import Row
from corridor.scenario.text import plain_text
from corridor.studies.data import rows_table
from corridor.studies.keep import RUNS
from corridor.studies.play import case_of
from corridor.studies.study import Study
from corridor.studies.then import refuse_other_day

Side = Study | Scenario | str | Path
TABLES = ("places", "links", "routes", "commodities", "mixes", "pipelines", "fleets", "reception", "buses", "policies",
          "conditions", "actor_policies", "stocks", "outputs", "livestock", "rations", "series", "events", "signs",
          "displaced")  # fmt: skip
"""lists of the scenario; their rows are matched by what names them"""
NAMED_BY = ("id", "date", "starts", "place", "group", "commodity", "months", "kind", "target", "reporter", "sign")
APART = ("evidence", "hash", "changed", "origin", "variants", "actors_places")
"""shown elsewhere, or no number"""
ANSWER = ("policy", "condition", "outcome", "day")


def diff(a: Side, b: Side, *, as_of: date | None = None) -> Study:
    """Return what differs between two stores of runs, two studies, two scenarios, two folders, or one of each.

    Tables: `inputs` (path, a, b), `facts` (evidence that was added, taken out or changed), and `answers` (median and
    80 % interval of each outcome) where both are runs.

    as_of : the last day of which anything is known on both sides

    Raises
    ------
    InputError : neither a run nor a case; a run or a study that looks back from another day
    """
    first, second = _read(a, as_of), _read(b, as_of)
    (left, one), (right, other) = first, second
    inputs = [{"path": path, "a": x, "b": y} for path, x, y in _different(_flat(left), _flat(right))]
    facts = [
        {"evidence": path, "a": x, "b": y}
        for path, x, y in _different(_facts(left), _facts(right))
    ]  # fmt: skip
    tables = [
        rows_table(inputs, "inputs", f"Inputs ({len(inputs)} differ)"),
        rows_table(facts, "facts", f"Facts ({len(facts)} differ)"),
    ]
    said = [f"{len(inputs)} inputs and {len(facts)} facts differ."]
    if one is not None and other is not None:
        answers = _answers(one, other)
        tables.append(rows_table(answers, "answers", f"Answers ({len(answers)} differ)"))
        said.append(f"{len(answers)} answers differ.")
    names = [_name(side, scenario) for side, scenario in ((a, left), (b, right))]
    return Study(
        kind="difference",
        case=left.id,
        title=f"{names[0]} and {names[1]}",
        variant=left.variant,
        as_of=left.as_of.isoformat(),
        changed=changes(left),
        answer=tuple(said),
        tables=tuple(tables),
        detail={"a": names[0], "b": names[1], "called": _called(left, right, inputs), "titles": _titles(left, right)},
    )


def _titles(a: Scenario, b: Scenario) -> dict[str, str]:
    """Return id -> title of policies and conditions of both."""
    return {one.id: one.title for case in (b, a) for one in (*case.policies, *case.conditions)}


def _called(a: Scenario, b: Scenario, inputs: list[dict[str, str]]) -> dict[str, str]:
    """Return path -> what people call the number, of the paths that differ and have such a name."""
    from corridor.report.sections.inputs import labels

    paths = [row["path"] for row in inputs]
    found = [labels(case, [path.removeprefix("parameters.") for path in paths]) for case in (a, b)]
    named: dict[str, str] = {}
    for path in paths:
        plain = path.removeprefix("parameters.")
        name = next((one[plain] for one in found if one[plain] != plain), "")
        if name:
            named[path] = name
    return named


def _name(side: Side, scenario: Scenario) -> str:
    if isinstance(side, (str, Path)):
        return str(side)
    done = side.changes if isinstance(side, Study) else tuple(change.sentence() for change in changes(side))
    return f"{scenario.id} ({scenario.variant}{'; ' if done else ''}{'; '.join(done)})"


def _read(side: Side, as_of: date | None) -> tuple[Scenario, Any]:
    """Return the scenario, and the comparison where the side is a run."""
    if isinstance(side, Study):
        if as_of is not None and side.as_of != as_of.isoformat():
            message = f"is as of {side.as_of}, not {as_of}"
            raise InputError([Problem(side.title, 0, 0, "", message, "what was played is not made anew")])
        return _of_run(side.results)
    if isinstance(side, Scenario):
        return case_of(side, as_of=as_of), None
    if (Path(side) / "run.json").is_file() or "://" in str(side):
        from corridor.engine import open_run

        refuse_other_day(str(side), as_of)
        return _of_run(open_run(side))
    if str(side).startswith(f"{RUNS}/") and not Path(side).exists():
        raise InputError([Problem(str(side), 0, 0, "", "no run is stored here", "corridor runs lists the stored ones")])
    return case_of(side, as_of=as_of), None


def _of_run(results: Any) -> tuple[Scenario, Any]:
    from corridor.results.read import scenario_of

    if "taken" in results:
        from corridor.analysis.sides.outcomes import actor_table

        return scenario_of(results), actor_table(results).assign(condition="the sides choose").rename(
            columns={"value": "median"}
        )
    from corridor.analysis.compare import compare

    return scenario_of(results), compare(results)


def _flat(scenario: Scenario) -> dict[str, str]:
    """Return every input as path -> text, as `--set` would write it."""
    found: dict[str, str] = {}
    for name in type(scenario).model_fields:
        if name in APART:
            continue
        value = getattr(scenario, name)
        if name in TABLES:
            for key, row in _keyed(value):
                found |= dict(_leaves(f"{name}.{key}", row))
        else:
            found |= dict(_leaves(name, value))
    return found


def _keyed(rows: Any) -> Iterator[tuple[str, Any]]:
    """Yield each row with what names it, numbered where several share it."""
    seen: dict[str, int] = {}
    for row in rows:
        parts = [getattr(row, part, None) for part in NAMED_BY]
        key = ".".join(str(part) for part in parts[:1] if part) or ".".join(str(part) for part in parts if part)
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}", row


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Quantity) or value is None or isinstance(value, (str, int, float, bool)):
        yield path, "" if value is None else plain_text(value, regime=path.endswith(".regime"))
    elif isinstance(value, Row):
        for name in type(value).model_fields:
            if name not in ("id", "known", "evidence"):
                yield from _leaves(f"{path}.{name}", getattr(value, name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(f"{path}.{name}", item)
    elif isinstance(value, (tuple, list)):
        if all(isinstance(item, str) for item in value):
            yield path, " ".join(value)
        else:
            for number, item in enumerate(value, 1):
                yield from _leaves(f"{path}[{number}]", item)
    else:
        yield path, str(value)


def _facts(scenario: Scenario) -> dict[str, str]:
    return {
        f"{id_}.{name}": str(getattr(row, name))
        for id_, row in scenario.evidence.items()
        for name in type(row).model_fields
        if name != "id" and getattr(row, name)
    }


def _different(a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for path in dict.fromkeys((*a, *b)):
        if a.get(path, "") != b.get(path, ""):
            yield path, a.get(path, ""), b.get(path, "")


def _answers(a: Any, b: Any) -> list[dict[str, Any]]:
    """Return rows whose median or interval differs, with the difference of the medians."""
    numbers = [name for name in ("median", "low_80", "high_80") if name in a and name in b]
    kept = [*ANSWER, "name", "unit", *numbers]
    both = a[kept].merge(b[kept].drop(columns=["name", "unit"]), on=list(ANSWER), how="outer", suffixes=("_a", "_b"))
    # where a number has no meaning on both sides nothing differs
    differs = [(both[f"{n}_a"] != both[f"{n}_b"]) & ~(both[f"{n}_a"].isna() & both[f"{n}_b"].isna()) for n in numbers]
    mask = differs[0]
    for one in differs[1:]:
        mask = mask | one
    both["difference"] = both["median_b"] - both["median_a"]
    rows: list[dict[str, Any]] = both[mask].to_dict("records")
    return rows
