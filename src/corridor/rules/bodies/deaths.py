"""Deaths: young children by wasting, adults by the body-mass index they cannot survive, on top of what is usual.

In words. Children below five die at their baseline rate times the mean relative risk of their z-scores over that
before the crisis. Adults die of starvation when their body-mass index falls below their own lethal value, which is
lognormal between people; because it is the lowest index so far that counts, dying stops when weight recovers. Thin
adults also die more often of illness. People of 5-19 years starve at a fraction of the adults' share: no reliable
model exists. Whole deaths leave the place; the fraction is carried, so that people are counted exactly.

Births are not simulated. By default they make up the baseline deaths in the head count, so that a fed place keeps its
people; every death is in the rates either way.
"""

from __future__ import annotations

from math import floor, log
from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Ints, Rule, State, Today
from corridor.rules.bodies.normal import each
from corridor.rules.bodies.survival import ILLNESS, NODES, PER_NODE, SURVIVED, tabulate
from corridor.tables.parameter import Parameter, fixed


class Expected(NamedTuple):
    """Expected numbers of a day, (place, future) each, and the children alive."""

    deaths_expected: Floats
    """person/day, of all causes"""
    deaths_baseline: Floats
    """person/day, of the baseline on the same people"""
    deaths_starvation: Floats
    """person/day, of adult-type starvation"""
    deaths_under5: Floats
    """person/day, of children below five, all causes"""
    people_under5: Floats
    """children below five, person"""


(H_CHILD, H_ADULT, BALANCE, RR_MILD, RR_MODERATE, RR_SEVERE, RISK_START, OUTBREAK, SCHOOL, W_CHILD, W_SCHOOL, W_CELL,
 PER_START) = range(13)  # fmt: skip
FRAME = PER_START + 2
"""Rows of `frame`, the constants of a future. From PER_START on, one over the body-mass index at the start, by sex."""

