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

from math import erfc, floor, log, sqrt

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Floats, Inputs, Ints, Rule, State, Today
from corridor.tables.parameter import Parameter, fixed

ALL, BASELINE, STARVATION, UNDER5, UNDER5_PEOPLE = range(5)
TALLY = 5
"""Columns of `tally`: expected deaths a day of all causes, of the baseline on the same people, of adult-type
starvation, of children below five (all causes); and children below five alive, person."""
COUNTED = ("deaths_expected", "deaths_baseline", "deaths_starvation", "deaths_under5", "people_under5")
"""Names of the columns of `tally` in results, (future, place) each."""

(H_CHILD, H_ADULT, BALANCE, RR_MILD, RR_MODERATE, RR_SEVERE, RISK_START, OUTBREAK, SCHOOL, W_CHILD, W_SCHOOL,
 W_CELL) = range(12)  # fmt: skip
FRAME = 12
"""Columns of `frame`, the constants of one future."""

SURVIVED, ILLNESS = range(2)
NODES = 257
"""`curve` tabulates, against the share of weight left, who has not starved and the excess hazard of illness."""
LEAST_WEIGHT = 0.3
PER_NODE = (NODES - 1) / (1.0 - LEAST_WEIGHT)

LOG_21, LOG_1925, LOG_1675, LOG_14 = log(21.0), log(19.25), log(16.75), log(14.0)
HR_1925, HR_1675 = 1.13, 1.51  # hazard ratios of BMI 18.5-20 and 15-18.5 against 20-25, at the middle of the band

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
def normal_below(z: float) -> float:
    """Return the standard normal probability of a value below `z`."""
    return 0.5 * erfc(-0.7071067811865476 * z)


@kernel
def surviving(log_bmi: float, start: float, lethal: float, variance: float, spread: float, lean_loss: float) -> float:
    """Return the share of a cell that survives a lowest mean body-mass index.

    Parameters
    ----------
    log_bmi, start : log of the cell's mean index, lowest so far and at the start
    lethal : log of the median lethal index
    variance : of the log of the lethal index
    spread : standard deviation of log BMI in the cell at the start
    lean_loss : growth of that spread per unit of loss of log BMI, down to the lethal index

    Source
    ------
    E34 with the people of a cell around its mean: both laws are lognormal, so their difference is. The share falls
    with `log_bmi` wherever the start is above the lethal index.
    """
    wide = spread * (1.0 + lean_loss * (start - max(log_bmi, lethal)))
    share: float = normal_below((log_bmi - lethal) / sqrt(variance + wide * wide))
    return share


@kernel
def illness_ratio(log_bmi: float, very_thin: float) -> float:
    """Return the hazard ratio of death by illness against a body-mass index of 21 and more (E35, joined by lines)."""
    if log_bmi >= LOG_21:
        return 1.0
    if log_bmi >= LOG_1925:
        return 1.0 + (HR_1925 - 1.0) * (LOG_21 - log_bmi) / (LOG_21 - LOG_1925)
    if log_bmi >= LOG_1675:
        return HR_1925 + (HR_1675 - HR_1925) * (LOG_1925 - log_bmi) / (LOG_1925 - LOG_1675)
    if log_bmi >= LOG_14:
        return HR_1675 + (very_thin - HR_1675) * (LOG_1675 - log_bmi) / (LOG_1675 - LOG_14)
    return very_thin


@kernel
def child_risk(below: Floats, mild: float, moderate: float, severe: float) -> float:
    """Return the mean relative risk of death of children with the shares `below` (3,) of -1, -2, -3 (E33)."""
    risk: float = 1.0 + (mild - 1.0) * below[0] + (moderate - mild) * below[1] + (severe - moderate) * below[2]
    return risk


@kernel
def tabulate(
    curve: Floats, start: float, lethal: float, variance: float, spread: float, lean_loss: float, very_thin: float,
    hazard: float,
) -> None:  # fmt: skip
    """Write who survives and who falls ill against the share of weight left, from 1 down to LEAST_WEIGHT.

    Parameters
    ----------
    curve : (NODES, 2) written; SURVIVED over that at the start, falling; ILLNESS 1/day, rising
    start .. lean_loss : as in `surviving`
    very_thin : hazard ratio at a body-mass index of 14 and less
    hazard : 1/day, what the excess of the hazard ratio multiplies
    """
    at_start = surviving(start, start, lethal, variance, spread, lean_loss)
    ratio_start = illness_ratio(start, very_thin)
    for k in range(curve.shape[0]):
        now = start + log(1.0 - k / PER_NODE)
        curve[k, SURVIVED] = surviving(now, start, lethal, variance, spread, lean_loss) / at_start
        curve[k, ILLNESS] = min(0.5, hazard * (illness_ratio(now, very_thin) / ratio_start - 1.0))


