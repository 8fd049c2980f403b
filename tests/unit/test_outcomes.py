"""The outcome table: every row has its function, needs what it reads, and reaches the tables that name it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from report_case import country_run, valley

import corridor
from analysis_case import blank
from corridor.analysis.bodies import bodies, daily
from corridor.analysis.compare import compare
from corridor.analysis.outcomes import block, camps, supply
from corridor.analysis.outcomes.relief import relief_gap
from corridor.analysis.outcomes.table import FUNCTIONS, available
from corridor.analysis.outcomes.thresholds import thresholds
from corridor.report import write_report
from corridor.report.sections.bodies import section
from corridor.results.dataset import SINCE
from corridor.tables.outcome import CALIBRATED, FIGURES, OUTCOMES, SCORED, Need, columns, needed, row_of
from corridor.tables.variable import BY_NAME, VARIABLES
from country_case import write_country
from small import CLOSED, small

ONCE = {"need", "requirement", "people_start", "inputs", "crossed"}


def test_every_row_has_one_function_and_every_function_a_row() -> None:
    ids = [row.id for row in OUTCOMES]
    assert len(ids) == len(set(ids)) > 25
    assert set(ids) == {*FUNCTIONS, *supply.OF_GOODS, *supply.OF_EXITS}
    assert {row.id for row in OUTCOMES if row.goods} == set(supply.OF_GOODS)
    assert {row.id for row in OUTCOMES if row.exits} == set(supply.OF_EXITS)
    assert {row.id for row in OUTCOMES if row.capacity} == {"above_capacity", "fullest_camp"} <= set(camps.FUNCTIONS)
    assert all(need.variable in {*BY_NAME, *ONCE} for row in OUTCOMES for need in row.needs)


def test_a_row_of_a_commodity_is_found_by_its_id() -> None:
    assert row_of("cover.flour").id == "cover.*" != row_of("cover.food").id
    assert row_of("intake").unit == "kcal/person/day"
    with pytest.raises(KeyError):
        row_of("nothing")


def test_columns_have_their_places() -> None:
    for table in ("screen", "screen of camps", "supply", "flight", "camps", "bodies", "deaths", "structures"):
        found = columns(table)
        assert [column.place for _, column in found] == list(range(1, len(found) + 1)), table
        assert all(column.heading for _, column in found)


class Spy(block.Block):
    """Notes what a function asks for, in the words of the table."""

    def __init__(self, *given) -> None:
        super().__init__(*given)
        self.asked: dict[str, Need] = {}

    def note(self, need: Need) -> None:
        self.asked[need.variable] = self.asked[need.variable] | need if need.variable in self.asked else need

    def every(self, name):
        self.note(Need(name, "every"))
        return super().every(name)

    def every_total(self, name):
        self.note(Need(name, "every", "total"))
        return super().every_total(name)

    def before_total(self, name):
        self.note(Need(name, "dates", "total", history=True))
        return super().before_total(name)

    def at(self, name):
        self.note(Need(name))
        return super().at(name)

    def total(self, name):
        self.note(Need(name, "dates", "total"))
        return super().total(name)

    def so_far(self, name, good=None):
        self.note(Need(name, "every", "total" if good is None else "each"))
        return super().so_far(name, good)

    def most_so_far(self, name):
        self.note(Need(name, "every"))
        return super().most_so_far(name)

    def once(self, name, *dims):
        self.note(Need(name))
        return super().once(name, *dims)


@pytest.mark.parametrize("run", [blank(past=3), country_run(valley())], ids=["homes", "country"])
def test_a_row_needs_exactly_what_its_function_reads(run: xr.Dataset) -> None:
    rows = available(run)
    assert len(rows) > 5
    for id_, row in rows.items():
        spy = Spy(run, slice(None), np.array([2, 4]))
        row.compute(spy)
        assert spy.asked == needed([row.outcome]), id_


def test_what_is_needed_is_the_union() -> None:
    thin = {"people": Need("people"), "thin_adults": Need("thin_adults")}
    assert needed([row_of("people"), row_of("thin_adults")]) == thin
    found = needed([row_of("people"), row_of("cdr")])
    assert found["people"] == Need("people", "every", "total", history=True)
    assert needed([], [Need("people"), Need("people", "every", "total")]) == {"people": Need("people", "every")}
    everything = needed(OUTCOMES, (*FIGURES, *CALIBRATED, *SCORED))
    assert {"used", "walkers", "on_road", "whz", "spoiled", "regime"} <= set(BY_NAME) - set(everything)
    assert set(everything) <= {*BY_NAME, *ONCE}


def page(ds: xr.Dataset, path: Path) -> tuple[str, str]:
    """Return the comparison as CSV and the whole page of a run."""
    table = compare(ds)
    parts = {}
    if "people" in ds:
        body = section(ds, daily(ds), bodies(ds), thresholds(ds, places=True))
        parts = {"relief": relief_gap(ds), "bodies": body}
    return table.to_csv(), write_report(ds, table, path, **parts).read_text(encoding="utf-8")


ALL = {wider: [v.name for v in VARIABLES if v.wider is wider and v.past] for wider in (False, True)}


@pytest.mark.parametrize("world", ["homes", "country"])
def test_comparison_and_page_read_nothing_but_what_is_needed(world: str, tmp_path: Path) -> None:
    if world == "homes":
        case = small(history=12, horizon=35, flour=60.0, regime=CLOSED)
        ds = corridor.run(case, futures=10, policies=["closed", "relief"], conditions=["loss"], record=ALL[False])
    else:
        ds = corridor.run(corridor.load(write_country(tmp_path / "valley")), futures=8, record=ALL[True])
    wanted = needed(OUTCOMES, FIGURES)
    kept = [name for name in ds.data_vars if str(name) in wanted]
    assert 5 <= len(kept) < len(ds.data_vars)
    lean = ds[kept]
    for name in kept:  # history is kept where somebody reads it
        if "day" in ds[name].dims and not wanted[str(name)].history:
            lean[name] = ds[name].where(ds["day"] > ds["as_of"]).assign_attrs({SINCE: "as_of"})
    assert page(lean, tmp_path / "lean.html") == page(ds, tmp_path / "whole.html")