BEFORE, AFTER, LIVING, STARVED, ILL, GONE, YOUNG, YOUNG_BASELINE, YOUNG_GONE, CHILDREN = range(10)
SHARES = 10
"""Rows of `shares`. Sums over the cells of a place: not starved before and after today, alive, starved today, dead of
illness, dead beyond births. Of the people of the start: children who die, who die by the baseline, who die beyond
births, who were alive this morning."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("deaths.crude_baseline", 0.30, "1/10000/day", 0.16, 0.44,
              "Conflict and Health 2008;2:9: 0.30 Eastern Europe and former USSR, 0.16-0.44 elsewhere",
              "deaths of all ages before the crisis", maximum=5.0),
    Parameter("deaths.under5_baseline", 0.20, "1/10000/day", 0.15, 0.60,
              "Conflict and Health 2008;2:9: 0.20 Eastern Europe and former USSR, 0.59 South Asia, 1.14 Africa",
              "deaths of children below five before the crisis, per 10,000 of them", maximum=10.0),
    Parameter("deaths.risk_mild", 1.6, "1", 1.2, 2.1, "assumed: about the half-way point in logs to moderate wasting",
              "relative risk of death of children with z-score -2 to -1", minimum=1.0, maximum=10.0),
    Parameter("deaths.risk_moderate", 3.4, "1", 2.6, 4.5, "assumed: pooled cohorts, digits not verified",
              "relative risk of death of children with z-score -3 to -2", minimum=1.0, maximum=20.0),
    Parameter("deaths.risk_severe", 11.63, "1", 9.84, 13.76, "Olofin et al. 2013 (PMC3667136)",
              "relative risk of death of children with z-score below -3", dist="lognormal", minimum=1.0, maximum=50.0),
    fixed("deaths.outbreak", 1.0, "1", "assumed: no epidemic; associations are from untreated peacetime cohorts",
          "multiplier of the under-five death rate by epidemic disease"),
    Parameter("deaths.lethal_bmi_men", 13.0, "kg/m2", 11.85, 14.15, "Henry 2001 (ENN Field Exchange 15)",
              "median body-mass index at which men die of starvation", dist="normal", minimum=10.0, maximum=15.5),
    Parameter("deaths.lethal_bmi_women", 11.5, "kg/m2", 10.2, 12.8, "Henry 2001 (ENN Field Exchange 15): 11",
              "median body-mass index at which women die of starvation", dist="normal", minimum=9.0, maximum=15.0),
    Parameter("deaths.lethal_spread", 0.10, "1", 0.08, 0.12,
              "Henry 2001: observed coefficient of variation 0.087 men, 0.14 women",
              "spread of the log of the lethal body-mass index between people",
              dist="uniform", minimum=0.02, maximum=0.3),
    Parameter("deaths.lean_penalty", 1.0, "1", 0.5, 1.6,
              "computed: 1.6 from the weight equation at a 29 % loss; 1.0 fits deaths of a population of BMI 22 +- 2.5",
              "how much faster lean people lose their share of weight: growth of the spread of log BMI per loss",
              maximum=3.0),
    Parameter("deaths.risk_very_thin", 3.0, "1", 2.0, 5.0, "assumed: no study below BMI 15; 1.51 at 15-18.5",
              "hazard ratio of death by illness at a body-mass index of 14 and less", minimum=1.51, maximum=20.0),
    Parameter("deaths.elder_factor", 1.75, "1", 1.5, 2.0, "assumed: no study of thinness and age in famine",
              "excess risk of illness at 60 and more over that of other adults", dist="uniform", minimum=1.0,
              maximum=5.0),
    Parameter("deaths.school_age", 0.5, "1", 0.0, 1.0,
              "assumed: no reliable model; 1 = as adults with lethal index 12, 0 = nobody",
              "starvation deaths of ages 5-19 as a share of those of adults", dist="uniform", maximum=1.0),
    Parameter("deaths.share_under5", 0.124, "1", 0.065, 0.17, "UNHCR/UNICEF/WFP/WHO planning table 0.124",
              "children below five, share of people", minimum=0.001, maximum=0.3),
    Parameter("deaths.share_school", 0.318, "1", 0.18, 0.38, "UNHCR/UNICEF/WFP/WHO planning table 0.318",
              "ages 5-19, share of people", minimum=0.001, maximum=0.6),
    Parameter("deaths.share_elder", 0.13, "1", 0.08, 0.25, "UNHCR/UNICEF/WFP/WHO planning table 7.24 of 55.87",
              "people of 60 and more, share of those of 20 and more", maximum=1.0),
    fixed("deaths.births_balance", 1.0, "1", "assumed: births about equal deaths in peace (births are not simulated)",
          "share of baseline deaths that births make up in the head count; 0 = every death leaves it"),
)  # fmt: skip


@kernel
def child_risk(mild: float, gam: float, sam: float, at_mild: float, at_moderate: float, at_severe: float) -> float:
    """Return the mean relative risk of death of children (E33).

    Parameters
    ----------
    mild, gam, sam : shares of children below -1, -2, -3
    at_mild, at_moderate, at_severe : relative risks from -2 to -1, from -3 to -2, below -3
    """
    risk: float = 1.0 + (at_mild - 1.0) * mild + (at_moderate - at_mild) * gam + (at_severe - at_moderate) * sam
    return risk


@kernel
def count_lost_adults(
    bmi: Floats, frame: Floats, curve: Floats, survived: Floats, well: Floats, shares: Floats
) -> None:
    """Let the adults of every cell starve and fall ill by their lowest weight so far.

    Parameters
    ----------
    bmi : (place, sex, quantile, future) kg/m²
    frame : (FRAME, future)
    curve : (sex, NODES, 2, future) see `survival.tabulate`
    survived : (place, sex, quantile, future) share of the cell's people that has not starved, updated in place
    well : (place, sex, quantile, future) share that has not died of more illness than usual, updated in place
    shares : (place, SHARES, future) BEFORE to GONE are written

    Source
    ------
    E34, E35. Three loops over the futures: reading the table does not vectorise, what stands before and after it does.
    """
    places, sexes, quantiles, futures = bmi.shape
    last = curve.shape[1] - 2
    left, more, part, node = np.empty(futures), np.empty(futures), np.empty(futures), np.empty(futures, np.int64)
    for p in range(places):
        for k in range(BEFORE, GONE + 1):
            for f in range(futures):
                shares[p, k, f] = 0.0
        for sex in range(sexes):
            for q in range(quantiles):
                for f in range(futures):
                    place = max(0.0, (1.0 - bmi[p, sex, q, f] * frame[PER_START + sex, f]) * PER_NODE)
                    node[f] = min(last, int(place))
                    part[f] = min(1.0, place - node[f])
                for f in range(futures):
                    k = node[f]
                    s, i = curve[sex, k, SURVIVED, f], curve[sex, k, ILLNESS, f]
                    left[f] = s + part[f] * (curve[sex, k + 1, SURVIVED, f] - s)
                    more[f] = i + part[f] * (curve[sex, k + 1, ILLNESS, f] - i)
                for f in range(futures):
                    was, fit, h = survived[p, sex, q, f], well[p, sex, q, f], frame[H_ADULT, f]
                    # Only a new lowest weight kills: the share that has not starved never rises.
                    share = min(was, left[f])
                    leaves = (1.0 - frame[BALANCE, f]) * h + more[f]
                    shares[p, BEFORE, f] += was
                    shares[p, AFTER, f] += share
                    shares[p, LIVING, f] += was * fit
                    shares[p, STARVED, f] += (was - share) * fit
                    shares[p, ILL, f] += share * fit * (h + more[f])
                    shares[p, GONE, f] += share * fit * leaves
                    survived[p, sex, q, f] = share
                    well[p, sex, q, f] = fit * (1.0 - leaves)


@kernel
def count_lost_children(
    mild: Floats, gam: Floats, sam: Floats, frame: Floats, alive_under5: Floats, shares: Floats
) -> None:
    """Let children below five die by wasting.

    Parameters
    ----------
    mild, gam, sam : (place, future) shares of children below -1, -2, -3
    frame : (FRAME, future)
    alive_under5 : (place, future) share of the children of the start who live, updated in place
    shares : (place, SHARES, future) YOUNG to CHILDREN are written

    Source
    ------
    E33 (without medicine and water).
    """
    places, futures = alive_under5.shape
    for p in range(places):
        for f in range(futures):
            risk = child_risk(
                mild[p, f], gam[p, f], sam[p, f], frame[RR_MILD, f], frame[RR_MODERATE, f], frame[RR_SEVERE, f]
            )
            more = max(1.0, risk / frame[RISK_START, f])
            children = frame[W_CHILD, f] * alive_under5[p, f]
            young = children * min(1.0, frame[H_CHILD, f] * frame[OUTBREAK, f] * more)
            baseline = children * frame[H_CHILD, f]
            gone = max(0.0, young - frame[BALANCE, f] * baseline)
            shares[p, YOUNG, f] = young
            shares[p, YOUNG_BASELINE, f] = baseline
            shares[p, YOUNG_GONE, f] = gone
            shares[p, CHILDREN, f] = children
            alive_under5[p, f] *= 1.0 - gone / (children if children > 0.0 else 1.0)


@kernel
def count_deaths(
    people: Ints, frame: Floats, cells: int, shares: Floats, owed: Floats, deaths: Ints, expected: Expected
) -> None:
    """Turn shares into deaths: whole ones who leave the head count, and the expected ones behind the rates.

    Parameters
    ----------
    people : (place, future) person, this morning
    frame : (FRAME, future)
    cells : of a place
    shares : (place, SHARES, future)
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
            school, w_school, w_cell = frame[SCHOOL, f], frame[W_SCHOOL, f], frame[W_CELL, f]
            before, starved = shares[p, BEFORE, f], shares[p, STARVED, f]
            young, children = shares[p, YOUNG, f], shares[p, CHILDREN, f]
            pupils = w_school * (1.0 - school * (1.0 - before / cells))
            pupils_gone = w_school * school * (before - shares[p, AFTER, f]) / cells
            total = children + pupils + w_cell * shares[p, LIVING, f]
            removed = shares[p, YOUNG_GONE, f] + pupils_gone + w_cell * (starved + shares[p, GONE, f])
            real = people[p, f] - owed[p, f] if people[p, f] > 0 else 0.0
            each = real / total if total > 0.0 else 0.0
            due = owed[p, f] + each * removed
            whole = min(people[p, f], np.int64(floor(due + 0.5)))
            deaths[p, f] = whole
            owed[p, f] = due - whole
            expected.deaths_expected[p, f] = each * (young + pupils_gone + w_cell * (starved + shares[p, ILL, f]))
            baseline = shares[p, YOUNG_BASELINE, f] + w_cell * frame[H_ADULT, f] * shares[p, LIVING, f]
            expected.deaths_baseline[p, f] = each * baseline
            expected.deaths_starvation[p, f] = each * (pupils_gone + w_cell * starved)
            expected.deaths_under5[p, f] = each * young
            expected.people_under5[p, f] = each * children


