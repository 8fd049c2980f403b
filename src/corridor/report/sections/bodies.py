"""The section on bodies: energy, weight, wasting, who eats, thresholds, structures, and death rates as a range.

Every number comes in ready: the daily series and tables of `corridor.analysis.bodies`, the shares of
`corridor.analysis.outcomes.thresholds` and the sweep of `corridor.analysis.structures`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.figure import Figure

from corridor.report import words
from corridor.report.figures import bodies as drawings
from corridor.report.html import render
from corridor.report.style import to_svg
from corridor.results import read
from corridor.tables.outcome import RATE, Where, columns

Table = dict[str, Any]

BANDS: tuple[Mapping[str, str], ...] = (
    {"number": "1", "fill": "#cdfacd", "ink": "#1b1b1b"},
    {"number": "2", "fill": "#fae61e", "ink": "#1b1b1b"},
    {"number": "3", "fill": "#e67800", "ink": "#1b1b1b"},
    {"number": "4", "fill": "#c80000", "ink": "#ffffff"},
    {"number": "5", "fill": "#640000", "ink": "#ffffff"},
)
"""Colours of the published five-band scale; always with an outline and a numeral, so that colour is never alone."""

RECORD: Mapping[str, tuple[str, ...]] = {
    "nagorno-karabakh-2023": (
        "No food-security phase analysis (IPC) of Nagorno-Karabakh was found: nobody weighed food, weight and deaths "
        "together by the agreed process, so what follows can be compared with published thresholds but not checked "
        "against a finding, and the missing analysis says neither that people went hungry nor that they did not.",
        "The record holds one death ascribed to hunger (Human Rights Ombudsman of Nagorno-Karabakh, de facto, "
        "15 August 2023; disputed by Azerbaijan) and no survey of weight or of deaths.",
    ),
    "berlin-1948": (
        "The record holds no mass starvation in the western sectors: what a run of the airlift as flown shows beyond "
        "that is a false alarm.",
    ),
}
"""What is known of bodies in a bundled case, and what its gaps mean."""

HIGHEST_SURVEY = 0.55
"""Share of children with acute malnutrition in the worst survey of the Somali hunger of 2011."""
ALREADY = ("gam_15", "cdr_2")
"""Thresholds named where history alone passes them in some futures."""


def _chosen(table: Where) -> list[tuple[str, str]]:
    """Return the outcomes of a table and their headings."""
    return [(row.id, column.heading) for row, column in columns(table)]


CHOICES: Mapping[str, str] = {
    "rationing": "rationing or none",
    "adult protection": "how much adults keep",
    "adults": "rule of adults' weight",
}
"""What to call the structural choices."""


def number(value: float, unit: str) -> str:
    """Return a value as a reader sees it: shares in percent, rates with two figures."""
    if not math.isfinite(value):
        return "–"
    if unit == "1":
        share = 100.0 * value
        text = f"{share:.1f}" if abs(share) < 9.95 and round(share, 1) != round(share) else f"{share:.0f}"
        return ("0" if text in {"-0", "-0.0", "0.0"} else text).replace("-", "−") + "\N{NO-BREAK SPACE}%"
    if unit == RATE:
        if abs(value) < 0.01:
            return "0" if abs(value) < 1e-6 else "under 0.01"
        return f"{words.figures(value, 2):,.4g}".replace("-", "−")
    return words.quantity(value, unit)


def span(row: Any, level: int) -> str:
    """Return the central interval of `level` percent of a tidy row, "low to high"."""
    low, high = (number(float(row[f"{end}_{level}"]), row["unit"]) for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def share(p: float) -> str:
    """Return a share of futures in whole percent; never 0 or 100 where it is neither."""
    return words.percent(p).replace(" %", "\N{NO-BREAK SPACE}%")


def _days(rows: pd.DataFrame) -> list[int]:
    """Return about a month in, and the last date."""
    days = sorted(set(rows["day"]))
    return list(dict.fromkeys([min(days, key=lambda day: abs(day - 30)), days[-1]]))


def _table(
    rows: pd.DataFrame, measures: Sequence[tuple[str, str]], day: int, named: Mapping[str, str], caption: str, *,
    ranges: bool,
) -> Table:  # fmt: skip
    """Return a table of policies: middle and 80 % interval, or the 80 and 95 % intervals alone (`ranges`)."""
    here = rows[rows["day"] == day]
    shown = [(id_, label) for id_, label in measures if (here["outcome"] == id_).any()]
    lines = []
    for policy in dict.fromkeys(here["policy"]):
        own = here[here["policy"] == policy].set_index("outcome")
        line: list[tuple[str, str]] = [(named.get(policy, policy), "")]
        for id_, _ in shown:
            row = own.loc[id_]
            if not math.isfinite(row["median"]):
                line.append(("–", ""))
            elif ranges:
                line.append((span(row, 80), f"95 %: {span(row, 95)}"))
            else:
                line.append((number(row["median"], row["unit"]), span(row, 80)))
        lines.append(line)
    date = words.day(here["date"].iloc[0])
    return {"caption": f"{caption}, {date} (day {day})", "columns": ["Policy", *(s for _, s in shown)], "rows": lines}


def _cell(found: pd.DataFrame) -> Table:
    """Return what a cell says of one threshold: any day with its error, then single dates."""
    ever: Any = found[found["when"] == "any day"].iloc[0]
    dates = found[found["when"] != "any day"]
    if not ever["defined"] > 0:
        return {"ever": "–", "dates": [], "shade": 0}
    p, n_low, n_high = float(ever["p"]), float(ever["low_95"]), float(ever["high_95"])
    error = f"± {100 * ever['error']:.0f}" if 0 < p < 1 and ever["error"] >= 0.005 else ""
    if not error:  # the standard error says nothing where hardly any future, or nearly every one, passes
        error = f"at most {number(n_high, '1')}" if p < 0.5 else f"at least {number(n_low, '1')}"
    lines = []
    for _, row in dates[dates["defined"] > 0].iterrows():
        when = "last day known" if row["day"] == 0 else f"day {row['day']}"
        lines.append(f"{when}: {share(float(row['p']))}")
    return {"ever": share(p), "dates": [error, *lines], "shade": min(4, int(5 * p))}


def threshold_table(thresholds: pd.DataFrame, condition: str, named: Mapping[str, str]) -> Table:
    """Return the table of thresholds over all places: history first where there is one, then a row per policy."""
    whole = thresholds[thresholds["place"] == "*"]
    dated = _days(whole[whole["day"].notna() & (whole["day"] > 0)])
    kept = whole[whole["day"].isna() | whole["day"].isin([0, *dated])]
    columns = [
        {"id": row["threshold"], "name": row["name"], "band": "" if pd.isna(row["band"]) else str(row["band"])}
        for _, row in whole.drop_duplicates("threshold").iterrows()
    ]
    lines = []
    for policy in dict.fromkeys(kept["policy"]):
        if policy != "history" and not ((kept["policy"] == policy) & (kept["condition"] == condition)).any():
            continue
        own = kept[(kept["policy"] == policy) & kept["condition"].isin([condition, "history"])]
        title = "history, the same for all policies" if policy == "history" else named.get(policy, policy)
        cells = [_cell(own[own["threshold"] == column["id"]]) for column in columns]
        lines.append({"title": title, "cells": cells})
    caption = f"Futures past a published threshold, under “{named.get(condition, condition)}”, all places together"
    return {"caption": caption, "columns": columns, "rows": lines}


def beyond_surveys(rows: pd.DataFrame) -> str:
    """Return the caution where children's shares reach beyond what any survey has found; empty elsewhere."""
    wasted = rows[rows["outcome"] == "gam"]
    if not (wasted[["median", "high_80"]].max(axis=1) > HIGHEST_SURVEY).any():
        return ""
    return (
        "No survey in a hunger crisis has found more than about 55\N{NO-BREAK SPACE}% of children wasted "
        "(Somalia, 2011). Where a middle share or the end of its range is higher here, read “very high” and no more: "
        "the worst-off would have been treated, or no longer be there to be measured. Two such shares are not to be "
        "compared."
    )


