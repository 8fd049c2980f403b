"""The table of fields: every row is whole, and the typed rows, the rules and the units say the same."""

from __future__ import annotations

import math
from typing import Any, get_args, get_type_hints

import pytest

from corridor.core.units import parse_unit
from corridor.rules import RULES
from corridor.scenario import model
from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.numbers import numbers
from corridor.scenario.row import Measured, Row
from corridor.tables.field import HOLD, Field, Table
from corridor.tables.folder import POPULATION, SETTINGS, SHARE, TABLES, drawn_fields, forms, split_target, targets
from small import small

FIELDS = [field for table in TABLES.values() for field in table.fields]
CLASSES: dict[str, type[Row]] = {
    "evidence": model.Evidence, "commodities": model.Commodity, "places": model.Place, "links": model.Link,
    "routes": model.Route, "stocks": model.Stock, "calibrated": model.Stock, "outputs": model.Output,
    "pipelines": model.Pipeline, "rations": model.Ration, "series": model.Report, "buses": model.Bus,
    "fleets": model.Fleet, "livestock": model.Herd, "reception": model.Reception, "displaced": model.Displaced, "events": model.Event,
    "signs": model.Sign,
}  # fmt: skip
APART = {"more", "dormant"}
"""attributes that no column holds: what the class does not name, and `policy` in the starts of a pipeline"""
TYPES: dict[str, tuple[type, ...]] = {"quantity": (Quantity,), "number": (float,), "regime": (int,), "ref": (str,)}


def names(field: Field) -> str:
    return f"{field.table}.{field.name}"


@pytest.mark.parametrize("field", [*FIELDS, SHARE, POPULATION], ids=names)
def test_every_field_is_whole(field: Field) -> None:
    assert field.meaning
    assert not field.meaning.endswith(".")
    numeric = field.kind in ("number", "quantity")
    if field.kind == "quantity":
        assert field.ends is not None
        assert math.isfinite(field.high)
        # one spelling of a unit, converted by a factor: 1 kg/person/day is 0.001 t/person/day
        written, inside = parse_unit(field.unit), parse_unit(field.canonical)
        assert written.dimension == inside.dimension
    else:
        assert field.ends is None
        assert not field.uncertain
    if field.uncertain or field.evidence:
        assert numeric
        assert field.label, "people read of it: it needs a name"
        assert field.canonical or field.table == "signs"
    assert bool(field.array) == bool(field.dims)
    assert field.default is None or numeric
    assert bool(field.choices) == (field.kind in ("choice", "switch"))
    assert field.column or field.imposable, "what no cell holds is there for policies"
    if field.imposable and field.kind == "quantity":
        assert field.imposable == HOLD
        assert field.array, "what a policy imposes must reach a rule"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_the_typed_row_has_the_columns_of_its_table(table: Table) -> None:
    kind = CLASSES[table.name]
    own = {field.attribute or field.name for field in table.columns} - (
        {"variant"} if table.name == "calibrated" else set()
    )
    assert own <= set(kind.model_fields), own - set(kind.model_fields)
    assert set(kind.model_fields) - own - APART == ({"evidence", "known"} & set(kind.model_fields)) - own
    hints = get_type_hints(kind)
    for field in table.columns:
        if field.kind in TYPES:
            hint: Any = hints.get(field.attribute or field.name)
            assert hint is None or set(TYPES[field.kind]) & {hint, *get_args(hint)}, names(field)
    assert issubclass(kind, Measured) == (bool(table.quantities)), "a row with quantities has a place for further ones"


def test_the_defaults_of_the_typed_rows_are_those_of_the_table() -> None:
    for table in TABLES.values():
        for field in table.columns:
            info = CLASSES[table.name].model_fields.get(field.attribute or field.name)
            if field.default is not None and info is not None:
                expected = Quantity(value=field.default) if field.kind == "quantity" else field.default
                assert info.default == expected, names(field)


def test_what_rules_read_of_the_folder_stands_in_the_table() -> None:
    derived = {"pipelines.shares", "pipelines.gross", "places.extra_when_short"}
    arrays = {field.array for field in drawn_fields()} | derived
    tables = {field.table for field in drawn_fields()}
    read = {name for rules in RULES.values() for rule in rules.values() for name in rule.inputs}
    assert {name for name in read if name.partition(".")[0] in tables} <= arrays
    assert len({field.array for field in drawn_fields()}) == len(drawn_fields())


def test_paths_and_targets_are_unique_and_read_back() -> None:
    assert len(set(forms())) == len(forms())
    for field in targets():
        assert split_target(field.form) == (field.table, "<id>", field.part)
    assert split_target("parameters.leaving.siege") == ("parameters", "leaving.siege", "")
    assert len({field.name for field in SETTINGS}) == len(SETTINGS)


def test_numbers_are_those_of_the_scenario_with_their_paths() -> None:
    scenario: Scenario = small()
    found = {number.path: number for number in numbers(scenario)}
    assert len(found) == len(list(numbers(scenario)))
    gate = scenario.links[0]
    assert found[f"links.{gate.id}.km"].quantity == gate.km
    assert found[f"stocks.{scenario.stocks[0].place}.{scenario.stocks[0].commodity}"].row == scenario.stocks[0]
    homes = {f"places.{home.id}.{part}" for home in scenario.homes for part in ("population", "extra", "pantry")}
    handed_over = {f"places.{place.id}.transshipment" for place in scenario.places}
    assert {path for path in found if path.startswith("places.")} == homes | handed_over
    assert not found[f"links.{gate.id}.tonnes_per_day"].given or math.isfinite(gate.tonnes_per_day.value)


def test_a_number_that_the_class_does_not_name_lies_in_more_and_is_written_only_where_there_is_one() -> None:
    link = small().links[0]
    assert "more" not in link.model_dump()
    changed = link.changed(kmh=Quantity(value=30.0), toll=Quantity(value=2.0))
    assert (changed.kmh.value, changed.quantity("toll")) == (30.0, Quantity(value=2.0))
    assert changed.changed(tax=Quantity(value=1.0)).more.keys() == {"toll", "tax"}
    assert type(link).model_validate(changed.model_dump()) == changed
