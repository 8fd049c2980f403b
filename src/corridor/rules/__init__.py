"""What happens in a day. `RULES` is the registry, `ORDER` the order of the day; both are written by hand."""

from __future__ import annotations

from corridor.rules.base import Rule
from corridor.rules.bodies import (
    adults,
    adults_reduced,
    births,
    care,
    child_deaths,
    children_balance,
    children_relaxation,
    deaths,
    intake,
    need,
    sharing,
    shortfall,
    wasting,
)
from corridor.rules.displacement import process
from corridor.rules.flight import exits, leaving, reception, road
from corridor.rules.supply import access, delivery, ledger, output, pantry, rations
from corridor.tables.parameter import Parameter

RULES: dict[str, dict[str, Rule]] = {
    "bodies": {need.RULE.name: need.RULE},
    "exits": {exits.RULE.name: exits.RULE},
    "access": {access.RULE.name: access.RULE},
    "delivery": {delivery.RULE.name: delivery.RULE},
    "output": {output.RULE.name: output.RULE},
    "rations": {rations.STRETCH_RULE.name: rations.STRETCH_RULE, rations.NONE_RULE.name: rations.NONE_RULE},
    "pantry": {pantry.RULE.name: pantry.RULE},
    "intake": {intake.RULE.name: intake.RULE},
    "care": {care.RULE.name: care.RULE},
    "sharing": {sharing.RULE.name: sharing.RULE},
    "adults": {adults.RULE.name: adults.RULE, adults_reduced.RULE.name: adults_reduced.RULE},
    "children": {
        children_balance.RULE.name: children_balance.RULE,
        children_relaxation.RULE.name: children_relaxation.RULE,
    },
    "wasting": {wasting.RULE.name: wasting.RULE},
    "child_deaths": {child_deaths.RULE.name: child_deaths.RULE},
    "deaths": {deaths.RULE.name: deaths.RULE},
    "births": {births.RULE.name: births.RULE},
    "shortfall": {shortfall.RULE.name: shortfall.RULE},
    "leaving": {leaving.RULE.name: leaving.RULE},
    "road": {road.RULE.name: road.RULE},
    "reception": {reception.RULE.name: reception.RULE},
    "movement": {process.FOLLOWERS_RULE.name: process.FOLLOWERS_RULE, process.FLEE3_RULE.name: process.FLEE3_RULE},
    "ledger": {ledger.RULE.name: ledger.RULE},
}
"""process -> rule name -> rule; the first rule of a process is its default."""

ORDER: tuple[str, ...] = tuple(RULES)
"""The order of the day, after history or choice has set regimes."""

PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter for rules in RULES.values() for rule in rules.values() for parameter in rule.parameters
}
"""Every parameter of every rule, by name."""


def chosen(rules: dict[str, str]) -> tuple[Rule, ...]:
    """Return the rules of a day in order, `rules` naming those that are not the default.

    Raises KeyError for a process or rule that does not exist; a scenario is checked for that before.
    """
    unknown = set(rules) - set(RULES)
    if unknown:
        raise KeyError(*sorted(unknown))
    return tuple(RULES[process][rules.get(process, next(iter(RULES[process])))] for process in RULES)