def in_words(rows: pd.DataFrame, policy: str, day: int, title: str) -> str:
    """Return what people eat against their need, who eats, weight and wasting in sentences; empty where a run lacks it.

    rows : of one condition; the middle future, and in brackets the range that holds 80 % of futures
    """
    own = rows[(rows["policy"] == policy) & (rows["day"] == day)].set_index("outcome")
    wasted = ("gam", "gam_muac", "gam_toddlers")
    wanted = ("kcal_child", "eaten_child", "kcal_adult", "eaten_adult", "weight_change", *wasted)
    if not set(wanted) <= set(own.index):
        return ""

    def said(outcome: str) -> str:
        row: Any = own.loc[outcome]
        return f"{number(float(row['median']), row['unit'])} ({span(row, 80)})"

    books = "food that nobody counts: found, bought, gathered or given past the books"
    unseen = f" Of what people eat, {said('uncounted')} is {books}." if "uncounted" in own.index else ""
    return (
        f"Under “{title}” on {words.day(own['date'].iloc[0])}, a child below ten eats {said('kcal_child')}, "
        f"{said('eaten_child')} of its need, and an adult {said('kcal_adult')}, {said('eaten_adult')}.{unseen} The "
        f"weight of adults has changed by {said('weight_change')} since the start. By weight-for-height {said('gam')} "
        "of children below five are acutely malnourished, by arm circumference, as most screenings measure, "
        f"{said('gam_muac')}; at 6–23 months {said('gam_toddlers')}. Usual infection is counted in, and the ranges "
        "hold what the model is known to miss of disease and broken care; an outbreak of measles or "
        "diarrhoea is played only where a setting or a policy says so, and would add to every share."
    )


