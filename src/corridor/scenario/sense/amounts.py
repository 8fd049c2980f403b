"""Sense checks of amounts: people, stocks, needs and deliveries against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.model import Commodity
from corridor.scenario.read.source import Cell
from corridor.scenario.sense.remark import Remark, value, warning

REQUIREMENT = 2100.0
"""kcal a person and day that the need of all foods should add up to"""
MOST_APART = 0.1
"""share by which a total and the sum of its parts may differ"""
SHARES = (1.0, 100.0)
"""sums of populations that are plainly shares of a total"""
MOST_PEOPLE = 1e8
"""people in all homes; no blockade on record closed in more than about 65 million, Germany 1914-19"""
LONGEST, SHORTEST = 3 * 365.0, 0.2
"""days of cover outside which a stock is more likely a slip of units than a stock"""
MOST_NEED = 20.0
"""kg/person/day: more than water by lorry"""
MOST_FOOD, LEAST_FOOD = 2.0, 0.5
"""times the requirement that all foods together may give"""
MOST_BASKET = 1.5
"""times the requirement that the needs of all foods of a folder may add up to: what is eaten is cut at the need"""
MOST_SENT, LEAST_SENT = 20.0, 1e-4
"""kg/person/day of a mixed pipeline; Berlin before its blockade took 7"""
MOST_COVERED, LEAST_COVERED = 20.0, 1e-3
"""times the normal use that a pipeline of one good may send"""


def people(draft: Draft) -> dict[str, float]:
    """Return home -> persons at the start, weights turned into persons where a total is given."""
    weights = {e.cells["id"].text: value(e, "population") or 0.0 for e in draft.rows("places") if _is_home(e)}
    given = draft.settings.population if draft.settings else None
    total = sum(weights.values())
    if given is None or given.quantity is None or total <= 0:
        return weights
    return {home: given.quantity.value * weight / total for home, weight in weights.items()}


def totals(draft: Draft) -> Iterator[Remark]:
    """Tell a total population that is not the sum of the places, unless these are plainly shares."""
    given = draft.settings.population if draft.settings else None
    if given is None or given.quantity is None:
        return
    total = given.quantity.value
    summed = sum(value(entry, "population") or 0.0 for entry in draft.rows("places") if _is_home(entry))
    if summed <= 0 or any(abs(summed - whole) <= 0.02 * whole for whole in SHARES):
        return
    if abs(summed - total) > MOST_APART * total:
        message = f"{total:,.0f} people in all, and the homes of places.csv add up to {summed:,.0f}: they differ"
        remedy = f"the run takes {total:,.0f} and the homes as weights; mend one, or write the homes as shares"
        yield warning(given.cell, message, remedy)


def crowd(draft: Draft) -> Iterator[Remark]:
    """Ask back where more people are closed in than ever were."""
    persons = people(draft)
    total = sum(persons.values())
    if total <= MOST_PEOPLE:
        return
    given = draft.settings.population if draft.settings else None
    largest = max(persons, key=persons.__getitem__)
    home = next(entry for entry in draft.rows("places") if entry.cells["id"].text == largest)
    message = f"{total:,.0f} people in the homes: no blockade on record closed in more than about 65 million"
    remedy = "are there zeros too many, or two numbers run together? write single persons"
    yield warning(home.at("population") if given is None else given.cell, message, remedy)


def nobody(draft: Draft) -> Iterator[Remark]:
    """Tell homes in which nobody lives: nothing is eaten there, and stocks of all homes are shared out by people."""
    for home in draft.rows("places"):
        if home.values["kind"] == "home" and value(home, "population") == 0.0:
            message = f"nobody lives in {home.cells['id'].text}: it gets no part of what is given for all homes"
            yield warning(home.at("population"), message, "write its people, or make it a waypoint")


def stocks(draft: Draft) -> Iterator[Remark]:
    """Tell stocks that last for years, or for hours."""
    persons = people(draft)
    for entry in draft.rows("stocks"):
        tonnes, need = value(entry, "tonnes"), _need(draft, entry.values["commodity"])
        place = entry.values["place"]
        eaters = sum(persons.values()) if place == "*" else persons.get(place, 0.0)
        if not tonnes or need * eaters <= 0:
            continue
        days = tonnes / (need * eaters)
        if not SHORTEST <= days <= LONGEST:
            told = f"{days / 365:,.0f} years" if days > LONGEST else f"{24 * days:.2g} hours"
            message = f"{tonnes:,.6g} t of {entry.values['commodity']} last {eaters:,.0f} people {told} "
            message += f"({days:,.{0 if days > LONGEST else 3}f} days of normal use)"
            remedy = "is it kg? write the unit, as in 5000 kg" if days > LONGEST else "is it kt? write the unit"
            yield warning(entry.at("tonnes"), message, remedy)


def needs(draft: Draft) -> Iterator[Remark]:
    """Tell a normal use of one good that no person has."""
    for entry in draft.rows("commodities"):
        need = value(entry, "need")
        good = draft.commodities.get(entry.cells["id"].text)
        if good is not None and good.kind == "food" and need == 0.0 and _is_here(draft, good.id):
            message = f"nobody needs {good.id}: it is handed out to nobody and stays in store, whoever starves"
            remedy = "write what of it a person eats a day, or hold it as a food that is eaten: groceries"
            yield warning(entry.at("need"), message, remedy)
        if not need or good is None:
            continue
        kcal = good.need.value * good.kcal_per_tonne
        if 1000 * good.need.value > MOST_NEED:
            message = f"{1000 * good.need.value:,.4g} kg a person and day"
            yield warning(
                entry.at("need"), message, "is it grams, or of a household? write the unit, as in 400 g/person/day"
            )
        elif good.kind == "food" and kcal > MOST_FOOD * REQUIREMENT:
            message = f"{1000 * good.need.value:.4g} kg of it hold {kcal:,.0f} kcal a person and day"
            yield warning(entry.at("need"), message, f"the need of all foods adds up to {REQUIREMENT:,.0f} kcal")


def basket(draft: Draft) -> Iterator[Remark]:
    """Tell foods whose needs together are far from the requirement."""
    used = {e.values["commodity"] for table in ("stocks", "pipelines") for e in draft.rows(table)}
    for shares in draft.settings.mixes.values() if draft.settings else ():
        used |= shares.keys()
    foods = [good for name, good in draft.commodities.items() if name in used and good.kind == "food"]
    kcal = sum(good.need.value * good.kcal_per_tonne for good in foods)
    ids = {good.id for good in foods}
    own = (e.at("need") for e in draft.rows("commodities") if e.cells["id"].text in ids)
    held = (e.at("commodity") for t in ("stocks", "pipelines") for e in draft.rows(t) if e.values["commodity"] in ids)
    cell = next(own, None) or next(held, None)
    if cell is not None and not LEAST_FOOD <= kcal / REQUIREMENT <= MOST_BASKET:
        message = f"the foods of this folder ({', '.join(good.id for good in foods)}) are used at {kcal:,.0f} kcal "
        message += "a person and day together"
        remedy = f"let their needs add up to {REQUIREMENT:,.0f} kcal; of `food` and `flour` with `groceries` take one"
        yield warning(cell, message, remedy)


def pipelines_per_person(draft: Draft) -> Iterator[Remark]:
    """Tell pipelines that would bury the people they serve, or that nobody would notice."""
    persons = people(draft)
    for entry in draft.rows("pipelines"):
        if tonnes := value(entry, "tonnes_per_day"):
            yield from slip_of_pipeline(draft, persons, entry, tonnes, entry.at("tonnes_per_day"))


def slip_of_pipeline(
    draft: Draft, persons: Mapping[str, float], entry: Entry, tonnes: float, at: Cell
) -> Iterator[Remark]:
    """Tell tonnes a day of a pipeline, written in a cell, that are too many or too few for the people it serves."""
    homes = entry.values["to"]
    eaters = sum(persons.values()) if "*" in homes else sum(persons.get(home, 0.0) for home in homes)
    if eaters <= 0:
        return
    need, kg = _need(draft, entry.values["commodity"]), 1000 * tonnes / eaters
    sent, least, most = (kg, LEAST_SENT, MOST_SENT) if not need else (kg / (1000 * need), LEAST_COVERED, MOST_COVERED)
    if not least <= sent <= most:
        each = f"{kg:,.0f} kg" if kg >= 1 else f"{1000 * kg:.2g} g"
        message = f"{tonnes:,.6g} t a day are {each} for each of {eaters:,.0f} people"
        message += f", {sent:,.{0 if sent > 1 else 4}f} times the normal use" if need else ""
        yield warning(at, message, "is it kg, kt, or of a month? write the unit, as in 70 t/week")


def _is_here(draft: Draft, good: str) -> bool:
    """Return whether a good is held, sent, made or kept alive anywhere."""
    tables = ("stocks", "pipelines", "outputs", "livestock")
    return any(entry.values.get("commodity") == good for table in tables for entry in draft.rows(table))


def _is_home(entry: Entry) -> bool:
    return bool(entry.values.get("kind") == "home")


def _need(draft: Draft, name: str) -> float:
    """Return normal use, t/person/day; 0 for a mix and for goods that nobody needs."""
    good: Commodity | None = draft.commodities.get(name)
    return good.need.value if good is not None else 0.0
