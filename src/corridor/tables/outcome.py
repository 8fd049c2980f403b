"""The outcome table: what a policy is judged by. Screen, page, JSON and CSV read names, units and places from here.

A new outcome is one row here and one function in `corridor.analysis.outcomes`. None is added to another: there is no
weighted total.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Better = Literal["lower", "higher", "none"]
Where = Literal["screen", "screen of camps", "supply", "flight", "camps", "bodies", "deaths", "structures"]
"""Tables with chosen columns: two on the terminal, the others on the page. JSON and CSV hold every outcome."""

RECALL = 30
"""Days over which a death rate is taken."""
RATE = "1/10000/day"
"""Unit of death rates: per 10,000 people and day."""


@dataclass(frozen=True)
class Need:
    """A variable that somebody reads, and how much of it.

    Attributes
    ----------
    variable : its name in a run
    days : every day of the horizon, or the reporting dates only
    places : each place (commodity, link, camp) by itself, or their total only
    history : whether the days up to as_of are read too
    """

    variable: str
    days: Literal["every", "dates"] = "dates"
    places: Literal["each", "total"] = "each"
    history: bool = False

    def __or__(self, other: Need) -> Need:
        """Return what serves both."""
        return Need(
            self.variable,
            "every" if "every" in (self.days, other.days) else "dates",
            "each" if "each" in (self.places, other.places) else "total",
            self.history or other.history,
        )


@dataclass(frozen=True)
class Column:
    """Where a reader meets an outcome: a table, the place in it, the heading, and which reporting date (screen)."""

    table: Where
    place: int
    heading: str
    date: Literal["middle", "last"] = "last"


@dataclass(frozen=True)
class Outcome:
    """One row of the outcome table.

    Attributes
    ----------
    id, name, unit : stable key; what a reader sees; canonical unit
    better : which direction relieves people more; `none` where neither does by itself
    how : how it is computed
    needs : what it reads of a run; it is left out where a run does not have that
    goods : kinds of commodity; the row then stands for one outcome per commodity of these kinds, its id after the dot
    exits : the row stands for one outcome per exit, its id after the dot
    capacity : only where the folder gives a camp's capacity
    rations : only where groups are promised rations
    compared : whether it stands in the comparison; others are read by thresholds and figures alone
    columns : the tables in which it is chosen
    """

    id: str
    name: str
    unit: str
    better: Better
    how: str
    needs: tuple[Need, ...]
    goods: tuple[str, ...] = ()
    exits: bool = False
    capacity: bool = False
    rations: bool = False
    compared: bool = True
    columns: tuple[Column, ...] = ()

    def of(self, one: str, name: str) -> Outcome:
        """Return the outcome of one commodity, or of one exit."""
        return replace(self, id=self.id.replace("*", one), name=self.name.replace("*", name))


_LAST = f"last {RECALL} days up to that date, history included, all places"
_ADULTS, _CHILDREN = "mean over the adults present that day", "mean over the children below five present that day"
_PEOPLE, _START, _YOUNG = Need("people"), Need("people_start"), Need("people_under5")
_OUT = ("departures", "turned_back", "arrivals")
_STORED = ("food", "fuel", "service")


def _daily(*names: str, history: bool = False, places: Literal["each", "total"] = "total") -> tuple[Need, ...]:
    return tuple(Need(name, "every", places, history) for name in names)


def _total(*names: str) -> tuple[Need, ...]:
    return tuple(Need(name, places="total") for name in names)


_EATERS = (
    "mean that day over those present, the dead of the deficit (who eat nothing) and those who left since as_of "
    "(at the mean of their place)"
)
_LEAVERS = _daily("people", "departures", "turned_back", "came_back", places="each")
_EATEN = (*_daily("intake", "below_requirement", "days_below_need", places="each"), *_LEAVERS)

OUTCOMES: tuple[Outcome, ...] = (
    Outcome("cover.food", "days of cover, food energy", "day", "higher",
            "energy of all food held / (people present x requirement), at most 365",
            (Need("stock"), *_total("people"), _START, Need("requirement")),
            columns=(Column("supply", 4, "Food in stock lasts"),)),
    Outcome("cover.*", "days of cover, *", "day", "higher",
            "tonnes held / (people present x normal use), at most 365",
            (Need("stock"), *_total("people"), _START, Need("need")), goods=_STORED),
    Outcome("intake", "mean intake", "kcal/person/day", "higher", _EATERS, _EATEN,
            columns=(Column("screen", 1, "eaten,\nkcal a day", "middle"),
                     Column("supply", 3, "Energy eaten, a person a day"),
                     Column("structures", 1, "Energy eaten, kcal a person a day"))),
    Outcome("intake_share", "mean intake over need", "1", "higher", _EATERS, (*_EATEN, Need("requirement")),
            compared=False),
    Outcome("below_requirement", "people below requirement", "persons", "lower", "all places, that day",
            _total("below_requirement"),
            columns=(Column("flight", 4, "People who eat less than they need"),)),
    Outcome("energy_gap", "food missing so far", "person-days", "lower",
            "energy missing over need at the bodies and activity of the start, summed since as_of over those present, "
            "those who left (at the mean of their place) and the dead of the deficit (who miss all of it)",
            (*_daily("energy_gap", places="each"), *_LEAVERS),
            columns=(Column("screen", 2, "food missing,\nperson-days", "last"),
                     Column("supply", 1, "Food missing so far"))),
    Outcome("days_below_need", "days below need so far", "person-days", "lower",
            "people who eat less than they need, summed since as_of; the dead of the deficit and those who left count",
            (*_daily("days_below_need", places="each"), *_LEAVERS)),
    Outcome("ration", "ration, food", "1", "higher",
            "share of normal use handed out that day, weighted by people and energy",
            (Need("ration"), _PEOPLE, Need("need"))),
    Outcome("service.*", "service level, *", "1", "higher", "supply over need that day, weighted by people",
            (Need("service"), _PEOPLE), goods=("fuel", "service")),
    Outcome("delivered", "goods delivered so far", "t", "higher", "all tonnes that came in since as_of, all places",
            _daily("delivered")),
    Outcome("delivered_food", "food delivered so far", "t", "higher",
            "food tonnes that came in since as_of, all places",
            _daily("delivered", places="each"), columns=(Column("supply", 5, "Food brought in so far"),)),
    Outcome("departures", "people who left so far", "persons", "none", "since as_of, all places",
            _daily("departures"),
            columns=(Column("screen", 4, "left home\nso far"), Column("supply", 6, "People who have left home"),
                     Column("flight", 1, "People who have left home"))),
    Outcome("people", "people present", "persons", "none", "all places, end of that day", _total("people")),
    Outcome("arrivals", "arrivals so far", "persons", "none", "people who reached an exit since as_of",
            _daily("arrivals"), columns=(Column("flight", 2, "People who have reached safety"),)),
    Outcome("arrivals.*", "arrivals so far, *", "persons", "none", "people who reached that exit since as_of",
            _daily("arrivals", places="each"), exits=True),
    Outcome("half_out", "days until half of those who want to leave are safe", "day", "lower",
            "days after as_of; of those who left by that date or want to; empty where fewer are safe then",
            (*_daily(*_OUT), Need("intent", places="total"))),
    Outcome("nine_tenths_out", "days until 90 % of those who want to leave are safe", "day", "lower",
            "as for half of them", (*_daily(*_OUT), Need("intent", places="total")),
            columns=(Column("flight", 5, "Days from the last day known until 90 % of those who want to leave "
                                         "are safe"),)),
    Outcome("longest_queue", "longest queue so far", "persons", "lower",
            "before any link, in the evening, since as_of", _daily("queue", places="each"),
            columns=(Column("flight", 6, "Longest queue so far, people"),)),
    Outcome("longest_queue_day", "day of the longest queue so far", "day", "none",
            "days after as_of; empty where nobody waited", _daily("queue", places="each")),
    Outcome("without_food", "people on the road without food", "persons", "lower",
            "who have eaten what they carried, evening of that day", (Need("without_food"),)),
    Outcome("queue", "people waiting on the road", "persons", "lower", "all links, end of that day", _total("queue")),
    Outcome("wait", "longest wait so far", "hours", "lower", "any link or day since as_of; 24 where nobody passed",
            _daily("wait", places="each"), columns=(Column("flight", 3, "Longest wait on the road so far"),)),
    Outcome("journey", "journey time to safety", "hours", "lower",
            "leaving at the end of that day, homes weighted by people at the start; empty where no way is open",
            (Need("journey"), _START)),
    Outcome("registered", "people registered so far", "persons", "none", "all places of registration",
            _total("registered")),
    Outcome("housed", "state beds used", "persons", "none", "all places with beds, end of that day", _total("housed")),
    Outcome("weight_change", "change of adult weight", "1", "higher", f"since the start of history, {_ADULTS}",
            (Need("weight_change"), _PEOPLE),
            columns=(Column("bodies", 1, "Adult weight since the start"),
                     Column("structures", 2, "Adult weight since the start"))),
    Outcome("gam", "children with acute malnutrition (GAM)", "1", "lower",
            "weight-for-height below -2 z-scores, children below five present that day", (Need("gam"), _YOUNG),
            columns=(Column("bodies", 2, "Children with acute malnutrition (GAM)"),
                     Column("structures", 3, "Children with acute malnutrition (GAM)"))),
    Outcome("sam", "children with severe acute malnutrition (SAM)", "1", "lower",
            "weight-for-height below -3 z-scores, children below five present that day", (Need("sam"), _YOUNG),
            columns=(Column("bodies", 3, "of these severe (SAM)"),)),
    Outcome("gam_muac", "children with an arm circumference below 125 mm", "1", "lower",
            "as most screenings measure it, children below five present that day", (Need("gam_muac"), _YOUNG)),
    Outcome("gam_toddlers", "children of 6-23 months with acute malnutrition", "1", "lower",
            "weight-for-height below -2 z-scores, ages 6-23 months present that day", (Need("gam_toddlers"), _YOUNG)),
    Outcome("gam_had_none_died", "acute malnutrition (GAM), had no child died", "1", "lower",
            "weight-for-height below -2 z-scores, of the children below five of the start",
            (Need("gam_had_none_died"), _YOUNG)),
    Outcome("thin_adults", "thin adults", "1", "lower", "body-mass index below 18.5, adults present that day",
            (Need("thin_adults"), _PEOPLE), columns=(Column("bodies", 4, "Thin adults"),)),
    Outcome("cdr", "crude death rate", RATE, "lower", f"expected deaths of all simulated causes, {_LAST}",
            (*_daily("deaths_expected", "people", history=True), _START),
            columns=(Column("deaths", 1, "All ages, per 10,000 a day"),
                     Column("structures", 5, "Deaths per 10,000 a day"))),
    Outcome("cdr_excess", "crude death rate above the same future without the deficit", RATE, "lower",
            f"baseline rate on the same people taken off, {_LAST}",
            (*_daily("deaths_expected", "deaths_baseline", "people", history=True), _START),
            columns=(Column("deaths", 2, "of these above the same future without the deficit"),)),
    Outcome("u5dr", "death rate of children below five", RATE, "lower", f"per 10,000 of them, {_LAST}",
            _daily("deaths_under5", "people_under5", history=True),
            columns=(Column("deaths", 3, "Children below five, per 10,000 of them a day"),)),
    Outcome("u5dr_excess", "death rate of children below five above the same future without the deficit", RATE, "lower",
            f"baseline rate taken off, {_LAST}", _daily("deaths_under5", "people_under5", history=True)),
    Outcome("excess_deaths", "expected deaths above the same future without the deficit, so far", "persons", "lower",
            "since as_of, all places; the baseline acts on the same people",
            _daily("deaths_expected", "deaths_baseline"),
            columns=(Column("screen", 3, "excess\ndeaths", "last"),
                     Column("supply", 2, "Excess deaths so far"),
                     Column("deaths", 4, "Deaths above it since the last day known, people"))),
    Outcome("dead_under5", "expected deaths of children below five so far", "persons", "lower",
            "all causes simulated, since as_of, all places", _daily("deaths_under5"),
            columns=(Column("deaths", 5, "All deaths since then, people: below five"),)),
    Outcome("dead_school", "expected deaths by starvation of ages 5-19 so far", "persons", "lower",
            "since as_of, all places; no reliable model", _daily("deaths_school"),
            columns=(Column("deaths", 6, "5-19 years"),)),
    Outcome("dead_men", "expected deaths of men of 20 and more so far", "persons", "lower",
            "all causes simulated, since as_of, all places", _daily("deaths_men"),
            columns=(Column("deaths", 7, "men of 20 and more"),)),
    Outcome("dead_women", "expected deaths of women of 20 and more so far", "persons", "lower",
            "all causes simulated, since as_of, all places", _daily("deaths_women"),
            columns=(Column("deaths", 8, "women of 20 and more"),)),
    Outcome("dead_old", "expected deaths of people of 60 and more so far", "persons", "lower",
            "all causes simulated, since as_of, all places", _daily("deaths_old"),
            columns=(Column("deaths", 9, "of the adults, 60 and more"),)),
    Outcome("kcal_child", "energy eaten by a child of 0-9 years", "kcal/person/day", "higher", _CHILDREN,
            (Need("kcal_child"), _YOUNG), columns=(Column("bodies", 7, "A child below ten eats"),)),
    Outcome("kcal_school", "energy eaten by a person of 10-19 years", "kcal/person/day", "higher",
            "mean over the people present that day", (Need("kcal_school"), _PEOPLE)),
    Outcome("kcal_adult", "energy eaten by an adult", "kcal/person/day", "higher", _ADULTS,
            (Need("kcal_adult"), _PEOPLE), columns=(Column("bodies", 8, "An adult eats"),)),
    Outcome("uncounted", "share of what is eaten that nobody counts", "1", "none",
            "found past the books, and made up when food is short, over what is eaten; over all people present",
            (Need("extra"), Need("intake"), _PEOPLE, Need("requirement"))),
    Outcome("eaten_child", "children of 0-9 years: eaten over need", "1", "higher", _CHILDREN,
            (Need("eaten_child_mean"), _YOUNG),
            columns=(Column("bodies", 5, "Children eat, of their need"),
                     Column("structures", 4, "Children eat, of their need"))),
    Outcome("eaten_adult", "adults: eaten over need", "1", "higher", _ADULTS, (Need("eaten_adult_mean"), _PEOPLE),
            columns=(Column("bodies", 6, "Adults eat, of their need"),)),
    Outcome("promised", "ration promised", "kcal/person/day", "none",
            "mean over the people of homes in which somebody is promised one", (Need("promised_kcal"), _PEOPLE),
            rations=True, columns=(Column("bodies", 9, "Promised to those with a ration"),)),
    Outcome("sheltered", "people in camps", "persons", "none", "all camps, evening of that day", _total("sheltered"),
            columns=(Column("screen of camps", 1, "people in\ncamps"),
                     Column("camps", 1, "Displaced people in camps"))),
    Outcome("waiting", "displaced people outside camps", "persons", "lower",
            "displaced, neither in a camp nor on the road, evening of that day", (Need("waiting"),),
            columns=(Column("screen of camps", 2, "displaced,\noutside camps"),
                     Column("camps", 2, "Displaced people outside camps"))),
    Outcome("travelling", "displaced people on the road", "persons", "none", "all links, evening of that day",
            (Need("travelling"),), columns=(Column("camps", 3, "Displaced people on the road"),)),
    Outcome("above_capacity", "people above capacity", "persons", "lower",
            "sum over camps with a capacity of the people beyond it, evening of that day", (Need("sheltered"),),
            capacity=True, columns=(Column("camps", 4, "People in camps beyond capacity"),)),
    Outcome("fullest_camp", "occupancy of the fullest camp", "1", "lower",
            "greatest share of its capacity that any camp holds that evening", (Need("sheltered"),), capacity=True,
            columns=(Column("screen of camps", 3, "fullest camp,\nof capacity"),
                     Column("camps", 5, "Fullest camp, of its capacity"))),
    Outcome("counted_no_more", "people who left the counts so far", "persons", "none",
            "no longer counted as displaced, since the start", (Need("counted_no_more"),),
            columns=(Column("camps", 6, "People who left the counts"),)),
)  # fmt: skip


def columns(table: Where) -> list[tuple[Outcome, Column]]:
    """Return the outcomes chosen for a table and how they stand there, in their order."""
    found = [(row, column) for row in OUTCOMES for column in row.columns if column.table == table]
    return sorted(found, key=lambda pair: pair[1].place)


def row_of(id_: str) -> Outcome:
    """Return the row of an outcome's id, of a commodity's outcome too. Raises KeyError where there is none."""
    known = {row.id: row for row in OUTCOMES}
    return known[id_] if id_ in known else known[f"{id_.split('.')[0]}.*"]


FIGURES: tuple[Need, ...] = (
    # fans over time, those of the page and of `corridor.plot`; cover needs stock and people
    *_daily("people", "queue", "sheltered", history=True),
    *_daily("intake", "people", "stock", "departures", "turned_back", "came_back", history=True, places="each"),
    *_daily("below_requirement", "days_below_need", history=True, places="each"),
    *_daily("arrivals"), *_daily("waiting", "travelling", history=True), Need("need"), Need("requirement"),
    # bodies over time, with the thresholds that futures pass on any day, by place
    *_daily("weight_change", "gam", "sam", history=True, places="each"), *_daily("thin_adults", places="each"),
    *_daily("eaten_child_mean", "eaten_adult_mean", history=True, places="each"),
    *_daily("deaths_expected", "deaths_baseline", "deaths_under5", "people_under5", history=True, places="each"),
    # the relief gap: the mean of the last days, by place and good
    *_daily("delivered", "produced", places="each"),
    # goods by way and class, and which way binds
    *_daily("carried", "carried_relief", "relief_room", places="each"),
    # where people go: ways, places of registration, camps
    *_daily("vehicles", "arrivals", "settled", "departures", places="each"),
    *_daily("sheltered", history=True, places="each"), Need("crossed"),
    _START, Need("inputs"),
)  # fmt: skip
"""What the page reads beside the comparison: figures, thresholds, the relief gap, goods by way, where people go."""

CALIBRATED: tuple[Need, ...] = (*_daily("stock", "people", history=True, places="each"), Need("need"), Need("inputs"))
"""What calibration reads: the history of stocks."""

SCORED: tuple[Need, ...] = (
    *_daily("stock", "people", "intake", "carried", history=True, places="each"), Need("need"), Need("requirement"),
)  # fmt: skip
"""What the backtest reads: days on which a good ran short, deliveries, the false-alarm test."""


def needed(outcomes: Iterable[Outcome] = OUTCOMES, more: Iterable[Need] = ()) -> dict[str, Need]:
    """Return what a run has to record so that somebody can read these outcomes: variable -> the union of the needs.

    Parameters
    ----------
    outcomes : rows of the table
    more : what is read besides, such as `FIGURES`
    """
    found: dict[str, Need] = {}
    for need in (*(need for row in outcomes for need in row.needs), *more):
        found[need.variable] = found[need.variable] | need if need.variable in found else need
    return found
