"""Every table and key of a scenario folder, in the order in which they are read, and what policies may act on."""

from __future__ import annotations

from corridor.tables.facts import EVENTS, EVIDENCE
from corridor.tables.field import Field, Table, quantity, text
from corridor.tables.goods import (
    CALIBRATED,
    COMMODITIES,
    FLEETS,
    LIVESTOCK,
    MIXES,
    OUTPUTS,
    PIPELINES,
    RATIONS,
    SERIES,
    STOCKS,
)
from corridor.tables.network import BUSES, DISPLACED, LINKS, PLACES, RECEPTION, ROUTES
from corridor.tables.signs import SIGNS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        EVIDENCE, COMMODITIES, PLACES, LINKS, ROUTES, STOCKS, CALIBRATED, OUTPUTS, LIVESTOCK, PIPELINES, FLEETS,
        RATIONS, SERIES, RECEPTION, BUSES, DISPLACED, EVENTS, SIGNS,
    )
}  # fmt: skip
"""Every file with rows, in the order in which they are read."""

OF_HOMES = ("routes.csv", "stocks.csv", "pipelines.csv")
"""files that a folder without homes may do without"""

YAML_FILES = {"scenario.yaml": True, "policies.yaml": True, "actors.yaml": False, "claims.yaml": False}
"""file -> whether a folder must have it"""

SHARE = MIXES.field("share")
POPULATION = quantity("population", "person", "total persons over all homes", 2e9, above=True, label="people in all")

SETTINGS: tuple[Field, ...] = (
    text("format", "1", required=True),
    text("id", "name for machines", required=True),
    text("title", "name for people", required=True),
    text("question", "what the case is to answer"),
    text("time_zone", "IANA name such as `Asia/Yerevan`, or `UTC+4`", required=True),
    Field("start", "date", "first day", True),
    text("variants", "name: `{as_of: 2023-06-15, note: ...}`; each looks back from its as_of", required=True),
    text("default_variant", "the one that is used where none is named", required=True),
    Field("horizon", "number", "days after as_of", True, "day", "day", low=1, high=1000, settable=True),
    POPULATION,
    text("reference_policy", "the policy that the others are compared with", required=True),
    text(
        "bodies", "the group of countries whose bodies and ages stand where `parameters` gives none; empty: world means"
    ),
    text("rules", "process: rule, where it is not the default"),
    text("parameters", "name: a quantity with evidence, in the parameter's own unit"),
    text("mixes", "name: commodity: share; what is missing to 1 is other goods"),
    text("priority", "classes of goods in the order in which they load, all three"),
    text("window", "west, south, east, north of the map, in degrees"),
    text("no_voice", "texts for the report"),
    text("cannot_tell", "texts for the report"),
)
"""The keys of scenario.yaml."""

PARAMETERS = "parameters"
PARAMETER_FORM = f"{PARAMETERS}.<name>"
OPTIONS = "options"
OPTION_FORM = f"{OPTIONS}.<id>"
HELD_OPTION = Field(
    "taken", "switch", "whether an option of the sides is taken", column=False, choices=("0", "1"),
    imposable=("force",), table=OPTIONS,
)  # fmt: skip
"""What an action of an actor policy does to an option, for a time."""


def targets() -> tuple[Field, ...]:
    """Return the fields that an action of a policy may change."""
    return tuple(field for table in TABLES.values() for field in table.fields if field.imposable)


def imposed(table: str, part: str) -> Field | None:
    """Return the field that the part of a target names, by its name or by its keys; None where there is none."""
    for field in TABLES[table].fields if table in TABLES else ():
        named = part.count(".") + 1 == len(field.keys) and bool(part) if field.keys else field.name == part
        if field.imposable and named:
            return field
    return None


def forms() -> tuple[str, ...]:
    """Return every form of a target: `links.<id>.regime`, `pipelines.<id>`, `parameters.<name>`."""
    return (*(field.form for field in targets()), PARAMETER_FORM, OPTION_FORM)


def settable() -> dict[str, tuple[Field, ...]]:
    """Return table -> the fields that `--set` changes."""
    found = {name: tuple(field for field in table.fields if field.settable) for name, table in TABLES.items()}
    return {name: fields for name, fields in found.items() if fields}


def split_target(text: str) -> tuple[str, str, str]:
    """Return table, id and part of a target of a policy; ids hold no point, names of parameters do."""
    head, _, rest = text.partition(".")
    if head == PARAMETERS:
        return head, rest, ""
    name, _, part = rest.partition(".")
    return head, name, part


def sought(path: str) -> bool:
    """Whether a command may search, price, flip, optimise or set a target over an input.

    Never over what people are given to eat, how much of it is honoured, what they find elsewhere, or a closure.
    """
    head, _, rest = path.partition(".")
    return head != RATIONS.name and rest.rpartition(".")[2] not in ("extra", "porosity", "honoured", "regime")


def drawn_fields() -> tuple[Field, ...]:
    """Return the fields that every future draws and some rule reads, in the order of the tables."""
    return tuple(field for table in TABLES.values() for field in table.quantities if field.array)
