"""What people need: energy from their bodies, ages, work and the cold; the same number that they spend.

In words. Adults need their activity level times the resting rate of the body that they start with; children and
adolescents what planning tables say. The mean over the age structure is the requirement of a person of the case: rations
are set against it, bodies spend it, and what is missing is counted against it. Below 20 °C everybody needs more.
"""

from __future__ import annotations

from math import cos, pi

import numpy as np

from corridor.kernels.jit import inlined, kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies.planning import FROM5, PLANNING, SCHOOL, UNDER5
from corridor.tables.parameter import Parameter, fixed

NCD_RISC = "NCD Risk Factor Collaboration, world mean"
MIFFLIN = (5.0, -161.0)  # kcal/day, men and women
WARM, PER_DEGREE, COLDEST = 20.0, 20.0, 0.0
"""°C at which nobody needs more; kcal/person/day per °C below; °C below which the planning figure rises no more."""
HARD_FROST = 10.0
"""°C below freezing at which `frost` is one."""
USUAL_ACTIVITY = 1.55
"""Activity level at which adults need what planning tables say."""
COLDEST_DAY, YEAR = 20.0, 365.25

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "bodies.activity_level", 1.55, "1", 1.40, 2.00,
        "FAO/WHO/UNU 2001 human energy requirements: light 1.40-1.69, moderate 1.70-1.99",
        "energy need over resting metabolic rate before the crisis", minimum=1.2, maximum=2.4,
    ),
    Parameter(
        "bodies.bmi_men", 24.2, "kg/m2", 22.0, 26.5, NCD_RISC + " 2014 (Lancet 2016;387:1377)",
        "mean body-mass index of men of 20 and more at the start", minimum=16.0, maximum=35.0,
    ),
    Parameter(
        "bodies.bmi_women", 24.4, "kg/m2", 22.0, 27.0, NCD_RISC + " 2014 (Lancet 2016;387:1377)",
        "mean body-mass index of women of 20 and more at the start", minimum=16.0, maximum=35.0,
    ),
    Parameter(
        "bodies.bmi_spread", 0.114, "1", 0.09, 0.16,
        "assumed: 2.5 around 22 kg/m2, the spread under which the lethal index was worked out",
        "coefficient of variation of the body-mass index between people of one sex at the start",
        minimum=0.02, maximum=0.3,
    ),
    fixed("bodies.height_men", 1.71, "m", NCD_RISC + " of men born 1996 (eLife 2016;5:e13410)", "height of men",
          minimum=1.4),
    fixed("bodies.height_women", 1.59, "m", NCD_RISC + " of women born 1996 (eLife 2016;5:e13410)", "height of women",
          minimum=1.4),
    fixed("bodies.adult_age", 42.0, "year", "assumed: about the mean age of people of 20 and more", "age of the adults",
          minimum=20.0),
    Parameter("bodies.share_under5", 0.124, "1", 0.065, 0.17, PLANNING, "children below five, share of people",
              minimum=0.001, maximum=0.4),
    Parameter("bodies.share_5_9", 0.117, "1", 0.06, 0.14, PLANNING, "children of 5-9 years, share of people",
              minimum=0.001, maximum=0.35),
    Parameter("bodies.share_10_19", 0.201, "1", 0.12, 0.24, PLANNING, "people of 10-19 years, share of people",
              minimum=0.001, maximum=0.5),
    Parameter("bodies.share_60", 0.072, "1", 0.05, 0.20, PLANNING, "people of 60 and more, share of people",
              minimum=0.001, maximum=0.85),
    Parameter("bodies.share_men", 0.49, "1", 0.46, 0.51,
              "UN World Population Prospects: 46-51 % in most countries; a city whose men were called up has far fewer",
              "men among people of 20 and more", minimum=0.05, maximum=0.95),
    fixed("bodies.temperature", WARM, "degC", "assumed: no cold where the case does not say it",
          "mean air temperature of the year", minimum=-30.0),
    Parameter(
        "bodies.cold_felt", 0.65, "1", 0.3, 1.0,
        "assumed: the planning figure is for people with little heating and clothing; indoors and clothed need rises less",
        "share of the planning figure for cold by which need rises", dist="uniform", maximum=1.0,
    ),
    fixed("bodies.temperature_swing", 0.0, "degC", "assumed: none where the case does not say it",
          "half of the difference between the warmest month and the coldest, January; negative south of the equator",
          minimum=-30.0),
)  # fmt: skip

