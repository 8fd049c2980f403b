"""What each number rests on: nothing, an assumption, or a claim that somebody disputes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from corridor.scenario.build.draft import Target
from corridor.scenario.build.policies import target_field
from corridor.scenario.build.settings import registry
from corridor.scenario.groups import of_group
from corridor.scenario.model import Quantity, Scenario
from corridor.scenario.numbers import event_path, numbers
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.folder import TABLES, split_target
from corridor.tables.signs import SIGNS_SEEN

Finding = Literal["without evidence", "assumed", "disputed"]
FINDINGS: tuple[Finding, ...] = ("without evidence", "assumed", "disputed")


@dataclass(frozen=True)
class AuditRow:
    """One number and what is to be said about it.

    path : as in `--set`; value, low, high : in `unit`; said_by, disputed_by, why : joined over the evidence concerned
    """

    finding: Finding
    path: str
    value: float | str
    low: float | None
    high: float | None
    unit: str
    evidence: tuple[str, ...]
    said_by: str
    disputed_by: str
    why: str

    def as_dict(self) -> dict[str, object]:
        """Return the fields as plain data, for `--json`."""
        return asdict(self) | {"evidence": list(self.evidence)}


@dataclass(frozen=True)
class _Number:
    path: str
    unit: str
    quantity: Quantity
    evidence: tuple[str, ...]


def audit(scenario: Scenario) -> list[AuditRow]:
    """Return what is weak, first what has no evidence, then assumptions, then disputes.

    Built-in numbers (the catalogue, parameters that the folder leaves alone) appear where their own source
    says that they are assumed.
    """
    rows: list[AuditRow] = []
    for number in (*_numbers(scenario), *_facts(scenario)):
        rows.extend(_judge(scenario, number))
    rows.extend(_built_in(scenario))
    return sorted(rows, key=lambda row: FINDINGS.index(row.finding))


def _judge(scenario: Scenario, number: _Number) -> Iterator[AuditRow]:
    value, low, high = number.quantity.value, number.quantity.low, number.quantity.high
    claims = [scenario.evidence[name] for name in number.evidence if name in scenario.evidence]
    if not claims:
        if math.isfinite(value):
            yield AuditRow("without evidence", number.path, value, low, high, number.unit, (), "", "", "")
        return
    assumed = [claim for claim in claims if claim.assumed]
    if assumed:
        whole = "" if len(assumed) == len(claims) else "in part: "
        why = whole + "; ".join(dict.fromkeys(claim.note for claim in assumed if claim.note))
        ids = tuple(claim.id for claim in assumed)
        yield AuditRow("assumed", number.path, value, low, high, number.unit, ids, "assumed", "", why)
    disputed = [claim for claim in claims if claim.disputed_by]
    if disputed:
        said = "; ".join(dict.fromkeys(claim.said_by for claim in disputed))
        against = "; ".join(dict.fromkeys(claim.disputed_by for claim in disputed))
        why = "; ".join(dict.fromkeys(claim.note for claim in disputed if claim.note))
        ids = tuple(claim.id for claim in disputed)
        yield AuditRow("disputed", number.path, value, low, high, number.unit, ids, said, against, why)


def _numbers(scenario: Scenario) -> Iterator[_Number]:
    """Yield every number that the folder gives, with its path."""
    for number in numbers(scenario):
        if number.field.evidence and number.given:
            yield _Number(number.path, number.field.canonical, number.quantity, number.evidence)
    known = registry()[0] if scenario.parameters else {}
    for name, value in scenario.parameters.items():
        unit = known[name].unit if name in known else "1"
        yield _Number(f"parameters.{name}", unit, value, value.evidence)


def _facts(scenario: Scenario) -> Iterator[_Number]:
    """Yield the numbers of places, counts, events, signs and policies; words (regimes, notes) carry none."""
    for table in (TABLES["places"], TABLES["displaced"]):
        for field in (field for field in table.columns if field.kind == "number" and field.evidence):
            for row in getattr(scenario, table.name):
                value = getattr(row, field.attribute or field.name)
                if value is not None and (not field.kinds or row.kind in field.kinds):
                    ids = [str(getattr(row, column)) for column in table.key]
                    path = table.path(field, *ids)
                    yield _Number(path, field.canonical, Quantity(value=value), row.evidence)
    for event in scenario.events:
        field = EVENT_VALUES[event.kind]
        if field.evidence and isinstance(event.value, float):
            value = Quantity(value=event.value, low=event.low, high=event.high)
            yield _Number(event_path(event), field.canonical, value, event.evidence)
    for sign in scenario.signs:
        path = ".".join(filter(None, ("signs", str(sign.date), sign.kind, sign.commodity)))
        ends = {} if sign.low is None else {"low": sign.low, "high": sign.high}
        yield _Number(path, SIGNS_SEEN[sign.kind].unit, Quantity(value=sign.value, **ends), sign.evidence)
    for kind in ("policies", "conditions"):
        for policy in getattr(scenario, kind):
            for action in policy.actions:
                field = target_field(Target(*split_target(action.target)))
                if isinstance(action.value, float) and field.kind in ("number", "quantity"):
                    path = f"{kind}.{policy.id}.{action.target}"
                    cited = (*action.evidence, *policy.evidence)
                    yield _Number(path, field.canonical, Quantity(value=action.value), cited)


def _built_in(scenario: Scenario) -> Iterator[AuditRow]:
    """Yield numbers that come with the program and are assumed there."""
    for good in scenario.commodities:
        if "assumed" in good.source:
            need = good.need
            table = TABLES["commodities"]
            field = table.field("need")
            path, unit = table.path(field, good.id), field.canonical
            why = good.source if good.source.startswith("assumed") else f"in part: {good.source}"
            yield AuditRow("assumed", path, need.value, need.low, need.high, unit, (), "corridor", "", why)
    for name, parameter in registry()[0].items():
        if name.startswith("movement.") and not scenario.camps:
            continue
        value, low, high, source = parameter.default, parameter.low, parameter.high, parameter.source
        if name in of_group(scenario):
            stands, source = of_group(scenario)[name]
            value, low, high = stands.value, stands.low or stands.value, stands.high or stands.value
        if source.startswith("assumed") and name not in scenario.parameters:
            why = source.removeprefix("assumed").lstrip(": ")
            yield AuditRow("assumed", f"parameters.{name}", value, low, high, parameter.unit, (), "corridor", "", why)
