"""Rewrite the golden tables: `make golden`. Look at the difference before you commit it, and say in CHANGELOG why numbers moved."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pandas as pd

import corridor
from corridor.analysis.compare import compare
from corridor.scenario import write_new

HERE = Path(__file__).parent
OUTCOMES = ("intake", "below_requirement", "cover.food", "departures", "arrivals", "delivered", "people")


def cases(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Return name -> (case, variant) of the canonical runs."""
    if not (folder / "new").exists():
        write_new(folder / "new")
    return {
        "new-case": (str(folder / "new"), None),
        "nagorno-karabakh-september": ("nagorno-karabakh-2023", "september"),
        "nagorno-karabakh-june": ("nagorno-karabakh-2023", "june"),
        "berlin-1948": ("berlin-1948", None),
    }


def table(case: str, variant: str | None) -> pd.DataFrame:
    """Return the summary of 48 futures, rounded to what should not move between machines."""
    results = corridor.run(corridor.load(case, variant), futures=48, seed=1)
    frame = compare(results, outcomes=OUTCOMES)
    kept = frame[["policy", "condition", "day", "outcome", "unit", "median", "low_80", "high_80", "p_better"]].copy()
    for column in ("median", "low_80", "high_80", "p_better"):
        kept[column] = [float(f"{value:.4g}") if value == value else value for value in kept[column]]
    return kept


def main() -> None:
    """Write every golden table."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (case, variant) in cases(Path(folder)).items():
            table(case, variant).to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
            print(f"wrote {name}.csv", file=sys.stderr)
        sys.path[:0] = [str(HERE), str(HERE.parent)]
        os.chdir(folder)  # what studies keep
        import invented
        import whole

        for name, made in (
            ("days", lambda: whole.days_table(Path(folder))),
            ("studies", lambda: whole.studies_table(Path(folder))),
            ("invented", invented.invented_table),
        ):
            columns = ["of", "name", "numbers", "sum"]
            made()[columns].to_csv(
                HERE / f"{name}.csv",
                index=False,
                float_format="%.10g" if name == "invented" else "%.8g",
                lineterminator="\n",
            )
            print(f"wrote {name}.csv", file=sys.stderr)


if __name__ == "__main__":
    main()
