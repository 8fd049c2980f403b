"""Deaths: adults by the body-mass index they cannot survive and of illness when thin, the old first; all ages counted.

In words. Adults die of starvation when their body-mass index falls below their own lethal value, which is lognormal
between people and higher for the old; because it is the lowest index so far that counts, dying stops when weight
recovers. Thin adults also die more often of illness, and where people live packed together, men in a garrison or
families in a camp, infection kills them whatever their age: their baseline is low, dysentery and fever are not. People of 5-19 years starve at a fraction of the rate of younger
adults: no reliable model exists. Children below five die in `child_deaths`. Whole deaths leave the place; the fraction
is carried, so that people are counted exactly.

Births are not simulated. By default they make up the baseline deaths in the head count, so that a fed place keeps its
people; every death is in the rates either way.
"""

from __future__ import annotations

from math import exp, floor, log
from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import inlined, kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.bodies.barracks import in_barracks, in_camp, usual_factor
from corridor.rules.bodies.body import NOBODY
from corridor.rules.bodies.normal import each
from corridor.rules.bodies.survival import ILLNESS, MOST, NODES, PER_NODE, SURVIVED, Law, tabulate
from corridor.tables.parameter import Parameter, fixed

WHOLE = 1.0 - 1e-12
"""Of a weight: what rounding takes is no loss."""
NONE = 1e-300
"""Keeps logs finite."""
AGES = 2
"""Of adults: 20-59 years, 60 and more."""
YOUNG, YOUNG_BASELINE, YOUNG_GONE, CHILDREN = range(4)
"""Rows of `child_toll`, written by `child_deaths`."""


class Expected(NamedTuple):
    """Expected numbers of a day, (place, future) each, and the children alive."""

    deaths_expected: Floats
    """person/day, of all causes"""
    deaths_baseline: Floats
    """person/day, of the baseline on the same people"""
    deaths_starvation: Floats
    """person/day, of adult-type starvation"""
    deaths_under5: Floats
    """person/day, of children below five, all causes; and so for the ages and sexes that follow"""
    deaths_school: Floats
    """5-19 years"""
    deaths_men: Floats
    """men of 20 and more"""
    deaths_women: Floats
    """women of 20 and more"""
    deaths_old: Floats
    """of 60 and more, men and women"""
    people_under5: Floats
    """children below five, person"""


BALANCE, SCHOOL, W_SCHOOL, H_ADULT = range(4)
W_CELL = H_ADULT + AGES
PER_START = W_CELL + 2 * AGES
OF_CELL = PER_START + 2
CROWDED = OF_CELL + AGES
CROWDED_THIN = CROWDED + 2
DISCREPANCY = CROWDED_THIN + 2 * AGES
FRAME = DISCREPANCY + 1
"""Rows of `death_frame`, the constants of a future: share of the baseline that births make up; starvation at 5-19 years
over that of adults; share of people of 5-19 years. By age, baseline of adults 1/day; by sex and age, the share of people in one
cell; by sex, one over the body-mass index at the start; by age, its share of adults; by sex, what each unit of the factor of
infection above one adds whatever the age, 1/day; by sex and age, that over the baseline; what the deaths above the usual
are multiplied by."""

