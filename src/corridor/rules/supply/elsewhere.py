"""Elsewhere: what people find that nobody counts, by how leaky a closure is, and what they make up when food fails."""

from __future__ import annotations

from corridor.tables.parameter import Parameter

WHEN_SHORT = (
    "computed: the share with which these rules come out at the deaths or wasting on record, everything else at its default: "
    "0.30 in western Holland 1945, 0.4 in Athens 1941-42, 0.3 in Madaya and Yarmouk, 0.45 in northern Gaza 2024, about half in "
    "eastern Aleppo (records recalled); next to nothing in the winter of Leningrad 1941-42: fodder, seed, wild plants, animals, hidden "
    "stocks, food bought at any price"
)

EXTRA = (
    Parameter(
        "rations.extra_sealed", 0.05, "1", 0.0, 0.10,
        "assumed: Leningrad 1941-42, almost nothing came in past the count",
        "food that nobody counts behind a front line, share of need", minimum=0.0, maximum=2.0,
    ),
    Parameter(
        "rations.extra_guarded", 0.15, "1", 0.05, 0.30,
        "assumed: a guarded town; the Warsaw ghetto, where most food was smuggled, lies above it",
        "food that nobody counts in a guarded town, share of need", minimum=0.0, maximum=2.0,
    ),
    Parameter(
        "rations.extra_market", 0.30, "1", 0.15, 0.45,
        "assumed: western Holland 1944-45, people lived on well over the official 400-800 kcal",
        "food that nobody counts in a town with markets and kin in the country, share of need", minimum=0.0, maximum=2.0,
    ),
    Parameter(
        "rations.extra_rural", 0.50, "1", 0.30, 0.70,
        "assumed: villages that grow most of their own food; recorded supply misses it",
        "food that nobody counts in villages, share of need", minimum=0.0, maximum=2.0,
    ),
    Parameter(
        "rations.usually_grown", 0.6, "1", 0.3, 0.9,
        "assumed: household economy studies of villages, own crops and animals some 40-80 % of food (recalled)",
        "share of their food that villages usually grow: where `outputs.csv` gives less, what nobody counts fails by the difference",
        dist="uniform", maximum=1.0,
    ),
    Parameter(
        "rations.extra_unstated", 0.10, "1", 0.02, 0.30,
        "LSHTM Gaza and Dutch/Warsaw records: official supply explains only part of what is eaten; default 10 %",
        "food that nobody counts where the porosity of a place is not stated, share of need", minimum=0.0, maximum=2.0,
    ),
    Parameter(
        "rations.extra_when_short", 0.38, "1", 0.20, 0.56, WHEN_SHORT,
        "share of what is still missing that people of towns make up once counted food and what comes in uncounted fail",
        maximum=0.95,
    ),
    Parameter(
        "rations.extra_when_short_unstated", 0.40, "1", 0.05, 0.75,
        "assumed: the range of towns, wider: where nothing is said of a place, what it grows and what comes in are not known either",
        "share of what is still missing that people make up where the case says nothing of a place’s own food",
        dist="uniform", maximum=0.95,
    ),
    Parameter(
        "rations.extra_when_short_rural", 0.20, "1", 0.05, 0.35,
        "computed: 0.23 in Biafra 1968-69, 0.25 in Tigray 2021, 0.15 in southern Unity 2016 by the same fit; gardens, animals "
        "and wild plants are in the porosity of villages already",
        "share of what is still missing that people of villages make up", maximum=0.95,
    ),
    Parameter(
        "rations.frozen_ground", 0.7, "1", 0.4, 1.0,
        "assumed: Leningrad 1941-42, where people made up next to nothing in a winter of -10 to -20 °C; no other record",
        "share of what people make up that fails where the day's mean is 10 °C below frost, in proportion above that",
        dist="uniform", maximum=1.0,
    ),
)  # fmt: skip
