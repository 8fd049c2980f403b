"""The catalogue of stored runs: what lies in a folder of runs, whether it can be read, and what can go."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError
from corridor.engine.store.files import foreign, place, read, remove_store, sizes
from corridor.engine.store.lock import is_locked, locked
from corridor.engine.store.marks import KEY, MARKS, blocks_of, inspect, read_key

RUNS = Path("runs")
"""where commands store their runs"""
MUCH = 2 * 10**9
"""bytes of stored runs above which a person is told"""


@dataclass(frozen=True)
class StoredRun:
    """One stored run as plain data.

    Attributes
    ----------
    path, case, variant, policies, conditions, futures, seed : where it lies and what it is; empty or 0 where `run.json`
        cannot be read
    when : when it was last written, UTC
    bytes : of all its files
    blocks, wanted : finished blocks, and how many it is to have
    shard : "2/4" for the second of four shards, "" for a whole run
    running : whether a run writes there now
    problem : why it cannot be read, "" where it can
    as_of : the day from which it looks back, "" where it does not say
    """

    path: Path
    case: str
    variant: str
    policies: tuple[str, ...]
    conditions: tuple[str, ...]
    futures: int
    seed: int
    when: datetime
    bytes: int
    blocks: int
    wanted: int
    shard: str
    running: bool
    problem: str
    as_of: str = ""

    @property
    def finished(self) -> bool:
        """Whether every block is there."""
        return 0 < self.wanted == self.blocks

    @property
    def state(self) -> str:
        """One word or two: running, finished, unfinished, unreadable."""
        if self.running:
            return "running"
        return "unreadable" if self.problem else "finished" if self.finished else "unfinished"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        own = {"path": str(self.path), "when": self.when.isoformat(timespec="seconds"), "state": self.state}
        return asdict(self) | own


def stored_runs(folder: Path = RUNS) -> list[StoredRun]:
    """Return the runs stored in a folder, the newest first; a folder without our `run.json` is none of ours."""
    return sorted(
        (_stored_run(path) for path in _ours(folder)), key=lambda run: (run.when, run.path.name), reverse=True
    )


def _stored_run(path: Path) -> StoredRun:
    key: dict[str, Any] = {}
    blocks, wanted, problem = 0, 0, ""
    try:
        key = read_key(path) or {}
        found = inspect(path)
        wanted, blocks = len(blocks_of(key)), len(found.blocks)
        problem = found.damage[0].problem(path).message if found.damage else ""
    except InputError as error:
        problem = error.problems[0].message
    except (KeyError, TypeError, ValueError):
        problem = f"{KEY} is damaged"
    written = max(file.stat().st_mtime for file in (path / KEY, path / MARKS) if file.exists())
    return StoredRun(
        path=path,
        case=str(key.get("scenario_id", "")),
        variant=str(key.get("variant", "")),
        policies=tuple(key.get("policies", ())),
        conditions=tuple(key.get("conditions", ())),
        futures=int(key.get("futures", 0)),
        seed=int(key.get("seed", 0)),
        when=datetime.fromtimestamp(written, UTC),
        bytes=sum(sizes(path).values()),
        blocks=blocks,
        wanted=wanted,
        shard="/".join(str(n) for n in key.get("shard", ())),
        running=is_locked(path),
        problem=problem,
        as_of=day_of(path),
    )


def day_of(store: str | Path) -> str:
    """Return the day from which a stored run looks back, "" where the store does not say."""
    try:
        about = json.loads(read(place(store), "zarr.json") or b"{}")
        return str(about["attributes"]["as_of"])
    except (InputError, KeyError, TypeError, ValueError, OSError):
        return ""


def prune(
    folder: Path = RUNS,
    *,
    older: timedelta | None = None,
    larger: int | None = None,
    unfinished: bool = False,
    unreadable: bool = False,
    dry: bool = False,
    as_of: str | None = None,
) -> list[StoredRun]:
    """Remove the runs of which everything asked for holds, and return them.

    A running one stays, and so does one in whose folder something else lies (`kept_for`).

    Parameters
    ----------
    older, larger : last written longer ago than this; more bytes than this
    unfinished, unreadable : in this state; in one of both where both are asked for
    dry : only say which
    as_of : none but those that look back from this day
    """
    states = {word for word, asked in (("unfinished", unfinished), ("unreadable", unreadable)) if asked}
    if older is None and larger is None and not states and as_of is None:
        return []
    now = datetime.now(UTC)
    chosen = [
        run
        for run in stored_runs(folder)
        if not run.running
        and not foreign(run.path)
        and (older is None or now - run.when > older)
        and (larger is None or run.bytes > larger)
        and (not states or run.state in states)
        and (as_of is None or run.as_of == as_of)
    ]
    return chosen if dry else [run for run in chosen if _removed(run.path)]


def kept_for(folder: Path = RUNS) -> list[tuple[Path, list[str]]]:
    """Return the runs that `prune` leaves alone because of files that no run wrote, with those files."""
    found = ((path, foreign(path)) for path in sorted(_ours(folder)))
    return [(path, names) for path, names in found if names]


def _removed(path: Path) -> bool:
    """Remove a run unless somebody began to write there; return whether it is gone."""
    try:
        with locked(path):
            remove_store(path)
    except InputError:
        return False
    with suppress(OSError):  # somebody writes there already
        path.rmdir()
    return True


def too_much(folder: Path = RUNS, most: int = MUCH) -> str:
    """Return the sentence that stored runs take much room, "" where they do not; only sizes are looked at."""
    held = [sum(sizes(path).values()) for path in _ours(folder)]
    if sum(held) <= most:
        return ""
    runs = f"{len(held)} stored runs take {sum(held) / 1e9:.1f} GB"
    return f"{runs} in {folder}; corridor runs lists them, corridor runs prune removes what you name"


def _ours(folder: Path) -> list[Path]:
    """Return the folders that hold our run.json: with marks beside it, or with what makes a run."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink() and _is_ours(path)]


def _is_ours(path: Path) -> bool:
    if not (path / KEY).is_file():
        return False
    if (path / MARKS).is_dir():
        return True
    try:
        return {"scenario", "futures", "code"} <= set(json.loads((path / KEY).read_bytes()))
    except (ValueError, TypeError):
        return False