@kernel
def initial(
    crude_baseline: Floats, under5_baseline: Floats, risk_mild: Floats, risk_moderate: Floats, risk_severe: Floats,
    outbreak: Floats, lethal_bmi_men: Floats, lethal_bmi_women: Floats, lethal_spread: Floats, lean_penalty: Floats,
    risk_very_thin: Floats, elder_factor: Floats, school_age: Floats, share_under5: Floats, share_school: Floats,
    share_elder: Floats, births_balance: Floats, bmi_spread: Floats, below_start: Floats, bmi: Floats,
    frame: Floats, curve: Floats, per_start: Floats, survived: Floats, well: Floats, alive_under5: Floats,
    owed: Floats,
) -> None:  # fmt: skip
    """Fill the state of deaths at the start; nobody has died.

    Parameters
    ----------
    crude_baseline .. births_balance : (future,) the parameters of this file, in their order
    bmi_spread : (future,) `adults.bmi_spread`
    below_start : (future, 3) shares of children below -1, -2, -3 before the crisis
    bmi : (future, place, sex, quantile) kg/m² at the start, the same in all cells of a sex
    frame : (future, FRAME) constants, written
    curve : (future, sex, NODES, 2) see `tabulate`, written
    per_start : (future, sex) one over the body-mass index at the start, written
    survived : (future, place, sex, quantile) share of the cell's people that has not starved, written
    well : (future, place, sex, quantile) share that has not died of more illness than usual, written
    alive_under5 : (future, place) share of the children of the start who live, written
    owed : (future, place) deaths due and not yet counted, in [-0.5, 0.5), written
    """
    futures, places, sexes, quantiles = bmi.shape
    for f in range(futures):
        row = frame[f]
        adults = max(1e-6, 1.0 - share_under5[f] - share_school[f])
        row[H_CHILD] = under5_baseline[f] * 1e-4
        row[H_ADULT] = max(0.0, crude_baseline[f] - share_under5[f] * under5_baseline[f]) * 1e-4 / adults
        row[BALANCE] = births_balance[f]
        row[RR_MILD] = risk_mild[f]
        row[RR_MODERATE] = max(risk_mild[f], risk_moderate[f])
        row[RR_SEVERE] = max(row[RR_MODERATE], risk_severe[f])
        row[RISK_START] = child_risk(below_start[f], row[RR_MILD], row[RR_MODERATE], row[RR_SEVERE])
        row[OUTBREAK] = outbreak[f]
        row[SCHOOL] = school_age[f]
        row[W_CHILD] = share_under5[f]
        row[W_SCHOOL] = share_school[f]
        row[W_CELL] = adults / (sexes * quantiles)
        variance = lethal_spread[f] * lethal_spread[f]
        spread = sqrt(log(1.0 + bmi_spread[f] * bmi_spread[f]))
        hazard = row[H_ADULT] * (1.0 + share_elder[f] * (elder_factor[f] - 1.0))
        for sex in range(sexes):
            lethal = log(lethal_bmi_men[f]) if sex == 0 else log(lethal_bmi_women[f])
            per_start[f, sex] = 1.0 / bmi[f, 0, sex, 0]
            first = log(bmi[f, 0, sex, 0])
            tabulate(curve[f, sex], first, lethal, variance, spread, lean_penalty[f], risk_very_thin[f], hazard)
        for p in range(places):
            owed[f, p] = 0.0
            alive_under5[f, p] = 1.0
            for sex in range(sexes):
                for q in range(quantiles):
                    survived[f, p, sex, q] = 1.0
                    well[f, p, sex, q] = 1.0


