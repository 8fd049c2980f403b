"""One self-contained HTML file from a run: no script, nothing loaded from outside, made for screen and A4."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from markupsafe import Markup
from matplotlib.figure import Figure

from corridor.core.files import write_whole
from corridor.report import words
from corridor.report.figures import fans as figures
from corridor.report.figures.glance import glance
from corridor.report.figures.survival import survival_curves
from corridor.report.html import render, template_text
from corridor.report.sections import displacement, does, how_long, inputs, tables, ways
from corridor.report.sections.answer import Gaps, answer, is_flight, leavers, ranking, unchanged
from corridor.report.sections.answer_camps import answer_camps
from corridor.report.sections.displacement_parts import Section
from corridor.report.sections.flows import Observed
from corridor.report.sections.relief import tables as relief_tables
from corridor.report.style import to_svg
from corridor.results import read, series
from corridor.results.dataset import ahead
from corridor.scenario.model import Scenario


def _drawn(figure: Figure, key: str, title: str, caption: str, kind: str = "") -> dict[str, Any]:
    """Return what the template needs of one figure; the caption is also what a screen reader says."""
    svg = to_svg(figure, key, title, caption)
    if kind:
        svg = svg.replace('class="figure"', f'class="figure {kind}"', 1)
    return {"svg": Markup(svg), "title": words.sentence(title), "caption": caption}


def _fans(
    dataset: xr.Dataset, comparison: pd.DataFrame, named: Mapping[str, str], same: Collection[str]
) -> list[dict[str, Any]]:
    """Return what the template needs of the fans of each condition; same : those that change nothing."""
    plain = "Line: middle future; bands: 50, 80 and 95 % of futures"
    bands = f"{plain}; grey: history; dashed: the last day known."
    out = []
    for number, condition in enumerate(read.ids(dataset, "condition")):
        if condition in same:
            continue
        said = f"“{named.get(condition, condition)}”"
        flight = is_flight(comparison, condition)
        homes = ("arrivals", "below_requirement") if flight else ("below_requirement", "intake")
        for quantity in (*homes, "sheltered", "waiting"):
            asked = series.QUANTITIES[quantity]
            if any(name not in dataset for name in asked.needs):
                continue
            # a panel of noughts says nothing that the table does not
            if quantity == "waiting" and not float(ahead(dataset["waiting"]).sel(condition=condition).max()) >= 0.5:
                continue
            where = "those who are still there" if flight and quantity == "below_requirement" else ""
            title = f"{asked.title}{f' ({where})' if where else ''}, under {said}"
            caption = f"One panel per policy, {words.unit_words(asked.unit)}. {bands if asked.history else plain + '.'}"
            out.append(_drawn(figures.fan(dataset, quantity, condition), f"fan-{number}-{quantity}", title, caption))
        if not flight and "stock" in dataset and read.commodities_needed(dataset, read.scenario_of(dataset)):
            title = f"Days that stocks would last at normal use, under {said}"
            caption = f"A row per good, a column per policy. {bands} The widest bands may be cut off at the top."
            out.append(_drawn(figures.cover(dataset, condition), f"cover-{number}", title, caption))
    return out


def _glance(comparison: pd.DataFrame, condition: str, named: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what the template needs of the one picture of the answer; None where nothing of food was worked out."""
    figure = glance(comparison, condition, named)
    if figure is None:
        return None
    end = words.day(comparison["date"].iloc[comparison["day"].argmax()])
    title = f"The policies by {end}, under “{named.get(condition, condition)}”"
    return _drawn(figure, "glance", title, "Dot: middle future; bar: 80 % of futures. Further left is better.")


def _map(dataset: xr.Dataset, scenario: Scenario) -> dict[str, Any]:
    date = words.day(read.as_of(dataset))
    caption = (
        "Line style and word say what may pass: unbroken, open; dashed, partly open; dotted, closed. "
        f"Places carry their current names in alphabetical order; outlines are of the present day. {words.DISCLAIMER}"
    )
    return _drawn(figures.map_figure(dataset), "map", f"Places and ways on {date}: {scenario.title}", caption, "map")


