"""The answer, the tables and the figures say what the numbers say."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from report_case import POLICIES, run_of, scenario
from scipy.stats import spearmanr

from corridor.analysis.compare import compare, last
from corridor.analysis.outcomes.relief import relief_gap
from corridor.report import html as report_html
from corridor.report import plot
from corridor.report.figures import fans as figures
from corridor.report.page import Parts
from corridor.report.page import html as page_html
from corridor.report.screen.tables import policy_table
from corridor.report.sections import chance, inputs, relief, tables
from corridor.report.sections.answer import (
    GAP,
    Gaps,
    Ranking,
    _flight,
    _interval,
    _turned,
    _without,
    answer,
    cell,
    is_flight,
    leavers,
    ranking,
)
from corridor.results import read, series
from corridor.results.dataset import ahead
from corridor.scenario.model import Action, Policy
from corridor.scenario.trigger import Threshold
from corridor.words import page_in

NAMED = read.titles(scenario())


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return run_of(scenario())


@pytest.fixture(scope="module")
def table(run: xr.Dataset) -> pd.DataFrame:
    return compare(run)


@pytest.fixture(scope="module")
def gaps(run: xr.Dataset) -> Gaps:
    return last(run, GAP)


def missing(run: xr.Dataset, policy: str, condition: str = "calm") -> np.ndarray:
    """Food missing on the last day, person-days: that of the day for those present, and for those who left."""
    gap, evening, left = (ahead(run[name]).sel(policy=policy, condition=condition).astype(float)
                          for name in ("energy_gap", "people", "departures"))  # fmt: skip
    people = evening.shift(day=1).fillna(evening.isel(day=0) + left.isel(day=0))
    return (gap / people * (people + left.cumsum("day") - left)).sum(["day", "place"]).transpose("future").to_numpy()


def test_policies_are_ranked_by_the_food_that_is_missing(run: xr.Dataset, table: pd.DataFrame, gaps: Gaps) -> None:
    by_hand = {policy: missing(run, policy) for policy, _ in POLICIES}
    for policy, gap in by_hand.items():
        assert gaps[policy, "calm"] == pytest.approx(gap, rel=1e-5)
    order = sorted(by_hand, key=lambda policy: by_hand[policy].mean())
    assert ranking(run, gaps, "calm").order() == order
    assert answer(run, table, gaps).best[0] == order[0]


def test_what_noise_could_make_is_not_told_apart(run: xr.Dataset, table: pd.DataFrame, gaps: Gaps) -> None:
    noise = np.random.default_rng(1).normal(0.0, 1e5, (len(POLICIES), run.sizes["future"]))
    even = {(p, "calm"): 1e6 + noise[i] for i, (p, _) in enumerate(POLICIES)}
    found = answer(run, table, even)
    assert len(found.best) == len(POLICIES) and found.following == ""
    assert found.sentences[1] == "No policy can be told from another by these futures."
    shifted = even | {(POLICIES[2][0], "calm"): even[POLICIES[2][0], "calm"] - 1e5}
    assert answer(run, table, shifted).best == (POLICIES[2][0],)


def test_harm_comes_first_with_median_and_interval(run: xr.Dataset, table: pd.DataFrame, gaps: Gaps) -> None:
    found = answer(run, table, gaps)
    for outcome in (GAP, "excess_deaths"):
        row = cell(table, str(table["reference"].iloc[0]), "calm", outcome)
        assert tables.words.count(row["median"]) in found.sentences[0]
        assert tables.words.span(row["low_80"], row["high_80"], "persons") in found.sentences[0]


@pytest.mark.parametrize(("median", "said"), [(1.2, "1 excess death (80 %:"), (1.7, "2 excess deaths (80 %:")])
def test_one_death_is_one(median: float, said: str) -> None:
    row = {"median": median, "low_80": 0.0, "high_80": 9.0, "low_95": 0.0, "high_95": 20.0}
    assert _interval(row, "excess deaths").startswith(said)


def test_no_sentence_is_longer_than_25_words_a_title_being_one(
    run: xr.Dataset, table: pd.DataFrame, gaps: Gaps
) -> None:
    for sentence in answer(run, table, gaps).sentences:
        assert len(re.sub("“[^”]*”", "title", sentence).split()) <= 25, sentence


def test_a_condition_in_which_people_leave_is_one_of_flight(table: pd.DataFrame) -> None:
    assert is_flight(table, "offensive")
    assert not is_flight(table, "calm")


def as_calm(run: xr.Dataset, *names: str) -> xr.Dataset:
    """The run with variables of the offensive as they are without it."""
    out = run.copy()
    for name in names:
        calm = run[name].sel(condition="calm", drop=True)
        out[name] = xr.concat([calm] * run.sizes["condition"], dim=run["condition"]).transpose(*run[name].dims)
    return out


def test_who_leaves_under_a_condition_is_told_beside_who_leaves_without_it(
    run: xr.Dataset, table: pd.DataFrame, gaps: Gaps
) -> None:
    third = answer(run, table, gaps).sentences[2]
    without = cell(table, str(table["reference"].iloc[0]), "calm", "departures")["median"]
    assert f"; without it {tables.words.count(without) if without >= 0.5 else 'nobody'}" in third
    assert "comes true" not in third
    # as many leave anyway: the flight is no effect of the condition, though other things are
    fled = as_calm(run, "departures", "people")
    fled["departures"] = fled["departures"] + fled["people"].isel(day=0) // 50
    frame = compare(fled)
    assert is_flight(frame, "offensive")
    told = _flight(frame, "offensive", NAMED, "held", _without(
        leavers(fled), np.full(run.sizes["future"], 1.0 / run.sizes["future"]), "held", ("offensive", "calm"),
        cell(frame, "held", "calm", "departures"),
    ), few=False)  # fmt: skip
    assert "; without it as many" in told


def test_a_condition_that_changes_nothing_is_told_so_once(run: xr.Dataset, gaps: Gaps) -> None:
    later = [name for name in run.data_vars if "condition" in run[name].dims]
    same = as_calm(run, *later)
    frame, missing_too = compare(same), last(same, GAP)
    found = answer(same, frame, missing_too)
    assert found.unchanged == ("offensive",)
    assert "changes nothing beyond three standard errors" in found.sentences[2]
    assert len(found.sentences) == 3
    page = page_html(same, frame, Parts(gaps=missing_too))
    title = NAMED["offensive"]
    assert not re.search(f"<caption>[^<]*{title}", page), "no table says the same again"
    assert f", under “{title}”" not in page, "and no figure"
    assert answer(run, compare(run), gaps).unchanged == ()
    less = same.copy()
    less["departures"] = same["departures"] + (same["condition"] == "offensive") * 5
    assert answer(less, compare(less), missing_too).unchanged == (), "what one outcome shows is a change"


def test_harm_under_a_condition_is_told_with_who_left(run: xr.Dataset, table: pd.DataFrame) -> None:
    said = _turned(table, "offensive", "calm", NAMED, "held")
    left = [cell(table, "held", one, "departures")["median"] for one in ("offensive", "calm")]
    here, there = (tables.words.count(one) for one in left)
    assert "excess death" in said
    assert said.endswith(f"; {here} people have left, without it {there}.")
    assert _turned(table, "calm", "calm", NAMED, "held").endswith(" people have left, without it as many.") == (
        there != "0"
    )


def test_fewer_deaths_are_told_beside_those_who_left(
    run: xr.Dataset, table: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    note = "Fewer excess deaths can mean that people fled"
    gone = ahead(run["departures"]).sel(condition="calm").sum() > 0
    assert (note in tables.policy_tables(table, "calm", NAMED)[-1]["note"]) == bool(gone)
    stays = table.assign(mean=table["mean"].where(table["outcome"] != "departures", 0.0))
    for frame, told in ((table, True), (stays, False)):
        policy_table(frame, NAMED, 40, 1, unchanged=["calm"])
        shown = " ".join(capsys.readouterr().out.split())
        assert (note in shown) == told
        assert NAMED["offensive"] in shown
        assert NAMED["calm"] not in shown


def test_the_share_of_futures_is_counted_over_pairs(run: xr.Dataset, table: pd.DataFrame, gaps: Gaps) -> None:
    found = answer(run, table, gaps)
    won = gaps[found.following, "calm"] > gaps[found.best[0], "calm"]
    better = np.full(won.size, 1.0 / won.size) @ won
    assert f"in {tables.words.percent(float(better))} of the futures" in found.sure


def test_influence_is_spearmans_rank_correlation(run: xr.Dataset) -> None:
    result = ahead(run["intake"]).sel(policy="held", condition="calm").mean(["day", "place"]).to_numpy().astype(float)
    found = inputs.influence(run, result)
    for path in read.ids(run, "input"):
        oracle = spearmanr(run["inputs"].sel(input=path).to_numpy(), result).statistic
        assert found[path] == pytest.approx(oracle, abs=1e-12)
    assert next(iter(found)) == "stocks.*.flour"


def test_what_decides_alone_is_named_and_called_assumed(run: xr.Dataset, table: pd.DataFrame, gaps: Gaps) -> None:
    drawn = run["inputs"].to_numpy().copy()
    found = answer(run, table, gaps)
    drawn[:, 0] = gaps[found.following, "calm"] - gaps[found.best[0], "calm"]
    decided = answer(run.assign(inputs=(("future", "input"), drawn)), table, gaps)
    assert decided.moves["stocks.*.flour"] == pytest.approx(1.0)
    assert "“Flour held at the start, all places”, which is assumed" in decided.sure


def test_numbers_say_what_they_stand_on(run: xr.Dataset) -> None:
    by_path = {number.path: number for number in inputs.numbers(run, read.scenario_of(run))}
    checkpoint = by_path["links.lachin_checkpoint.vehicles_per_hour"]
    assert checkpoint.standing == "assumed" and "no count known before the day" in checkpoint.basis.lower()
    assert checkpoint.says == "vehicles it lets through, Hakari bridge – Kornidzor"
    assert checkpoint.drawn[1] < checkpoint.drawn[0] < checkpoint.drawn[2]


def test_disputed_numbers_name_both_sides() -> None:
    found = tables.disputed(scenario())
    (people,) = [row for row in found["numbers"] if row["quantity"] == "people present"]
    assert (people["value"], people["unit"], people["said_by"], people["disputed_by"]) == (
        "120,000", "people", "de facto authorities", "Azerbaijan",
    )  # fmt: skip


def test_a_cell_shows_the_comparison_and_its_shade(table: pd.DataFrame) -> None:
    first, last = tables.policy_tables(table, "calm", NAMED)
    assert "18 October 2023" in first["caption"] and "18 December 2023" in last["caption"]
    row = cell(table, "air", "calm", GAP)
    shown = next(line for line in last["rows"] if line["title"] == "Air bridge")["cells"][0]
    assert shown["median"] == tables.words.count(row["median"])
    assert shown["difference"].startswith("−")
    assert (shown["chance"], shown["shade"]) == (f"better in {tables.words.percent(row['p_better'])}", "best")
    reference = next(line for line in last["rows"] if line["reference"])["cells"][0]
    assert reference["chance"] == reference["difference"] == ""


def test_policies_that_change_nothing_are_named_once(run: xr.Dataset) -> None:
    same = run.copy()
    for name in ("below_requirement", "departures", "arrivals", "intake", "stock", "delivered", "people", "queue"):
        same[name] = same[name].isel(policy=[0] * len(POLICIES)).assign_coords(policy=run["policy"])
    for shown in tables.policy_tables(compare(same), "offensive", NAMED):
        assert len(shown["rows"]) == 1
        assert "Air bridge" in shown["note"]


@pytest.mark.parametrize(
    ("share", "shade"), [(0.97, "best"), (0.7, "good"), (0.5, "even"), (0.2, "bad"), (0.02, "worst")]
)
def test_shades_follow_the_share_of_futures(share: float, shade: str) -> None:
    row = {"p_better": share, "p_tied": 0.0, "median": 100.0, "diff_median": 10.0}
    assert tables._chance(row)[1] == shade


def test_what_is_better_by_next_to_nothing_is_not_shaded_and_says_so() -> None:
    row = {"p_better": 0.97, "p_tied": 0.0, "median": 2_840_000.0, "diff_median": -2_500.0}
    assert tables._chance(row) == ("better in 97 %, mostly by under 1 %", "even")
    worse = row | {"p_better": 0.02, "diff_median": 2_500.0}
    assert tables._chance(worse) == ("better in 2 %", "worst"), "harm is shown however small"


def test_a_policy_that_may_not_come_about_says_in_how_many_futures_it_does() -> None:
    act = Action(do="add", target="pipelines.relief", value=1.0, starts=date(2030, 1, 2), chance=0.25)
    one = Policy(id="relief", title="Relief", summary="An army comes", actions=(act,))
    assert chance.said(one) == "It comes about in 25 % of futures."
    assert chance.said_of(one, "Relief") == "“Relief” comes about in 25 % of futures."
    sure = act.model_copy(update={"chance": None})
    assert chance.said(one.model_copy(update={"actions": (sure,)})) == ""
    both = one.model_copy(update={"actions": (act, sure)})
    assert chance.said(both) == "All of it comes about in 25 % of futures only."
    assert chance.said_of(both, "Relief") == "All of “Relief” comes about in 25 % of futures only."
    apart = one.model_copy(update={"actions": (act, act.model_copy(update={"target": "links.gate.regime"}))})
    assert chance.said(apart) == "All of it comes about in 6 % of futures only.", "each is drawn by itself"
    alike = one.model_copy(update={"actions": (act, act.model_copy(update={"value": 2.0}))})
    assert chance.said(alike) == "It comes about in 25 % of futures.", "the same draw"
    opened = act.model_copy(update={"id": "road", "target": "links.gate.regime"})
    waits = sure.model_copy(update={"when": Threshold(what="after road", sign=">", value=0.0)})
    assert chance.said(one.model_copy(update={"actions": (opened, waits)})) == "It comes about in 25 % of futures."


def test_the_relief_tables_show_the_gap_by_policy_place_and_date(run: xr.Dataset) -> None:
    gap = relief_gap(run)
    found = relief.tables(gap, NAMED, "calm", "held", 7)
    by_policy, _, by_place, by_date = found["tables"]
    assert [row[0][0] for row in by_policy["rows"]] == [title for _, title in POLICIES]
    assert by_place["rows"][0][0][0] == "all places" and "Khankendi/Stepanakert" in [
        row[0][0] for row in by_place["rows"]
    ]
    assert len(by_date["rows"]) == gap["day"].nunique()
    one = gap[(gap["policy"] == "air") & (gap["condition"] == "calm") & (gap["day"] == 30) & (gap["place"] == "*")]
    need = one[(one["goods"] == "food") & (one["measure"] == "need")].iloc[0]
    assert by_policy["rows"][-1][1][0] == tables.words.quantity(need["median"], "t")


def test_a_fan_draws_the_median_and_the_intervals(run: xr.Dataset) -> None:
    figure = plot.fan(run, "below_requirement", "calm", policies=["air"], history_days=30)
    (axes,) = figure.axes
    median = np.median(
        ahead(run["below_requirement"]).sel(policy="air", condition="calm").sum("place").to_numpy(), axis=0
    )
    assert axes.lines[1].get_ydata()[1:] == pytest.approx(median, rel=1e-5)
    assert len(plot.fan(run, "intake", "calm").axes) == len(POLICIES)


def test_cover_is_stock_over_normal_use(run: xr.Dataset) -> None:
    shown = series.cover(run, "flour", "both", "calm").values
    one = ahead(run).sel(policy="both", condition="calm").isel(future=7, day=40)
    expected = one["stock"].sel(commodity="flour").sum() / (one["people"].sum() * one["need"].sel(commodity="flour"))
    assert shown[7, 40] == pytest.approx(float(expected), rel=1e-5)
    rows = plot.cover(run, "calm").axes
    assert len(rows) == 4 * len(POLICIES)


def test_mean_intake_is_weighted_by_people(run: xr.Dataset) -> None:
    one = ahead(run).sel(policy="held", condition="calm").isel(future=0, day=0)
    expected = float((one["intake"] * one["people"]).sum() / one["people"].sum())
    assert series.series(run, "intake", "held", "calm").values[0, 0] == pytest.approx(expected, rel=1e-6)


def test_a_long_horizon_is_thinned_for_the_page_but_keeps_its_ends() -> None:
    days = np.arange(1000)
    axes = figures.new_figure(3, 2).subplots()
    figures._bands(axes, days, np.tile(days.astype(float), (7, 1)), figures.BANDS)
    drawn = axes.lines[0].get_xdata()
    assert len(drawn) <= 131 and (drawn[0], drawn[-1]) == (0, 999)


def test_the_exodus_shows_firm_and_loose_counts_apart() -> None:
    times = pd.date_range("2023-09-24", periods=50, freq="h")
    curve = figures.curve_of(times, np.outer(np.linspace(0.9, 1.1, 21), np.arange(50.0)))
    assert curve["median"].to_numpy() == pytest.approx(np.arange(50.0))
    seen = pd.DataFrame({"time": times[::10], "value": 1.0, "kind": ["reported", "unverified"] * 2 + ["reported"]})
    figure = plot.exodus(curve, seen, cut=times[20])
    firm, loose = (line for line in figure.axes[0].lines if line.get_marker() == "o")
    assert (len(firm.get_xdata()), len(loose.get_xdata())) == (3, 2)


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [(0.0, "t", "0"), (1234.6, "t", "1,230"), (0.2277, "1", "0.228"), (9.98e-6, "1/day", "0.00000998"),
     (-0.5, "1", "−0.5"), (103_456.0, "persons", "103,000"), (2e-9, "1/day", "0.000000002")],
)  # fmt: skip
def test_inputs_keep_three_figures_without_exponents(number: float, unit: str, said: str) -> None:
    assert tables.value(number, unit) == said


def test_a_policy_that_wins_in_half_of_the_futures_is_not_told_apart() -> None:
    rng = np.random.default_rng(1)
    held = np.full(1000, 100.0)
    # better by far in the mean, and in 51 % of the futures
    often = rng.permutation(np.where(np.arange(1000) < 510, 60.0, 101.0))
    surely = rng.permutation(np.where(np.arange(1000) < 700, 60.0, 101.0))
    ranks = Ranking({"held": held, "often": often, "surely": surely}, np.full(1000, 1e-3))
    mean, error = ranks.difference("held", "often")
    assert mean > 10 * error
    assert not ranks.told_apart("held", "often")
    assert ranks.told_apart("held", "surely")
    assert not ranks.told_apart("surely", "held")


def test_a_disputed_number_is_written_as_the_language_writes_it() -> None:
    """25,000 read as 25 in Spanish; the unit stood behind it in English."""
    (people,) = [row for row in tables.disputed(scenario())["numbers"] if row["quantity"] == "people present"]
    cell = f"<td>{people['value']} <span>{people['unit']}</span></td>"
    template = report_html.template_text("report.html.j2")
    assert "<td>{{ row.value }} <span>{{ row.unit }}</span></td>" in template
    assert page_in(cell, "es") == "<td>120.000 <span>personas</span></td>"
    assert tables._unit("1") == ""
    assert tables._unit("share") == "share"
