"""The relief gap on a hand-made run."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from analysis_case import blank, toy
from corridor.analysis.outcomes import relief
from corridor.analysis.outcomes.entries import by_entry
from corridor.report.sections.relief import tables
from corridor.scenario.model import Event
from corridor.studies.annex import _most
from corridor.tables.link_kind import KINDS
from small import CLOSED, OPEN


def row(frame: pd.DataFrame, goods: str, measure: str, place: str = relief.ALL, policy: str = "held") -> pd.Series:
    part = frame[
        (frame.goods == goods) & (frame.measure == measure) & (frame.place == place) & (frame.policy == policy)
    ]
    assert len(part) == 1
    return part.iloc[0]


def test_gap_by_hand() -> None:
    ds = blank(futures=2)
    # near gets 0.2 t of flour a day (needs 0.3), far 0.5 t (needs 0.2): the surplus does not help near
    ds["delivered"][...] = [[0.2, 0.0, 9.0], [0.5, 0.01, 9.0]]
    frame = relief.relief_gap(ds, days=[5])
    assert row(frame, "food", "need")["mean"] == pytest.approx(0.5)
    assert row(frame, "food", "gap")["mean"] == pytest.approx(0.1)
    assert row(frame, "food", "gap", "near")["mean"] == pytest.approx(0.1)
    assert row(frame, "food", "gap", "far")["mean"] == 0.0
    assert row(frame, "food", "comes_in")["mean"] == pytest.approx(0.7)
    # petrol: 0.06 + 0.04 needed, 0.01 comes; cloth is nobody's need
    assert row(frame, "all", "gap")["mean"] == pytest.approx(0.1 + 0.09)
    assert row(frame, "all", "need")["mean"] == pytest.approx(0.6)


def test_lorries_and_convoys_follow_the_payload() -> None:
    ds = blank(futures=400)
    frame = relief.relief_gap(ds, days=[5])
    load = relief.payloads(np.arange(400))
    assert row(frame, "food", "trucks")["mean"] == pytest.approx((0.5 / load).mean())
    assert row(frame, "food", "convoys")["median"] == pytest.approx(row(frame, "food", "trucks")["median"] / 19)
    assert row(frame, "food", "trucks")["low_95"] < row(frame, "food", "trucks")["high_95"]


def test_payload_is_the_published_triangle_and_drawn_by_address() -> None:
    load = relief.payloads(np.arange(4000))
    assert load.min() >= 12 and load.max() <= 30
    assert load.mean() == pytest.approx((12 + 17 + 30) / 3, rel=0.01)
    assert (relief.payloads([7, 3]) == load[[7, 3]]).all()
    assert (relief.payloads([7], seed=2) != load[7]).all()


def test_what_comes_in_is_a_weekly_mean_and_local_output_counts_where_recorded() -> None:
    ds = blank(futures=1)
    ds["delivered"][{"day": 6, "place": 0, "commodity": 0}] = 0.7
    assert row(relief.relief_gap(ds, days=[7]), "food", "gap")["mean"] == pytest.approx(0.5 - 0.1)
    ds["produced"][...] = 1.0
    assert row(relief.relief_gap(ds, days=[7]), "food", "gap")["mean"] == 0.0
    del ds["produced"]
    assert row(relief.relief_gap(ds, days=[7]), "food", "gap")["mean"] == pytest.approx(0.4)


def test_never_a_negative_gap_nor_a_need_of_nobody() -> None:
    ds = blank(futures=1)
    ds["people"][...] = 0.0
    frame = relief.relief_gap(ds)
    assert isinstance(ds, xr.Dataset) and (frame[frame.measure.isin(["need", "gap", "trucks"])]["mean"] == 0).all()
    assert tuple(frame.columns) == relief.COLUMNS


def by_air_and_track(futures: int) -> xr.Dataset:
    """Let the first link of the run be a track and the second one an air bridge."""
    kinds = dict(zip((link.id for link in toy().links), ("track", "air"), strict=False))
    links = tuple(link.model_copy(update={"kind": kinds.get(link.id, "road")}) for link in toy().links)
    return blank(futures=futures, case=toy(links=links))


def test_the_gap_is_told_in_the_vehicles_of_each_way() -> None:
    ds = by_air_and_track(400)
    frame = relief.relief_gap(ds, days=[5])
    assert list(dict.fromkeys(frame.measure))[-2:] == ["mules", "flights"]
    loads = relief.payloads(np.arange(400), payload=KINDS["air"].payload)
    assert loads.min() >= 7.6 and loads.max() <= 19.1
    assert row(frame, "food", "flights")["mean"] == pytest.approx((0.5 / loads).mean())
    assert row(frame, "food", "mules")["median"] == pytest.approx(0.5 / 0.062, rel=0.03)  # 50 to 91 kg each
    assert row(frame, "food", "trucks").equals(row(relief.relief_gap(blank(futures=400), days=[5]), "food", "trucks"))


def test_the_section_names_them_and_a_case_of_roads_reads_as_before() -> None:
    ds = by_air_and_track(50)
    found = tables(relief.relief_gap(ds, days=[5]), {}, "calm", "held", 7)
    assert found["tables"][0]["columns"][-2:] == ["Or mules a day", "Or flights a day"]
    assert "how many mules or flights would carry all of it" in found["intro"]
    roads = tables(relief.relief_gap(blank(), days=[5]), {}, "calm", "held", 7)
    assert roads["tables"][0]["columns"][-1] == "Convoys a day for it"
    assert "Or" not in roads["intro"]


def test_a_link_that_is_closed_says_so_and_since_when() -> None:
    gate = toy().links[1].model_copy(update={"id": "road", "from_place": "outside", "regime": CLOSED})
    way = gate.model_copy(update={"id": "pass", "regime": OPEN})
    shut = Event(date=date(2029, 12, 1), known=date(2029, 12, 1), kind="regime", target="road", value=CLOSED)
    opened = shut.model_copy(update={"date": date(2029, 11, 1), "value": float(OPEN)})
    broken = shut.model_copy(update={"kind": "damage", "target": "pass", "value": 1.0, "date": date(2029, 10, 3)})
    case = toy(links=(gate, way), events=(opened, shut), start=date(2029, 1, 1))
    ds = blank(futures=2, case=case)
    ds["relief_room"][...] = 5.0
    ds["relief_room"][{"link": 0}] = np.nan
    ds["relief_room"][{"link": 1, "future": 1, "day": slice(3, None)}] = np.nan

    def told(ds: xr.Dataset) -> dict[str, tuple[float, str]]:
        here = by_entry(ds)
        here = here[(here.policy == "held") & (here.goods == "all") & (here.date == here.date.max())]
        return {row.link: (row.passes, row.shut_since) for row in here.itertuples()}

    ds["relief_room"][{"link": 1, "future": 0}] = np.inf  # a way without limit is open
    assert told(ds) == {"road": (0.0, "2029-12-01"), "pass": (0.5, "")}
    ds["relief_room"][{"link": 1, "day": slice(4, None)}] = np.nan
    assert told(ds)["pass"] == (0.0, "2030-01-06"), "shut by a policy on a later day"
    lost = blank(futures=2, case=case.model_copy(update={"events": (opened, shut, broken)}))
    assert told(lost)["pass"] == (0.0, "2029-10-03"), "nothing is left of its capacity"
    assert _most({"carries_at_most": 300.0, "passes": 0.0, "shut_since": "2029-12-01"}) == (
        "closed to relief since 1 December 2029 (300 if open)"
    )
    assert _most({"carries_at_most": 300.0, "passes": 0.25, "shut_since": ""}) == (
        "300; no relief passes that day in 75 % of futures"
    )
    assert _most({"carries_at_most": None, "passes": 1.0, "shut_since": ""}) == "–"


def test_a_way_that_is_closed_beyond_the_entry_lets_no_relief_pass() -> None:
    """The first link of a way may be open: what counts is that something on it reaches where people live."""
    first = toy().links[1].model_copy(update={"id": "road", "from_place": "outside", "to_place": "border"})
    second = first.model_copy(update={"id": "pass", "from_place": "border", "to_place": "near"})
    ds = blank(futures=2, case=toy(links=(first, second)))
    ds["relief_room"][...] = 5.0
    ds["relief_room"][{"link": 1, "future": 1}] = np.nan

    def told(ds: xr.Dataset) -> dict[str, tuple[float, str]]:
        here = by_entry(ds)
        here = here[(here.policy == "held") & (here.goods == "all") & (here.date == here.date.max())]
        return {row.link: (row.passes, row.shut_since) for row in here.itertuples()}

    assert told(ds) == {"road": (0.5, "")}
    ds["relief_room"][{"link": 1}] = np.nan
    assert told(ds) == {"road": (0.0, "")}, "shut before any day that is played"
    ds["relief_room"][{"link": 1, "day": slice(0, 4)}] = 5.0
    assert told(ds) == {"road": (0.0, "2030-01-06")}