def _how_long(
    dataset: xr.Dataset, parts: Parts, named: Mapping[str, str], condition: str, reference: str
) -> dict[str, Any] | None:
    """Return what the template needs of the section on how long people can hold out; None where that was not asked."""
    if parts.first is None or parts.curves is None:
        return None
    end = str(np.datetime64(ahead(dataset["day"]).values[-1], "D"))
    said = how_long.tables(parts.first, named, condition, reference, end)
    curves = survival_curves(parts.curves, how_long.SHOWN, condition, named)
    title = f"How long it lasts, under “{named.get(condition, condition)}”"
    caption = "A line per policy: the share of futures in which it has not come yet. A line that stays up is good."
    return {**said, "figures": [_drawn(curves, "how-long", title, caption)]}


def _displaced(dataset: xr.Dataset, comparison: pd.DataFrame, observed: Observed | None) -> dict[str, Any] | None:
    """Return what the template needs of the section on where people go; None where nothing moves in the run."""
    return _laid_out(displacement.section(dataset, comparison, observed))


def _laid_out(found: Section | None) -> dict[str, Any] | None:
    if found is None:
        return None
    drawn = [_drawn(d.figure, d.key, d.title, d.caption, "map" if "map" in d.key else "") for d in found.drawings]
    return {"text": found.text, "figures": drawn, "tables": found.tables}


OTHERS: Mapping[str, str] = {
    "scarcity": "Dates on which a good ran short: errors in days",
    "deliveries": "Deliveries against sourced sums",
    "low_intake": "How likely mean intake falls below half of what people need; not a classification",
    "camps": "How the displaced are shared among camps: averaged relative difference (0 to 2, smaller is better)",
    "camps_each": "People in each camp against the counts after the last day known: errors in people",
}
"""other exercises of a backtest, shown as they come"""


def _own_curve(dataset: xr.Dataset, comparison: pd.DataFrame, until: Any) -> list[dict[str, Any]]:
    """Return the run's own arrivals by day under its condition of flight, at the end of each day."""
    condition = next((c for c in read.ids(dataset, "condition") if is_flight(comparison, c)), None)
    if condition is None or "arrivals" not in dataset:
        return []
    own = series.series(dataset, "arrivals", str(comparison["reference"].iloc[0]), condition)
    times = pd.to_datetime(own.days) + pd.Timedelta(days=1)
    shown = times <= pd.Timestamp(until) + pd.Timedelta(days=7)
    if not shown.any():
        return []
    return [
        {
            "name": "this run, by the end of each day",
            "curve": figures.curve_of(list(times[shown]), own.values[:, shown]),
        }
    ]


def _backtest(
    backtest: Mapping[str, Any] | None, dataset: xr.Dataset, comparison: pd.DataFrame
) -> dict[str, Any] | None:
    """Return figures and score tables of a backtest; None where it holds neither."""
    if not backtest:
        return None
    drawn = []
    if "observed" in backtest:
        observed = pd.DataFrame(backtest["observed"])
        curves = list(backtest.get("curves", ())) or _own_curve(dataset, comparison, observed["time"].max())
        for number, curve in enumerate(curves):
            caption = "Line: middle future; bands: 50, 80 and 95 % of futures; dots: what was counted."
            figure = figures.exodus(pd.DataFrame(curve["curve"]), observed, cut=curve.get("cut"))
            drawn.append(_drawn(figure, f"exodus-{number}", f"People arrived, {curve['name']}", caption))
    scored = backtest.get("scores", backtest.get("exodus"))
    rows: list[Any] = scored.to_dict("records") if isinstance(scored, pd.DataFrame) else list(scored or ())
    others = [tables.plain(pd.DataFrame(backtest[key]), said) for key, said in OTHERS.items() if backtest.get(key)]
    if not (drawn or rows or others):
        return None
    return {"figures": drawn, "scores": tables.scores(rows), "others": others}