@kernel
def day(
    people: Ints, below: Floats, bmi: Floats, frame: Floats, curve: Floats, per_start: Floats, survived: Floats,
    well: Floats, alive_under5: Floats, owed: Floats, deaths: Ints, tally: Floats,
) -> None:  # fmt: skip
    """Count the deaths of one day.

    Parameters
    ----------
    people : (future, place) person
    below : (future, place, 3) shares of children below -1, -2, -3
    bmi : (future, place, sex, quantile) kg/m²
    frame, curve, per_start : from `initial`
    survived, well, alive_under5, owed : as in `initial`, updated in place
    deaths : (future, place) person/day who leave the head count, <= people, written
    tally : (future, place, TALLY) expected numbers, written

    Source
    ------
    E33 (without medicine and water), E34, E35; excess is ALL - BASELINE (E49): the baseline hazard on the same people.
    """
    futures, places, sexes, quantiles = bmi.shape
    cells = sexes * quantiles
    last = curve.shape[2] - 2
    for f in range(futures):
        row = frame[f]
        h, balance, w_cell, school = row[H_ADULT], row[BALANCE], row[W_CELL], row[SCHOOL]
        for p in range(places):
            risk = child_risk(below[f, p], row[RR_MILD], row[RR_MODERATE], row[RR_SEVERE]) / row[RISK_START]
            h_child = min(1.0, row[H_CHILD] * row[OUTBREAK] * max(1.0, risk))
            children = row[W_CHILD] * alive_under5[f, p]
            young = children * h_child
            young_baseline = children * row[H_CHILD]
            young_gone = max(0.0, young - balance * young_baseline)

            # sums over cells: not starved before and after, alive, starved, dead of illness in all, dead above births
            before, after, living, starved, ill, gone = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for sex in range(sexes):
                table, scale = curve[f, sex], per_start[f, sex]
                for q in range(quantiles):
                    place = max(0.0, (1.0 - bmi[f, p, sex, q] * scale) * PER_NODE)
                    k = min(last, int(place))
                    part = min(1.0, place - k)
                    was, fit = survived[f, p, sex, q], well[f, p, sex, q]
                    # Only a new lowest weight kills: the share that has not starved never rises.
                    share = min(was, table[k, SURVIVED] + part * (table[k + 1, SURVIVED] - table[k, SURVIVED]))
                    excess = table[k, ILLNESS] + part * (table[k + 1, ILLNESS] - table[k, ILLNESS])
                    leaves = (1.0 - balance) * h + excess
                    before += was
                    after += share
                    living += was * fit
                    starved += (was - share) * fit
                    ill += share * fit * (h + excess)
                    gone += share * fit * leaves
                    survived[f, p, sex, q] = share
                    well[f, p, sex, q] = fit * (1.0 - leaves)

            pupils = row[W_SCHOOL] * (1.0 - school * (1.0 - before / cells))
            pupils_gone = row[W_SCHOOL] * school * (before - after) / cells
            total = children + pupils + w_cell * living
            removed = young_gone + pupils_gone + w_cell * (starved + gone)
            if children > 0.0:
                alive_under5[f, p] *= 1.0 - young_gone / children
            real = people[f, p] - owed[f, p] if people[f, p] > 0 else 0.0
            each = real / total if total > 0.0 else 0.0
            due = owed[f, p] + each * removed
            whole = min(people[f, p], np.int64(floor(due + 0.5)))
            deaths[f, p] = whole
            owed[f, p] = due - whole
            tally[f, p, ALL] = each * (young + pupils_gone + w_cell * (starved + ill))
            tally[f, p, BASELINE] = each * (young_baseline + w_cell * h * living)
            tally[f, p, STARVATION] = each * (pupils_gone + w_cell * starved)
            tally[f, p, UNDER5] = each * young
            tally[f, p, UNDER5_PEOPLE] = each * children


def start(net: Network, s: State, p: Inputs) -> None:
    """Nobody has died."""
    futures, places, sexes, _ = s["bmi"].shape
    s["death_frame"], s["per_start"] = np.empty((futures, FRAME)), np.empty((futures, sexes))
    s["death_curve"] = np.empty((futures, sexes, NODES, 2))
    s["survived"], s["well"] = np.empty(s["bmi"].shape), np.empty(s["bmi"].shape)
    s["alive_under5"], s["deaths_owed"] = np.empty((futures, places)), np.empty((futures, places))
    s["deaths"] = np.zeros((futures, places), dtype=np.int64)
    s["tally"] = np.zeros((futures, places, TALLY))
    for name in COUNTED:
        s[name] = np.zeros((futures, places))
    read = [*(p[parameter.name] for parameter in PARAMETERS), p["adults.bmi_spread"], s["below_start"], s["bmi"]]
    made = ("death_frame", "death_curve", "per_start", "survived", "well", "alive_under5", "deaths_owed")
    arguments = [*read, *(s[name] for name in made)]
    initial(*arguments)


def step(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Count today's deaths; the ledger takes them from the people."""
    day(
        s["people"], s["below"], s["bmi"], s["death_frame"], s["death_curve"], s["per_start"], s["survived"],
        s["well"], s["alive_under5"], s["deaths_owed"], s["deaths"], s["tally"],
    )  # fmt: skip
    for column, name in enumerate(COUNTED):
        s[name][:] = s["tally"][:, :, column]


RULE = Rule(
    future_first=True, process="deaths", name="lethal_bmi", step=step, start=start, parameters=PARAMETERS,
    reads=("people", "below", "bmi"), writes=("deaths", "tally", *COUNTED),
    summary="Children die by wasting, adults below a lethal body-mass index and of illness when thin.",
)  # fmt: skip
