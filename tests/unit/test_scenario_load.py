"""Reading a sound folder: canonical units, evidence, and what each variant may see."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.scenario.load import bundled, find_folder, load, problems, read_observed
from corridor.scenario.read.yaml_tree import read_yaml
from corridor.scenario.traffic import REGIMES, Traffic
from corridor.scenario.write.new import entitle, write_new


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    write_new(folder)
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def two_variants(folder: Path) -> None:
    """Add a variant that looks back from the day before the closure."""
    change(folder, "scenario.yaml", "variants:\n", "variants:\n  early: {as_of: 2024-01-10}\n")


def test_a_new_case_is_sound(case: Path) -> None:
    assert problems(case) == []
    scenario = load(case)
    assert (scenario.id, scenario.variant, scenario.as_of) == ("case", "base", date(2024, 2, 15))
    assert [place.id for place in scenario.homes] == ["valleytown", "hilltown"]
    assert len(scenario.policies) == 3
    assert len(scenario.conditions) == 2


def test_cells_arrive_in_canonical_units(case: Path) -> None:
    scenario = load(case)
    aid = next(pipeline for pipeline in scenario.pipelines if pipeline.id == "aid")
    assert aid.tonnes_per_day.value == 10.0  # 70 t/week
    assert aid.tonnes_per_day.low == pytest.approx(50 / 7)
    medicine = next(stock for stock in scenario.stocks if stock.commodity == "medicine")
    assert medicine.tonnes.value == 5.0  # 5000 kg
    flour = next(good for good in scenario.commodities if good.id == "flour")
    assert flour.need.value == pytest.approx(0.0004)  # 0.4 kg/person/day in tonnes
    assert flour.kcal_per_tonne == pytest.approx(3_640_000)


def test_only_goods_that_the_folder_names_are_in_the_scenario(case: Path) -> None:
    assert [good.id for good in load(case).commodities] == ["flour", "groceries", "petrol", "medicine"]


def test_litres_are_read_where_the_good_has_a_density(case: Path) -> None:
    change(case, "stocks.csv", "90 t,50 t,140 t", "120000 litre,60000 l,180000 l")
    petrol = next(stock for stock in load(case).stocks if stock.commodity == "petrol")
    assert petrol.tonnes.value == pytest.approx(89.4)
    change(case, "stocks.csv", "700,400,1000", "700 l,400,1000")
    assert "density" in problems(case)[0].message


def test_an_empty_capacity_is_without_limit(case: Path) -> None:
    change(case, "links.csv", "35,300,200,400,240", "35,,,,240")
    gate = load(case).links[0]
    assert math.isinf(gate.tonnes_per_day.value)
    assert gate.vehicles_per_hour.value == 240


def test_regimes_and_names_and_dormant_pipelines(case: Path) -> None:
    scenario = load(case)
    assert scenario.links[0].regime == REGIMES["open"] == sum(Traffic)
    closed = Traffic(int(float(scenario.events[0].value)))
    assert closed == Traffic.HUMANITARIAN | Traffic.MEDICAL | Traffic.PEOPLE_OUT | Traffic.PEOPLE_IN
    valley = scenario.places[1]
    assert valley.label == "Riverford/Valleytown"
    assert [(name.language, name.user) for name in valley.names] == [("en", "eastern"), ("en", "western")]
    airdrop = scenario.pipelines[2]
    assert airdrop.dormant
    assert airdrop.starts is None


def test_a_former_name_is_kept_but_not_shown(case: Path) -> None:
    change(case, "places.csv", "Riverford (en, western)", "Riverford (en, western, former)")
    valley = load(case).places[1]
    assert valley.label == "Valleytown"
    assert [name.current for name in valley.names] == [True, False]


def test_days_of_actions_count_from_as_of(case: Path) -> None:
    scenario = load(case)
    assert scenario.policies[2].actions[0].starts == date(2024, 2, 16)
    assert scenario.conditions[1].actions[0].starts == date(2024, 2, 29)
    assert scenario.conditions[1].actions[0].value is True


def test_rows_known_later_are_gone_for_an_earlier_variant(case: Path) -> None:
    two_variants(case)
    assert problems(case) == []
    early, base = load(case, "early"), load(case)
    assert (len(early.events), len(base.events)) == (0, 2)
    assert (len(early.signs), len(base.signs)) == (0, 1)
    assert "a_closure" in base.evidence
    assert not {"a_closure", "a_shops"} & set(early.evidence)
    assert early.hash != base.hash


def test_nothing_in_a_variant_is_known_after_its_as_of(case: Path) -> None:
    two_variants(case)
    for variant in ("early", "base"):
        scenario = load(case, variant)
        rows = [*scenario.places, *scenario.links, *scenario.stocks, *scenario.outputs, *scenario.pipelines,
                *scenario.reception, *scenario.events, *scenario.signs, *scenario.evidence.values()]  # fmt: skip
        assert max(row.known for row in rows) <= scenario.as_of
        cited = {name for row in rows for name in getattr(row, "evidence", ())}
        assert cited <= set(scenario.evidence)


def test_a_parameter_a_policy_and_a_population_known_later_are_gone_too(case: Path) -> None:
    two_variants(case)
    change(case, "scenario.yaml", "evidence: a_leaving", "evidence: a_shops")
    change(
        case,
        "scenario.yaml",
        "window:",
        "population: {value: 65 000, evidence: a_shops}\nwindow:".replace(" 000", "000"),
    )
    change(case, "policies.yaml", "from: +7, evidence: a_deliveries", "from: +7, evidence: a_shops")
    assert problems(case) == []
    early, base = load(case, "early"), load(case)
    assert "leaving.ordinary_hazard" in base.parameters
    assert "leaving.ordinary_hazard" not in early.parameters
    assert base.population is not None
    assert early.population is None
    assert [policy.id for policy in early.policies] == ["regime_held", "gate_open"]
    assert len(base.policies) == 3


def test_known_may_be_written_and_moves_the_row(case: Path) -> None:
    two_variants(case)
    text = (case / "stocks.csv").read_text(encoding="utf-8").splitlines()
    text = [f"{line},{'known' if i == 0 else '2024-02-01' if 'petrol' in line else ''}" for i, line in enumerate(text)]
    (case / "stocks.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    assert len(load(case, "early").stocks) == 3
    assert len(load(case).stocks) == 4


def test_a_policy_whose_target_is_known_later_waits_for_it(case: Path) -> None:
    two_variants(case)
    change(case, "pipelines.csv", "policy,,humanitarian,a_deliveries", "policy,,humanitarian,a_shops")
    assert [policy.id for policy in load(case, "early").policies] == ["regime_held", "gate_open"]


def test_an_unknown_variant_is_told(case: Path) -> None:
    with pytest.raises(InputError, match='did you mean "base"'):
        load(case, "bass")


def test_the_hash_is_of_the_files_that_are_read_and_of_the_variant(case: Path, tmp_path: Path) -> None:
    first = load(case).hash
    other = tmp_path / "elsewhere"
    shutil.copytree(case, other)
    assert load(other).hash == first
    (other / "observed").mkdir()
    (other / "observed" / "arrivals.csv").write_text("time,persons\n2024-03-01 10:00,5\n", encoding="utf-8")
    (other / "README.md").write_text("notes\n", encoding="utf-8")
    assert load(other).hash == first
    (other / "events.csv").write_text((case / "events.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert load(other).hash != first


def test_observed_rows_are_read_apart(case: Path) -> None:
    (case / "observed").mkdir()
    (case / "observed" / "arrivals.csv").write_text('time,persons,note\n2024-03-01 10:00,5,"a, b"\n', encoding="utf-8")
    assert read_observed(case, "arrivals") == [{"time": "2024-03-01 10:00", "persons": "5", "note": "a, b"}]
    for name in ("departures", "../places"):
        with pytest.raises(InputError, match="observed/"):
            read_observed(case, name)


def test_yaml_words_stay_words_and_quoted_cells_keep_commas_and_lines(case: Path) -> None:
    change(case, "scenario.yaml", "title: Two valleys behind a gate", "title: no")
    change(case, "evidence.csv", "invented for this example", '"invented, ""all"" of it\nfor this example"')
    scenario = load(case)
    assert scenario.title == "no"
    assert scenario.evidence["a_people"].note == 'invented, "all" of it\nfor this example'
    assert scenario.evidence["a_shops"].quantity == "filling stations are empty"


TITLES = (
    "no: yes",
    "1948",
    "#1",
    "Ort am Tor",
    "{a}",
    "Off",
    'Ще \\ "село"',
    "بلدة المطحنة",
    "a\tb",
    "\U0001f33e mill",
    "l’été",
)


def test_a_title_is_written_so_that_it_is_read_back(tmp_path: Path) -> None:
    for index, title in enumerate(TITLES):
        write_new(tmp_path / str(index), title)
        assert load(tmp_path / str(index)).title == title
        entitle(tmp_path / str(index), title[::-1])
        assert load(tmp_path / str(index)).title == title[::-1]


def test_a_case_with_a_title_of_its_own_asks_no_question_of_the_example(tmp_path: Path) -> None:
    for blank in (False, True):
        write_new(tmp_path / f"mine{blank}", "Mill town", blank=blank)
        settings = (tmp_path / f"mine{blank}" / "scenario.yaml").read_text(encoding="utf-8")
        assert "title: Mill town\n" in settings
        assert "two valleys" not in settings.lower()
        assert "what is asked" not in settings


def test_new_refuses_a_folder_that_is_not_empty(case: Path) -> None:
    before = {path: path.read_bytes() for path in case.iterdir()}
    with pytest.raises(InputError, match="not empty"):
        write_new(case)
    assert {path: path.read_bytes() for path in case.iterdir()} == before
    with pytest.raises(InputError, match="a case is a folder or a workbook"):
        write_new(case / "places.csv")


@pytest.mark.parametrize("name", bundled())
def test_bundled_cases_are_sound_in_every_variant(name: str) -> None:
    assert [problem.sentence() for problem in problems(name)] == []
    for variant in load(name).variants:
        assert load(name, variant.id).as_of == variant.as_of
    assert find_folder(name).name == name


def test_the_places_of_yaml_values_and_keys_are_known() -> None:
    root, found = read_yaml("a:\n  b: [1, {c: d}]\n", "x.yaml")
    assert found == []
    assert root is not None
    inner = root.entries["a"].entries["b"].items[1]
    assert (inner.cell.line, inner.cell.column) == (2, 10)
    assert inner.entries["c"].cell.field == "a.b[1].c"
    assert (inner.keys["c"].line, inner.keys["c"].column) == (2, 11)


def test_reading_imports_nothing_heavy() -> None:
    code = (
        "import sys, corridor.scenario.load, corridor.scenario.write.new, corridor.scenario.schema;"
        "print([m for m in ('numba', 'numpy', 'xarray', 'matplotlib', 'scipy', 'zarr') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
