"""What a number rests on travels with it, from the folder to the results."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

import corridor
from corridor.report.sections import inputs
from corridor.results import read
from corridor.scenario import write_new
from corridor.scenario.explain import explain
from corridor.words.speak import said

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


@pytest.mark.parametrize(
    ("note", "standing"),
    [("One letter; doubtful.", "cited, doubtful"), ("not yet confirmed", "cited, doubtful"), ("douteux", "cited, doubtful"),
     ("beyond doubt", "sourced"), ("not doubtful", "sourced"), ("", "sourced")],
)  # fmt: skip
def test_a_number_whose_evidence_is_marked_as_doubtful_is_not_called_sourced(
    note: str, standing: str, tmp_path: Path
) -> None:
    write_new(tmp_path / "case")
    file = tmp_path / "case" / "evidence.csv"
    row = f'tally,2024-01-01,2024-01-01,flour in stores,700,,,t,a miller,,,,"{note}"'
    file.write_text(f"{file.read_text(encoding='utf-8').rstrip()}\n{row}\n", encoding="utf-8")
    stocks = tmp_path / "case" / "stocks.csv"
    text = stocks.read_text(encoding="utf-8").replace("700,400,1000,a_stocks", "700,400,1000,tally")
    stocks.write_text(text, encoding="utf-8")
    case = corridor.load(tmp_path / "case")
    run = corridor.run(case, policies=[case.policies[0].id], conditions=[case.conditions[0].id], futures=10)
    (number,) = [one for one in inputs.numbers(run, case) if one.path == "stocks.*.flour"]
    assert number.standing == standing
    assert explain(case, "stocks.*.flour").grade == standing
    sentence = f"it rests most on “flour”, which is {standing}"
    assert all(said(sentence, language) != sentence for language in ("fr", "es", "ar"))
