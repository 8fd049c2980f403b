"""Where people go, on the page: flows, circles, tables, sentences; each says what the numbers say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from report_case import berlin, country_run, counts_of, run_of, scenario, valley

from corridor.analysis.compare import compare
from corridor.analysis.outcomes.displacement import camps_backtest, tables
from corridor.engine import run as play
from corridor.report import plot, write_report
from corridor.report.map import flow_map, flow_scale, labels
from corridor.report.map.flow_map import window_around
from corridor.report.screen import tables as screen
from corridor.report.sections import displacement, flows
from corridor.report.sections.answer_camps import answer_camps
from corridor.report.sections.displacement_camps import camps_shown
from corridor.results.read import scenario_of, titles
from corridor.scenario import load, read_observed
from country_case import write_country

CASE = valley()
EXODUS = [
    {"time": "2023-09-25T00:00:00+04:00", "cumulative_arrivals": "90000", "kind": "reported"},
    {"time": "2023-09-30T11:00:00+04:00", "cumulative_arrivals": "100417", "kind": "reported"},
    {"time": "2023-10-05T12:00:00+04:00", "cumulative_arrivals": "100625", "kind": "reported"},
    {"time": "2023-12-13T12:00:00+04:00", "cumulative_arrivals": "101848", "kind": "later total"},
    {"time": "2024-09-13T12:00:00+04:00", "cumulative_arrivals": "999999", "kind": "reported"},
]
WAY_OUT = ("hub_junction", "junction_villages", "villages_hakari", "lachin_checkpoint", "kornidzor_goris")


def with_vehicles(run: xr.Dataset) -> xr.Dataset:
    """Return the run with vehicles: a quarter of those who leave, all of them on the way out, people arriving in Goris."""
    leaving = run["departures"].sum("place").transpose("policy", "condition", "future", "day").to_numpy()
    vehicles = np.zeros((*leaving.shape, run.sizes["link"]), dtype=np.float32)
    for i, link in enumerate(run["link"].to_numpy()):
        if link in WAY_OUT:
            vehicles[..., i] = leaving / 4
    settled = np.zeros((*leaving.shape, run.sizes["destination"]), dtype=np.float32)
    settled[..., 1], settled[..., 2] = 0.25 * leaving.cumsum(-1), 0.75 * leaving.cumsum(-1)
    dims = ("policy", "condition", "future", "day")
    return run.assign(vehicles=((*dims, "link"), vehicles), settled=((*dims, "destination"), settled))


@pytest.fixture(scope="module")
def exodus() -> xr.Dataset:
    return with_vehicles(run_of(scenario(), futures=20))


@pytest.fixture(scope="module")
def country() -> xr.Dataset:
    return country_run(CASE)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    folder = write_country(tmp_path_factory.mktemp("country") / "valley")
    return play(load(str(folder)), futures=12, seed=2, threads=1)


def test_people_on_a_road_are_vehicles_times_people_a_vehicle_towards_registration(exodus: xr.Dataset) -> None:
    found = {f.link: f for f in flows.flight_flows(exodus, scenario(), "held", "offensive")}
    assert set(found) == set(WAY_OUT)
    gone = exodus["arrivals"].sel(policy="held", condition="offensive").sum(["day", "destination"]).to_numpy()
    for flow in found.values():
        assert (flow.low, flow.middle, flow.high) == pytest.approx(np.quantile(gone, (0.1, 0.5, 0.9)), rel=1e-5)
    ends = {link.id: (link.from_place, link.to_place) for link in scenario().links}
    assert all((found[link].start, found[link].end) == ends[link] for link in WAY_OUT)


def test_what_was_counted_stands_beside_the_same_day_of_the_run(exodus: xr.Dataset) -> None:
    seen = {"exodus": EXODUS, "destination": [{"date": "2024-09-18", "place": "vayk", "share": "0.3"}]}
    first, second, *rest = flows.flight_stays(exodus, "held", "offensive", seen)
    # the first count that holds 99 % of the last firm one, and the last one inside the horizon
    assert (first.counted, first.date, first.when) == (100417.0, date(2023, 9, 30), "30 September 2023, 11:00")
    assert (second.counted, second.when) == (101848.0, "13 December 2023, 12:00 (later total)")
    come = exodus["arrivals"].sel(policy="held", condition="offensive").sum("destination").cumsum("day")
    assert first.middle == pytest.approx(float(come.sel(day="2023-09-30").median()))
    assert [stay.place for stay in rest] == ["yerevan", "vayk"]
    assert rest[1].share == 0.3 and rest[1].counted == pytest.approx(0.3 * 101848)
    assert rest[1].simulated_share == pytest.approx(0.25, abs=1e-4)


def test_the_flight_is_drawn_with_its_scale_direction_and_disclaimer(exodus: xr.Dataset) -> None:
    found = displacement.section(exodus, compare(exodus), {"exodus": EXODUS})
    assert found is not None
    (drawn,) = found.drawings
    words = [t.get_text() for t in (*drawn.figure.texts, *drawn.figure.axes[0].texts)]
    assert any("Boundaries and names shown do not imply endorsement" in text for text in words)
    assert any(re.fullmatch(r"[\d,]+ people pass", text) for text in words)
    assert any(re.fullmatch(r"[\d,]+ people, simulated", text) for text in words)
    assert any("counted 100,417 (30 Sep) and 101,848 (13 Dec)" in text for text in words)
    assert len([p for p in drawn.figure.axes[0].patches if type(p).__name__ == "FancyArrowPatch"]) == len(WAY_OUT) + 2
    (table,) = found.tables
    assert table["columns"] == ["Place", "People, simulated (80 % interval)", "Counted", "When"]
    assert table["rows"][0][2] == ("100,417", "")


def test_where_nobody_flees_one_sentence_says_so_and_nothing_is_drawn(tmp_path: Path) -> None:
    run = run_of(berlin(), futures=4)
    found = displacement.section(run, compare(run))
    assert found is not None and found.text.count(".") == 1 and "Nobody is displaced" in found.text
    assert not found.drawings and not found.tables
    text = write_report(run, compare(run), tmp_path / "r.html").read_text(encoding="utf-8")
    part = text.split('<h2 id="displaced">')[1].split("</section>")[0]
    assert "Nobody is displaced" in part and "<svg" not in part


def test_area_and_width_are_in_proportion_to_people() -> None:
    assert flow_scale.width_of(500, 1000) == pytest.approx(flow_scale.WIDEST / 2)
    ratio = flow_scale.diameter_of(250, 1000) / flow_scale.diameter_of(1000, 1000)
    assert ratio**2 == pytest.approx(0.25)
    assert flow_scale.width_of(0.1, 1e6) == flow_scale.THINNEST


@pytest.mark.parametrize("camps", [1, 3, 12])
def test_on_the_map_of_camps_no_words_lie_on_others_and_none_leaves_it(camps: int) -> None:
    case = valley(camps)
    run = country_run(case, futures=5)
    stays = flows.camp_stays(run, "held", "same", {"camps": counts_of(run)})
    figure, boxes = flow_map.flow_map(camps_shown(run, case, stays, "held", "same"))
    assert len(boxes) >= camps
    assert all(labels.overlap(a, b) <= 1.0 for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    width, height = figure.get_size_inches() * figure.dpi
    assert all(min(box[:2]) >= 0 and box[2] <= width and box[3] <= height for box in boxes)
    renderer = figure.canvas.get_renderer() if hasattr(figure.canvas, "get_renderer") else None
    for text in figure.texts:  # legend and credit: nothing is cut off
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0


def test_camps_come_largest_first_with_what_was_counted_on_that_day(country: xr.Dataset) -> None:
    stays = flows.camp_stays(country, "held", "same", {"camps": counts_of(country)})
    assert [stay.place for stay in stays] == ["camp_0", "camp_1", "camp_2"]
    last = country["sheltered"].sel(policy="held", camp="camp_0").isel(day=-1, condition=0).to_numpy()
    assert stays[0].middle == pytest.approx(np.median(last))
    assert stays[0].counted == pytest.approx(0.9 * np.median(last), abs=0.6)
    assert flows.camp_stays(country, "held", "same")[0].counted is None


def test_violence_is_that_of_as_of() -> None:
    assert flows.violence(CASE) == {"source": 1.0}


def test_the_answer_says_where_to_which_camps_fill_and_what_a_policy_changes(country: xr.Dataset) -> None:
    table = compare(country)
    where, full, change = answer_camps(country, table).sentences
    total = table[(table["outcome"] == "sheltered") & (table["policy"] == "held") & (table["day"] == 15)].iloc[0]
    assert screen.quantity(total["median"], "persons") in where and "3 camps" in where and "Camp 0" in where
    held = float(country["sheltered"].sel(policy="held", camp="camp_0").isel(day=-1, condition=0).median())
    assert f"Camp 0 (at {held / 1000:.0%})".replace("%", " %") in full
    assert "more people than its capacity" in full and "Camp 0 grows most" in full
    last = country["sheltered"].sel(camp="camp_0").isel(day=-1, condition=0)
    gap = (last.sel(policy="shut") - last.sel(policy="held")).to_numpy()
    assert f"{screen.quantity(abs(float(np.median(gap))), 'persons')} " in change and "fewer in Camp 0" in change
    alone = country.sel(policy=["held"])
    assert "Only one policy was played" in answer_camps(alone, compare(alone)).sentences[2]


def test_a_policy_that_moves_people_gets_a_map_and_its_closed_way_is_dotted(country: xr.Dataset) -> None:
    found = displacement.section(country, compare(country))
    assert found is not None
    assert [d.key for d in found.drawings] == ["camps-map", "camps-time", "camps-policies"]
    panels = found.drawings[-1].figure.axes
    assert len(panels) == 2
    colours = [[line.get_color() for line in axes.lines] for axes in panels]
    assert "#b3470f" not in colours[0] and "#b3470f" in colours[1]
    same = country.isel(policy=[0, 0]).assign_coords(policy=country["policy"])
    alike = displacement.section(same, compare(same))
    assert alike is not None and "camps-policies" not in [d.key for d in alike.drawings]
    assert "No other policy" in alike.text


@pytest.mark.parametrize(("camps", "panels"), [(3, 3), (8, 8), (9, 9), (12, 9)])
def test_the_eight_largest_camps_have_panels_and_the_others_share_one(camps: int, panels: int) -> None:
    run = country_run(valley(camps), futures=4)
    counted = counts_of(run)
    shown = [axes for axes in plot.camps(run, observed=counted).axes if axes.get_visible()]
    assert len(shown) == panels
    if camps == 12:
        assert shown[-1].get_title(loc="left") == "4 other camps"
        dots = next(line for line in shown[-1].lines if line.get_marker() == "o")
        total = sum(float(r["persons"]) for r in counted if r["date"] == "2020-01-01" and int(r["place"][5:]) >= 8)
        assert dots.get_ydata()[0] == pytest.approx(total)


def test_the_page_of_a_run_without_homes_has_only_what_applies(country: xr.Dataset, tmp_path: Path) -> None:
    counted = counts_of(country)
    scores = tables(camps_backtest(lambda case, **_: country_run(case), CASE, counted))
    path = write_report(country, compare(country), tmp_path / "r.html", backtest=scores, observed={"camps": counted})
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"<h2[^>]*>([^<]*)", text)
    assert headings == [
        "The answer", "The policies, outcome by outcome", "Over time", "Where people go",
        "The camps against what was counted: a conditional hindcast", "The assumptions and what they stand on",
        "Disputed numbers", "Who has no voice in the model", "What it cannot tell", "How to make this page again",
        "Annex: the long lists",
    ]  # fmt: skip
    plain = re.sub(r"<(style|svg|code).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL).lower()
    for word in ("kcal", "food in stock", "tonnes", "“fed”", "attack", "nan", "inf ", "famine"):
        assert word not in plain, word
    assert "do not imply endorsement" in text and "<text" not in text and "<script" not in text
    assert path.read_bytes() == write_report(
        country, compare(country), tmp_path / "s.html", backtest=scores, observed={"camps": counted}
    ).read_bytes()  # fmt: skip


def test_the_screen_shows_the_columns_that_the_run_has(
    country: xr.Dataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    screen.policy_table(compare(country), titles(scenario_of(country)), country.sizes["future"], 1)
    said = capsys.readouterr().out
    assert "people in" in said and "outside camps" in said and "kcal" not in said and "Border shut" in said


def test_a_real_run_of_a_small_country_is_compared_and_shown(played: xr.Dataset, tmp_path: Path) -> None:
    table = compare(played)
    assert {"sheltered", "waiting", "fullest_camp"} <= set(table["outcome"]) and "intake" not in set(table["outcome"])
    text = write_report(played, table, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Where people go" in text and "The border is shut" in text
    crossed = {flow.link: flow.middle for flow in flows.camp_flows(played, scenario_of(played), "as_it_is", "same")}
    assert crossed["road"] > 0 and crossed["border"] >= crossed["on"]


def test_the_bundled_exodus_is_read_as_it_was_counted() -> None:
    rows = read_observed("nagorno-karabakh-2023", "exodus")
    (over, last) = flows.exodus_counts({"exodus": rows}, date(2023, 12, 18))
    assert (over[1], last[1]) == (100417.0, 101848.0)


def test_a_window_holds_its_points_with_room() -> None:
    west, south, east, north = window_around([(44.0, 39.0), (47.0, 41.0)])
    assert west < 44.0 and east > 47.0 and south < 39.0 and north > 41.0
    assert pd.notna([west, south, east, north]).all()
