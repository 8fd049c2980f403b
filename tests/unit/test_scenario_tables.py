"""What is made from a scenario or from the format itself: audit, schema, catalogue, documentation."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from corridor.scenario.audit import audit
from corridor.scenario.build.settings import KEYS
from corridor.scenario.build.tables import catalogue
from corridor.scenario.load import load
from corridor.scenario.model import Scenario
from corridor.scenario.schema import schema
from corridor.scenario.write.new import write_new
from corridor.tables.field import Field, Table
from corridor.tables.folder import PARAMETER_FORM, TABLES, settable, targets

DOCS = Path(__file__).parents[2] / "docs" / "scenario-format.md"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def edit(folder: Path, file: str, old: str, new: str) -> Scenario:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(folder)


def test_audit_lists_numbers_without_evidence(case: Path) -> None:
    assert not [row for row in audit(load(case)) if row.finding == "without evidence"]
    scenario = edit(case, "pipelines.csv", "commercial,a_deliveries", "commercial,")
    rows = [row for row in audit(scenario) if row.finding == "without evidence"]
    assert [(row.path, row.value, row.unit) for row in rows] == [("pipelines.commerce.tonnes_per_day", 80.0, "t/day")]


def test_audit_says_who_disputes_what_whom(case: Path) -> None:
    old = ",,people in both towns,65000,58000,68000,person,assumed,,,,invented"
    new = ",2024-01-01,people in both towns,65000,58000,68000,person,Eastern office,Census,,Western office,old"
    scenario = edit(case, "evidence.csv", old, new)
    rows = [row for row in audit(scenario) if row.finding == "disputed"]
    assert {row.path for row in rows} == {"places.valleytown.population", "places.hilltown.population"}
    assert {(row.said_by, row.disputed_by) for row in rows} == {("Eastern office", "Western office")}
    assert rows[0].as_dict()["evidence"] == ["a_people"]


def test_audit_lists_what_rests_on_assumptions(case: Path) -> None:
    paths = {row.path for row in audit(load(case)) if row.finding == "assumed"}
    assert {"links.gate.tonnes_per_day", "stocks.*.flour", "mixes.relief.flour", "parameters.leaving.ordinary_hazard",
            "policies.more_aid.pipelines.aid.tonnes_per_day", "commodities.petrol.need"} <= paths  # fmt: skip
    assert "links.gate.regime" not in paths


def test_audit_orders_what_has_no_evidence_first(case: Path) -> None:
    scenario = edit(case, "stocks.csv", "1000,a_stocks", "1000,")
    assert audit(scenario)[0].path == "stocks.*.flour"


def test_schema_has_every_column_with_its_unit_and_is_json() -> None:
    found = json.loads(json.dumps(schema(), allow_nan=False))
    for spec in TABLES.values():
        row = found["properties"][spec.file]["items"]
        assert set(row["properties"]) == set(spec.header())
        for column in spec.columns:
            assert row["properties"][column.name]["description"]
            if column.kind in ("quantity", "number"):
                assert row["properties"][column.name]["unit"] == column.unit
    assert set(found["properties"]["scenario.yaml"]["properties"]) == set(KEYS)
    assert found["required"] == sorted(
        ["evidence.csv", "links.csv", "pipelines.csv", "places.csv", "policies.yaml", "routes.csv", "scenario.yaml",
         "stocks.csv"]
    )  # fmt: skip


def described(field: Field) -> str:
    """Return the row of the page on the format that a field of a table has."""
    names = ", ".join(f"`{name}`" for name in (field.name, *(field.ends or ())))
    holds = field.meaning.replace("|", "\\|")
    if field.choices:
        holds += ": " + ", ".join(f"`{word}`" for word in field.choices)
    if field.kind in ("number", "quantity") and (math.isfinite(field.high) or field.low):
        holds += f" ({'above ' if field.above else ''}{field.low:,g} to {field.high:,.0f})"
    holds += " **required**" if field.required else ""
    by = ", ".join(["`--set`"] * field.settable + ["policies"] * bool(field.imposable))
    unit = "" if field.unit == "1" else field.unit
    return f"| {names} | {unit} | {holds} | {by} |".replace("|  |", "| |").replace("|  |", "| |")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_the_page_on_the_format_has_the_rows_of_the_table(table: Table) -> None:
    section = DOCS.read_text(encoding="utf-8").split(f"### {table.file}")[1].split("\n### ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [described(field) for field in table.columns]


def test_the_page_on_the_format_names_every_key_and_target() -> None:
    page = DOCS.read_text(encoding="utf-8")
    keys = page.split("### scenario.yaml")[1].split("\n### ")[0]
    for name, field in KEYS.items():
        assert (f"**`{name}`**" if field.required else f"`{name}`") in keys, name
    section = page.split("### policies.yaml")[1].split("\n### ")[0]
    for field in targets():
        does = ", ".join(f"`{verb}`" for verb in field.imposable)
        value = f" | {field.canonical} |" if field.kind == "quantity" else ""
        assert f"| `{field.form}` | {does} |" in section
        assert f"| `{field.form}` | {does}{value}" in section
    assert f"`{PARAMETER_FORM}`" in section
    changed = page.split("## Changing numbers")[1]
    for name in settable():
        assert f"{name}." in changed, name


def test_the_basket_gives_the_reference_requirement() -> None:
    goods = catalogue()
    basket = sum(goods[name].need.value * goods[name].kcal_per_tonne for name in ("flour", "groceries"))
    assert basket == pytest.approx(2100, abs=0.01)  # WFP food basket: 555 g, 2,100 kcal
    assert goods["food"].need.value * goods["food"].kcal_per_tonne == pytest.approx(2100, abs=0.01)
    assert goods["flour"].need.value + goods["groceries"].need.value == pytest.approx(0.555e-3)


def test_medicine_and_diesel_are_those_of_their_sources() -> None:
    goods = catalogue()
    kit = 1.25 / 10_000 / 90  # t/person/day: one Interagency Emergency Health Kit
    assert goods["medicine"].need.value == pytest.approx(kit, rel=0.005)
    litres = 160_000 / 2_200_000  # a day and person, UN OCHA
    diesel = goods["diesel"]
    assert diesel.kg_per_litre is not None
    assert diesel.need.value == pytest.approx(litres * diesel.kg_per_litre / 1000, rel=0.01)


def test_every_good_of_the_catalogue_names_its_source() -> None:
    assert all(good.source for good in catalogue().values())


def test_a_folder_changes_a_good_and_adds_one(case: Path) -> None:
    (case / "commodities.csv").write_text(
        "id,name,kind,kcal_per_kg,need,need_low,need_high,source\n"
        "flour,,,3500,,,,agency\n"
        "firewood,Firewood,service,,2,1,3,agency\n",
        encoding="utf-8",
    )
    goods = {good.id: good for good in load(case).commodities}
    assert goods["flour"].kcal_per_tonne == 3_500_000
    assert goods["flour"].need == catalogue()["flour"].need
    assert goods["firewood"].need.high == pytest.approx(0.003)