DERIVED = (
    "bodies.men", "bodies.women", "bodies.share_children", "bodies.share_adults", "bodies.need_children",
    "bodies.need_adults", "bodies.need_ratio", "bodies.usual_work", "intake.requirement",
)  # fmt: skip
"""What follows from the parameters, (future,): need of men and women kcal/day; shares of ages 0-9 and 20 and more; their
need, kcal/day; need of all children over that of all adults; adults' need at USUAL_ACTIVITY over their own, at most 1; mean requirement
kcal/person/day."""


def derived(p: Inputs) -> dict[str, Floats]:
    """Return the numbers of `DERIVED`.

    Source
    ------
    E1 with the planning table below 20 years, E2 with Mifflin's resting rate for adults.
    """
    age, level = p["bodies.adult_age"], p["bodies.activity_level"]
    sexes = []
    for who, constant in zip(("men", "women"), MIFFLIN, strict=True):
        height = p[f"bodies.height_{who}"]
        weight = p[f"bodies.bmi_{who}"] * height * height
        sexes.append(level * (9.99 * weight + 625.0 * height - 4.92 * age + constant))
    under5, from5, school = (p[f"bodies.share_{ages}"] for ages in ("under5", "5_9", "10_19"))
    children, adults = under5 + from5, 1.0 - under5 - from5 - school
    of_children, of_adults = (
        (under5 * UNDER5 + from5 * FROM5) / children,
        p["bodies.share_men"] * sexes[0] + (1.0 - p["bodies.share_men"]) * sexes[1],
    )
    ratio, usual = children * of_children / (adults * of_adults), np.minimum(1.0, USUAL_ACTIVITY / level)
    mean = children * of_children + school * SCHOOL + adults * of_adults
    return dict(zip(DERIVED, (*sexes, children, adults, of_children, of_adults, ratio, usual, mean), strict=True))


@inlined
def cold_need(temperature: float) -> float:
    """Return kcal/person/day that an air temperature in °C adds (E1: 100 per 5 °C below 20, as far as 0)."""
    more: float = PER_DEGREE * min(WARM - COLDEST, max(0.0, WARM - temperature))
    return more


@kernel
def feel_the_cold(
    temperature: Floats, swing: Floats, felt: Floats, season: float, requirement: Floats, cold: Floats
) -> None:
    """Write today's need over that at 20 °C.

    Parameters
    ----------
    temperature, swing : (future,) °C, parameters; felt : (future,) share of the planning figure, parameter
    season : cosine of the year, 1 in the middle of the northern winter
    requirement : (future,) kcal/person/day at 20 °C
    cold : (future,) >= 1, written
    """
    for f in range(cold.size):
        cold[f] = 1.0 + felt[f] * cold_need(temperature[f] - swing[f] * season) / requirement[f]


def play_need(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Write what today's cold makes of the need."""
    season = cos(2.0 * pi * (float(p["bodies.first_day"][0]) + today.day - COLDEST_DAY) / YEAR)
    temperature, swing, felt = (p[f"bodies.{name}"] for name in ("temperature", "temperature_swing", "cold_felt"))
    feel_the_cold(temperature, swing, felt, season, p["intake.requirement"], s["cold"])
    s["frost"][:] = np.clip((swing * season - temperature) / HARD_FROST, 0.0, 1.0)


RULE = Rule(
    process="bodies", name="need", step=play_need, parameters=PARAMETERS,
    states=(Array("cold", (), start=1.0), Array("frost", ())), inputs=("bodies.first_day", "intake.requirement"),
    summary="Energy need from bodies, ages, work and the cold of the season.",
)  # fmt: skip
