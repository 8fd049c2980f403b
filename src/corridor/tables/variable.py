"""The variable table: everything that a day leaves behind, with dimensions, unit, kind and meaning.

The engine allocates, stores and labels from this table; report and comparison read units from it.
A new result is one row here and one rule that writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Dim = Literal["place", "destination", "commodity", "link", "hour", "option", "feature", "camp"]
Kind = Literal["stock", "flow", "level"]


@dataclass(frozen=True)
class Variable:
    """One recorded variable.

    Attributes
    ----------
    name : its name in results
    dims : dimensions besides (policy, condition, future, day)
    unit : canonical unit
    kind : `stock` at the end of the day, `flow` over the day, `level` during the day
    long_name : what a reader sees
    past : whether it has a history up to as_of that is recorded
    wider : whether it belongs to a wider country, and not to homes
    """

    name: str
    dims: tuple[Dim, ...]
    unit: str
    kind: Kind
    long_name: str
    past: bool = True
    wider: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("people", ("place",), "persons", "stock", "people present"),
    Variable("stock", ("place", "commodity"), "t", "stock", "stock held"),
    Variable("delivered", ("place", "commodity"), "t/day", "flow", "delivered from outside or another place"),
    Variable("dispatched", ("place", "commodity"), "t/day", "flow", "set out for it and not lost on the way"),
    Variable("goods_turned_back", ("place", "commodity"), "t/day", "flow", "bound for it, turned back"),
    Variable("goods_returned", ("place", "commodity"), "t/day", "flow", "sent from it, turned back to its stock"),
    Variable("in_transit", ("place", "commodity"), "t", "stock", "on the way to it"),
    Variable("produced", ("place", "commodity"), "t/day", "flow", "local output"),
    Variable("used", ("place", "commodity"), "t/day", "flow", "eaten or used"),
    Variable("ration", ("place", "commodity"), "1", "level", "share of normal use handed out"),
    Variable("herd", ("place", "commodity"), "t", "stock", "livestock left, as the good that it becomes"),
    Variable(
        "promised_kcal", ("place",), "kcal/person/day", "level", "energy of the rations that groups were promised"
    ),
    Variable(
        "ration_cv", ("place",), "1", "level", "spread of rations and aid between people (coefficient of variation)"
    ),
    Variable("aid_part", ("place",), "1", "level", "part of the food in store that came as aid"),
    Variable("captured", ("place",), "1", "level", "share of the food handed out that does not arrive"),
    Variable("extra", ("place",), "1", "level", "food that nobody counts, share of need"),
    Variable("larder", ("place",), "person-days", "stock", "food that families have at home, days of one person"),
    Variable("from_home", ("place",), "1", "level", "eaten from what families have at home, share of need"),
    Variable("births", ("place",), "persons/day", "flow", "births"),
    Variable("service", ("place", "commodity"), "1", "level", "service level: supply over need"),
    Variable("intake", ("place",), "kcal/person/day", "level", "mean energy intake"),
    Variable("below_requirement", ("place",), "persons", "level", "people eating less than they need"),
    Variable("kcal_child", ("place",), "kcal/person/day", "level", "energy eaten by a child of 0-9 years"),
    Variable("kcal_school", ("place",), "kcal/person/day", "level", "energy eaten by a person of 10-19 years"),
    Variable("kcal_adult", ("place",), "kcal/person/day", "level", "energy eaten by an adult"),
    Variable("uneaten", ("place",), "kcal/person/day", "level", "energy handed out and eaten by nobody, a person"),
    Variable("energy_gap", ("place",), "person-days/day", "flow", "days of food missing to people who should be alive"),
    Variable("days_below_need", ("place",), "person-days/day", "flow", "people who should be alive and eat too little"),
    Variable("eaten_child_mean", ("place",), "1", "level", "what children of 0-9 years eat over what they need"),
    Variable("eaten_adult_mean", ("place",), "1", "level", "what adults eat over what they need"),
    Variable("weight_change", ("place",), "1", "level", "mean change of adult weight since the start"),
    Variable("whz", ("place",), "1", "level", "mean weight-for-height of young children (z-score)"),
    Variable("gam", ("place",), "1", "level", "young children below -2 z-scores (acute malnutrition)"),
    Variable("sam", ("place",), "1", "level", "young children below -3 z-scores (severe acute malnutrition)"),
    Variable("gam_muac", ("place",), "1", "level", "young children with an arm circumference below 125 mm"),
    Variable("gam_toddlers", ("place",), "1", "level", "children of 6-23 months below -2 z-scores"),
    Variable("gam_had_none_died", ("place",), "1", "level", "young children below -2 z-scores, had none died"),
    Variable("thin_adults", ("place",), "1", "level", "adults with a body-mass index below 18.5"),
    Variable("deaths", ("place",), "persons/day", "flow", "people taken out of the count by death"),
    Variable("deaths_expected", ("place",), "persons/day", "flow", "expected deaths, all causes simulated"),
    Variable("deaths_baseline", ("place",), "persons/day", "flow", "expected deaths without the deficit"),
    Variable("deaths_under5", ("place",), "persons/day", "flow", "expected deaths of children below five"),
    Variable("deaths_school", ("place",), "persons/day", "flow", "expected deaths of ages 5-19, by starvation"),
    Variable("deaths_men", ("place",), "persons/day", "flow", "expected deaths of men of 20 and more"),
    Variable("deaths_women", ("place",), "persons/day", "flow", "expected deaths of women of 20 and more"),
    Variable("deaths_old", ("place",), "persons/day", "flow", "expected deaths of people of 60 and more"),
    Variable("people_under5", ("place",), "persons", "stock", "children below five"),
    Variable("intent", ("place",), "persons", "stock", "people ready to leave"),
    Variable("departures", ("place",), "persons/day", "flow", "people leaving"),
    Variable("turned_back", ("place",), "persons/day", "flow", "people who turned back on the road"),
    Variable("came_back", ("place",), "persons/day", "flow", "people who came home from where they were safe"),
    Variable("walkers", ("place",), "persons/day", "flow", "people leaving on foot"),
    Variable("journey", ("place",), "hours", "level", "journey time to safety if leaving at the end of the day"),
    Variable("arrivals", ("destination",), "persons/day", "flow", "people reaching an exit"),
    Variable("registered", ("destination",), "persons", "stock", "people registered so far"),
    Variable("housed", ("destination",), "persons", "stock", "people in state beds"),
    Variable("settled", ("destination",), "persons", "stock", "people who went on to live there"),
    Variable("carried", ("link",), "t/day", "flow", "goods carried"),
    Variable("carried_relief", ("link",), "t/day", "flow", "goods carried that are humanitarian or medical"),
    Variable(
        "relief_room", ("link",), "t/day", "level", "goods that could still be carried; empty where relief may not pass"
    ),
    Variable("vehicles", ("link",), "vehicles/day", "flow", "private vehicles passed on the way out"),
    Variable("queue", ("link",), "persons", "stock", "people waiting"),
    Variable("wait", ("link",), "hours", "level", "longest wait of the day"),
    Variable("on_road", (), "persons", "stock", "people on the road, queues included"),
    Variable("without_food", (), "persons", "stock", "people on the road who have eaten what they carried"),
    Variable("sheltered", ("camp",), "persons", "stock", "displaced people in camps", wider=True),
    Variable("waiting", (), "persons", "stock", "displaced people neither in a camp nor on the road", wider=True),
    Variable("travelling", (), "persons", "stock", "displaced people on the road", wider=True),
    Variable("counted_no_more", (), "persons", "stock", "displaced people who left the counts", wider=True),
    Variable("spoiled", ("place", "commodity"), "t/day", "flow", "spoilage"),
    Variable("sent", ("place", "commodity"), "t/day", "flow", "sent to another place"),
    Variable("burned", ("place", "commodity"), "t/day", "flow", "fuel burned by lorries and leaving vehicles"),
    Variable(
        "regime",
        ("link",),
        "1",
        "level",
        "traffic let pass: sum of 1 commercial, 2 humanitarian, 4 medical, 8 people out, 16 people in",
    ),
    Variable("taken", ("option",), "1", "level", "option taken by its owner", past=False),
    Variable("touched", ("feature",), "1", "level", "what came about at some time of the day", past=False),
    Variable("hourly_arrivals", ("hour",), "persons/hour", "flow", "people reaching registration, by hour"),
)

BY_NAME: dict[str, Variable] = {variable.name: variable for variable in VARIABLES}

AFTER = "after as_of"


def recorded(word: str) -> Variable:
    """Return what a word such as "people" records, or "arrivals after as_of", which leaves the history out."""
    name, _, part = word.partition(" ")
    variable = BY_NAME[name]
    return replace(variable, past=variable.past and part != AFTER)