def _explored(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not found:
        return None
    rows = [[(cell, "") for cell in line] for line in found["lines"]]
    table = {"caption": "", "columns": found["headings"], "rows": rows} if rows else None
    return {"title": found["title"], "sentences": found["sentences"], "table": table, "note": found["note"]}


def _facts(dataset: xr.Dataset, scenario: Scenario) -> str:
    sizes, days = dataset.sizes, words.days(ahead(dataset["day"]).size)
    return (
        f"What could be known on {words.day(read.as_of(dataset))}, then {days} ahead; "
        f"{sizes['future']:,} futures of each of {sizes['policy']} policies under {sizes['condition']} "
        f"{'condition' if sizes['condition'] == 1 else 'conditions'}; variant “{scenario.variant}”."
    )


def _versions(dataset: xr.Dataset) -> str:
    return ", ".join(f"{name} {version}" for name, version in read.versions(dataset).items())


@dataclass(frozen=True)
class Parts:
    """What a page shows besides a run and its comparison.

    Attributes
    ----------
    gaps : food missing on the last day, as `corridor.report.sections.answer` reads it
    past, weighted, conflicts : `before_and_after` of `corridor.analysis.signs.weights`, what weighs the futures, and
        the signs in conflict with it, in sentences
    backtest : what `analysis.backtest.all` returned; for a picture of the exodus also `observed` (time, value, kind;
        local time) and, where there are others than the run's own, `curves`: a list of `name`, `curve` (as
        `corridor.report.figures.fans.curve_of` makes it) and `cut` (None where no count was used)
    bodies : the section on weight, wasting and deaths, as `corridor.report.sections.bodies.section` makes it
    first, curves : `first_days` and `curves` of `corridor.analysis.outcomes.first_days`
    relief : `corridor.analysis.outcomes.relief.relief_gap` of the run
    ways : `goods_by_way` and `bindings` of `corridor.analysis.outcomes.ways`
    sides, sides_answer : `section` and `brief` of `corridor.report.sections.sides`
    observed : rows of `observed/exodus.csv`, `destination.csv` and `camps.csv` by name, as text: shown beside the
        simulated numbers
    explored : what the answer rests on: `title`, `sentences`, `headings`, `lines`, `note`
    changed : what was changed in the case, a line each: a banner says so
    command : the line that makes this page again, "" where none does
    folder : what the case was loaded from
    """

    gaps: Gaps = field(default_factory=dict)
    past: pd.DataFrame | None = None
    weighted: str = ""
    conflicts: Sequence[str] = ()
    backtest: Mapping[str, Any] | None = None
    bodies: Markup | None = None
    first: pd.DataFrame | None = None
    curves: pd.DataFrame | None = None
    relief: pd.DataFrame | None = None
    ways: tuple[pd.DataFrame, Sequence[Any]] | None = None
    sides: Markup | None = None
    sides_answer: str | None = None
    observed: Observed | None = None
    explored: Mapping[str, Any] | None = None
    changed: Sequence[str] = ()
    command: str = ""
    folder: str = ""


def pieces(dataset: xr.Dataset, comparison: pd.DataFrame, parts: Parts = Parts()) -> dict[str, Any]:
    """Return what the template needs of the figures and tables that the run alone gives, by name."""
    scenario = read.scenario_of(dataset)
    named, reference = read.titles(scenario), str(comparison["reference"].iloc[0])
    calm = _calm(dataset, comparison)
    return {
        "glance": _glance(comparison, calm, named),
        "fans": _fans(dataset, comparison, named, _same(dataset, comparison, parts.gaps, calm)),
        "how_long": _how_long(dataset, parts, named, calm, reference),
        "map": _map(dataset, scenario) if "people" in dataset else None,
        "displaced": _displaced(dataset, comparison, parts.observed),
        "ways": None if parts.ways is None else _laid_out(ways.section(*parts.ways, scenario, named, calm)),
        "relief": None
        if parts.relief is None
        else relief_tables(parts.relief, named, calm, reference, read.window(scenario)),
    }


def _same(dataset: xr.Dataset, comparison: pd.DataFrame, gaps: Gaps, calm: str) -> tuple[str, ...]:
    """Return the conditions that change nothing, whose figures would show the same again."""
    if "people" not in dataset or dataset.sizes["condition"] < 2:
        return ()
    return unchanged(comparison, (gaps, leavers(dataset)), ranking(dataset, gaps, calm).weights, calm)


def _calm(dataset: xr.Dataset, comparison: pd.DataFrame) -> str:
    """Return the first condition under which people do not flee, the first of all where they always do."""
    conditions = read.ids(dataset, "condition")
    return next((c for c in conditions if not is_flight(comparison, c)), conditions[0])


def html(
    dataset: xr.Dataset, comparison: pd.DataFrame, parts: Parts = Parts(), ready: Mapping[str, Any] | None = None
) -> str:
    """Return the page as text.

    Parameters
    ----------
    dataset : a run of one or more policies
    comparison : what `corridor.analysis.compare.compare` returned for it
    ready : what `pieces` returned for the same; drawn here where None

    Raises
    ------
    InputError : the run does not carry its scenario
    """
    scenario = read.scenario_of(dataset)
    named = read.titles(scenario)
    homes = "people" in dataset
    found = answer(dataset, comparison, parts.gaps, parts.first) if homes else answer_camps(dataset, comparison)
    conditions, policies = read.ids(dataset, "condition"), read.ids(dataset, "policy")
    noticeable = inputs.noticeable(dataset)
    return render(
        "report.html.j2",
        title=scenario.title,
        question=scenario.question,
        facts=_facts(dataset, scenario),
        css=Markup(template_text("report.css")),
        answer=found,
        not_a_classification=words.NOT_A_CLASSIFICATION,
        policy_tables=[
            t for c in conditions if c not in found.unchanged for t in tables.policy_tables(comparison, c, named)
        ],
        policies=[(one.title, does.summary(one, scenario)) for one in scenario.policies if one.id in policies],
        conditions=[(one.title, does.summary(one, scenario)) for one in scenario.conditions if one.id in conditions],
        homes=homes,
        past=None if parts.past is None else how_long.past(parts.past, read.as_of(dataset)),
        weighted=parts.weighted,
        conflicts=list(parts.conflicts),
        backtest=_backtest(parts.backtest, dataset, comparison),
        bodies=parts.bodies,
        explored=_explored(parts.explored),
        sides=parts.sides,
        sides_answer=parts.sides_answer,
        assumptions=tables.assumptions(inputs.numbers(dataset, scenario), found.moves, noticeable),
        futures=dataset.sizes["future"],
        noticeable=f"{noticeable:.2f}",
        disputed=tables.disputed(scenario),
        no_voice=scenario.no_voice,
        cannot_tell=scenario.cannot_tell,
        changed=list(parts.changed),
        command=parts.command,
        folder=parts.folder,
        scenario_id=scenario.id,
        variant=scenario.variant,
        scenario_hash=scenario.hash,
        seed=read.seed_of(dataset),
        versions=_versions(dataset),
        **(pieces(dataset, comparison, parts) if ready is None else ready),
    )


def write_report(dataset: xr.Dataset, comparison: pd.DataFrame, path: str | Path, **parts: Any) -> Path:
    """Write the report of a run as one HTML file and return its path. The file appears whole or not at all.

    Parameters
    ----------
    dataset : a run of one or more policies
    comparison : what `corridor.analysis.compare.compare` returned for it
    path : the file to write; its folder is made where it is missing
    parts : as `Parts` has them

    Raises
    ------
    InputError : the run does not carry its scenario
    """
    target = Path(path)
    write_whole(target, html(dataset, comparison, Parts(**parts)))
    return target