def already(thresholds: pd.DataFrame, *, recorded: bool) -> str:
    """Return the sentence on futures whose history passes a threshold before any policy starts; empty if hardly any.

    recorded : whether the case says what the record holds; only then is the history set against it
    """
    past = thresholds[(thresholds["policy"] == "history") & (thresholds["place"] == "*")]
    past = past[(past["when"] == "any day") & past["threshold"].isin(ALREADY) & (past["p"] >= 0.05)]
    if past.empty:
        return ""
    said = words.listed([f"{row['name']} in {share(float(row['p']))} of futures" for _, row in past.iterrows()])
    text = f"History alone, before any policy starts, passes these thresholds: {said}."
    if recorded:
        text += (
            " Nothing of that size was recorded. Either more food was about than assumed, or bodies bore it better "
            "than the rules say, or it went unseen; the run cannot tell which, and no future was left out for it. "
            "Read the hungrier half with that in mind."
        )
    return text


def _structures(summary: pd.DataFrame, named: Mapping[str, str], condition: str, reference: str) -> Table | None:
    here = summary[summary["condition"] == condition]
    if here.empty:
        return None
    day = _days(here)[0]
    here = here[here["day"] == day]
    date, count = words.day(here["date"].iloc[0]), int(here["structures"].max())
    shown = [(id_, label) for id_, label in _chosen("structures") if (here["outcome"] == id_).any()]
    own = here[here["policy"] == reference] if (here["policy"] == reference).any() else here
    own = own[own["policy"] == own["policy"].iloc[0]].set_index("outcome")
    lines = []
    for id_, label in shown:
        row: Any = own.loc[id_]
        unit = row["unit"]
        within, between, both = (
            f"{number(row[f'{kind}_low'], unit)} to {number(row[f'{kind}_high'], unit)}"
            for kind in ("within", "between", "all")
        )
        part = "–" if not math.isfinite(row["share_between"]) else words.percent(row["share_between"])
        lines.append(
            [
                (label, ""),
                (within, ""),
                (between, ""),
                (both, ""),
                (part, ""),
                (CHOICES.get(row["decides"], row["decides"] or "none"), ""),
            ]
        )
    policy = str(own["policy"].iloc[0])
    columns = ["", "Within a structure, 80 %", "Between structures, middles", "All together", "Variance between",
               "Moved most by"]  # fmt: skip
    caption = f"Both intervals under “{named.get(policy, policy)}”, {date}"
    intro = (
        f"Some choices are not ranges of a number but different rules: rationing or none, how much adults protect "
        f"themselves, and how weight follows energy. Every combination, {count} structures, was played with the same "
        "futures. The first interval says how far futures differ when the structure is given, the second how far the "
        "middle futures of structures lie apart."
    )
    drawn = _drawn(
        drawings.both_intervals(here, named), "structures", f"Within and between structures, {date}",
        "Thin blue: 80 % of futures within the middle structure. Thick orange: from the lowest to the highest middle "
        "future of any structure.",
    )  # fmt: skip
    return {"intro": intro, "figure": drawn, "table": {"caption": caption, "columns": columns, "rows": lines}}


