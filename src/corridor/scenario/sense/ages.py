"""Sense checks of ages: shares that pass the whole, and many old people with deaths of a young country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from corridor.scenario.build.draft import Draft, Settings
from corridor.scenario.groups import groups
from corridor.scenario.sense.remark import Remark, warning

YOUNG = ("bodies.share_under5", "bodies.share_5_9", "bodies.share_10_19")
OLD, OF_OLD = "bodies.share_60", "deaths.elder_share"
MOST = 0.9
"""Share of adults that the old may be: the rule of deaths cuts what is above."""
TIMES = 5.0
"""How far the death rate at 60 and more passes that of younger adults, at least; life tables have 8 to 16."""


def shares(settings: Settings) -> Mapping[str, float]:
    """Return the shares of ages, and that of adults' deaths of the old: the case's, its group's or the world's."""
    from corridor.rules import PARAMETERS

    group = groups().get(settings.bodies, {})
    found = {}
    for name in (*YOUNG, OLD, OF_OLD):
        own = settings.parameters.get(name)
        usual = group[name][0].value if name in group else PARAMETERS[name].default
        found[name] = own.quantity.value if own and own.quantity else usual
    return found


def ages(draft: Draft) -> Iterator[Remark]:
    """Tell ages that add up to more than the whole, and an old population whose deaths are those of a young one."""
    settings = draft.settings
    said = settings.parameters if settings else {}
    mine = [said[name] for name in (OLD, *YOUNG) if name in said]
    if settings is None or not mine:
        return
    found = shares(settings)
    old, adults = found[OLD], 1.0 - sum(found[name] for name in YOUNG)
    if old > MOST * adults:
        message = (
            f"people of 60 and more are {100 * old:.0f} % and those below 20 {100 * (1 - adults):.0f} %: "
            f"the old are cut to {100 * MOST * adults:.0f} %"
        )
        yield warning(
            mine[0].cell, message, f"shares of ages add up to 1 with those of 20-59: write {', '.join(YOUNG)} too"
        )
    younger = max(adults - old, (1.0 - MOST) * adults)
    least = TIMES * old / (TIMES * old + younger)
    if OLD in said and OF_OLD not in said and found[OF_OLD] < least:
        message = (
            f"{100 * old:.0f} % of the people are 60 and more, and {100 * found[OF_OLD]:.0f} % of the deaths of adults "
            "are theirs: they would die hardly more often than younger adults"
        )
        remedy = (
            f"write {OF_OLD}, {least:.2f} or more here, and deaths.crude_baseline and bodies.adult_age of such people"
        )
        yield warning(said[OLD].cell, message, remedy)