LIVING, STARVED, GONE = range(3)
SHARES = 3
"""Rows of `shares`, sums over the cells of a place, sex and age: alive this morning, starved today, dead of illness
today beyond births."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("deaths.crude_baseline", 0.30, "1/10000/day", 0.16, 0.44,
              "Conflict and Health 2008;2:9: 0.30 Eastern Europe and former USSR, 0.16-0.44 elsewhere",
              "deaths of all ages before the crisis", maximum=5.0),
    Parameter("deaths.year", 1.0, "1", 0.9, 1.1,
              "assumed: deaths registered in nine years of ten without war or epidemic lie within a tenth of those of the years "
              "around them (national statistics, recalled)",
              "usual deaths of these years over those of the years before, at all ages", dist="lognormal", minimum=0.5, maximum=2.0),
    Parameter("deaths.camp_usual", 0.8, "1", 0.45, 1.4,
              "assumed: years after their emergency most camps lost fewer than the country they had come from (51 camps, Spiegel "
              "et al. 2002, Lancet 360:1927, recalled); a camp's people are not those of the country either",
              "usual deaths where all live in a camp or garrison over those stated, which are mostly those of a country",
              dist="lognormal", minimum=0.1, maximum=10.0),
    Parameter("deaths.discrepancy", 1.0, "1", 0.7, 1.45,
              "learned: of 36 deaths recorded in towns and regions that the rules had not met 80 % intervals held 27 without it; not wider, "
              "as a gate of tools/gates.py would fail (page of this rule)",
              "deaths above the usual over those that the rules give: what differs between blockades and no rule explains",
              dist="lognormal", minimum=0.05, maximum=20.0),
    Parameter("deaths.lethal_bmi_men", 13.0, "kg/m2", 11.85, 14.15, "Henry 2001 (ENN Field Exchange 15)",
              "median body-mass index at which men die of starvation", dist="normal", minimum=10.0, maximum=15.5),
    Parameter("deaths.lethal_bmi_women", 11.5, "kg/m2", 10.2, 12.8, "Henry 2001 (ENN Field Exchange 15): 11",
              "median body-mass index at which women die of starvation", dist="normal", minimum=9.0, maximum=15.0),
    Parameter("deaths.lethal_elder", 1.08, "1", 1.02, 1.15,
              "assumed: the old died first in Holland 1944-45 and thinned most in Sarajevo 1992-93 (BMJ 1995;311:652)",
              "lethal body-mass index of people of 60 and more over that of younger adults", minimum=1.0, maximum=1.3),
    Parameter("deaths.lethal_spread", 0.10, "1", 0.08, 0.12,
              "Henry 2001: observed coefficient of variation 0.087 men, 0.14 women",
              "spread of the log of the lethal body-mass index between people",
              dist="uniform", minimum=0.02, maximum=0.3),
    Parameter("deaths.lethal_follows", 0.4, "1", 0.1, 0.7,
              "assumed: who was always lean lives on at an index that kills others: adults with an index below 11 lived in "
              "Baidoa in 1992, where people are lean (Collins 1995, Nat Med 1:810); no study gives its size",
              "correlation between people of the lethal body-mass index with that before the crisis",
              dist="uniform", maximum=0.95),
    Parameter("deaths.lean_penalty", 1.0, "1", 0.5, 1.6,
              "computed: 1.6 from the weight equation at a 29 % loss; 1.0 fits deaths of a population of BMI 22 +- 2.5",
              "how much faster lean people lose their share of weight: growth of the spread of log BMI per loss",
              maximum=3.0),
    Parameter("deaths.risk_very_thin", 3.0, "1", 2.0, 5.0, "assumed: no study below BMI 15; 1.51 at 15-18.5",
              "hazard ratio of death by illness at a body-mass index of 14 and less", minimum=1.51, maximum=20.0),
    Parameter("deaths.elder_share", 0.70, "1", 0.55, 0.85, "assumed: age patterns of death in middle-income countries",
              "share of the baseline deaths of adults that falls on people of 60 and more", maximum=1.0),
    Parameter("deaths.school_age", 0.5, "1", 0.0, 1.0,
              "assumed: no reliable model; 1 = as adults with lethal index 12, 0 = nobody",
              "starvation deaths of ages 5-19 as a share of those of adults", dist="uniform", maximum=1.0),
    Parameter("deaths.barracks", 6.0, "1/10000/day", 1.5, 24.0,
              "learned: deaths by disease recorded of twelve garrisons and camps of men, 1864-1945, 1-32 per 10,000 and day, "
              "middle 7, over the usual 1.5 that the factor of infection adds; the range is that between camps (recalled; page of this rule)",
              "deaths by infection of the men of a garrison or camp, whatever their age, per unit of `care.infection` above one",
              dist="lognormal", maximum=100.0),
    Parameter("deaths.camp", 0.6, "1/10000/day", 0.04, 9.0,
              "learned: camps of refugees had 1-30 deaths per 10,000 and day in their first months, middle about 4 (1979-94, Toole "
              "and Waldman, Annu Rev Public Health 1997;18:283, recalled), many later ones as few as before; less what hunger and "
              "the usual deaths give, over the usual 1.5; middle and range by sixteen camps of docs/blockades.md",
              "deaths by infection of the adults of a camp of families, whatever their age, per unit of `care.infection` above one",
              dist="lognormal", maximum=50.0),
    fixed("deaths.births_balance", 1.0, "1", "assumed: births about equal deaths in peace (births are not simulated)",
          "share of baseline deaths that births make up in the head count; 0 = every death leaves it"),
)  # fmt: skip


@kernel
def count_lost_adults(
    bmi: Floats, infection: Floats, frame: Floats, curve: Floats, survived: Floats, well: Floats, living: Floats,
    shares: Floats,
) -> None:  # fmt: skip
    """Let the adults of every cell starve and fall ill by their lowest weight so far.

    Parameters
    ----------
    bmi : (place, sex, quantile, future) kg/m²
    infection : (place, future) factor of the hazard of illness, from `care`
    frame : (FRAME, future)
    curve : (sex, NODES, AGES, 2, future) see `survival.tabulate`
    survived : (place, sex, AGES, quantile, future) share of the cell's people that has not starved, updated in place
    well : as `survived`, share that has not died of more illness than usual, updated in place
    living : (place, sex, quantile, future) share of the adults of a cell who live this evening, written
    shares : (place, sex, AGES, SHARES, future) written

    Source
    ------
    E34, E35; infection adds (F - 1)(h + c) and multiplies both by the hazard ratio of the thin. Three loops over the futures: reading the table does not vectorise, what stands before and after it does.
    """
    places, sexes, quantiles, futures = bmi.shape
    last = np.int32(NODES - 2)
    left, more = np.empty((AGES, futures)), np.empty((AGES, futures))
    part, node = np.empty(futures), np.empty(futures, np.int32)
    for p in range(places):
        for sex in range(sexes):
            for age in range(AGES):
                for k in range(SHARES):
                    for f in range(futures):
                        shares[p, sex, age, k, f] = 0.0
            for q in range(quantiles):
                for f in range(futures):
                    place = max(0.0, (WHOLE - bmi[p, sex, q, f] * frame[PER_START + sex, f]) * PER_NODE)
                    node[f] = min(last, np.int32(place))
                    part[f] = min(1.0, place - node[f])
                for f in range(futures):
                    k = node[f]
                    for age in range(AGES):
                        s, i = curve[sex, k, age, SURVIVED, f], curve[sex, k, age, ILLNESS, f]
                        left[age, f] = s + part[f] * (curve[sex, k + 1, age, SURVIVED, f] - s)
                        thin = i + part[f] * (curve[sex, k + 1, age, ILLNESS, f] - i)
                        factor = infection[p, f]
                        usual = frame[H_ADULT + age, f] + frame[CROWDED + sex, f]
                        usual += thin * frame[CROWDED_THIN + AGES * sex + age, f]
                        more[age, f] = min(MOST, frame[DISCREPANCY, f] * (factor * thin + (factor - 1.0) * usual))
                for f in range(futures):
                    living[p, sex, q, f] = 0.0
                for age in range(AGES):
                    for f in range(futures):
                        was, fit = survived[p, sex, age, q, f], well[p, sex, age, q, f]
                        # Only a new lowest weight kills: the share that has not starved never rises.
                        share = min(was, left[age, f])
                        leaves = (1.0 - frame[BALANCE, f]) * frame[H_ADULT + age, f] + more[age, f]
                        shares[p, sex, age, LIVING, f] += was * fit
                        shares[p, sex, age, STARVED, f] += (was - share) * fit
                        shares[p, sex, age, GONE, f] += share * fit * leaves
                        survived[p, sex, age, q, f] = share
                        fit *= 1.0 - leaves
                        well[p, sex, age, q, f] = fit
                        living[p, sex, q, f] += share * fit * frame[OF_CELL + age, f]


@kernel
def count_deaths(
    people: Ints, frame: Floats, child_toll: Floats, shares: Floats, pupils: Floats, owed: Floats, deaths: Ints,
    expected: Expected,
) -> None:  # fmt: skip
    """Turn shares into deaths: whole ones who leave the head count, and the expected ones behind the rates.

    Parameters
    ----------
    people : (place, future) person, this morning
    frame : (FRAME, future)
    child_toll : (place, rows, future) from `child_deaths`, shares of the people of the start
    shares : (place, sex, AGES, SHARES, future)
    pupils : (place, future) share of the people of 5-19 years who live, updated in place
    owed : (place, future) deaths due and not yet counted, in [-0.5, 0.5), updated in place
    deaths : (place, future) person/day who leave the head count, <= people, written
    expected : arrays written

    Source
    ------
    Excess is deaths_expected - deaths_baseline (E49): the baseline hazard on the same people.
    """
    places, futures = people.shape
    for p in range(places):
        for f in range(futures):
            young, children = child_toll[p, YOUNG, f], child_toll[p, CHILDREN, f]
            adults, starve = 0.0, 0.0
            for sex in range(2):
                adults += frame[W_CELL + AGES * sex, f] * shares[p, sex, 0, LIVING, f]
                starve += frame[W_CELL + AGES * sex, f] * shares[p, sex, 0, STARVED, f]
            starve /= max(1e-12, adults)
            total = children + frame[W_SCHOOL, f] * pupils[p, f]
            pupils_gone = frame[W_SCHOOL, f] * pupils[p, f] * frame[SCHOOL, f] * starve
            pupils[p, f] *= 1.0 - frame[SCHOOL, f] * starve
            removed = child_toll[p, YOUNG_GONE, f] + pupils_gone
            baseline = child_toll[p, YOUNG_BASELINE, f]
            starved = pupils_gone
            for sex in range(2):
                for age in range(AGES):
                    w = frame[W_CELL + AGES * sex + age, f]
                    living = w * shares[p, sex, age, LIVING, f]
                    total += living
                    starved += w * shares[p, sex, age, STARVED, f]
                    removed += w * (shares[p, sex, age, STARVED, f] + shares[p, sex, age, GONE, f])
                    baseline += frame[H_ADULT + age, f] * living
            real = people[p, f] - owed[p, f] if people[p, f] > 0 else 0.0
            each = real / total if total > 0.0 else 0.0
            men, old_men = adults_lost(shares, frame, p, 0, f)
            women, old_women = adults_lost(shares, frame, p, 1, f)
            due = owed[p, f] + each * removed
            whole = min(people[p, f], np.int64(floor(due + 0.5)))
            deaths[p, f] = whole
            owed[p, f] = due - whole
            expected.deaths_expected[p, f] = each * (young + pupils_gone + men + women)
            expected.deaths_baseline[p, f] = each * baseline
            expected.deaths_starvation[p, f] = each * starved
            expected.deaths_under5[p, f] = each * young
            expected.deaths_school[p, f] = each * pupils_gone
            expected.deaths_men[p, f] = each * men
            expected.deaths_women[p, f] = each * women
            expected.deaths_old[p, f] = each * (old_men + old_women)
            expected.people_under5[p, f] = each * children


@inlined
def adults_lost(shares: Floats, frame: Floats, p: int, sex: int, f: int) -> tuple[float, float]:
    """Return the adults of a sex who die today, and the old among them, as shares of the people of the start."""
    younger, old = 0.0, 0.0
    for age in range(AGES):
        rest = shares[p, sex, age, LIVING, f] - shares[p, sex, age, STARVED, f]
        ill = shares[p, sex, age, GONE, f] + frame[BALANCE, f] * frame[H_ADULT + age, f] * rest
        lost = frame[W_CELL + AGES * sex + age, f] * (shares[p, sex, age, STARVED, f] + ill)
        younger, old = younger + old, lost
    return younger + old, old


def start_deaths(net: Network, s: State, p: Inputs) -> None:
    """Nobody has died: write the constants of each future, and the table of who survives."""
    p = {name.split(".")[1]: values for name, values in p.items()}
    row = s["death_frame"]
    quantiles = s["bmi"].shape[2]
    usual = usual_factor(p["year"], p["camp_usual"], p["share_men"], p["exposed"])
    of_adults = np.maximum(0.0, p["crude_baseline"] - p["share_under5"] * p["baseline"]) * usual * 1e-4
    old = np.minimum(p["share_60"], 0.9 * p["share_adults"])
    row[BALANCE], row[SCHOOL] = p["births_balance"], p["school_age"]
    row[W_SCHOOL] = p["share_5_9"] + p["share_10_19"]
    for age, share, part in ((0, p["share_adults"] - old, 1.0 - p["elder_share"]), (1, old, p["elder_share"])):
        row[H_ADULT + age] = of_adults * part / share
        row[OF_CELL + age] = share / p["share_adults"]
        for sex, part_of_sex in enumerate((p["share_men"], 1.0 - p["share_men"])):
            row[W_CELL + AGES * sex + age] = share * part_of_sex / quantiles
    soldiers = in_barracks(p["share_men"])
    families = p["camp"] * in_camp(p["exposed"]) * (1.0 - soldiers) * 1e-4
    row[CROWDED], row[CROWDED + 1] = p["barracks"] * soldiers * 1e-4 + families, families
    for sex in range(2):
        for age in range(AGES):
            row[CROWDED_THIN + AGES * sex + age] = row[CROWDED + sex] / np.maximum(NOBODY, row[H_ADULT + age])
    row[DISCREPANCY] = p["discrepancy"]
    spread = np.sqrt(each(log, 1.0 + p["bmi_spread"] * p["bmi_spread"]))
    for sex, who in enumerate(("men", "women")):
        bmi = s["bmi"][0, sex, 0]
        row[PER_START + sex] = 1.0 / bmi
        for age, frail in enumerate((np.ones_like(bmi), p["lethal_elder"])):
            lethal = each(log, p[f"lethal_bmi_{who}"] * frail)
            law = Law(lethal, p["lethal_spread"], spread, p["lean_penalty"], p["lethal_follows"])
            s["death_curve"][sex, :, age] = tabulate(each(log, bmi), law, p["risk_very_thin"], row[H_ADULT + age])
    survived = s["death_curve"][:, :, :, SURVIVED]
    survived[:] = each(exp, p["discrepancy"] * each(log, np.maximum(NONE, survived)))


def play_deaths(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Count today's deaths; the ledger takes them from the people."""
    places, sexes, _, futures = s["bmi"].shape
    frame, shares = s["death_frame"], np.empty((places, sexes, AGES, SHARES, futures))
    count_lost_adults(s["bmi"], s["infection"], frame, s["death_curve"], s["survived"], s["well"], s["living"], shares)
    expected = Expected(*(s[name] for name in Expected._fields))
    count_deaths(
        s["people"], frame, s["child_toll"], shares, s["pupils"], s["deaths_owed"], s["deaths"], expected
    )  # fmt: skip


CELL = ("place", "sex", AGES, "quantile")

RULE = Rule(
    process="deaths", name="lethal_bmi", step=play_deaths, start=start_deaths, parameters=PARAMETERS,
    states=(
        Array("death_frame", (FRAME,)), Array("death_curve", ("sex", NODES, AGES, 2), apart=True),
        Array("survived", CELL, start=1.0), Array("well", CELL, start=1.0),
        Array("living", ("place", "sex", "quantile"), start=1.0),
        Array("pupils", ("place",), start=1.0), Array("deaths_owed", ("place",)),
        Array("deaths", ("place",), np.int64), *(Array(name, ("place",)) for name in Expected._fields),
    ),
    reads=("child_toll", "bmi", "infection"), yesterday=("people",),
    inputs=(
        "child_deaths.baseline", "bodies.share_under5", "bodies.share_5_9", "bodies.share_10_19", "bodies.share_60",
        "bodies.share_adults", "bodies.share_men", "bodies.bmi_spread", "care.exposed",
    ),
    summary="Adults die below a lethal body-mass index and of illness when thin, the old first.",
)  # fmt: skip
