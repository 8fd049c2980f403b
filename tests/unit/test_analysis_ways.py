"""Goods by way and class, and which way binds: by hand, against brute force, and against a run with a wider way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import corridor
from analysis_case import blank
from corridor.analysis.compare import compare
from corridor.analysis.outcomes.ways import bindings, bottleneck, goods_by_way, relief_sent
from corridor.report.page import write_report
from corridor.report.sections.ways import link_names, section
from corridor.results import read
from corridor.results.dataset import ahead
from corridor.scenario.model import Action
from corridor.scenario.write.new import write_new

ENDS = {"gate": ("out", "near"), "pass": ("near", "far"), "track": ("out", "far")}
FIRST = date(2024, 2, 16)
OUT = frozenset({"out"})


@pytest.mark.parametrize(
    ("cost", "hungry", "told"),
    [
        ({"gate": 1, "pass": 0}, {"near", "far"}, ("binds", {"gate"})),
        ({"gate": 1, "pass": 1}, {"near", "far"}, ("binds", {"gate"})),  # for near; far would need both
        ({"gate": 1, "pass": 1}, {"far"}, ("together", {"gate", "pass"})),
        ({"gate": 0, "pass": 1, "track": 1}, {"near", "far"}, ("binds", {"pass", "track"})),  # near is not short
        ({"gate": 0, "pass": 1, "track": 0}, {"far"}, ("none", set())),
        ({"pass": 0}, {"far"}, ("closed", set())),
        ({"gate": 1, "pass": 0}, set(), ("fed", set())),
    ],
)
def test_what_binds_by_hand(cost: dict[str, int], hungry: set[str], told: tuple[str, set[str]]) -> None:
    assert bottleneck(ENDS, cost, OUT, hungry) == told


def test_without_relief_nothing_binds() -> None:
    assert bottleneck(ENDS, {"gate": 1}, frozenset(), {"near"}) == ("unsent", set())


NODES = "sabcd"
LINKS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.integers(0, 1)), max_size=8)


@given(LINKS, st.sets(st.sampled_from(NODES[1:]), min_size=1, max_size=3))
def test_a_way_binds_where_room_on_it_alone_reaches_somebody_new(
    links: list[tuple[str, str, int]], hungry: set[str]
) -> None:
    ends = {str(i): (a, b) for i, (a, b, _) in enumerate(links)}
    cost = {str(i): full for i, (_, _, full) in enumerate(links)}

    def reached(cost: dict[str, int]) -> set[str]:
        found = {"s"}
        for _ in NODES:
            for k, full in cost.items():
                if not full and found & set(ends[k]):
                    found |= set(ends[k])
        return found & hungry

    before = reached(cost)
    alone = {k for k, full in cost.items() if full and reached({**cost, k: 0}) > before}
    state, told = bottleneck(ends, cost, frozenset("s"), hungry)
    assert (state == "binds") == bool(alone)
    assert told == alone or state == "together"
    assert (state == "none") == (before == hungry)


def test_goods_by_way_are_a_weekly_mean() -> None:
    ds = blank(futures=3)
    ds["carried"][{"link": 0, "day": slice(0, 7)}] = 7.0
    ds["carried_relief"][{"link": 0, "day": 6}] = 7.0
    found = goods_by_way(ds, days=[7, 10]).set_index(["policy", "date", "link", "class"])
    link = read.ids(ds, "link")[0]
    assert found.loc[("held", "2030-01-08", link, "all"), "median"] == pytest.approx(7.0)
    assert found.loc[("held", "2030-01-08", link, "relief"), "median"] == pytest.approx(1.0)
    assert found.loc[("held", "2030-01-11", link, "all"), "high_80"] == pytest.approx(4.0)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    """10 t a day of aid before a gate of 5 t, under three policies: as it is, a tonne wider, and shut."""
    folder = tmp_path_factory.mktemp("ways") / "case"
    write_new(folder)
    changes = {"links.gate.tonnes_per_day": 5, "pipelines.aid.tonnes_per_day": 10, "stocks.*.flour": 20, "horizon": 3}
    case = corridor.override(corridor.load(folder), changes)
    for name, target, value in (("wider", "links.gate.tonnes_per_day", 6), ("shut", "links.gate.regime", "closed")):
        action = {"do": "force", "target": target, "value": value, "from": "+1"}
        case = corridor.add_policy(case, {"id": name, "title": name.capitalize(), "actions": [action]})
    policies, conditions = ["regime_held", "wider", "shut"], ["calm"]
    return corridor.run(case, futures=8, policies=policies, conditions=conditions).load()


def test_one_more_tonne_on_the_way_that_binds_brings_what_is_told(narrow: xr.Dataset) -> None:
    held, wider, shut = bindings(narrow, days=[1])
    assert held.shares == {"binds": 1.0}
    assert held.links == wider.links == ("gate",)
    assert shut.shares == {"closed": 1.0}
    assert np.isnan(shut.kcal)
    first = ahead(narrow).isel(day=0, condition=0)
    energy = np.array([good.kcal_per_tonne for good in read.goods(narrow)])
    brought = (first["delivered"].sum("place") * energy).sum("commodity")
    more = float((brought.sel(policy="wider") - brought.sel(policy="regime_held")).median())
    told = held.kcal * float(first["people"].sum("place").sel(policy="regime_held").median())
    # told is a tonne of the mix; on a narrow way its goods come one after the other, flour (3,640 kcal/kg) first
    assert 3_640 / 4_155 < more / told < 1.0
    assert float(first["carried_relief"].sel(policy="regime_held", link="gate").max()) == pytest.approx(5.0)


def test_relief_is_that_of_the_day_and_of_the_policy(narrow: xr.Dataset) -> None:
    scenario, draws = read.scenario_of(narrow), read.inputs(narrow)
    flour, groceries, medicine = (draws[f"mixes.relief.{good}"] for good in ("flour", "groceries", "medicine"))
    mix = (flour * 3_640_000 + groceries * 4_154_840) / np.maximum(1.0, flour + groceries + medicine)
    energy, sources = relief_sent(narrow, scenario.policies[0], "2024-02-16")
    np.testing.assert_allclose(energy, mix, rtol=1e-6)
    assert sources == {"plainport"}
    energy, sources = relief_sent(narrow, scenario.policies[0], "2024-01-24")  # aid starts the day after
    assert not energy.any() and not sources
    only_air = scenario.policies[1].model_copy(
        update={"actions": (*scenario.policies[1].actions, Action(do="remove", target="pipelines.aid", starts=FIRST))}
    )
    assert relief_sent(narrow, only_air, "2024-02-22")[1] == {"plainport"}
    assert not relief_sent(narrow, only_air, "2024-02-20")[1]


def test_the_section_names_ways_and_ranks_none(narrow: xr.Dataset, tmp_path: Path) -> None:
    scenario, named = read.scenario_of(narrow), read.titles(read.scenario_of(narrow))
    parts = goods_by_way(narrow), bindings(narrow)
    found = section(*parts, scenario, named, "calm")
    assert found is not None
    rows = [[cell for cell, _ in row] for row in found.tables[0]["rows"]]
    gate = "Plainport – Riverford/Valleytown"
    assert [row[2] for row in rows] == [gate, gate, "no way lets relief pass"]
    assert [row[1] for row in rows] == ["18 February 2024"] * 3
    assert [bool(row[4]) for row in rows] == [True, True, False]
    three = bindings(narrow, days=[1, 2, 3])
    merged = section(parts[0], three, scenario, named, "calm")
    assert merged is not None
    assert [row[1][0] for row in merged.tables[0]["rows"]] == ["16 February 2024 to 18 February 2024"] * 3
    page = write_report(narrow, compare(narrow), tmp_path / "r.html", ways=parts).read_text(encoding="utf-8")
    assert "How goods come in" in page
    assert "Which way binds for relief" in page


def test_no_table_that_leaves_the_program_says_which_way_binds(narrow: xr.Dataset) -> None:
    frame = compare(narrow)
    assert not [name for name in (*frame.columns, *frame["outcome"]) if "bind" in name or "room" in name]
    assert not hasattr(bindings(narrow)[0], "as_dict")


def test_two_links_between_the_same_places_are_told_apart(narrow: xr.Dataset) -> None:
    scenario = read.scenario_of(narrow)
    gate = scenario.links[0]
    twice = scenario.model_copy(update={"links": (*scenario.links, gate.model_copy(update={"id": "ford"}))})
    assert link_names(twice)["ford"] == "Plainport – Riverford/Valleytown (ford)"
    assert link_names(twice)["mountain_road"] == "Riverford/Valleytown – Hilltown"
