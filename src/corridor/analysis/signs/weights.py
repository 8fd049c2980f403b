"""Weights of futures by what was seen: unnormalised log-weights, a function of each future alone, and what they teach.

log w = sum of the log-likelihoods of the signs known by as_of. Nothing stored is resampled: a future's log-weight is
the same in a run of five and in one of fifty, and weights are normalised where they are read. Where futures were chosen
by their past (`population`), the chance with which each was kept is taken out again. Signs of stocks that calibration
has already used (calibrated.csv) are not used twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.scores.measures import effective_size, quantile
from corridor.analysis.signs import amounts, deaths, stocks, surveys
from corridor.analysis.signs.past import Past
from corridor.results import read
from corridor.results.dataset import days_before, has_history
from corridor.scenario.model import Scenario, Sign
from corridor.tables.signs import SIGNS_SEEN, STOCK_SIGNS

Floats = NDArray[np.float64]
Fit = Callable[[Sign, Past], Floats]

FITS: Mapping[str, Fit] = {
    **dict.fromkeys(STOCK_SIGNS, stocks.fit),
    **dict.fromkeys(("ration", "people", "weight_change"), amounts.fit),
    **dict.fromkeys(("whz", "muac", "thin_adults"), surveys.fit),
    **dict.fromkeys(("deaths", "deaths_unreported"), deaths.fit),
}
"""kind of a sign -> its error model"""

SIMULATED: Mapping[str, Fit] = {
    **dict.fromkeys(STOCK_SIGNS, stocks.days_off),
    **dict.fromkeys(("ration", "people", "weight_change"), amounts.simulated),
    **dict.fromkeys(("whz", "muac", "thin_adults"), surveys.simulated),
    **dict.fromkeys(("deaths", "deaths_unreported"), deaths.simulated),
}
"""kind of a sign -> what a future has beside its value; stocks: days after the sign's date"""

DEAD = 0.002
"""Share of the people whose death before as_of is told on the first screen."""
FEW = 200.0
"""effective futures below which quantiles are coarse: play more"""
CENTRAL = (0.005, 0.995)
"""A sign outside this range of what is predicted with it left out is in conflict."""


def used_signs(scenario: Scenario) -> tuple[Sign, ...]:
    """Return the signs that weigh futures: known by as_of, and not used by calibration before."""
    return tuple(
        sign
        for sign in scenario.signs
        if sign.known <= scenario.as_of and not (sign.kind in STOCK_SIGNS and sign.commodity in scenario.calibrated)
    )


def log_fits(ds: xr.Dataset) -> dict[Sign, Floats]:
    """Return the log-likelihood of each sign that weighs futures, (future,); none where a run keeps no such history."""
    if "people" not in ds or not days_before(ds):
        return {}
    signs = [sign for sign in used_signs(read.scenario_of(ds)) if has_history(ds, *SIGNS_SEEN[sign.kind].reads)]
    past = Past(ds) if signs else None
    return {sign: FITS[sign.kind](sign, past) for sign in signs if past is not None}


def normalised(log_weights: Floats) -> Floats:
    """Return weights of sum 1."""
    w = np.exp(log_weights - log_weights.max())
    return np.asarray(w / w.sum())


def conditioned(ds: xr.Dataset) -> xr.Dataset:
    """Return a run whose futures carry `weight` (future), sum 1, where signs weigh them; else the run as it is."""
    fits = log_fits(ds)
    if not fits:
        return ds
    kept = read.log_shares(ds)
    total = log_weight(fits) - (0.0 if kept is None else kept)
    return ds.assign_coords(weight=("future", normalised(total)))


def log_weight(fits: Mapping[Sign, Floats]) -> Floats:
    """Return the sum of the log-likelihoods of signs, (future,)."""
    return np.asarray(np.sum(list(fits.values()), axis=0))


