"""What a number rests on travels with it, from the folder to the results."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

import corridor
from corridor.results import read

CASE = "nagorno-karabakh-2023"


def test_every_input_of_a_run_says_what_it_rests_on(tmp_path: Path) -> None:
    case = corridor.load(CASE)
    chosen = {"policies": [case.policies[0].id], "conditions": [case.conditions[0].id], "futures": 2}
    corridor.run(case, store=tmp_path / "run", **chosen)
    stored = xr.open_zarr(tmp_path / "run", chunks=None)
    found = dict(zip(read.ids(stored, "input"), stored["input_evidence"].to_numpy().tolist(), strict=True))
    assert all(found.values()), [path for path, text in found.items() if not text]
    for stock in case.stocks:
        path = f"stocks.{stock.place}.{stock.commodity}"
        if path in found:
            assert found[path].split() == list(stock.tonnes.evidence or stock.evidence)
            assert set(found[path].split()) <= set(case.evidence)
    own = case.parameters["leaving.ordinary_hazard"]
    assert found["leaving.ordinary_hazard"].split() == list(own.evidence)
    assert found["delivery.loss"].startswith("assumed: ")
