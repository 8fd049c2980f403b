"""The tables of the page as plain data: the template only lays them out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corridor.report import words
from corridor.report.sections.answer import cell, is_flight
from corridor.report.sections.inputs import DEFAULT, DOUBTFUL, Number
from corridor.scenario.model import Evidence, Scenario
from corridor.tables import outcome

Table = dict[str, Any]


def _signed(value: float, unit: str) -> str:
    if unit == "1" and math.isfinite(value):  # a difference of shares
        points = round(100 * value)
        return f"{points:+d} points".replace("-", "−") if points else "0"
    text = words.quantity(value, unit)
    return f"+{text}" if value > 0 and text not in {"0", "–"} else text


SHADES = ((0.9, "best"), (0.65, "good"), (0.35, "even"), (0.1, "bad"), (-1.0, "worst"))
"""least share of futures in which a policy is better, half of the ties included, and the shade that goes with it"""
SLIGHT = 0.01
"""difference in the middle future, as a share of the greater of both, up to which a policy that is better is not shaded
as such; assumed: below what anybody could act on"""


def _chance(row: Any) -> tuple[str, str]:
    """Return "better in 97 %" and its shade."""
    if not math.isfinite(row["p_better"]):
        return "", ""
    share, tied = float(row["p_better"]), float(row["p_tied"])
    if tied > 0.5:
        return f"the same in {words.percent(tied)}", "even"
    size = max(abs(float(row["median"])), abs(float(row["median"]) - float(row["diff_median"])))
    if share > 0.5 and abs(float(row["diff_median"])) < SLIGHT * size:
        return f"better in {words.percent(share)}, mostly by under 1 %", "even"
    return f"better in {words.percent(share)}", next(shade for least, shade in SHADES if share + tied / 2 >= least)


def _cell(row: Any) -> dict[str, str]:
    """Return the lines of one cell: middle future and interval, paired difference and interval, chance."""
    empty = dict.fromkeys(("median", "interval", "difference", "between", "chance", "shade"), "")
    if row is None:
        return empty | {"median": "–"}
    if row["defined"] < 0.5:  # a middle of the futures that have it would pass for one of all
        return empty | {"median": "–", "interval": f"in {words.percent(row['defined'])} of futures only"}
    unit = row["unit"]
    chance, shade = _chance(row)
    out = empty | {"median": words.quantity(row["median"], unit), "chance": chance, "shade": shade}
    out["interval"] = words.span(row["low_80"], row["high_80"], unit)
    if row["defined"] < 0.995:  # the middle of those futures that have it, and no more
        out["interval"] += f", in {words.percent(row['defined'])} of futures"
    low, high = _signed(row["diff_low_80"], unit), _signed(row["diff_high_80"], unit)
    if math.isfinite(row["diff_median"]) and (low, high) != ("0", "0"):
        out["difference"] = _signed(row["diff_median"], unit)
        out["between"] = f"{low} to {high}" if low != high else ""
    return out


def _alike(rows: Sequence[Any]) -> bool:
    """Return whether a policy does in nearly every future what the reference does, in every outcome shown."""
    known = [row for row in rows if row is not None]
    return all(math.isfinite(row["p_tied"]) and row["p_tied"] > 0.95 for row in known) and bool(known)


def policy_tables(comparison: pd.DataFrame, condition: str, named: Mapping[str, str]) -> list[Table]:
    """Return the policy tables of one condition: about a month in (a week where most leave) and the last date."""
    flight = is_flight(comparison, condition)
    days = sorted(set(comparison["day"]))
    early = min(days, key=lambda day: abs(day - (7 if flight else 30)))
    reference = str(comparison["reference"].iloc[0])
    played = set(comparison["outcome"])
    homes = outcome.columns("flight" if flight else "supply") if "people" in played else []
    camps = outcome.columns("camps")
    if (
        "counted_no_more" in played
        and not (comparison["outcome"].eq("counted_no_more") & (comparison["mean"] > 0)).any()
    ):
        played.remove("counted_no_more")
    # beside homes, the first of the camps' columns
    shown = [(row, column) for row, column in (*homes, *(camps[:2] if homes else camps)) if row.id in played]
    outcomes = [row.id for row, _ in shown]
    columns = [{"title": column.heading, "unit": words.unit_words(row.unit)} for row, column in shown]
    tables = []
    for day in dict.fromkeys([early, days[-1]]):
        date = str(comparison.loc[comparison["day"] == day, "date"].iloc[0])
        rows, same = [], []
        for policy in dict.fromkeys(comparison["policy"]):
            found = [cell(comparison, policy, condition, id_, day) for id_ in outcomes]
            if policy != reference and _alike(found):
                same.append(f"“{named.get(policy, policy)}”")
                continue
            title = named.get(policy, policy)
            cells = [_cell(row) for row in found]
            if flight:  # who left is not hungry here: no policy is called better for that
                for id_, made in zip(outcomes, cells, strict=True):
                    made |= {"chance": "", "shade": ""} if id_ == "below_requirement" else {}
            rows.append({"title": title, "reference": policy == reference, "cells": cells})
        caption = f"“{named.get(condition, condition)}”, {words.day(date)} (day {day})"
        note = f"As the reference, in more than 95 % of futures: {words.listed(same)}." if same else ""
        fled = words.FLED if "below_requirement" in outcomes else ""
        died = words.FEWER_DIED if "excess_deaths" in outcomes and some_leave(comparison, condition, day) else ""
        tables.append(
            {"caption": caption, "columns": columns, "rows": rows, "note": " ".join(filter(None, (note, fled, died)))}
        )
    return tables


def some_leave(comparison: pd.DataFrame, condition: str, day: int) -> bool:
    """Return whether under any policy anybody has left by a day."""
    rows = comparison[(comparison["condition"] == condition) & (comparison["day"] == day)]
    return bool((rows.loc[rows["outcome"] == "departures", "mean"] >= 0.5).any())


def number_row(number: Number, moves: Mapping[str, float]) -> dict[str, str]:
    """Return one line of the table of assumptions: middle and ends in one unit that a reader can picture."""
    (middle, low, high), unit = in_one_unit(number.drawn, number.unit)
    effect = moves.get(number.path)
    return {
        "says": number.says,
        "path": number.path,
        "value": middle,
        "range": f"{low} to {high}",
        "unit": unit,
        "standing": number.standing,
        "basis": number.basis,
        "disputed": number.disputed_by,
        "effect": "" if effect is None else f"{effect:+.2f}".replace("-0.00", "0.00").replace("-", "−"),
    }


def in_one_unit(numbers: Sequence[float], unit: str) -> tuple[list[str], str]:
    """Return numbers with three figures in one unit that a reader can picture, and that unit in words."""
    factor, said = _scale(max(map(abs, numbers)), unit)
    return [value(factor * number, unit) for number in numbers], said


def _scale(largest: float, unit: str) -> tuple[float, str]:
    """Return what to multiply by, and the unit in words: kg or g for small tonnes, so many in a million for shares."""
    said = "" if unit == "1" else words.unit_words(unit)
    mass = re.fullmatch("t((?:/.*)?)", unit)
    if mass and 0 < largest < 0.1:
        factor, small = (1e3, "kg") if largest >= 1e-4 else (1e6, "g")
        return factor, f"{small}{said.removeprefix('tonnes')}"
    if (unit == "1" or unit.startswith("1/")) and 0 < largest < 1e-3:
        return 1e6, f"in a million {said.removeprefix('share').strip()}".strip()
    return 1.0, said


def value(number: float, unit: str) -> str:
    """Return an input's value with three figures, never in powers of ten: some are tiny shares, some thousands."""
    if unit == "persons":
        return words.count(number)
    if not math.isfinite(number):
        return f"{number:g}"
    if abs(number) < words.NOTHING:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    text = f"{words.figures(number, 3):,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def assumptions(
    numbers: Sequence[Number], moves: Mapping[str, float], noticeable: float, most: int = 10
) -> dict[str, Any]:
    """Return the numbers that move the answer most, all numbers by what they stand on, and how many stand on what.

    The first table has those whose effect is above `noticeable`, `most` of them at most; `tried` says of how many, and
    that chance would move the answer as much as the others do.
    """
    by_path = {number.path: number for number in numbers}
    above = [path for path, effect in moves.items() if abs(effect) >= noticeable]
    top = [number_row(by_path[path], moves) for path in above[:most]]
    standings = [number.standing for number in numbers]
    kinds = ("assumed", "partly assumed", DOUBTFUL, "sourced", DEFAULT, "no source given")
    counted = {name: standings.count(name) for name in kinds}
    if defaults := counted.pop(DEFAULT):
        counted["defaults of the model" if defaults > 1 else "a default of the model"] = defaults
    said = [f"{n} {'are' if n != 1 else 'is'} {name}" for name, n in counted.items() if n]
    groups: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for number in sorted(numbers, key=lambda n: n.path):
        groups.setdefault((number.standing, number.basis, number.disputed_by), []).append(number_row(number, moves))
    return {
        "top": top,
        "tried": _tried(len(moves), len(above), len(top)),
        "groups": [
            {"standing": standing, "basis": basis, "disputed": disputed_by, "rows": rows}
            for (standing, basis, disputed_by), rows in groups.items()
        ],
        "count": len(numbers),
        "summary": words.sentence(f"{len(numbers)} numbers are drawn anew in each future; {words.listed(said)}")
        if numbers
        else "No number is drawn anew; futures differ by chance alone.",
    }


