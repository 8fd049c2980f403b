"""Hinges: which uncertain input moves the difference between two policies, and which would turn it round.

Ranks are used throughout, so no scale and no outlier decides. An input is only called a hinge where its correlation
passes what chance alone gives to the best of all inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.stats import rankdata

from corridor.analysis.explore import equal
from corridor.analysis.outcomes.block import report_dates, report_days
from corridor.analysis.outcomes.table import values
from corridor.analysis.scores.summary import TIE
from corridor.results import read
from corridor.tables.folder import sought

Floats = NDArray[np.float64]

COLUMNS = (
    "policy", "condition", "date", "outcome", "input", "correlation", "partial", "floor", "above_floor", "input_median",
    "p_better_low", "p_better_middle", "p_better_high", "diff_low", "diff_middle", "diff_high", "flips", "flip_at",
)  # fmt: skip
"""Columns of `hinges`.

correlation : Spearman's, of the input with the difference; partial : the same with all other inputs held (PRCC), empty
    where there are too few futures for it
floor : 95 % point, over shuffled futures, of the largest absolute value that any input reaches by chance
p_better_*, diff_* : probability of being better and mean difference in the lowest, middle and highest third of it
flips : whether the answer changes side between two thirds, each clear of one half by two standard errors
flip_at : that third's limit, where it flips; never asked of rations, what is honoured and what people find elsewhere
"""

_PER_INPUT = 3
"""futures per input below which partial correlations are not computed"""


def spearman(inputs: Floats, y: Floats) -> Floats:
    """Return the rank correlation of each column with y; zero for a column that does not vary."""
    return _correlate(ranks(inputs), ranks(y[:, None])[:, 0])


def prcc(inputs: Floats, y: Floats) -> Floats:
    """Return partial rank correlations of each column with y given all others; zero for one that does not vary.

    Source: Iman and Helton 1988, Risk Analysis 8:71; from the inverse of the correlation matrix of the ranks.
    """
    out = np.zeros(inputs.shape[1])
    vary = inputs.std(axis=0) > 0
    if not vary.any() or y.std() == 0:
        return out
    table = np.column_stack([ranks(inputs[:, vary]), ranks(y[:, None])])
    matrix = np.linalg.pinv(table.T @ table)
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    out[vary] = np.clip(-matrix[:-1, -1] / scale[:-1] / scale[-1], -1.0, 1.0)
    return out


def ranks(x: Floats) -> Floats:
    """Return centred ranks of unit length, ties sharing theirs; zeros where nothing varies."""
    r = np.asarray(rankdata(x, axis=0), dtype=np.float64)
    r -= r.mean(axis=0)
    norm = np.sqrt((r**2).sum(axis=0))
    return np.asarray(r / np.where(norm > 0, norm, 1.0))


def _correlate(ranked: Floats, y: Floats) -> Floats:
    return np.asarray(ranked.T @ y)


def noise_floor(
    inputs: Floats, y: Floats, *, shuffles: int = 200, seed: int = 1, ranked: Floats | None = None
) -> float:
    """Return the 95 % point of the largest absolute rank correlation over all inputs when y is shuffled.

    ranked : `ranks` of the inputs, where they are known
    """
    rng = np.random.default_rng(seed)
    ranked, target = ranks(inputs) if ranked is None else ranked, ranks(y[:, None])[:, 0]
    shuffled = np.column_stack([rng.permutation(target) for _ in range(shuffles)])
    return float(np.quantile(np.abs(ranked.T @ shuffled).max(axis=0), 0.95))


def hinges(
    ds: xr.Dataset, outcome: str, *, reference: str | None = None, day: int = 30, top: int = 5, shuffles: int = 200,
    seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Return the inputs that move each paired difference most, `top` per policy and condition.

    Parameters
    ----------
    ds : a run
    outcome : one outcome's id
    reference : policy that the others are compared with
    day : days after as_of
    shuffles : of the noise floor
    """
    at = report_days(ds, [day])
    ((row, found),) = values(ds, at, [outcome])
    drawn = read.inputs(ds)
    names, table, weight = list(drawn), np.stack(list(drawn.values()), axis=1), read.weights(ds)
    date = report_dates(ds, at)[0]
    policies = read.ids(ds, "policy")
    own = policies.index(read.reference_policy(ds, reference))
    rows: list[dict[str, Any]] = []
    for c, condition in enumerate(read.ids(ds, "condition")):
        ref = found[own, c, 0]
        for p, policy in enumerate(policies):
            if p == own:
                continue
            x = found[p, c, 0]
            keep = np.flatnonzero(np.isfinite(x) & np.isfinite(ref))
            if weight is not None and weight[keep].sum() > 0:  # ranks know no weights: equally weighted futures
                keep = keep[equal(weight[keep] / weight[keep].sum(), np.random.default_rng([seed, 1]))]
            difference = x[keep] - ref[keep]
            scale = np.maximum(np.abs(x[keep]), np.abs(ref[keep]))
            difference[np.abs(difference) <= TIE * scale] = 0.0
            if keep.size < 9 or np.ptp(difference) == 0.0:
                continue
            head = {"policy": policy, "condition": condition, "date": date, "outcome": outcome}
            rows += [
                {**head, **one}
                for one in of_difference(
                    table[keep], names, difference, row.better, top=top, shuffles=shuffles, seed=seed
                )
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def of_difference(
    table: Floats, names: Sequence[str], difference: Floats, better: str, *, top: int = 5, shuffles: int = 200,
    seed: int = 1, ranked: Floats | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the inputs that move a paired difference most: keys as in `COLUMNS`, from `input` on.

    Parameters
    ----------
    table : (future, input) drawn values; names : their paths; difference : (future,) this minus the reference
    better : which direction relieves people
    ranked : `ranks` of the table, where they are known
    """
    ranked = ranks(table) if ranked is None else ranked
    rank = _correlate(ranked, ranks(difference[:, None])[:, 0])
    enough = table.shape[0] >= _PER_INPUT * table.shape[1]
    partial = prcc(table, difference) if enough else np.full(rank.size, np.nan)
    floor = noise_floor(table, difference, shuffles=shuffles, seed=seed, ranked=ranked)
    strength = np.abs(partial) if enough else np.abs(rank)
    order = np.argsort(-strength, kind="stable")[:top]
    return [
        {
            "input": names[i],
            "correlation": float(rank[i]),
            "partial": float(partial[i]),
            "floor": floor,
            "above_floor": bool(abs(rank[i]) > floor),
            "input_median": float(np.median(table[:, i])),
            **_thirds(table[:, i], difference, better, turned=sought(names[i])),
        }
        for i in order
    ]


def _thirds(x: Floats, difference: Floats, better: str, *, turned: bool) -> dict[str, Any]:
    """Return the difference in each third of an input, and whether the answer changes side between them.

    turned : whether that may be asked: no command seeks the ration at which an answer turns round
    """
    sign = -1.0 if better == "lower" else 1.0
    cuts = np.quantile(x, [1 / 3, 2 / 3])
    third = np.searchsorted(cuts, x, side="left")
    out: dict[str, Any] = {"flips": False, "flip_at": float("nan")}
    sides = []
    for i, name in enumerate(("low", "middle", "high")):
        part = difference[third == i]
        if not part.size:
            out |= {f"p_better_{name}": float("nan"), f"diff_{name}": float("nan")}
            sides.append(0)
            continue
        won = float(((sign * part > 0) + 0.5 * (part == 0)).mean())
        error = 2.0 * np.sqrt(0.25 / part.size)
        sides.append(0 if abs(won - 0.5) <= error else int(np.sign(won - 0.5)))
        out |= {f"p_better_{name}": won, f"diff_{name}": float(part.mean())}
    if turned and min(sides) < 0 < max(sides):
        out["flips"] = True
        first = sides[0] if sides[0] else sides[1]
        out["flip_at"] = float(cuts[0] if sides[1] and sides[1] != first else cuts[1])
    return out


def sentences(frame: pd.DataFrame, name: str, unit: str, better: str) -> list[str]:
    """Return plain sentences, one per policy and condition, for an outcome's name, unit and better direction."""
    out = []
    sides = ("better", "worse") if better != "none" else ("higher", "lower")
    for (condition, policy), part in frame.groupby(["condition", "policy"], sort=False):
        first = part.iloc[0]
        head = f"{policy}, {condition}, {first['date']}, {name}: "
        strong = part[part["above_floor"].astype(bool)]
        if strong.empty:
            out.append(head + "no single input moves the difference more than chance would.")
            continue
        lead = strong.iloc[0]
        more = "raises" if lead["correlation"] > 0 else "lowers"
        text = (
            f"{lead['input']} moves the difference most: more of it {more} it (rank correlation "
            f"{lead['correlation']:+.2f}, chance alone reaches {lead['floor']:.2f}); mean difference "
            f"{lead['diff_low']:.3g} {unit} in its lowest third, {lead['diff_high']:.3g} in its highest."
        )
        turning = strong[strong["flips"].astype(bool)]
        if turning.empty:
            text += " None of these inputs turns the answer round between its lowest and highest third."
        for _, row in turning.iterrows():
            from_, to = sides if row["p_better_low"] > row["p_better_high"] else sides[::-1]
            text += f" Around {row['flip_at']:.3g}, {row['input']} turns the answer round: {from_} below, {to} above."
        out.append(head + text)
    return out