def _drawn(figure: Figure, key: str, title: str, caption: str) -> dict[str, Any]:
    svg = Markup(to_svg(figure, f"bodies-{key}", title, caption))
    return {"svg": svg, "title": words.sentence(title), "caption": caption}


def section(
    dataset: xr.Dataset, daily: xr.Dataset, rows: pd.DataFrame, thresholds: pd.DataFrame,
    structures: pd.DataFrame | None = None, *, condition: str | None = None,
) -> Markup:  # fmt: skip
    """Return the section as an HTML fragment: one `<section id>`, figures as inline SVG, nothing loaded from outside.

    Parameters
    ----------
    dataset : the run; its scenario and names are read
    daily : `corridor.analysis.bodies.daily(dataset)`
    rows : `corridor.analysis.bodies.bodies(dataset)`
    thresholds : `corridor.analysis.outcomes.thresholds.thresholds(dataset)`
    structures : the summary of `corridor.analysis.structures.sweep`, left out where None
    condition : id; the first where None. People who left have no body here, so a condition of flight says little

    Raises
    ------
    InputError : the run does not carry its scenario
    """
    scenario = read.scenario_of(dataset)
    named = read.titles(scenario)
    conditions = read.ids(daily, "condition")
    chosen = condition or conditions[0]
    said = f"“{named.get(chosen, chosen)}”"
    here = rows[rows["condition"] == chosen]
    record = RECORD.get(scenario.id, ())
    others = [f"“{named.get(c, c)}”" for c in conditions if c != chosen]
    bands = "Line: middle future; bands: 50, 80 and 95 % of futures; grey: history; dashed: the last day known."
    early, last = _days(here)[0], _days(here)[-1]
    played = list(dict.fromkeys(here["policy"]))
    reference = scenario.reference_policy if scenario.reference_policy in played else played[0]
    tables = [_table(here, _chosen("bodies"), d, named, "Middle future, 80 % interval below it", ranges=False)
              for d in dict.fromkeys([early, last])]  # fmt: skip
    over_time = f"Energy eaten, weight and wasting, under {said}"
    rates = f"Death rates over the last 30 days, under {said}"
    return render(
        "bodies.html",
        bands=BANDS,
        not_a_classification=words.NOT_A_CLASSIFICATION,
        record=record,
        already=already(thresholds, recorded=bool(record)),
        shown=f"Shown under {said}. "
        + (f"Not shown: {words.listed(others)}. " if others else "")
        + "People who left have no body here.",
        caution=beyond_surveys(here),
        in_words=in_words(here, reference, early, named.get(reference, reference)),
        over_time=_drawn(drawings.bodies(daily, chosen, named), "time", over_time, f"A column per policy. {bands}"),
        body_tables=tables,
        who_eats=_drawn(
            drawings.who_eats(daily, chosen, named), "eats", f"Who eats, under {said}",
            "A column per policy. Lines: middle future; shade: 80 % of futures.",
        ),
        threshold_table=threshold_table(thresholds, chosen, named),
        structures=None if structures is None else _structures(structures, named, chosen, scenario.reference_policy),
        deaths_note=words.sentence(" ".join([
            "Deaths are hardly ever seen while they happen; these rules are right in order of magnitude at best, and a "
            "single number would say more than they know.", *record[-1:],
        ])),
        death_rates=_drawn(
            drawings.death_rates(daily, chosen, named), "deaths", rates,
            "Bands only, on a log scale: 50, 80 and 95 % of futures; grey: history. Dotted: published thresholds.",
        ),
        death_table=_table(
            here, _chosen("deaths"), last, named, "Range that holds 80 % of futures, 95 % below it", ranges=True
        ),
    )  # fmt: skip
