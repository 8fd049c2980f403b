"""The household algorithm, literally: people in households, spare food of adults moved to children short of it.

Household by household, member by member; nothing of the package is used. Ages 0-9 receive, ages 20 and more give.
"""

from __future__ import annotations

import numpy as np

PLANNING = (("0-4", 0.1237, 1285.0), ("5-9", 0.1169, 1855.0), ("10-14", 0.1053, 2205.0), ("15-19", 0.0954, 2410.0),
            ("20-59", 0.4863, 2225.0), ("60+", 0.0724, 1895.0))  # fmt: skip
CHILDREN, ADULTS = (0, 1), (4, 5)


def draw(count, mean_size=5.6, seed=1, ages=PLANNING):
    """Return `count` households, each a list of indices into `ages`; nobody lives without an adult."""
    rng = np.random.default_rng(seed)
    share = np.array([x[1] for x in ages]) / sum(x[1] for x in ages)
    households = []
    while len(households) < count:
        members = rng.choice(len(ages), size=1 + rng.poisson(mean_size - 1.0), p=share)
        if np.isin(members, ADULTS).any():
            households.append(members)
    return households


def eat(households, r, protection, goal=1.0, ages=PLANNING):
    """Return the shares of need eaten by adults and by children of all households together."""
    need = np.array([x[2] for x in ages])
    eaten, wanted = {"child": 0.0, "adult": 0.0}, {"child": 0.0, "adult": 0.0}
    for members in households:
        child = need[members[np.isin(members, CHILDREN)]].sum()
        adult = need[members[np.isin(members, ADULTS)]].sum()
        spare = max(0.0, r * adult - protection * adult)
        gap = max(0.0, goal * child - r * child)
        moved = min(spare, gap)
        eaten["child"] += r * child + moved
        eaten["adult"] += r * adult - moved
        wanted["child"] += child
        wanted["adult"] += adult
    return eaten["adult"] / wanted["adult"], eaten["child"] / wanted["child"], wanted["child"] / wanted["adult"]