_TOLD: Mapping[str, tuple[str, str, str]] = {
    "people": ("people present", "persons", "total"),
    "intake": ("energy eaten", "kcal/person/day", "mean"),
    "weight_change": ("change of adult weight", "1", "mean"),
    "gam": ("children with acute malnutrition (GAM)", "1", "mean"),
    "deaths": ("people more than usual who have died of hunger and disease", "persons", "so far"),
}
"""what is told of the past: title, unit, how it is added up"""


def titles(goods: Sequence[read.Good]) -> list[str]:
    """Return what is told of the past, by name."""
    each = [f"{good.name} {what}" for good in goods for what in ("in stock", "handed out")]
    return [*(title for title, _, _ in _TOLD.values()), *each]


READ = ("people", "intake", "weight_change", "gam", "deaths_expected", "deaths_baseline", "stock", "used")
"""what `before_and_after` reads"""


def before_and_after(ds: xr.Dataset, prior: xr.Dataset | None = None) -> pd.DataFrame:
    """Return prior beside conditioned values on as_of: what, unit, prior and conditioned low, median, high (80 %).

    Empty where nothing weighs the futures. prior : histories that nobody chose, where those of the run were
    """
    weight = read.weights(ds)
    if weight is None:
        return pd.DataFrame()
    after = _on_as_of(Past(ds), read.goods(ds))
    before = after if prior is None else _on_as_of(Past(prior), read.goods(prior))
    rows = [
        {"what": what, "unit": unit, **_beside(before[what, unit], after[what, unit], weight)}
        for what, unit in after
        if (what, unit) in before
    ]
    return pd.DataFrame(rows)


def _on_as_of(past: Past, goods: tuple[read.Good, ...]) -> dict[tuple[str, str], Floats]:
    """Return what each future has on as_of: (what, unit) -> (future,)."""
    found = {}
    for name, (title, unit, how) in _TOLD.items():
        reads = ("deaths_expected", "deaths_baseline") if name == "deaths" else (name, "people")
        if not past.has(*reads):
            continue
        if how == "so far":
            found[title, unit] = (past.total(reads[0]) - past.total(reads[1])).sum(axis=1)
        else:
            found[title, unit] = (past.total(name) if how == "total" else past.mean(name))[:, -1]
    for good in goods:
        if good.kind in ("food", "fuel") and past.has("stock"):
            found[f"{good.name} in stock", "t"] = past.total("stock", good=good.id)[:, -1]
        if good.kind == "food" and past.has("used", "people"):
            people = np.maximum(past.total("people")[:, -1], 1.0)
            found[f"{good.name} handed out", "kg/person/day"] = 1000 * past.total("used", good=good.id)[:, -1] / people
    return found


def dead_before(ds: xr.Dataset) -> str:
    """Return the sentence on people whom the history of the run lets die of hunger; empty where they are few.

    Few: in the middle future less than two in a thousand of those who were there at the start.
    """
    if "people" not in ds or not has_history(ds, "deaths_expected", "deaths_baseline"):
        return ""
    past, weight = Past(ds), read.weights(ds)
    died = (past.total("deaths_expected") - past.total("deaths_baseline")).sum(axis=1)
    (low, middle, high), day = quantile(died, (0.1, 0.5, 0.9), weight), read.as_of(ds)
    there = float(ds["people_start"].sum("place").median())
    if middle < max(1.0, DEAD * there):
        return ""
    least, died_so_far, most = (f"{float(f'{number:.2g}'):,.0f}" for number in (low, middle, high))
    of_1000 = f"{float(f'{1000.0 * middle / there:.1g}'):g}"
    return (
        f"By {day.day} {day:%B %Y} about {died_so_far} people more than usual have died of hunger and disease "
        f"in these futures, {of_1000} in 1,000 (80 %: {least} to {most} people). "
        "If no record knows of them, food or a sign is missing, or fewer are exposed to disease than "
        "`care.exposed` says."
    )


