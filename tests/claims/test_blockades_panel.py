"""The panel of blockades: it reads, its records say where they are recalled from, and its folders are sound."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

import corridor
from corridor.rules import PARAMETERS
from corridor.scenario import problems

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("benchmark_blockades", ROOT / "benchmarks" / "blockades.py")
assert SPEC is not None
assert SPEC.loader is not None
blockades = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(blockades)

PANEL = blockades.panel()
ONE = next(one for one in PANEL if one["id"] == "bama")


def ends(one):
    """Yield every number of a blockade that has a range."""
    yield from (given for given in (*one["inputs"].values(), *one["sends"]) if "low" in given)


@pytest.mark.parametrize("one", PANEL, ids=lambda one: one["id"])
def test_every_record_has_a_source_and_days_inside_the_horizon(one):
    last = one["start"] + timedelta(days=one["days"] - 1)
    assert one["source"]
    assert one["records"]
    for record in one["records"]:
        assert record["source"]
        assert (
            record["checked"] == one["checked"] == "recalled, not checked against the document; good to about a quarter"
        )
        for found in record["found"]:
            assert one["start"] + timedelta(days=1) < found["from"] <= found["to"] <= last
            assert found["value"] > 0
            assert found["unit"] == ("person" if record["measure"] == "deaths" else "share of children")
    assert all(given["low"] <= given["value"] <= given["high"] for given in ends(one))
    for name, given in one["inputs"].items():
        assert given["unit"] == PARAMETERS[name].unit if "." in name else given["unit"], name


def test_the_lot_was_drawn_by_a_rule_and_never_fell_on_a_blockade_met_before():
    for one in (one for one in PANEL if one["part"] not in blockades.PARTS[3:]):
        byte = hashlib.sha256(f"hunger coin {one['id']}".encode()).digest()[0]
        assert one["held"] == (byte >= 64 and not one["met"]), one["id"]
    ids = [one["id"] for one in PANEL]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("silent", [False, True])
def test_a_blockade_is_a_folder_that_passes_check_and_loads(tmp_path, silent):
    folder = blockades.write(ONE, tmp_path / "case", silent=silent)
    assert problems(folder) == []
    case = corridor.load(folder)
    assert case.places[0].population.value == ONE["inputs"]["people"]["value"]
    assert ("care.exposed" in case.parameters) != silent
    assert case.start == ONE["start"]


def test_a_score_weighs_every_blockade_alike():
    row = {"part": "held out", "kind": "deaths", "naive": 1.0, "coverage_80": 1.0}
    rows = [
        row | {"blockade": "a", "crps": 0.2},
        row | {"blockade": "a", "crps": 0.4},
        row | {"blockade": "b", "crps": 0.9},
    ]
    (total,) = blockades.totals(rows)
    assert total["crps"] == pytest.approx(0.6)
    assert total["gain"] == pytest.approx(0.4)
    assert total["error"] == pytest.approx(0.3)
    assert (total["points"], total["blockades"], total["points_inside"]) == (3, 2, 3)


NO_DOCS = pytest.mark.skipif(not (ROOT / "docs").exists(), reason="docs/ is not shipped with the package")


@NO_DOCS
def test_the_scores_on_the_page_of_the_rule_are_those_that_the_command_wrote():
    page, rule = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("blockades.md", "rules/care.md"))
    told = re.findall(rf"^\| (?:{'|'.join(blockades.PARTS)}) \|.*$", rule, flags=re.M)
    assert told
    assert [line for line in told if line not in page] == []
    assert [one["id"] for one in PANEL if f"`{one['id']}`" not in page] == []


@NO_DOCS
def test_what_was_written_before_is_what_was_hashed():
    page = (ROOT / "docs" / "rules" / "care.md").read_text(encoding="utf-8")
    for file in (blockades.LATER, *blockades.UNSEEN):
        assert hashlib.sha256(file.read_bytes()).hexdigest() in page


@pytest.mark.slow
def test_deaths_and_wasting_are_told_better_than_as_before_in_every_group():
    totals = blockades.totals([row for one in PANEL for row in blockades.play(one, 48, 1)])
    parts, men = set(blockades.PARTS), blockades.PARTS[1]
    assert {(t["part"], t["kind"]) for t in totals} == {*product(parts, ("deaths", "wasting"))} - {(men, "wasting")}
    for total in totals:
        assert total["crps"] < total["naive"], total