def start_deaths(net: Network, s: State, p: Inputs) -> None:
    """Nobody has died: write the constants of each future, and the table of who survives."""
    p = {name.removeprefix("deaths."): values for name, values in p.items()}
    row = s["death_frame"]
    _, sexes, quantiles, _ = s["bmi"].shape
    adults = np.maximum(1e-6, 1.0 - p["share_under5"] - p["share_school"])
    row[H_CHILD] = p["under5_baseline"] * 1e-4
    row[H_ADULT] = np.maximum(0.0, p["crude_baseline"] - p["share_under5"] * p["under5_baseline"]) * 1e-4 / adults
    row[BALANCE] = p["births_balance"]
    row[RR_MILD] = p["risk_mild"]
    row[RR_MODERATE] = np.maximum(p["risk_mild"], p["risk_moderate"])
    row[RR_SEVERE] = np.maximum(row[RR_MODERATE], p["risk_severe"])
    wasted = (s["mild"][0], s["gam"][0], s["sam"][0])  # before the crisis all places are alike
    row[RISK_START] = [child_risk(*one) for one in zip(*wasted, *row[RR_MILD : RR_SEVERE + 1], strict=True)]
    row[OUTBREAK] = p["outbreak"]
    row[SCHOOL] = p["school_age"]
    row[W_CHILD] = p["share_under5"]
    row[W_SCHOOL] = p["share_school"]
    row[W_CELL] = adults / (sexes * quantiles)
    variance = p["lethal_spread"] * p["lethal_spread"]
    spread = np.sqrt(each(log, 1.0 + p["adults.bmi_spread"] * p["adults.bmi_spread"]))
    hazard = row[H_ADULT] * (1.0 + p["share_elder"] * (p["elder_factor"] - 1.0))
    for sex, who in enumerate(("men", "women")):
        bmi = s["bmi"][0, sex, 0]
        row[PER_START + sex] = 1.0 / bmi
        start, lethal = each(log, bmi), each(log, p[f"lethal_bmi_{who}"])
        s["death_curve"][sex] = tabulate(
            start, lethal, variance, spread, p["lean_penalty"], p["risk_very_thin"], hazard
        )  # fmt: skip


