"""Write calibrated.csv: what calibration found, one row per variant and stock."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from corridor.core.files import write_whole

EVIDENCE = "calibrated_stocks"
"""Evidence row that a folder may hold to say what calibrated numbers rest on."""

Found = Mapping[str, tuple[float, float, float]]
"""path (stocks.<place>.<commodity>) -> value, low, high (t)"""


def write_calibrated(folder: str | os.PathLike[str], found: Iterable[tuple[str, Found]], *, cite: bool) -> Path:
    """Write the stocks that each variant learnt, atomically, and return the file.

    Parameters
    ----------
    found : (variant id, posterior) pairs; other paths than stocks are left out
    cite : whether to cite the evidence row `calibrated_stocks`
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("variant", "place", "commodity", "tonnes", "low", "high", "dist", "evidence"))
    for variant, posterior in found:
        for input_path, numbers in posterior.items():
            table_name, _, rest = input_path.partition(".")
            if table_name == "stocks":
                place, _, commodity = rest.partition(".")
                rounded = [f"{number:.3g}" for number in numbers]
                shown = [str(int(float(r))) if float(r) >= 1 else r for r in rounded]
                table.writerow((variant, place, commodity, *shown, "lognormal", EVIDENCE if cite else ""))
    path = Path(folder) / "calibrated.csv"
    write_whole(path, text.getvalue())
    return path