def _tried(tried: int, above: int, shown: int) -> str:
    """Return how many numbers were tried and how many stand out; "" where nothing could be tried."""
    if not tried:
        return ""
    if not above:
        return f"{tried} numbers were tried; none moves it more than chance would."
    if above > shown:
        return f"{tried} numbers were tried; {above} move it more than chance would, of which {shown} are shown."
    return f"{tried} numbers were tried; no other moves it more than chance would."


def _stated(row: Evidence) -> str:
    """Return value and range as the evidence gives them; the unit stands beside them, and is said by itself."""

    def grouped(text: str) -> str:
        return f"{float(text):,.0f}" if text.replace(".", "", 1).isdigit() and float(text) >= 1000 else text

    said = grouped(row.value)
    ends = [grouped(end) for end in (row.low, row.high) if end]
    if len(ends) == 2 and ends[0] != ends[1]:
        said = f"{said} ({ends[0]} to {ends[1]})".strip()
    return said


def _unit(unit: str) -> str:
    """Return a unit in words; a share is called one, for its value stands as it was written."""
    return "" if unit == "1" else words.unit_words(unit) or unit


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text.replace(",", "")))
    except ValueError:
        return False


def disputed(scenario: Scenario) -> dict[str, list[dict[str, str]]]:
    """Return what is disputed: `numbers` and other `statements`, each with who says it and who disputes it."""
    found: dict[str, list[dict[str, str]]] = {"numbers": [], "statements": []}
    for row in scenario.evidence.values():
        if not row.disputed_by:
            continue
        number = any(map(_is_number, (row.value, row.low, row.high)))
        found["numbers" if number else "statements"].append(
            {
                "quantity": row.quantity,
                "value": _stated(row) if number else "",
                "unit": _unit(row.unit) if number else "",
                "date": row.date,
                "said_by": row.said_by,
                "source": row.source_title,
                "url": row.source_url if row.source_url.startswith(("https://", "http://")) else "",
                "disputed_by": row.disputed_by,
                "note": row.note,
            }
        )
    return found


