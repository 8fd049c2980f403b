"""Values as JSON has them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return a value without NumPy's types, None where a number is not finite: the score then has no meaning."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def plain_row(row: Any) -> dict[str, Any]:
    """Return a row of a table as plain data."""
    return {str(key): plain(value) for key, value in row.items()}