def play_deaths(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Count today's deaths; the ledger takes them from the people."""
    places, sexes, quantiles, futures = s["bmi"].shape
    frame, shares = s["death_frame"], np.empty((places, SHARES, futures))
    count_lost_adults(s["bmi"], frame, s["death_curve"], s["survived"], s["well"], shares)
    count_lost_children(s["mild"], s["gam"], s["sam"], frame, s["alive_under5"], shares)
    expected = Expected(*(s[name] for name in Expected._fields))
    count_deaths(s["people"], frame, sexes * quantiles, shares, s["deaths_owed"], s["deaths"], expected)


CELL = ("place", "sex", "quantile")

RULE = Rule(
    process="deaths", name="lethal_bmi", step=play_deaths, start=start_deaths, parameters=PARAMETERS,
    states=(
        Array("death_frame", (FRAME,)), Array("death_curve", ("sex", NODES, 2)),
        Array("survived", CELL, start=1.0), Array("well", CELL, start=1.0), Array("alive_under5", ("place",), start=1.0),
        Array("deaths_owed", ("place",)), Array("deaths", ("place",), np.int64),
        *(Array(name, ("place",)) for name in Expected._fields),
    ),
    reads=("mild", "gam", "sam", "bmi"), yesterday=("people",), inputs=("adults.bmi_spread",),
    summary="Children die by wasting, adults below a lethal body-mass index and of illness when thin.",
)  # fmt: skip
