"""A design matrix: one row a future, one column a path of an input, for programs that choose the numbers themselves.

SALib, EMA Workbench and their like sample; what they give stands instead of the draws, and what they leave is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.engine.compile import Compiled, Given


def design(inputs: pd.DataFrame, compiled: Compiled, first_future: int = 0) -> Given:
    """Return the numbers of a design matrix.

    Parameters
    ----------
    inputs : columns are paths of inputs ("links.pass.kmh", "rations.floor")
    first_future : index of the future to which the first row belongs

    Raises
    ------
    InputError : no row, a column that is no input, a number that is not finite or outside the bounds of its input
    """
    columns = [str(column) for column in inputs.columns]
    known(columns, compiled.inputs, "inputs", "input")
    problems = (
        [] if len(inputs) else [Problem("inputs", 0, 0, "", "the design matrix has no row", "give one row a future")]
    )
    values = {}
    for path, column in zip(columns, inputs.columns, strict=True):
        source = compiled.inputs[path]
        numbers = pd.to_numeric(inputs[column], errors="coerce").to_numpy(np.float64)
        wrong = np.flatnonzero(~(np.isfinite(numbers) & (source.minimum <= numbers) & (numbers <= source.maximum)))
        if wrong.size:
            message = f"row {int(wrong[0])}: {inputs[column].iloc[int(wrong[0])]} is no value of {path}"
            remedy = f"give numbers from {source.minimum:g} to {source.maximum:g} {source.unit}"
            problems.append(Problem("inputs", int(wrong[0]), 0, path, message, remedy))
        values[path] = numbers
    if problems:
        raise InputError(problems)
    return Given(first_future, values)


def known(names: Iterable[str], among: Mapping[str, Any], where: str, word: str) -> None:
    """Raise InputError for every name that is not there."""
    unknown = sorted(set(names) - set(among))
    if unknown:
        raise InputError(Problem(where, 0, 0, "", f'no {word} "{n}"', did_you_mean(n, among)) for n in unknown)
