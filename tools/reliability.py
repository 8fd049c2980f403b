"""Kill it, fill its disk, damage its files, run it twice at once, and count what was lost.

    python tools/reliability.py                 200 kills and the rest: about half an hour on two cores
    python tools/reliability.py --kills 60      the same, shorter
    python tools/reliability.py --short         what the tests play, some seconds
    python tools/reliability.py --write         and write docs/reliability.md from what was counted
    python tools/reliability.py --only Dask --write  and put these rows into the page, each with its command

Lost is: results that are not, byte for byte, those of a run that nobody disturbed, once the same command was given
again; a finished block that was played again; a file at the screen's workspace that is neither the old nor the new one.
A foreign exception is: a traceback, a fault of ours, or an exit status besides 0 and 3. One of either ends in status 1.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for folder in (ROOT / "tests", ROOT / "tools", ROOT / "src"):
    sys.path.insert(0, str(folder))
os.environ["PYTHONPATH"] = str(ROOT / "src")  # of every process that is started from here

import trials_app  # noqa: E402
import trials_store  # noqa: E402
from mutation import HEADING  # noqa: E402
from trials import Tally, Yard  # noqa: E402

PAGE = ROOT / "docs/reliability.md"
SHARES = {"runs": 0.35, "growth": 0.1, "merges": 0.15, "tables": 0.1, "workers": 0.05, "server": 0.05, "workspace": 0.2}
"""of the kills"""
SHORT = {"runs": 2, "growth": 1, "merges": 1, "tables": 1, "workers": 0, "server": 0, "workspace": 3}
Trial = tuple[str, Callable[[Yard, Tally, int], None], int]


def trials_of(asked: argparse.Namespace) -> list[Trial]:
    """Return what is tried: a line of the table, the function, how often."""
    short, kills = asked.short, asked.kills
    often = SHORT if short else {name: max(1, round(kills * share)) for name, share in SHARES.items()}
    other = (1, 2, 20, 1) if short else (max(4, kills // 8), max(4, kills // 6), asked.inputs, max(5, kills // 6))
    pairs, full, inputs, damages = other
    return [
        ("inputs read that were damaged by chance", trials_app.inputs, inputs),
        ("kills of runs", trials_store.runs, often["runs"]),
        ("kills of runs that grow", trials_store.growth, often["growth"]),
        ("kills of merges", trials_store.merges, often["merges"]),
        ("kills while tables are written", trials_app.tables, often["tables"]),
        ("kills of Dask workers", trials_app.workers, often["workers"]),
        ("kills of the server", trials_app.server, often["server"]),
        ("kills while the workspace is written", trials_app.workspace, often["workspace"]),
        ("full disks, of a store", trials_store.disks, full),
        ("full disks, of tables, cases and workbooks", trials_app.disks, full),
        ("damages to a store", trials_store.damages, damages),
        ("damages to shards before a merge", trials_store.shards, max(2, damages // 3)),
        ("pairs run at once on one store", trials_store.pairs, pairs),
        ("memory", trials_app.memory, 0 if short else 2),
    ]


def main() -> int:
    """Try everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--inputs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="lines of the table that hold this word")
    parser.add_argument("--skip", action="append", default=[], help="lines of the table that hold this word")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    logging.disable()  # what is told of damaged files
    memory = Path("/dev/shm")
    top = Path(tempfile.mkdtemp(prefix="corridor-trials-", dir=memory if memory.is_dir() else None))
    begin, rows = time.monotonic(), []
    os.environ["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    try:
        yard = Yard(top, asked.seed, short=asked.short)
        trials_store.prepare(yard)
        for what, trial, times in trials_of(asked):
            skipped = any(word in what for word in asked.skip)
            if times and not skipped and (not asked.only or any(word in what for word in asked.only)):
                rows.append(Tally(what))
                start = time.monotonic()
                trial(yard, rows[-1], times)
                print(f"{line_of(rows[-1])} ({time.monotonic() - start:.0f} s)", flush=True)
                for note in rows[-1].notes:
                    print(f"    {note}", flush=True)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    seconds = time.monotonic() - begin
    if asked.write:
        before, *kept = PAGE.read_text("utf-8").partition(f"\n{HEADING}")  # what `mutation.py --write` has put there
        made = with_rows(before, rows, asked) if asked.only else page(rows, asked, seconds)
        PAGE.write_text(made + "".join(kept), encoding="utf-8")
    lost, strange = sum(row.lost for row in rows), sum(row.strange for row in rows)
    print(f"{lost} lost, {strange} foreign exceptions, {seconds:.0f} s")
    return int(lost + strange > 0)


def line_of(row: Tally) -> str:
    """Return one line for the screen."""
    told = f"; {row.told}" if row.told else ""
    return f"{row.what}: {row.tried} tried, {row.lost} lost, {row.strange} foreign exceptions{told}"


def row_of(row: Tally, command: str = "") -> str:
    """Return one line of the table of the page."""
    about = "; ".join(filter(None, (row.told, command)))
    return f"| {row.what} | {row.tried:,} | {row.lost} | {row.strange} | {about} |"


def with_rows(text: str, rows: list[Tally], asked: argparse.Namespace) -> str:
    """Return the page with these rows in their places, and the rest as it was."""
    words = "".join(f"--only {word} " for word in asked.only) + f"--kills {asked.kills} --seed {asked.seed}"
    lines = text.splitlines()
    order = [what for what, _, _ in trials_of(asked)]
    for row in rows:
        lines = [line for line in lines if not line.startswith(f"| {row.what} |")]
        at = lines.index("|---|---:|---:|---:|---|") + 1
        while lines[at].startswith("|") and order.index(lines[at].split(" | ")[0][2:]) < order.index(row.what):
            at += 1
        lines.insert(at, row_of(row, f"`{words}`"))
    kills = sum(int(line.split(" | ")[1].replace(",", "")) for line in lines if line.startswith("| kills"))
    return re.sub(r"killed \d+ commands", f"killed {kills} commands", "\n".join(lines) + "\n")


def page(rows: list[Tally], asked: argparse.Namespace, seconds: float) -> str:
    """Return the page for the documentation."""
    words = f"--kills {asked.kills} --inputs {asked.inputs} --seed {asked.seed} --write"
    words += "".join(f" --skip {word}" for word in asked.skip)
    table = "\n".join(row_of(row) for row in rows)
    kills = sum(row.tried for row in rows if row.what.startswith("kills"))
    about = f"{date.today():%d %B %Y}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    return f"""# Reliability

What happens when somebody pulls the plug, fills the disk, changes a byte or runs it twice at once. This page is
written by

    python tools/reliability.py {words}

which took {seconds / 60:.0f} minutes ({about}). All rows together
killed {kills} commands.
`make reliability` tries it again with 200 kills; `make test` plays a short form. One loss or one foreign exception
ends either with an error.

| what | tried | lost | foreign exceptions | about it |
|---|---:|---:|---:|---|
{table}

Of **memory** 100,000 futures of the small case may take 2 GiB, and the check of a table of 100,000 links 500 MB.

**Lost** is: results that are not, byte for byte, those of a run that nobody disturbed, once the same command was given
again; a finished block that was played again; numbers from a damaged file; a file of the workspace that is neither the
old nor the new one. **A foreign exception** is a traceback, a fault of ours, or an exit status besides 0 (done) and
3 (refused in words).

## How it is tried
- A **kill** is SIGKILL at a moment drawn evenly over the time that the command takes undisturbed, and a little beyond.
  Then the same command is given again, and its store is compared with the undisturbed one file by file; blocks that had
  been finished before the kill must still have the time at which they were written. Half written files of a store are
  gone then; one beside a table goes with the next table that is written there, a minute later.
- A **full disk** is a file system in memory of a few kB or a few files, so that a write fails at another stage each
  time; where a system does not let us mount one, the largest file that a process may write is limited instead. The
  command must end with status 3 and leave no half written file; with room made, the same command must give the
  undisturbed bytes.
- A **damage** is a flipped bit, a cut, an emptied, removed or exchanged file of a store, drawn by chance.
  `corridor runs verify` must name it, the same command must give the same table, and a run must give the same bytes.
- A **pair** is two commands started together on one store: the second may be told to wait, both may end well, and the
  store must then be that of a run that was alone.
- **Inputs** are folders, workbooks, tables of other formats, actors and conflicts, damaged as `tools/fuzz.py` does it;
  a reader must read them or say in words what is wrong.
- Commands are the real command line. They are forked from one process that has loaded everything, so what is killed is
  the work and not the imports. A power cut that loses what the system had not yet put on the disk is not tried.
"""


if __name__ == "__main__":
    sys.exit(main())