def _beside(before: Floats, after: Floats, weight: Floats) -> dict[str, float]:
    out: dict[str, float] = {}
    for name, x, given in (("prior", before, np.ones(before.size)), ("conditioned", after, weight)):
        known = np.isfinite(x) & (given > 0)
        if not known.any():
            return {}
        low, middle, high = quantile(x[known], (0.1, 0.5, 0.9), given[known])
        out |= {f"{name}_low_80": float(low), f"{name}_median": float(middle), f"{name}_high_80": float(high)}
    return out


def conflicts(ds: xr.Dataset) -> list[dict[str, Any]]:
    """Return the signs outside the central 99 % of what the others predict: sign, seen, low, high, said, about.

    A small effective number alone is information, not conflict. ds : futures that nobody chose by their past; what the
    signs kept out is not predicted by those that they let in.
    """
    fits = log_fits(ds)
    if not fits:
        return []
    past, total = Past(ds), np.sum(list(fits.values()), axis=0)
    found = []
    for sign, own in fits.items():
        w = normalised(total - own)
        x = SIMULATED[sign.kind](sign, past)
        known = np.isfinite(x)
        if sign.kind == "deaths_unreported":
            # what is seen is silence: in conflict where its chance is below 1 in 200 even so
            if float(np.sum(w * np.exp(own))) < CENTRAL[0]:
                low, high = quantile(x, CENTRAL, w)
                found.append(_conflict(sign, "none reported", low, high))
            continue
        if sign.kind in STOCK_SIGNS:
            if float(np.sum(w * np.exp(own))) < CENTRAL[0]:
                low, high = quantile(np.where(known, x, past.days.size), CENTRAL, w)
                found.append(_conflict(sign, f"{sign.value:g}", low, high))
            continue
        low, high = quantile(x[known], CENTRAL, w[known])
        ends = (sign.value if sign.low is None else sign.low, sign.value if sign.high is None else sign.high)
        if ends[1] < low or ends[0] > high:
            found.append(_conflict(sign, f"{sign.value:,.12g}", low, high))
    return found


def _three(number: float) -> str:
    """Return a number with three figures, without powers of ten."""
    return f"{float(f'{number:.3g}'):,.12g}"


def _conflict(sign: Sign, seen: str, low: float, high: float) -> dict[str, Any]:
    unit = SIGNS_SEEN[sign.kind].unit
    if sign.kind in STOCK_SIGNS:
        said = f"futures pass that level {_days_from(low, high)} its date"
    else:
        said = f"futures say {_three(low)} to {_three(high)} {unit}"
    seen = f"{seen} {'day' if seen == '1' else 'days'} of cover" if sign.kind in ("empty", "present") else seen
    return {"sign": sign.label, "seen": seen, "low": float(low), "high": float(high), "said": said, "about": sign}


def _days_from(low: float, high: float) -> str:
    if high <= 0:
        return f"{-low:.0f} to {-high:.0f} days before"
    return (
        f"{low:.0f} to {high:.0f} days after" if low >= 0 else f"from {-low:.0f} days before to {high:.0f} days after"
    )


def weighted(ds: xr.Dataset, tried: int | None = None) -> str:
    """Return the sentence on what weighs the futures; empty where nothing does.

    tried : how many histories were tried for those that were kept, where they were chosen
    """
    weight = read.weights(ds)
    if weight is None:
        return ""
    count, n = len(log_fits(ds)), effective_size(weight)
    signs = f"{count} {'sign' if count == 1 else 'signs'} of what was seen inside"
    if tried is None and round(n) == weight.size:
        teach = "teaches" if count == 1 else "teach"
        return f"All futures agree about as well with {signs}, which {teach} nothing more."
    text = f"Futures are weighted by {signs}: {weight.size:,} tell as much as {n:,.0f} unweighted ones."
    if tried is not None:
        text = f"Futures are kept where their past agrees with {signs} ({weight.size:,} of {tried:,} tried), and "
        text += f"weighted: they tell as much as {n:,.0f} unweighted ones."
    return text + (" Play more futures before trusting the ends of intervals." if n < FEW else "")
