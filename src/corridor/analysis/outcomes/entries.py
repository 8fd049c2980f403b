"""The relief gap by entry point: what comes in over it, and how many of its vehicles the whole gap would fill."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.relief import ALL, PAYLOAD, relief_gap
from corridor.analysis.outcomes.ways import goods_by_way
from corridor.results import read
from corridor.tables.link_kind import KINDS

COLUMNS = (
    "policy", "condition", "date", "goods", "entry", "link", "kind", "vehicle", "comes_in", "comes_in_low",
    "comes_in_high", "carries_at_most", "gap", "gap_low", "gap_high", "vehicles", "vehicles_low", "vehicles_high",
)  # fmt: skip
"""Columns of `by_entry`.

entry : the outside place at which the link begins; vehicle : what goes on a link of its kind
comes_in : t/day of all goods over the link, mean of the last week; empty where the run did not record it
carries_at_most : t/day that the folder gives the link; empty without limit
gap : t/day missing to full need, all places together; vehicles : a day, if the whole gap came this way alone
"""


def by_entry(ds: xr.Dataset) -> pd.DataFrame:
    """Return one row per policy, condition, reporting date, goods and link that begins at an outside place."""
    scenario = read.scenario_of(ds)
    outside = {place.id: place.label for place in scenario.places if place.kind == "outside"}
    entries = [link for link in scenario.links if {link.from_place, link.to_place} & set(outside)]
    if not entries or "people" not in ds or "delivered" not in ds:
        return pd.DataFrame(columns=list(COLUMNS))
    relief = relief_gap(ds, seed=read.seed_of(ds))
    total: Any = (
        relief[relief["place"] == ALL].set_index(["policy", "condition", "date", "goods", "measure"]).sort_index()
    )
    coming: dict[tuple[str, ...], Any] = {}
    if {"carried", "carried_relief"} <= set(ds):
        ways = goods_by_way(ds)
        ways = ways[ways["class"] == "all"]
        coming = {tuple(row[:4]): tuple(row[4:]) for row in ways.drop(columns="class").itertuples(index=False)}
    rows = []
    for policy in read.ids(ds, "policy"):
        for condition in read.ids(ds, "condition"):
            for date in report_dates(ds, report_days(ds)):
                for goods in ("food", "all"):
                    for link in entries:
                        kind = KINDS[link.kind]
                        measure = "trucks" if kind.payload is PAYLOAD else kind.vehicles
                        gap: Any = total.loc[(policy, condition, date, goods, "gap")]
                        fill: Any = total.loc[(policy, condition, date, goods, measure)]
                        most = link.tonnes_per_day.value
                        place = link.from_place if link.from_place in outside else link.to_place
                        rows.append(
                            (
                                policy, condition, date, goods, outside[place], link.id, link.kind, kind.vehicles,
                                *coming.get((policy, condition, date, link.id), (np.nan,) * 3),
                                most if np.isfinite(most) else np.nan, gap["median"], gap["low_80"], gap["high_80"],
                                fill["median"], fill["low_80"], fill["high_80"],
                            )
                        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