def scores(rows: Sequence[Mapping[str, Any]]) -> list[Table]:
    """Return one table per exercise of a backtest: the model's scores beside those of the baselines."""
    tables = []
    for exercise in dict.fromkeys(str(row["exercise"]) for row in rows):
        lines = [
            {
                "forecast": str(row["forecast"]),
                "kind": str(row.get("kind", "")),
                "population": str(row.get("population", "")),
                "rows": f"{row['n']:.0f}",
                "mae": words.count(float(row["mae"])),
                "crps": words.count(float(row["crps"])),
                "coverage": words.percent(float(row.get("coverage_80", math.nan))),
            }
            for row in rows
            if str(row["exercise"]) == exercise
        ]
        made = next((_moment(str(row["made"])) for row in rows if row["exercise"] == exercise and row.get("made")), "")
        tables.append({"exercise": exercise, "made": made, "rows": lines})
    return tables


def _moment(text: str) -> str:
    """Return "26 September 2023, 20:00" from an ISO time."""
    return f"{words.day(text)}, {text[11:16]}" if len(text) >= 16 else words.day(text)


def plain(frame: pd.DataFrame, caption: str) -> Table:
    """Return any small table as text: numbers rounded to three figures."""

    def said(cell: Any) -> tuple[str, str]:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return (value(float(cell), "") if math.isfinite(cell) else "–"), ""
        return str(cell), ""

    return {
        "caption": caption,
        "columns": [str(column).replace("_", " ") for column in frame.columns],
        "rows": [[said(cell) for cell in row] for row in frame.itertuples(index=False)],
    }
